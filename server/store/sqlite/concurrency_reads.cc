#include "server/store/sqlite/concurrency_reads.h"

#include <algorithm>

namespace flowmesh::store {
namespace {

absl::StatusOr<std::optional<Id>> ReadHolder(Connection& connection, const ConcurrencyName& name) {
  Run run(connection, Sql::kReadKeyHolder);
  run.BindText(name.owner).BindText(name.key);
  const int code = run.Step();
  if (code == SQLITE_ROW) return run.ReadId(0);
  if (code != SQLITE_DONE) return connection.Failed(code);
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::vector<std::optional<ConcurrencyRow>>> FindKeys(Connection& connection, absl::Span<const Id> ids) {
  std::vector<std::optional<ConcurrencyRow>> answers(ids.size());
  Run find(connection, Sql::kFindConcurrencyKey);
  for (size_t i = 0; i < ids.size(); ++i) {
    find.Bind(ids[i]);
    const int code = find.Step();
    if (code == SQLITE_ROW) {
      answers[i] = ConcurrencyRow{.name = {find.String(0), find.String(1)},
                                  .place = find.Number(2),
                                  .execution_id = ids[i],
                                  .policy = static_cast<ConcurrencyPolicy>(find.Int(3))};
    } else if (code != SQLITE_DONE) {
      return connection.Failed(code);
    }
    find.Rewind();
  }
  return answers;
}

absl::StatusOr<std::vector<LockedKey>> ReadKeys(Connection& connection, absl::Span<const ConcurrencyName> names) {
  std::vector<LockedKey> answers(names.size());
  Run count(connection, Sql::kCountKeyWaiters);
  for (size_t i = 0; i < names.size(); ++i) {
    auto holder = ReadHolder(connection, names[i]);
    if (!holder.ok()) return holder.status();
    answers[i].holder = *holder;
    if (!answers[i].holder) continue;
    count.BindText(names[i].owner).BindText(names[i].key);
    if (count.Step() != SQLITE_ROW) return connection.Failed(count.code());
    answers[i].waiting = count.Int(0);
    answers[i].last_place = count.Number(1);
    count.Rewind();
  }
  return answers;
}

absl::StatusOr<std::vector<ConcurrencyRow>> ReadKeyWaiters(Connection& connection, const ConcurrencyName& name,
                                                           int64_t after, int limit) {
  std::vector<ConcurrencyRow> waiters;
  Run read(connection, Sql::kReadKeyWaiters);
  read.BindText(name.owner).BindText(name.key).Bind(std::max<int64_t>(after, 0)).Bind(std::max(limit, 0));
  while (read.Step() == SQLITE_ROW) {
    waiters.push_back({name, read.Number(0), read.ReadId(1), static_cast<ConcurrencyPolicy>(read.Int(2))});
  }
  if (!read.done()) return connection.Failed(read.code());
  return waiters;
}

absl::StatusOr<std::optional<KeyPlace>> ReadKeyPlace(Connection& connection, const Id& id) {
  const auto found = FindKeys(connection, {&id, 1});
  if (!found.ok()) return found.status();
  const std::optional<ConcurrencyRow>& row = found->front();
  if (!row || row->place == 0) return std::nullopt;
  const auto holder = ReadHolder(connection, row->name);
  if (!holder.ok()) return holder.status();
  if (!holder->has_value()) return std::nullopt;
  Run count(connection, Sql::kCountKeyAhead);
  count.BindText(row->name.owner).BindText(row->name.key).Bind(row->place);
  if (count.Step() != SQLITE_ROW) return connection.Failed(count.code());
  return KeyPlace{.holder = **holder, .ahead = count.Int(0)};
}

}  // namespace flowmesh::store
