// The steps that lead an empty file to the current tables. Steps of the same number mean the same in every store.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_MIGRATIONS_H_
#define FLOWMESH_SERVER_STORE_SQLITE_MIGRATIONS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "server/store/sqlite/connection.h"

namespace flowmesh::store {

// "flow" in ASCII: the application_id in the header of our files.
inline constexpr int64_t kApplicationId = 0x666c6f77;

struct Migration {
  int number = 0;  // 1, 2, 3, ... without gaps
  const char* sql = nullptr;
};

// All steps, in order.
absl::Span<const Migration> Migrations();

// Runs the steps that the database has not seen, each in a transaction of its own. FAILED_PRECONDITION when the file is
// newer than this program or belongs to another one; nothing is changed then.
absl::Status Migrate(Connection& connection, absl::Span<const Migration> migrations = Migrations());

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_MIGRATIONS_H_
