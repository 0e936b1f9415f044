// The rows of other tables that follow from a task's state: its place in a queue, its index under a session, its timer.
#ifndef FLOWMESH_SERVER_ENGINE_INDEX_ROWS_H_
#define FLOWMESH_SERVER_ENGINE_INDEX_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/store/rows.h"
#include "server/store/store.h"

namespace flowmesh::engine {

// The queue in which a runnable task waits: its type, with the code version once that is pinned.
std::string QueueOf(const store::TaskRow& task);

// At most one row in each table.
struct IndexRows {
  std::optional<store::ReadyRow> ready;
  std::optional<store::AssignedRow> assigned;
  std::optional<store::TimerRow> timer;
};

IndexRows IndexOf(const store::ExecutionRow& row, const store::TaskRow& task);

// Which rows a claim of this batch has deleted already.
struct ClaimedRows {
  bool ready = false;
  bool timer = false;
};

// Appends what leads from one to the other.
void WriteIndex(const IndexRows& before, const IndexRows& after, ClaimedRows claimed, store::Writes* writes);

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_INDEX_ROWS_H_
