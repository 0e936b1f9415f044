#include "server/store/postgres/concurrency.h"

#include <algorithm>
#include <utility>

#include "server/store/postgres/row_codec.h"

namespace flowmesh::store::postgres {
namespace {

// A lock's row may go just before it is locked, and then it is made again.
constexpr int kLockTries = 10;

}  // namespace

Parameters BoundNames(Sql sql, absl::Span<const ConcurrencyName> names) {
  Parameters parameters(StatementOf(sql));
  for (const ConcurrencyName& name : names) BindConcurrencyName(name, parameters.Row());
  return parameters;
}

absl::StatusOr<std::vector<std::optional<ConcurrencyRow>>> FindKeys(Connection& connection, absl::Span<const Id> ids) {
  std::vector<std::optional<ConcurrencyRow>> answers(ids.size());
  if (ids.empty()) return answers;
  Parameters parameters(StatementOf(Sql::kFindConcurrencyKeys));
  for (const Id& id : ids) parameters.Row().Bind(id);
  const auto found = connection.Run(Sql::kFindConcurrencyKeys, std::move(parameters));
  if (!found.ok()) return found.status();
  for (int i = 0; i < found->rows(); ++i) {
    const Row row = found->row(i);
    const size_t place = static_cast<size_t>(row.Number(0)) - 1;
    answers[place] = ConcurrencyRow{.name = {row.String(1), row.String(2)},
                                    .place = row.Number(3),
                                    .execution_id = ids[place],
                                    .policy = static_cast<ConcurrencyPolicy>(row.Int(4))};
  }
  return answers;
}

absl::StatusOr<std::vector<LockedKey>> LockKeys(Connection& connection, absl::Span<const ConcurrencyName> names) {
  std::vector<LockedKey> answers(names.size());
  if (names.empty()) return answers;
  // In sorted order, so that two batches do not wait for each other.
  std::vector<ConcurrencyName> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  for (int i = 0; i < kLockTries; ++i) {
    connection.Send(Sql::kInsertConcurrencyLocks, BoundNames(Sql::kInsertConcurrencyLocks, sorted));
    connection.Send(Sql::kTakeConcurrencyLocks, BoundNames(Sql::kTakeConcurrencyLocks, sorted));
    // Its snapshot is taken when the locks are held.
    connection.Send(Sql::kReadConcurrencyKeys, BoundNames(Sql::kReadConcurrencyKeys, names));
    const auto results = connection.Exchange();
    if (!results.ok()) return results.status();
    if (static_cast<size_t>((*results)[1].rows()) != sorted.size()) continue;
    const Result& keys = results->back();
    for (int k = 0; k < keys.rows(); ++k) {
      const Row row = keys.row(k);
      LockedKey& answer = answers[static_cast<size_t>(row.Number(0)) - 1];
      answer = {.holder = row.ReadId(1), .waiting = row.Int(2), .last_place = row.Number(3)};
    }
    return answers;
  }
  return absl::AbortedError("a concurrency key changed hands too often at this moment; retry");
}

absl::StatusOr<std::vector<ConcurrencyRow>> ReadKeyWaiters(Connection& connection, const ConcurrencyName& name,
                                                           int64_t after, int limit) {
  Parameters parameters;
  BindConcurrencyName(name, parameters);
  parameters.Bind(std::max<int64_t>(after, 0)).Bind(std::max(limit, 0));
  const auto rows = connection.Run(Sql::kReadKeyWaiters, std::move(parameters));
  if (!rows.ok()) return rows.status();
  std::vector<ConcurrencyRow> waiters;
  for (int i = 0; i < rows->rows(); ++i) {
    const Row row = rows->row(i);
    waiters.push_back({name, row.Number(0), row.ReadId(1), static_cast<ConcurrencyPolicy>(row.Int(2))});
  }
  return waiters;
}

absl::StatusOr<std::optional<KeyPlace>> ReadKeyPlace(Connection& connection, const Id& id) {
  const auto place = connection.Run(Sql::kReadKeyPlace, std::move(Parameters().Bind(id)));
  if (!place.ok()) return place.status();
  if (place->rows() == 0) return std::nullopt;
  return KeyPlace{.holder = place->row(0).ReadId(0), .ahead = place->row(0).Int(1)};
}

}  // namespace flowmesh::store::postgres
