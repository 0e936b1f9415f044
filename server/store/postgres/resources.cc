#include "server/store/postgres/resources.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "server/store/postgres/row_codec.h"

namespace flowmesh::store::postgres {
namespace {

using Name = std::tuple<std::string_view, std::string_view, std::string_view>;

Name NameOf(const AliasRow& row) { return {row.owner, row.kind, row.alias}; }

// The last row seen, or one before the first.
std::pair<absl::Time, Id> BoundOf(const ResourceFilter& filter) {
  constexpr uint64_t kAllBits = std::numeric_limits<uint64_t>::max();
  if (filter.after.has_value()) return *filter.after;
  if (filter.newest_first) return {absl::InfiniteFuture(), {kAllBits, kAllBits}};
  return {absl::InfinitePast(), {}};
}

void BindOwnerIfNamed(const ResourceFilter& filter, Parameters& to) {
  if (filter.owner.has_value()) {
    to.BindBlob(*filter.owner);
  } else {
    to.BindNull();
  }
}

// Binds everything but the limit.
Sql BindList(const ResourceFilter& filter, Parameters& to) {
  const bool down = filter.newest_first;
  const auto [time, id] = BoundOf(filter);
  to.BindBlob(filter.kind);
  if (filter.parent.has_value()) {
    to.Bind(*filter.parent);
    BindOwnerIfNamed(filter, to);
    BindOptional(filter.execution_id, to);
    to.Bind(id);
    return down ? Sql::kListResourcesOfParent : Sql::kListResourcesOfParentUp;
  }
  if (filter.execution_id.has_value()) {
    to.Bind(*filter.execution_id);
    BindOwnerIfNamed(filter, to);
    to.Bind(time).Bind(id);
    return down ? Sql::kListResourcesOfExecution : Sql::kListResourcesOfExecutionUp;
  }
  if (filter.owner.has_value()) {
    to.Bind(static_cast<int64_t>(base::ShardOf(*filter.owner))).BindBlob(*filter.owner);
    to.Bind(time).Bind(id);
    return down ? Sql::kListResourcesOfOwner : Sql::kListResourcesOfOwnerUp;
  }
  to.Bind(time).Bind(id);
  return down ? Sql::kListResourcesOfAll : Sql::kListResourcesOfAllUp;
}

}  // namespace

absl::StatusOr<std::vector<ClaimedAlias>> ClaimAliases(Connection& connection, absl::Span<const AliasRow> rows) {
  std::vector<ClaimedAlias> answers;
  if (rows.empty()) return answers;
  for (const AliasRow& row : rows) answers.push_back({.fresh = true, .object_id = row.object_id});
  std::vector<size_t> places(rows.size());
  std::iota(places.begin(), places.end(), size_t{0});
  std::sort(places.begin(), places.end(), [&](size_t a, size_t b) { return NameOf(rows[a]) < NameOf(rows[b]); });
  Parameters claim(StatementOf(Sql::kClaimAliases));
  for (const size_t place : places) {
    BindAliasName(rows[place], claim.Row());
    claim.Bind(rows[place].object_id);
  }
  const auto claimed = connection.Run(Sql::kClaimAliases, std::move(claim));
  if (!claimed.ok()) return claimed.status();
  if (static_cast<size_t>(claimed->rows()) == rows.size()) return answers;

  std::set<Name> fresh;
  for (int i = 0; i < claimed->rows(); ++i) {
    const Row row = claimed->row(i);
    fresh.emplace(row.View(0), row.View(1), row.View(2));
  }
  std::erase_if(places, [&](size_t place) { return fresh.contains(NameOf(rows[place])); });
  // By a statement of its own, which sees what was committed while the first one waited.
  Parameters names(StatementOf(Sql::kReadAliases));
  for (const size_t place : places) BindAliasName(rows[place], names.Row());
  const auto taken = connection.Run(Sql::kReadAliases, std::move(names));
  if (!taken.ok()) return taken.status();
  if (static_cast<size_t>(taken->rows()) != places.size()) {
    return absl::AbortedError("an alias was removed at this moment; retry");
  }
  for (int i = 0; i < taken->rows(); ++i) {
    const Row row = taken->row(i);
    answers[places[static_cast<size_t>(row.Number(0)) - 1]] = {.fresh = false, .object_id = row.ReadId(1)};
  }
  return answers;
}

absl::StatusOr<int64_t> CountUp(Connection& connection, const ResourceRow& counter) {
  Parameters row(StatementOf(Sql::kCountUp));
  BindResource(counter, row.Row());
  const auto version = connection.Run(Sql::kCountUp, std::move(row));
  if (!version.ok()) return version.status();
  return version->row(0).Number(0);
}

absl::StatusOr<std::vector<std::optional<ResourceRow>>> ReadResources(Connection& connection,
                                                                      absl::Span<const Id> ids) {
  std::vector<std::optional<ResourceRow>> answers(ids.size());
  if (ids.empty()) return answers;
  Parameters keys(StatementOf(Sql::kReadResources));
  for (const Id& id : ids) keys.Row().BindKey(id);
  const auto found = connection.Run(Sql::kReadResources, std::move(keys));
  if (!found.ok()) return found.status();
  for (int i = 0; i < found->rows(); ++i) {
    const Row row = found->row(i);
    answers[static_cast<size_t>(row.Number(0)) - 1] = ReadResource(row.From(1));
  }
  return answers;
}

absl::StatusOr<ResourcePage> ListResources(Connection& connection, const ResourceFilter& filter) {
  const int limit = std::max(filter.limit, 1);
  Parameters parameters;
  const Sql sql = BindList(filter, parameters);
  // One row more tells whether there is another page.
  const auto rows = connection.Run(sql, std::move(parameters.Bind(int64_t{limit} + 1)));
  if (!rows.ok()) return rows.status();
  ResourcePage page;
  page.more = rows->rows() > limit;
  for (int i = 0; i < std::min(rows->rows(), limit); ++i) page.rows.push_back(ReadResource(rows->row(i)));
  return page;
}

absl::StatusOr<std::optional<Id>> ReadAlias(Connection& connection, const AliasRow& name) {
  Parameters names(StatementOf(Sql::kReadAliases));
  BindAliasName(name, names.Row());
  const auto found = connection.Run(Sql::kReadAliases, std::move(names));
  if (!found.ok()) return found.status();
  if (found->rows() == 0) return std::nullopt;
  return found->row(0).ReadId(1);
}

}  // namespace flowmesh::store::postgres
