// Small pieces of every unary method.
#ifndef FLOWMESH_SERVER_RPC_UNARY_H_
#define FLOWMESH_SERVER_RPC_UNARY_H_

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/error.h"
#include "server/base/ids.h"
#include "server/door/status.h"

namespace flowmesh::rpc {

inline grpc::ServerUnaryReactor* Finish(grpc::ServerUnaryReactor* reactor, const absl::Status& status) {
  reactor->Finish(status.ok() ? grpc::Status::OK : door::ToGrpcStatus(status));
  return reactor;
}

inline grpc::ServerUnaryReactor* Refuse(grpc::CallbackServerContext* context, const absl::Status& status) {
  return Finish(context->DefaultReactor(), status);
}

inline grpc::ServerUnaryReactor* NotOffered(grpc::CallbackServerContext* context, const std::string& what) {
  return Refuse(context, base::Error(absl::StatusCode::kUnimplemented, "NOT_OFFERED",
                                     absl::StrCat("this version of the server does not offer ", what, " yet")));
}

// How long a call may wait for its commit: until its deadline, and no longer than a minute.
inline absl::Time CommitDeadline(const grpc::CallbackServerContext& context, absl::Time now) {
  return std::min(absl::FromChrono(context.deadline()), now + absl::Minutes(1));
}

// INVALID_ARGUMENT with a violation of `field`.
inline absl::StatusOr<base::Id> ReadId(const std::string& text, const std::string& field) {
  auto id = base::Id::Parse(text);
  if (id.ok()) return *id;
  base::FieldViolations violations;
  violations.Add(field, "this is not an id: expected 36 characters as in 0192f0c4-8d1e-7001-9abc-0123456789ab");
  return violations.ToStatus();
}

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_UNARY_H_
