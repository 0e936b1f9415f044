// Removes the rows that deleted executions have left, a bounded number at a time.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_PURGE_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_PURGE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "server/store/postgres/connection.h"
#include "server/store/store.h"

namespace flowmesh::store::postgres {

// Transaction::Purge, inside the transaction that is open on the connection. Passes over what another replica is
// removing. Errors as FailureStatus says.
absl::StatusOr<Purged> PurgeDeleted(Connection& connection, int max_rows, size_t max_bytes);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_PURGE_H_
