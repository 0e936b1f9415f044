// The queues of concurrency keys.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0003_H_
#define FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0003_H_

namespace flowmesh::store {

// The table takes the place of an older one, which nothing was ever written to.
inline constexpr char kMigration0003[] = R"sql(
DROP TABLE concurrency_keys;

CREATE TABLE concurrency_keys (
  owner        TEXT NOT NULL,
  key          TEXT NOT NULL,
  place        INTEGER NOT NULL,   -- 0 holds the key
  execution_id BLOB NOT NULL,
  policy       INTEGER NOT NULL,
  PRIMARY KEY (owner, key, place)
) WITHOUT ROWID;
CREATE UNIQUE INDEX concurrency_keys_of_execution ON concurrency_keys (execution_id);
)sql";

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0003_H_
