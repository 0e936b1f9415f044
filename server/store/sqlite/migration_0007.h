// What applications keep is found by kind, by execution and by name.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0007_H_
#define FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0007_H_

namespace flowmesh::store {

// An owner's list holds no children, so its index does not either.
inline constexpr char kMigration0007[] = R"sql(
DROP INDEX resources_of_owner;
CREATE INDEX resources_of_owner ON resources (owner, kind, create_time, resource_id) WHERE parent IS NULL;
CREATE INDEX resources_of_kind ON resources (kind, create_time, resource_id) WHERE parent IS NULL;
CREATE INDEX resources_of_execution ON resources (execution_id, kind, create_time, resource_id)
  WHERE execution_id IS NOT NULL;
CREATE INDEX aliases_of_object ON aliases (object_id);
)sql";

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0007_H_
