// What comes to a running execution from outside: signals, and outcomes of external tasks.
#ifndef FLOWMESH_SERVER_RPC_OUTSIDE_WORDS_H_
#define FLOWMESH_SERVER_RPC_OUTSIDE_WORDS_H_

#include "absl/status/statusor.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "server/door/call_metadata.h"
#include "server/door/caller.h"
#include "server/engine/command.h"

namespace flowmesh::rpc {

// Everything but reply and deadline. INVALID_ARGUMENT with violations.
absl::StatusOr<engine::SignalCommand> ReadSignal(const v1::SignalExecutionRequest& request, const door::Caller& caller,
                                                 const door::CallMetadata& metadata);
absl::StatusOr<engine::CompleteTaskCommand> ReadCompletion(const v1::CompleteTaskRequest& request);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_OUTSIDE_WORDS_H_
