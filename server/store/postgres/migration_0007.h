// What applications keep is found by kind, by execution and by name.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0007_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0007_H_

namespace flowmesh::store::postgres {

// An owner's list holds no children, so its index does not either. The others have no shard in front: a child may
// belong to somebody else than its parent, a resource to somebody else than the execution that made it, and a name of
// the whole mesh leads to an owner's object.
//
// Everybody's list says "no parent" in another way than the other lists do, so that none of these can take its index: a
// plan is made once, maybe while the table is empty and all indexes look alike, and is kept.
inline constexpr char kMigration0007[] = R"sql(
DROP INDEX resources_of_owner;
CREATE INDEX resources_of_owner ON resources (shard, owner, kind, create_time, resource_id) WHERE parent IS NULL;
CREATE INDEX resources_of_kind ON resources (kind, create_time, resource_id)
  WHERE coalesce(parent, '00000000-0000-0000-0000-000000000000') = '00000000-0000-0000-0000-000000000000';
DROP INDEX resources_of_parent;
CREATE INDEX resources_of_parent ON resources (parent, kind, resource_id) WHERE parent IS NOT NULL;
CREATE INDEX resources_of_execution ON resources (execution_id, kind, create_time, resource_id)
  WHERE execution_id IS NOT NULL;
CREATE INDEX aliases_of_object ON aliases (object_id);
)sql";

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0007_H_
