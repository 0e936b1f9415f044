// Removes the rows that deleted executions have left, a bounded number at a time.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_PURGE_H_
#define FLOWMESH_SERVER_STORE_SQLITE_PURGE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "server/store/sqlite/connection.h"
#include "server/store/store.h"

namespace flowmesh::store {

// Transaction::Purge, inside the transaction that is open on the connection. Errors as FailureStatus says.
absl::StatusOr<Purged> PurgeDeleted(Connection& connection, int max_rows, size_t max_bytes);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_PURGE_H_
