// Lists of executions: what they hold, and a page of one.
#ifndef FLOWMESH_SERVER_STORE_EXECUTION_FILTER_H_
#define FLOWMESH_SERVER_STORE_EXECUTION_FILTER_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/store/rows.h"

namespace flowmesh::store {

// Which executions a list holds. Newest first; `before` is the keyset cursor.
struct ExecutionFilter {
  std::optional<std::string> owner;  // nullopt = everybody's
  std::string flow;                  // empty = any
  std::vector<ExecutionState> states;
  std::map<std::string, std::string> labels;           // all must match
  absl::Time created_after = absl::InfinitePast();     // inclusive
  absl::Time created_before = absl::InfiniteFuture();  // exclusive
  std::optional<std::pair<absl::Time, Id>> before;     // (create_time, id) of the last row seen
  int limit = 100;
};

struct ExecutionPage {
  std::vector<ExecutionRow> rows;
  // Set when more may follow. May be set with fewer than `limit` rows, even none: a page reads a bounded number of rows
  // however few of them match.
  std::optional<std::pair<absl::Time, Id>> next;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_EXECUTION_FILTER_H_
