#include "server/store/postgres/claims.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

#include "server/store/postgres/row_codec.h"

namespace flowmesh::store::postgres {
namespace {

// At most so many rows of one owner are claimed before the next owner's turn.
constexpr int64_t kRowsPerOwner = 4;

using KeyName = std::tuple<std::string_view, std::string_view, std::string_view>;

KeyName NameOf(const IdempotencyRow& row) { return {row.owner, row.method, row.key}; }

// The keys of `rows` at these places, sorted by name.
class SortedKeys {
 public:
  SortedKeys(absl::Span<const IdempotencyRow> rows, std::vector<size_t> places)
      : rows_(rows), places_(std::move(places)) {
    std::sort(places_.begin(), places_.end(), [&](size_t a, size_t b) { return NameOf(rows_[a]) < NameOf(rows_[b]); });
  }

  const std::vector<size_t>& places() const { return places_; }

  Parameters Bound(Sql sql, bool with_object) const {
    Parameters parameters(StatementOf(sql));
    for (const size_t place : places_) {
      BindIdempotencyKey(rows_[place], parameters.Row());
      if (with_object) BindIdempotencyObject(rows_[place], parameters);
    }
    return parameters;
  }

  // Marks those whose names a statement has answered.
  void MarkFresh(const Result& names, std::vector<ClaimedKey>& answers) const {
    for (int i = 0; i < names.rows(); ++i) {
      const Row row = names.row(i);
      const KeyName name = {row.View(0), row.View(1), row.View(2)};
      const auto found = std::lower_bound(places_.begin(), places_.end(), name,
                                          [&](size_t place, const KeyName& key) { return NameOf(rows_[place]) < key; });
      if (found != places_.end() && NameOf(rows_[*found]) == name) answers[*found].fresh = true;
    }
  }

 private:
  const absl::Span<const IdempotencyRow> rows_;
  std::vector<size_t> places_;
};

// Those that stood there before: replaced when they have expired, else read.
absl::Status TakeOrRead(Connection& connection, const SortedKeys& taken, absl::Time now,
                        std::vector<ClaimedKey>& answers) {
  Parameters replace = taken.Bound(Sql::kReplaceExpiredKeys, /*with_object=*/true);
  replace.Scalars().Bind(now);
  connection.Send(Sql::kReplaceExpiredKeys, std::move(replace));
  connection.Send(Sql::kReadIdempotencyKeys, taken.Bound(Sql::kReadIdempotencyKeys, /*with_object=*/false));
  const auto results = connection.Exchange();
  if (!results.ok()) return results.status();
  taken.MarkFresh((*results)[0], answers);
  const Result& found = (*results)[1];
  if (static_cast<size_t>(found.rows()) != taken.places().size()) {
    return absl::AbortedError("an idempotency key was removed at this moment; retry");
  }
  for (int i = 0; i < found.rows(); ++i) {
    const Row row = found.row(i);
    ClaimedKey& answer = answers[taken.places()[static_cast<size_t>(row.Number(0)) - 1]];
    if (answer.fresh) continue;
    answer.row.object_id = row.ReadId(1);
    answer.row.digest = row.String(2);
    answer.row.expire_time = row.Time(3);
  }
  return absl::OkStatus();
}

// What one walk over the owners took.
struct Walk {
  std::vector<ReadyRow> rows;  // round by round
  int64_t owners = 0;
  uint64_t last_owner = 0;
};

Walk ReadWalk(const std::string& queue, const Result& result) {
  std::vector<ReadyRow> taken;
  for (int i = 0; i < result.rows(); ++i) {
    const Row row = result.row(i);
    taken.push_back({queue, row.Unsigned(0), row.Int(1), TaskKey{row.ReadId(2), row.Int(3)}, row.Time(4)});
  }
  // The walk went from the smallest owner up; the order in which a DELETE answers is not promised.
  std::sort(taken.begin(), taken.end(), [](const ReadyRow& a, const ReadyRow& b) {
    return std::make_tuple(static_cast<int64_t>(a.owner_hash), a.priority, a.key) <
           std::make_tuple(static_cast<int64_t>(b.owner_hash), b.priority, b.key);
  });
  Walk walk;
  std::vector<std::vector<ReadyRow>> rounds;
  int64_t of_owner = 0;
  for (ReadyRow& row : taken) {
    const bool same = walk.owners > 0 && row.owner_hash == walk.last_owner;
    of_owner = same ? of_owner + 1 : 0;
    walk.owners += same ? 0 : 1;
    walk.last_owner = row.owner_hash;
    const auto round = static_cast<size_t>(of_owner / kRowsPerOwner);
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].push_back(std::move(row));
  }
  for (std::vector<ReadyRow>& round : rounds) {
    std::move(round.begin(), round.end(), std::back_inserter(walk.rows));
  }
  return walk;
}

}  // namespace

