// Retries, and what deleted executions leave behind.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0005_H_
#define FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0005_H_

namespace flowmesh::store {

// A row of `purges` is a deleted execution of which other tables still hold rows.
inline constexpr char kMigration0005[] = R"sql(
CREATE TABLE retries (
  retry_of     BLOB NOT NULL,
  execution_id BLOB NOT NULL,
  PRIMARY KEY (retry_of, execution_id)
) WITHOUT ROWID;

CREATE TABLE purges (
  execution_id BLOB NOT NULL PRIMARY KEY
) WITHOUT ROWID;
)sql";

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0005_H_
