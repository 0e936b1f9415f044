#include "server/store/sqlite/resources.h"

#include <algorithm>
#include <string>

#include "server/store/sqlite/row_codec.h"

namespace flowmesh::store {
namespace {

void BindName(const AliasRow& row, Run& run) { run.BindText(row.owner).BindText(row.kind).BindText(row.alias); }

void BindOptional(const std::optional<Id>& id, Run& run) {
  if (id.has_value()) {
    run.Bind(*id);
  } else {
    run.BindNull();
  }
}

Sql ListOf(const ResourceFilter& filter) {
  const bool down = filter.newest_first;
  if (filter.parent.has_value()) return down ? Sql::kListResourcesOfParent : Sql::kListResourcesOfParentUp;
  if (filter.execution_id.has_value()) {
    return down ? Sql::kListResourcesOfExecution : Sql::kListResourcesOfExecutionUp;
  }
  if (filter.owner.has_value()) return down ? Sql::kListResourcesOfOwner : Sql::kListResourcesOfOwnerUp;
  return down ? Sql::kListResourcesOfAll : Sql::kListResourcesOfAllUp;
}

int Update(Connection& connection, const std::vector<ResourceUpdate>& rows) {
  if (rows.empty()) return SQLITE_OK;
  Run run(connection, Sql::kUpdateResource);
  for (const ResourceUpdate& row : rows) {
    run.Bind(row.update_time);
    BindOptional(row.execution_id, run);
    if (row.payload.has_value()) {
      run.BindBlob(*row.payload);
    } else {
      run.BindNull();
    }
    run.Bind(row.id);
    BindOptional(row.only_of, run);
    if (!run.Do()) return run.code();
  }
  return SQLITE_OK;
}

}  // namespace

absl::StatusOr<std::vector<ClaimedAlias>> ClaimAliases(Connection& connection, absl::Span<const AliasRow> rows) {
  std::vector<ClaimedAlias> answers;
  answers.reserve(rows.size());
  Run claim(connection, Sql::kClaimAlias);
  Run read(connection, Sql::kReadAlias);
  for (const AliasRow& row : rows) {
    BindName(row, claim);
    if (!claim.Bind(row.object_id).Do()) return connection.Failed(claim.code());
    ClaimedAlias& answer = answers.emplace_back(ClaimedAlias{.fresh = true, .object_id = row.object_id});
    if (connection.changes() != 0) continue;
    BindName(row, read);
    if (read.Step() != SQLITE_ROW) return connection.Failed(read.code());
    answer = {.fresh = false, .object_id = read.ReadId(0)};
    read.Rewind();
  }
  return answers;
}

absl::StatusOr<int64_t> CountUp(Connection& connection, const ResourceRow& counter) {
  Run run(connection, Sql::kCountUp);
  BindResource(counter, run);
  if (run.Step() != SQLITE_ROW) return connection.Failed(run.code());
  const int64_t version = run.Number(0);
  if (run.Step() != SQLITE_DONE) return connection.Failed(run.code());
  return version;
}

absl::StatusOr<std::vector<std::optional<ResourceRow>>> ReadResources(Connection& connection,
                                                                      absl::Span<const Id> ids) {
  std::vector<std::optional<ResourceRow>> answers(ids.size());
  Run read(connection, Sql::kReadResource);
  for (size_t i = 0; i < ids.size(); ++i) {
    const int code = read.Bind(ids[i]).Step();
    if (code == SQLITE_ROW) answers[i] = ReadResource(read);
    if (code != SQLITE_ROW && code != SQLITE_DONE) return connection.Failed(code);
    read.Rewind();
  }
  return answers;
}

absl::StatusOr<ResourcePage> ListResources(Connection& connection, const ResourceFilter& filter) {
  absl::Time last_time = filter.newest_first ? absl::InfiniteFuture() : absl::InfinitePast();
  std::string last_id(filter.newest_first ? 17 : 0, '\xff');  // above all ids, below all ids
  if (filter.after.has_value()) {
    last_time = filter.after->first;
    last_id = filter.after->second.bytes();
  }
  const int limit = std::max(filter.limit, 1);
  Run run(connection, ListOf(filter));
  run.BindText(filter.kind);
  if (filter.owner.has_value()) {
    run.BindText(*filter.owner);
  } else {
    run.BindNull();
  }
  BindOptional(filter.parent, run);
  BindOptional(filter.execution_id, run);
  // One row more tells whether there is another page.
  run.Bind(last_time).BindBlob(last_id).Bind(int64_t{limit} + 1);
  ResourcePage page;
  while (run.Step() == SQLITE_ROW) {
    page.more = static_cast<int>(page.rows.size()) == limit;
    if (!page.more) page.rows.push_back(ReadResource(run));
  }
  if (!run.done()) return connection.Failed(run.code());
  return page;
}

absl::StatusOr<std::optional<Id>> ReadAlias(Connection& connection, const AliasRow& name) {
  Run read(connection, Sql::kReadAlias);
  BindName(name, read);
  const int code = read.Step();
  if (code == SQLITE_DONE) return std::nullopt;
  if (code != SQLITE_ROW) return connection.Failed(code);
  return read.ReadId(0);
}

// A name that was claimed for nothing is free before the next one is inserted.
int WriteResources(Connection& connection, const Writes& writes) {
  int code = ForEach(connection, Sql::kInsertResource, writes.insert_resources, BindResource);
  if (code == SQLITE_OK) code = Update(connection, writes.update_resources);
  if (code == SQLITE_OK) code = ForEach(connection, Sql::kDeleteAlias, writes.delete_aliases, BindName);
  if (code == SQLITE_OK) {
    code = ForEach(connection, Sql::kUpdateAlias, writes.update_aliases, [](const AliasRow& row, Run& run) {
      run.Bind(row.object_id);
      BindName(row, run);
    });
  }
  if (code != SQLITE_OK) return code;
  return ForEach(connection, Sql::kInsertAlias, writes.insert_aliases, [](const AliasRow& row, Run& run) {
    BindName(row, run);
    run.Bind(row.object_id);
  });
}

}  // namespace flowmesh::store
