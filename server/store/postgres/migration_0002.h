// What durable calls look things up by.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0002_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0002_H_

namespace flowmesh::store::postgres {

inline constexpr char kMigration0002[] = R"sql(
CREATE UNIQUE INDEX tasks_of_call ON tasks (shard, execution_id, parent, call_key);

CREATE TABLE task_tokens (
  digest       bytea NOT NULL PRIMARY KEY,   -- SHA-256 of the token
  execution_id uuid NOT NULL,
  task         integer NOT NULL
);
)sql";

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0002_H_
