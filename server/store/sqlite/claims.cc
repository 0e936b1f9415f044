#include "server/store/sqlite/claims.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "server/store/sqlite/apply.h"

namespace flowmesh::store {
namespace {

// At most so many rows of one owner are claimed before the next owner's turn.
constexpr int kRowsPerOwner = 4;

// The owner with rows in `queue` that follows `cursor`, around the end; nullopt = the queue is empty.
absl::StatusOr<std::optional<uint64_t>> NextOwner(Connection& connection, const std::string& queue, uint64_t cursor) {
  Run next(connection, Sql::kNextOwner);
  // No owner stands at the smallest number but by a chance of 1 in 2^64, and then it is found there by its own cursor.
  for (const int64_t after : {static_cast<int64_t>(cursor), std::numeric_limits<int64_t>::min()}) {
    next.BindText(queue).Bind(after);
    const int code = next.Step();
    if (code == SQLITE_ROW) return next.Unsigned(0);
    if (code != SQLITE_DONE) return connection.Failed(code);
    next.Rewind();
  }
  return std::nullopt;
}

absl::Status TakeOfOwner(Connection& connection, const std::string& queue, uint64_t owner_hash, int limit,
                         std::vector<ReadyRow>* taken) {
  const size_t before = taken->size();
  {
    Run take(connection, Sql::kTakeOfOwner);
    take.BindText(queue).Bind(owner_hash).Bind(limit);
    while (take.Step() == SQLITE_ROW) {
      taken->push_back({queue, owner_hash, take.Int(0), TaskKey{take.ReadId(1), take.Int(2)}, take.Time(3)});
    }
    if (!take.done()) return connection.Failed(take.code());
  }
  Run erase(connection, Sql::kDeleteReady);
  for (size_t i = before; i < taken->size(); ++i) {
    if (!DeleteReady((*taken)[i], erase)) return connection.Failed(erase.code());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ClaimedReady> ClaimReady(Connection& connection, const std::string& queue, uint64_t cursor, int limit) {
  ClaimedReady claimed;
  claimed.cursor = cursor;
  while (true) {
    const absl::StatusOr<std::optional<uint64_t>> owner = NextOwner(connection, queue, claimed.cursor);
    if (!owner.ok()) return owner.status();
    claimed.exhausted = !owner->has_value();
    const int room = limit - static_cast<int>(claimed.rows.size());
    if (claimed.exhausted || room <= 0) return claimed;
    if (absl::Status status = TakeOfOwner(connection, queue, **owner, std::min(room, kRowsPerOwner), &claimed.rows);
        !status.ok()) {
      return status;
    }
    claimed.cursor = **owner;
  }
}

absl::StatusOr<std::vector<TimerRow>> ClaimDueTimers(Connection& connection, absl::Time now, int limit) {
  std::vector<TimerRow> timers;
  {
    Run due(connection, Sql::kDueTimers);
    due.Bind(now).Bind(std::max(limit, 0));
    while (due.Step() == SQLITE_ROW) {
      timers.push_back({due.Time(0), TaskKey{due.ReadId(1), due.Int(2)}, static_cast<TimerKind>(due.Int(3))});
    }
    if (!due.done()) return connection.Failed(due.code());
  }
  Run erase(connection, Sql::kDeleteTimer);
  for (const TimerRow& timer : timers) {
    if (!DeleteTimer(timer, erase)) return connection.Failed(erase.code());
  }
  return timers;
}

}  // namespace flowmesh::store
