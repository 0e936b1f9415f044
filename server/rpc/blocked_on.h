// Why an execution does not move, in words.
#ifndef FLOWMESH_SERVER_RPC_BLOCKED_ON_H_
#define FLOWMESH_SERVER_RPC_BLOCKED_ON_H_

#include <functional>

#include "flowmesh/v1/execution.pb.h"
#include "server/engine/engine.h"

namespace flowmesh::rpc {

// What the row alone tells of it (wait_words.h), for answers that ask nobody else.
void ShowBlocked(const store::ExecutionRow& row, v1::Execution* execution);

// Calls `done` exactly once, perhaps on another thread, with a message that is default when nothing blocks the
// execution. Does not block.
void ExplainBlocked(engine::Engine& engine, const store::ExecutionRow& row, std::function<void(v1::BlockedOn)> done);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_BLOCKED_ON_H_
