#include "server/door/authenticator.h"

#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "server/base/error.h"
#include "server/door/ticket.h"

namespace flowmesh::door {

absl::StatusOr<Caller> TokenAuthenticator::Authenticate(const Metadata& metadata) {
  const auto [first, last] = metadata.equal_range("authorization");
  if (first == last) {
    if (anonymous_ == Anonymous::kDeveloper) return Caller{.owner = "dev", .admin = true, .worker = true};
    return base::Error(absl::StatusCode::kUnauthenticated, "TOKEN_MISSING",
                       "send a bearer token in the metadata `authorization`; `flowmesh token` makes one");
  }
  constexpr char kScheme[] = "bearer ";
  absl::string_view value(first->second.data(), first->second.size());
  if (std::next(first) != last || !absl::StartsWithIgnoreCase(value, kScheme)) {
    return base::Error(absl::StatusCode::kUnauthenticated, "TOKEN_INVALID",
                       "the metadata `authorization` must stand once and read `Bearer <token>`");
  }
  value.remove_prefix(sizeof(kScheme) - 1);
  value = absl::StripAsciiWhitespace(value);
  if (IsTicket(value)) return TicketNotAccepted();
  return verifier_->Verify(std::string(value));
}

}  // namespace flowmesh::door
