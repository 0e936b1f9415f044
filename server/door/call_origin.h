#ifndef FLOWMESH_SERVER_DOOR_CALL_ORIGIN_H_
#define FLOWMESH_SERVER_DOOR_CALL_ORIGIN_H_

#include <cstddef>

#include "server/door/call_metadata.h"
#include "server/store/rows.h"

namespace flowmesh::door {

inline constexpr size_t kMaxLabels = 64;  // of an execution

// The label that makes an execution and its trace findable by each other.
inline constexpr char kTraceLabel[] = "x-trace-id";

// The trace of the call that makes this execution becomes the execution's own, and one of its labels if there is room.
// The row's id must be set.
void SetOrigin(const CallMetadata& metadata, store::ExecutionRow* row);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CALL_ORIGIN_H_
