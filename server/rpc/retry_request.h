// A client's wish to retry an execution, checked and turned into the engine's command.
#ifndef FLOWMESH_SERVER_RPC_RETRY_REQUEST_H_
#define FLOWMESH_SERVER_RPC_RETRY_REQUEST_H_

#include "absl/status/statusor.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "server/base/ids.h"
#include "server/door/call_metadata.h"
#include "server/door/caller.h"
#include "server/engine/command.h"

namespace flowmesh::rpc {

// Everything but reply and deadline. INVALID_ARGUMENT with violations.
absl::StatusOr<engine::RetryCommand> ReadRetry(const v1::RetryExecutionRequest& request, const door::Caller& caller,
                                               const door::CallMetadata& metadata, base::IdMaker* ids);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_RETRY_REQUEST_H_
