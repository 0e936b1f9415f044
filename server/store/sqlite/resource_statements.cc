#include "server/store/sqlite/resource_statements.h"

#define RESOURCE_COLUMNS "resource_id, kind, owner, parent, execution_id, version, create_time, update_time, payload"

// All lists take the same parameters: ?1 kind, ?2 owner, ?3 parent, ?4 execution, ?5 and ?6 the last row seen, ?7 the
// limit. Each names the index that has its rows in order.
#define LIST_BY(index) "SELECT " RESOURCE_COLUMNS " FROM resources INDEXED BY " index " WHERE kind = ?1 AND "
#define OF_OWNER_IF_NAMED "(?2 IS NULL OR owner = ?2) "
#define DOWN "AND (create_time, resource_id) < (?5, ?6) ORDER BY create_time DESC, resource_id DESC LIMIT ?7"
#define UP "AND (create_time, resource_id) > (?5, ?6) ORDER BY create_time, resource_id LIMIT ?7"
#define OF_PARENT \
  LIST_BY("resources_of_parent") "parent = ?3 AND (?4 IS NULL OR execution_id = ?4) AND " OF_OWNER_IF_NAMED
#define OF_EXECUTION LIST_BY("resources_of_execution") "execution_id = ?4 AND parent IS NULL AND " OF_OWNER_IF_NAMED

namespace flowmesh::store {

const char* ResourceText(Sql sql) {
  switch (sql) {
    case Sql::kInsertResource:
      return "INSERT INTO resources (" RESOURCE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    case Sql::kUpdateResource:
      // 16 zero bytes stand for "none".
      return "UPDATE resources SET version = version + 1, update_time = ?1, "
             "execution_id = nullif(coalesce(?2, execution_id), zeroblob(16)), payload = coalesce(?3, payload) "
             "WHERE resource_id = ?4 AND (?5 IS NULL OR coalesce(execution_id, zeroblob(16)) = ?5)";
    case Sql::kCountUp:
      return "INSERT INTO resources (" RESOURCE_COLUMNS
             ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (resource_id) DO UPDATE SET version = version + 1, "
             "update_time = excluded.update_time RETURNING version";
    case Sql::kReadResource:
      return "SELECT " RESOURCE_COLUMNS " FROM resources WHERE resource_id = ?";
    case Sql::kListResourcesOfOwner:
      return LIST_BY("resources_of_owner") "owner = ?2 AND parent IS NULL " DOWN;
    case Sql::kListResourcesOfOwnerUp:
      return LIST_BY("resources_of_owner") "owner = ?2 AND parent IS NULL " UP;
    case Sql::kListResourcesOfAll:
      return LIST_BY("resources_of_kind") "parent IS NULL " DOWN;
    case Sql::kListResourcesOfAllUp:
      return LIST_BY("resources_of_kind") "parent IS NULL " UP;
    case Sql::kListResourcesOfParent:
      return OF_PARENT "AND resource_id < ?6 ORDER BY resource_id DESC LIMIT ?7";
    case Sql::kListResourcesOfParentUp:
      return OF_PARENT "AND resource_id > ?6 ORDER BY resource_id LIMIT ?7";
    case Sql::kListResourcesOfExecution:
      return OF_EXECUTION DOWN;
    case Sql::kListResourcesOfExecutionUp:
      return OF_EXECUTION UP;
    case Sql::kMeasureResources:
      return "SELECT resource_id, length(payload) FROM resources WHERE execution_id = ? LIMIT ?";
    case Sql::kPurgeResource:
      return "DELETE FROM resources WHERE resource_id = ?";
    case Sql::kPurgeAliases:
      return "DELETE FROM aliases WHERE (owner, kind, alias) IN (SELECT a.owner, a.kind, a.alias FROM resources r "
             "CROSS JOIN aliases a ON a.object_id = r.resource_id WHERE r.execution_id = ? LIMIT ?)";
    case Sql::kClaimAlias:
      return "INSERT INTO aliases (owner, kind, alias, object_id) VALUES (?, ?, ?, ?) "
             "ON CONFLICT (owner, kind, alias) DO NOTHING";
    case Sql::kReadAlias:
      return "SELECT object_id FROM aliases WHERE owner = ? AND kind = ? AND alias = ?";
    case Sql::kInsertAlias:
      return "INSERT INTO aliases (owner, kind, alias, object_id) VALUES (?, ?, ?, ?)";
    case Sql::kUpdateAlias:
      return "UPDATE aliases SET object_id = ? WHERE owner = ? AND kind = ? AND alias = ?";
    case Sql::kDeleteAlias:
      return "DELETE FROM aliases WHERE owner = ? AND kind = ? AND alias = ?";
    default:
      return nullptr;
  }
}

}  // namespace flowmesh::store
