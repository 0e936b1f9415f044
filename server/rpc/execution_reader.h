// Reads of single executions off the store's reader threads.
#ifndef FLOWMESH_SERVER_RPC_EXECUTION_READER_H_
#define FLOWMESH_SERVER_RPC_EXECUTION_READER_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "flowmesh/v1/execution.pb.h"
#include "server/door/caller.h"
#include "server/engine/engine.h"

namespace flowmesh::rpc {

using RowCallback = std::function<void(absl::StatusOr<store::ExecutionRow>)>;

// None of these blocks; `done` runs exactly once, on a reader's thread or, when the readers are overloaded, at once
// with RESOURCE_EXHAUSTED.

// The row with its payloads; NOT_FOUND as for a foreign one.
void ReadFullExecution(engine::Engine& engine, const store::Id& id, RowCallback done);

// Fills in the payloads that stand apart; at once if none is missing.
void LoadPayloads(engine::Engine& engine, store::ExecutionRow row, RowCallback done);

// As ReadFullExecution, for whoever may see it: its owner and admins.
void ReadVisibleExecution(engine::Engine& engine, const store::Id& id, const door::Caller& caller, RowCallback done);

// Fills in the bytes of a payload that stands apart. Blocks: on a reader's thread. NOT_FOUND: its execution was
// deleted.
absl::Status LoadPayload(store::Store& store, const store::TaskKey& key, store::PayloadDirection direction,
                         store::Payload* payload);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_EXECUTION_READER_H_
