// Tickets: tokens for readers that cannot send headers, such as a browser's EventSource and WebSocket.
//
// A ticket stands in a URL and so may end up in a log or a history. Therefore it opens one path for a minute, and only
// to read: no method but a stream takes it, nor can another ticket be bought with it. One that was signed for a URL to
// be handed on lives as long as its maker said.
//
// It is a JWT (RFC 7519) of the type `flowmesh-ticket+jwt`, the first member of its header. Claims: `sub` and `roles`
// of the buyer, `path`, `exp` = when it no longer opens the path, `until` = when the token that bought it expires (left
// out if it does not). It is signed with HS256 and HMAC-SHA-256(secret, "flowmesh ticket v1"), where the secret is the
// symmetric key of the key set that `kid` names. So every server with the same key set verifies it, also one that has
// got a newer key to sign with; and neither is a ticket a token nor a token a ticket, whoever mixes them up.
#ifndef FLOWMESH_SERVER_DOOR_TICKET_H_
#define FLOWMESH_SERVER_DOOR_TICKET_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/door/call_metadata.h"
#include "server/door/caller.h"
#include "server/door/token_verifier.h"

namespace flowmesh::door {

// How long a ticket opens its path.
inline constexpr absl::Duration kTicketLife = absl::Seconds(60);

// What a good ticket says.
struct Ticket {
  Caller caller;     // the buyer, without the role `worker`; expires with the token that bought the ticket
  std::string path;  // as the buyer wrote it
};

// A ticket as it goes out.
struct SoldTicket {
  std::string token;
  absl::Time expire_time;  // whole seconds
};

// Whether `token` claims to be a ticket. Verifies nothing.
bool IsTicket(absl::string_view token);

// The ticket in the metadata `authorization: Bearer <token>`; nullopt if there is none, or another token.
std::optional<std::string> TicketIn(const Metadata& metadata);

// What a method says that takes no tickets: UNAUTHENTICATED with reason TICKET_NOT_ACCEPTED.
absl::Status TicketNotAccepted();

// Makes tickets and verifies them, by the keys that the verifier of tokens has at the time. Thread-safe; does not block
// beyond a short lock.
class TicketOffice {
 public:
  // Both must outlive the office.
  TicketOffice(const TokenVerifier* verifier, base::Clock* clock) : verifier_(verifier), clock_(clock) {}

  // A ticket for `path`, good for kTicketLife but not beyond the buyer's token. FAILED_PRECONDITION with reason
  // TICKETS_NEED_A_SYMMETRIC_KEY if the key set has none.
  absl::StatusOr<SoldTicket> Sell(const Caller& buyer, const std::string& path) const;

  // A ticket for `path` that is good for `life` and does not depend on the signer's token: for URLs that are handed on.
  absl::StatusOr<SoldTicket> Sign(const Caller& signer, const std::string& path, absl::Duration life) const;

  // UNAUTHENTICATED with reason TICKET_EXPIRED or TICKET_INVALID.
  absl::StatusOr<Ticket> Verify(const std::string& token) const;

 private:
  absl::StatusOr<SoldTicket> Make(const Caller& buyer, const std::string& path, absl::Time good_until,
                                  absl::Time until) const;

  const TokenVerifier* const verifier_;
  base::Clock* const clock_;
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_TICKET_H_
