// An ExecutionFilter in terms of the two orders in which SQLite can walk the executions.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_EXECUTION_LIST_H_
#define FLOWMESH_SERVER_STORE_SQLITE_EXECUTION_LIST_H_

#include <string>

#include "absl/time/time.h"
#include "server/store/sqlite/row_codec.h"
#include "server/store/store.h"

namespace flowmesh::store {

// Where the walk, from the newest to the oldest, begins and ends.
struct ListBounds {
  // Of one owner: (create_time, id) below this pair.
  absl::Time before_time = absl::InfiniteFuture();
  std::string before_id;  // of everybody: id below this one
  std::string first_id;   // of everybody: id not below this one
};

// The smallest id that was made at `time` or later, in bytes.
std::string FirstIdOf(absl::Time time);

ListBounds BoundsOf(const ExecutionFilter& filter);

// Whether the execution in the current row (EXECUTION_COLUMNS) passes the filter, apart from `owner` and `before`.
// Looks at no more columns than it needs.
bool Matches(const Run& run, const ExecutionFilter& filter);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_EXECUTION_LIST_H_
