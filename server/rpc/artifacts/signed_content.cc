#include "server/rpc/artifacts/signed_content.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/door/time_conversion.h"

namespace flowmesh::rpc {

std::string ContentPath(const base::Id& id) { return absl::StrCat("/v1/artifacts/", id.ToString(), "/content"); }

absl::StatusOr<v1::SignedArtifact> SignedContent::Sign(const door::Caller& signer, const base::Id& id,
                                                       absl::Duration life) const {
  const std::string path = ContentPath(id);
  const absl::StatusOr<door::SoldTicket> ticket = office_->Sign(signer, path, life);
  if (!ticket.ok()) return ticket.status();
  v1::SignedArtifact answer;
  answer.set_uri(absl::StrCat(path, "?token=", ticket->token));
  *answer.mutable_expire_time() = door::ToProto(ticket->expire_time);
  return answer;
}

absl::StatusOr<door::Caller> SignedContent::Admit(const std::string& token, const base::Id& id) const {
  absl::StatusOr<door::Ticket> ticket = office_->Verify(token);
  if (!ticket.ok()) {
    return base::Error(ticket.status().code(), base::GetReason(ticket.status()),
                       "the signed URL has expired or is damaged: get a new one with Artifacts.Sign");
  }
  if (ticket->path != ContentPath(id)) {
    return base::Error(absl::StatusCode::kUnauthenticated, "TICKET_FOR_ANOTHER_PATH",
                       "the token was signed for another path: get one for this artifact with Artifacts.Sign");
  }
  return std::move(ticket->caller);
}

}  // namespace flowmesh::rpc
