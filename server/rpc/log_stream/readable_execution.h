// Whether a caller may read an execution's events, and from where.
#ifndef FLOWMESH_SERVER_RPC_LOG_STREAM_READABLE_EXECUTION_H_
#define FLOWMESH_SERVER_RPC_LOG_STREAM_READABLE_EXECUTION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/door/caller.h"
#include "server/store/rows.h"
#include "server/store/store.h"

namespace flowmesh::rpc {

// The row, if it is the caller's or the caller is an admin; otherwise NOT_FOUND, the same for an unknown id and
// somebody else's. Blocks on the store; its codes.
absl::StatusOr<store::ExecutionRow> ReadReadableExecution(store::Store& store, const door::Caller& caller,
                                                          const store::Id& id);

// OK, or OUT_OF_RANGE with reason SEQ_OUT_OF_RANGE and metadata first_seq and last_seq.
absl::Status CheckAfter(int64_t after, const store::ExecutionRow& row);

// An event that the execution's row counts cannot be read: DATA_LOSS.
absl::Status EventUnreadable(const store::Id& id, int64_t seq);

// One is not in the store: NOT_FOUND if the execution was deleted since, otherwise DATA_LOSS. Blocks on the store.
absl::Status EventMissing(store::Store& store, const store::Id& id, int64_t seq);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_LOG_STREAM_READABLE_EXECUTION_H_
