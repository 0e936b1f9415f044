// URLs that open one artifact's content without other credentials for a while.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_SIGNED_CONTENT_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_SIGNED_CONTENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/v1/artifact.pb.h"
#include "server/base/ids.h"
#include "server/door/caller.h"
#include "server/door/ticket.h"

namespace flowmesh::rpc {

inline constexpr absl::Duration kSignedLife = absl::Hours(1);  // unless the request says otherwise
inline constexpr absl::Duration kMaxSignedLife = absl::Hours(24 * 7);

// Where an artifact's content is read over HTTP: what artifact.proto says as the template of Read.
std::string ContentPath(const base::Id& id);

// Signs such paths and admits who holds one. Thread-safe; does not block.
class SignedContent {
 public:
  // `office` must outlive it.
  explicit SignedContent(const door::TicketOffice* office) : office_(office) {}

  // The codes of TicketOffice::Sign.
  absl::StatusOr<v1::SignedArtifact> Sign(const door::Caller& signer, const base::Id& id, absl::Duration life) const;

  // The signer, if `token` was signed for this artifact. UNAUTHENTICATED with reason TICKET_FOR_ANOTHER_PATH,
  // TICKET_EXPIRED or TICKET_INVALID otherwise.
  absl::StatusOr<door::Caller> Admit(const std::string& token, const base::Id& id) const;

 private:
  const door::TicketOffice* office_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_SIGNED_CONTENT_H_
