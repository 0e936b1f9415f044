// Who wrote an artifact and what it is called, and that the same one is there once.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0004_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0004_H_

namespace flowmesh::store::postgres {

inline constexpr char kMigration0004[] = R"sql(
ALTER TABLE artifacts ADD COLUMN name bytea NOT NULL DEFAULT '';
ALTER TABLE artifacts ADD COLUMN task integer NOT NULL DEFAULT 0;
ALTER TABLE artifacts ADD COLUMN attempt integer NOT NULL DEFAULT 0;

DROP INDEX artifacts_of_execution;
CREATE UNIQUE INDEX artifacts_of_task ON artifacts (shard, execution_id, task, name, media_type, digest)
  WHERE execution_id IS NOT NULL;
CREATE UNIQUE INDEX artifacts_of_owner ON artifacts (shard, owner, name, media_type, digest)
  WHERE execution_id IS NULL;
)sql";

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0004_H_
