// Lists of executions, on a connection that is the caller's for the time.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_EXECUTION_LIST_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_EXECUTION_LIST_H_

#include "absl/status/statusor.h"
#include "server/store/postgres/connection.h"
#include "server/store/store.h"

namespace flowmesh::store::postgres {

// A page of executions ends after it has looked at so many, however few of them match.
inline constexpr int64_t kMaxScannedExecutions = 5000;

// The smallest id that was made at `time` or later.
Id FirstIdOf(absl::Time time);

// One owner's in order of create_time; everybody's in order of id, which differs by no more than the time between
// making the id and committing the row. A row that took over an hour for that may be missed by a list of everybody's
// with bounds.
absl::StatusOr<ExecutionPage> ListExecutions(Connection& connection, const ExecutionFilter& filter);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_EXECUTION_LIST_H_
