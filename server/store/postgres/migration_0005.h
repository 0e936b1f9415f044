// Retries, and what deleted executions leave behind.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0005_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0005_H_

namespace flowmesh::store::postgres {

// A row of `purges` is a deleted execution of which other tables still hold rows.
inline constexpr char kMigration0005[] = R"sql(
CREATE TABLE retries (
  shard        smallint NOT NULL,
  retry_of     uuid NOT NULL,
  execution_id uuid NOT NULL,
  PRIMARY KEY (shard, retry_of, execution_id)
);

CREATE TABLE purges (
  shard        smallint NOT NULL,
  execution_id uuid NOT NULL,
  PRIMARY KEY (shard, execution_id)
);
)sql";

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0005_H_
