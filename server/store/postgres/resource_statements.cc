#include "server/store/postgres/resource_statements.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/store/postgres/columns.h"

namespace flowmesh::store::postgres {
namespace {

// Stands for "none" where NULL stands for "as it is".
constexpr char kNoId[] = "'00000000-0000-0000-0000-000000000000'::uuid";

const Columns& ResourceKey() {
  static const auto& columns = *new Columns{{"shard"}, {"resource_id", Kind::kId}};
  return columns;
}

Statement UpdateResources() {
  const Columns all =
      ResourceKey() +
      Columns{{"only_of", Kind::kId}, {"execution_id", Kind::kId}, {"payload", Kind::kBytes}, {"update_time"}};
  return {absl::StrCat("UPDATE resources t SET version = t.version + 1, update_time = u.update_time, execution_id = "
                       "nullif(coalesce(u.execution_id, t.execution_id), ",
                       kNoId, "), payload = coalesce(u.payload, t.payload) FROM ", Unnest(all), " AS u (", Names(all),
                       ") WHERE ", Joined(ResourceKey(), "t"), " AND (u.only_of IS NULL OR coalesce(t.execution_id, ",
                       kNoId, ") = u.only_of)"),
          KindsOf(all)};
}

// `down`: the newest first. `place` is the number of the first parameter of the last row seen.
Statement ListBy(const std::string& which, bool down, int place) {
  return {absl::StrCat("SELECT ", Names(ResourceColumns()), " FROM resources WHERE ", which,
                       " AND (create_time, resource_id) ", down ? "<" : ">", " ($", place, "::int8, $", place + 1,
                       "::uuid) ORDER BY create_time", down ? " DESC" : "", ", resource_id", down ? " DESC" : "",
                       " LIMIT $", place + 2, "::int8")};
}

Statement ListChildren(bool down) {
  return {absl::StrCat("SELECT ", Names(ResourceColumns()),
                       " FROM resources WHERE kind = $1::bytea AND parent = $2::uuid "
                       "AND ($3::bytea IS NULL OR owner = $3::bytea) "
                       "AND ($4::uuid IS NULL OR execution_id = $4::uuid) AND resource_id ",
                       down ? "<" : ">", " $5::uuid ORDER BY resource_id", down ? " DESC" : "", " LIMIT $6::int8")};
}

Statement ListStatement(Sql sql) {
  constexpr char kOfOwner[] = "kind = $1::bytea AND shard = $2::int8 AND owner = $3::bytea AND parent IS NULL";
  // As the index says it (migration_0007.h).
  const std::string of_all = absl::StrCat("kind = $1::bytea AND coalesce(parent, ", kNoId, ") = ", kNoId);
  constexpr char kOfExecution[] =
      "kind = $1::bytea AND execution_id = $2::uuid AND parent IS NULL AND ($3::bytea IS NULL OR owner = $3::bytea)";
  switch (sql) {
    case Sql::kListResourcesOfOwner:
      return ListBy(kOfOwner, /*down=*/true, 4);
    case Sql::kListResourcesOfOwnerUp:
      return ListBy(kOfOwner, /*down=*/false, 4);
    case Sql::kListResourcesOfAll:
      return ListBy(of_all, /*down=*/true, 2);
    case Sql::kListResourcesOfAllUp:
      return ListBy(of_all, /*down=*/false, 2);
    case Sql::kListResourcesOfParent:
      return ListChildren(/*down=*/true);
    case Sql::kListResourcesOfParentUp:
      return ListChildren(/*down=*/false);
    case Sql::kListResourcesOfExecution:
      return ListBy(kOfExecution, /*down=*/true, 4);
    case Sql::kListResourcesOfExecutionUp:
      return ListBy(kOfExecution, /*down=*/false, 4);
    default:
      return {};
  }
}

Statement AliasStatement(Sql sql) {
  const Columns object = {{"object_id", Kind::kId}};
  switch (sql) {
    case Sql::kClaimAliases:
      return InsertInto("aliases", AliasName() + object,
                        " ON CONFLICT (shard, owner, kind, alias) DO NOTHING RETURNING owner, kind, alias");
    case Sql::kReadAliases:
      return ReadOf("aliases", AliasName(), object);
    case Sql::kInsertAliases:
      return InsertInto("aliases", AliasName() + object);
    case Sql::kUpdateAliases:
      return Update("aliases", AliasName(), object);
    case Sql::kDeleteAliases:
      return DeleteFrom("aliases", AliasName());
    default:
      return {};
  }
}

}  // namespace

Statement ResourceStatement(Sql sql) {
  switch (sql) {
    case Sql::kInsertResources:
      return InsertInto("resources", Columns{{"shard"}} + ResourceColumns());
    case Sql::kUpdateResources:
      return UpdateResources();
    case Sql::kCountUp:
      return InsertInto("resources", Columns{{"shard"}} + ResourceColumns(),
                        " ON CONFLICT (shard, resource_id) DO UPDATE SET version = resources.version + 1, "
                        "update_time = excluded.update_time RETURNING version");
    case Sql::kReadResources:
      return ReadOf("resources", ResourceKey(), ResourceColumns());
    case Sql::kPurgeAliases:
      // The resources are locked, so that none of them gets another execution before they go.
      return {
          "DELETE FROM aliases WHERE (shard, owner, kind, alias) IN (SELECT a.shard, a.owner, a.kind, a.alias "
          "FROM resources r JOIN aliases a ON a.object_id = r.resource_id WHERE r.execution_id = $1::uuid "
          "LIMIT $2::int8 FOR UPDATE OF r)"};
    case Sql::kMeasureResources:
      return {
          "SELECT resource_id, octet_length(payload) FROM resources WHERE execution_id = $1::uuid LIMIT $2::int8 "
          "FOR UPDATE"};
    case Sql::kPurgeResources:
      return DeleteFrom("resources", ResourceKey());
    default:
      break;
  }
  Statement statement = ListStatement(sql);
  return statement.text.empty() ? AliasStatement(sql) : statement;
}

}  // namespace flowmesh::store::postgres
