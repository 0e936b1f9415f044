// The steps that lead an empty schema to the current tables. Steps of the same number mean the same in every store.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_MIGRATIONS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_MIGRATIONS_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "server/store/postgres/connection.h"

namespace flowmesh::store::postgres {

struct Migration {
  int number = 0;  // 1, 2, 3, ... without gaps
  const char* sql = nullptr;
};

// All steps, in order.
absl::Span<const Migration> Migrations();

// Runs the steps that the current schema has not seen, all in one transaction; of processes that start at once one does
// it and the others wait. FAILED_PRECONDITION when the schema is newer than this program or holds other tables; nothing
// is changed then.
absl::Status Migrate(Connection& connection, absl::Span<const Migration> migrations = Migrations());

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_MIGRATIONS_H_
