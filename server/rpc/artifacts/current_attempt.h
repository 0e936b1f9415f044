// Workers that write and read artifacts for the attempt that they hold.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_CURRENT_ATTEMPT_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_CURRENT_ATTEMPT_H_

#include <grpcpp/server_context.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/door/caller.h"
#include "server/engine/session_message.h"
#include "server/rpc/artifacts/artifact_tools.h"
#include "server/store/store.h"

namespace flowmesh::rpc {

// The caller is a worker and, where the limits ask for it, showed a certificate. PERMISSION_DENIED.
absl::Status RequireWorker(const door::Caller& caller, const grpc::ServerContextBase& context,
                           const ArtifactLimits& limits);

// The owner of the attempt's execution, if it is the current attempt of its task now. FAILED_PRECONDITION with reason
// STALE_ATTEMPT; NOT_FOUND for an unknown execution. Blocks on the store; its codes.
absl::StatusOr<std::string> OwnerOfAttempt(store::Store& store, const engine::AttemptKey& attempt);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_CURRENT_ATTEMPT_H_
