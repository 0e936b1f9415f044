// What durable calls look things up by.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0002_H_
#define FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0002_H_

namespace flowmesh::store {

inline constexpr char kMigration0002[] = R"sql(
CREATE UNIQUE INDEX tasks_of_call ON tasks (execution_id, parent, call_key);

CREATE TABLE task_tokens (
  digest       BLOB NOT NULL PRIMARY KEY,   -- SHA-256 of the token
  execution_id BLOB NOT NULL,
  task         INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0002_H_
