// The queues of concurrency keys.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0003_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0003_H_

namespace flowmesh::store::postgres {

// The table takes the place of an older one, which nothing was ever written to. A queue is locked by its row in
// `concurrency_locks`, because a free key has no row with place 0; that row goes with the last place of its queue.
inline constexpr char kMigration0003[] = R"sql(
DROP TABLE concurrency_keys;

CREATE TABLE concurrency_keys (
  shard        smallint NOT NULL,
  owner        bytea NOT NULL,
  key          bytea NOT NULL,
  place        bigint NOT NULL,   -- 0 holds the key
  execution_id uuid NOT NULL,
  policy       smallint NOT NULL,
  PRIMARY KEY (shard, owner, key, place)
);
CREATE UNIQUE INDEX concurrency_keys_of_execution ON concurrency_keys (execution_id);

CREATE TABLE concurrency_locks (
  shard smallint NOT NULL,
  owner bytea NOT NULL,
  key   bytea NOT NULL,
  PRIMARY KEY (shard, owner, key)
);
)sql";

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0003_H_
