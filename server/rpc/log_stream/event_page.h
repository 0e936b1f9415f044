// One page of an execution's events.
#ifndef FLOWMESH_SERVER_RPC_LOG_STREAM_EVENT_PAGE_H_
#define FLOWMESH_SERVER_RPC_LOG_STREAM_EVENT_PAGE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "server/door/convert/kind_filter.h"
#include "server/store/rows.h"
#include "server/store/store.h"

namespace flowmesh::rpc {

// A page ends early at these sizes: clients receive 4 MiB by default, and a filter may pass next to nothing.
inline constexpr size_t kMaxPageBytes = size_t{1} << 20;
inline constexpr size_t kMaxScannedBytes = size_t{8} << 20;

// Adds up to `limit` events above `after` to `response`; one larger than a page comes alone. Returns the seq to go on
// after, or 0 when the page reaches the row's head. Blocks on the store; its codes, and DATA_LOSS.
absl::StatusOr<int64_t> ReadEventPage(store::Store& store, const store::ExecutionRow& row, int64_t after,
                                      const door::KindFilter& kinds, int limit, v1::ListEventsResponse* response);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_LOG_STREAM_EVENT_PAGE_H_
