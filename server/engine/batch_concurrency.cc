// Whose turn it is at a concurrency key: creates that ask for one, and what becomes of it when its holder ends.
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/batch.h"
#include "server/engine/errors.h"
#include "server/engine/limits.h"

namespace flowmesh::engine {
namespace {

// Mostly the first one lives; the others are those that ended while they waited.
constexpr int kWaitersAtOnce = 16;

absl::Status KeyHeld(const store::ConcurrencyName& name, const store::ExecutionRow& holder) {
  return base::Error(absl::StatusCode::kFailedPrecondition, "CONCURRENCY_KEY_HELD",
                     absl::StrCat("concurrency key '", name.key, "' is held by execution ", holder.id.ToString(), " (",
                                  StateName(holder.state),
                                  "): wait for its end or cancel it and try again, or use the policy QUEUE or JOIN"))
      .With("execution_id", holder.id.ToString())
      .With("concurrency_key", name.key);
}

absl::Status KeyQueueFull(const KeyQueue& queue) {
  return base::Error(absl::StatusCode::kResourceExhausted, "CONCURRENCY_QUEUE_FULL",
                     absl::StrCat(queue.waiting(), " executions wait for concurrency key '", queue.name().key,
                                  "' already, which is the most: try again when some of them have ended"))
      .With("execution_id", queue.holder()->ToString())
      .With("concurrency_key", queue.name().key)
      .RetryAfter(absl::Seconds(1));
}

}  // namespace

absl::Status Batch::LockKeys() {
  std::vector<store::Id> ended;
  for (const store::TimerRow& timer : due_timers_) {
    if (timer.kind == store::TimerKind::kRelease) ended.push_back(timer.key.execution_id);
  }
  std::map<store::ConcurrencyName, store::LockedKey> wanted;
  if (!ended.empty()) {
    auto found = transaction_->FindConcurrencyKeys(ended);
    if (!found.ok()) return found.status();
    for (const std::optional<store::ConcurrencyRow>& row : *found) {
      if (!row) continue;  // a create has found its end before
      wanted[row->name];
      releases_.emplace(row->execution_id, *row);
    }
  }
  for (const Command& command : commands_) {
    const auto* submit = std::get_if<SubmitCommand>(&command);
    if (submit == nullptr || submit->row.concurrency_key.empty()) continue;
    wanted[{submit->row.owner, submit->row.concurrency_key}];
  }
  if (absl::Status status = FindKeysOfRetried(&wanted); !status.ok()) return status;
  if (wanted.empty()) return absl::OkStatus();
  std::vector<store::ConcurrencyName> names;
  for (const auto& [name, none] : wanted) names.push_back(name);
  auto locked = transaction_->LockConcurrencyKeys(names);
  if (!locked.ok()) return locked.status();
  for (size_t i = 0; i < names.size(); ++i) queues_.emplace(names[i], KeyQueue(names[i], (*locked)[i]));
  return absl::OkStatus();
}

absl::Status Batch::ReleaseKeys() {
  for (const store::TimerRow& timer : due_timers_) {
    if (timer.kind != store::TimerKind::kRelease) continue;
    const auto place = releases_.find(timer.key.execution_id);
    if (place == releases_.end()) continue;
    KeyQueue& queue = queues_.at(place->second.name);
    if (queue.holder() != timer.key.execution_id) {
      queue.Leave(place->second);
      continue;
    }
    const absl::StatusOr<bool> settled = Settle(queue);
    if (!settled.ok()) return settled.status();
    if (!*settled) writes_.insert_timers.push_back(timer);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<store::Id>> Batch::FirstWaiter(KeyQueue& queue) {
  while (queue.must_read()) {
    const auto rows = transaction_->ReadKeyWaiters(queue.name(), queue.read_to(), kWaitersAtOnce);
    if (!rows.ok()) return rows.status();
    queue.AddRead(*rows, rows->size() < kWaitersAtOnce);
  }
  return queue.First();
}

absl::StatusOr<Batch::Standing> Batch::StandingOf(const store::Id& id) {
  if (absl::Status status = Lock({id}); !status.ok()) return status;
  if (Skipped(id)) return Standing::kUnknown;
  const Draft* draft = Find(id);
  return draft == nullptr || store::IsFinal(draft->row().state) ? Standing::kOver : Standing::kLives;
}

absl::StatusOr<bool> Batch::Settle(KeyQueue& queue) {
  if (!queue.holder()) return true;
  const absl::StatusOr<Standing> holder = StandingOf(*queue.holder());
  if (!holder.ok()) return holder.status();
  if (*holder != Standing::kOver) return *holder == Standing::kLives;
  while (true) {
    const auto next = FirstWaiter(queue);
    if (!next.ok()) return next.status();
    if (!next->has_value()) break;
    const absl::StatusOr<Standing> standing = StandingOf(**next);
    if (!standing.ok()) return standing.status();
    if (*standing == Standing::kUnknown) return false;
    if (*standing == Standing::kLives) {
      GrantKey(*Find(**next), world_);
      break;
    }
    queue.DropFirst();
  }
  queue.HandOver();
  return true;
}

absl::StatusOr<Batch::KeyTurn> Batch::AskForKey(const store::ExecutionRow& row) {
  KeyQueue& queue = queues_.at({row.owner, row.concurrency_key});
  const absl::StatusOr<bool> settled = Settle(queue);
  if (!settled.ok()) {
    failed_ = settled.status();
    return failed_;
  }
  if (!*settled) return KeyTurn{.kind = KeyTurn::Kind::kUnknown};
  if (!queue.holder()) {
    queue.Take(row.id, row.concurrency_policy);
    return KeyTurn{.kind = KeyTurn::Kind::kHolds};
  }
  Draft* holder = Find(*queue.holder());
  switch (row.concurrency_policy) {
    case store::ConcurrencyPolicy::kJoin:
      return KeyTurn{.kind = KeyTurn::Kind::kJoins, .draft = holder};
    case store::ConcurrencyPolicy::kQueue:
      if (queue.waiting() >= kMaxKeyWaiters) return KeyQueueFull(queue);
      queue.Wait(row.id, row.concurrency_policy);
      return KeyTurn{.kind = KeyTurn::Kind::kWaits, .draft = holder};
    default:
      return KeyHeld(queue.name(), holder->row());
  }
}

}  // namespace flowmesh::engine