absl::StatusOr<std::vector<ClaimedKey>> ClaimIdempotencyKeys(Connection& connection,
                                                             absl::Span<const IdempotencyRow> rows, absl::Time now) {
  std::vector<ClaimedKey> answers;
  if (rows.empty()) return answers;
  for (const IdempotencyRow& row : rows) answers.push_back({false, row});
  std::vector<size_t> places(rows.size());
  std::iota(places.begin(), places.end(), size_t{0});
  const SortedKeys all(rows, std::move(places));
  const auto inserted =
      connection.Run(Sql::kInsertIdempotencyKeys, all.Bound(Sql::kInsertIdempotencyKeys, /*with_object=*/true));
  if (!inserted.ok()) return inserted.status();
  all.MarkFresh(*inserted, answers);

  std::vector<size_t> left;
  for (size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i].fresh) left.push_back(i);
  }
  if (left.empty()) return answers;
  if (absl::Status status = TakeOrRead(connection, SortedKeys(rows, std::move(left)), now, answers); !status.ok()) {
    return status;
  }
  return answers;
}

absl::StatusOr<ClaimedReady> ClaimReady(Connection& connection, const std::string& queue, uint64_t cursor, int limit) {
  constexpr int64_t kFirst = std::numeric_limits<int64_t>::min();
  ClaimedReady claimed;
  claimed.cursor = cursor;
  auto after = static_cast<int64_t>(cursor);
  int64_t per_owner = kRowsPerOwner;
  while (true) {
    const int64_t room = std::max<int64_t>(limit, 0) - static_cast<int64_t>(claimed.rows.size());
    const bool takes = room > 0;
    if (takes) {
      connection.Send(Sql::kClaimReady, std::move(Parameters().BindBlob(queue).Bind(after).Bind(room).Bind(per_owner)));
    }
    connection.Send(Sql::kAnyReady, std::move(Parameters().BindBlob(queue)));
    const auto results = connection.Exchange();
    if (!results.ok()) return results.status();
    Walk walk = takes ? ReadWalk(queue, results->front()) : Walk();
    if (!walk.rows.empty()) claimed.cursor = walk.last_owner;
    claimed.exhausted = results->back().rows() == 0;
    const int64_t left = room - static_cast<int64_t>(walk.rows.size());
    const bool in_vain = walk.rows.empty() && after == kFirst;  // others hold what is left
    std::move(walk.rows.begin(), walk.rows.end(), std::back_inserter(claimed.rows));
    if (claimed.exhausted || left <= 0 || in_vain) return claimed;
    // Once around, all owners are known: as many rounds as fit go in one statement. Each walks over what was claimed
    // before and is not vacuumed yet, so there should be few.
    if (after == kFirst) per_owner = kRowsPerOwner * std::max<int64_t>(1, left / (kRowsPerOwner * walk.owners));
    // Around the end. No owner stands at the smallest number but by a chance of 1 in 2^64.
    after = kFirst;
  }
}

absl::StatusOr<std::vector<TimerRow>> ClaimDueTimers(Connection& connection, absl::Time now, int limit) {
  std::vector<TimerRow> timers;
  const auto due = connection.Run(Sql::kClaimDueTimers, std::move(Parameters().Bind(now).Bind(std::max(limit, 0))));
  if (!due.ok()) return due.status();
  for (int i = 0; i < due->rows(); ++i) {
    const Row row = due->row(i);
    timers.push_back({row.Time(0), TaskKey{row.ReadId(1), row.Int(2)}, static_cast<TimerKind>(row.Int(3))});
  }
  std::sort(timers.begin(), timers.end(), [](const TimerRow& a, const TimerRow& b) {
    return std::tie(a.due, a.key, a.kind) < std::tie(b.due, b.key, b.kind);
  });
  return timers;
}

}  // namespace flowmesh::store::postgres
