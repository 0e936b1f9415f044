#include "server/engine/draft.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/store/ready_order.h"

namespace flowmesh::engine {

using store::TaskState;
using store::TimerKind;

std::string QueueOf(const store::TaskRow& task) {
  return task.code_version == 0 ? task.type : absl::StrCat(task.type, "@", task.code_version);
}

Draft::Draft(store::ExecutionRow row, bool fresh)
    : fresh_(fresh),
      before_state_(row.state),
      input_was_apart_(!fresh && row.root.input.apart),
      output_was_apart_(!fresh && row.root.output.apart),
      after_(std::move(row)),
      changed_(fresh) {
  if (!fresh_) before_index_ = IndexOf(after_);
}

store::TaskRow* Draft::FindTask(int32_t task) { return task == 0 ? &after_.root : nullptr; }

void Draft::Emit(EventKind kind, int32_t task, int32_t attempt, absl::Time now, std::string_view payload) {
  events_.Add(kind, task, attempt, now, payload);
  ++after_.event_head;
  changed_ = true;
}

Draft::IndexRows Draft::IndexOf(const store::ExecutionRow& row) {
  IndexRows index;
  const store::TaskRow& task = row.root;
  const store::TaskKey key{row.id, task.task};
  if (task.state == TaskState::kReady) {
    index.ready = store::ReadyRow{.queue = QueueOf(task),
                                  .owner_hash = store::OwnerHash(row.owner),
                                  .priority = task.priority,
                                  .key = key,
                                  .since = task.ready_time};
  }
  if (task.state == TaskState::kAssigned) {
    index.assigned = store::AssignedRow{.replica_id = task.replica_id, .session = task.session, .key = key};
  }
  if (task.state == TaskState::kBackoff) {
    index.timers.push_back({.due = task.ready_time, .key = key, .kind = TimerKind::kRetry});
  }
  if (!store::IsFinal(row.state) && row.deadline != absl::InfiniteFuture()) {
    index.timers.push_back({.due = row.deadline, .key = {row.id, 0}, .kind = TimerKind::kDeadline});
  }
  return index;
}

void Draft::CollectIndex(const IndexRows& before, const IndexRows& after, store::Writes* writes) {
  const bool ready_claimed = !ready_claimed_.empty();
  const bool same_ready = before.ready && after.ready && before.ready->queue == after.ready->queue &&
                          before.ready->priority == after.ready->priority;
  if (before.ready && !ready_claimed && !same_ready) writes->delete_ready.push_back(*before.ready);
  if (after.ready && (!same_ready || ready_claimed)) writes->insert_ready.push_back(*after.ready);

  const bool same_assigned = before.assigned && after.assigned &&
                             before.assigned->replica_id == after.assigned->replica_id &&
                             before.assigned->session == after.assigned->session;
  if (before.assigned && !same_assigned) writes->delete_assigned.push_back(*before.assigned);
  if (after.assigned && !same_assigned) writes->insert_assigned.push_back(*after.assigned);

  auto same = [](const store::TimerRow& a, const store::TimerRow& b) {
    return a.due == b.due && a.key == b.key && a.kind == b.kind;
  };
  auto contains = [&](const std::vector<store::TimerRow>& timers, const store::TimerRow& timer) {
    return std::any_of(timers.begin(), timers.end(), [&](const store::TimerRow& other) { return same(other, timer); });
  };
  auto claimed = [&](const store::TimerRow& timer) {
    return std::find(timers_claimed_.begin(), timers_claimed_.end(), std::pair(timer.key.task, timer.kind)) !=
           timers_claimed_.end();
  };
  for (const store::TimerRow& timer : before.timers) {
    if (!contains(after.timers, timer) && !claimed(timer)) writes->delete_timers.push_back(timer);
  }
  for (const store::TimerRow& timer : after.timers) {
    if (!contains(before.timers, timer) || claimed(timer)) writes->insert_timers.push_back(timer);
  }
}

void Draft::CollectPayload(store::Payload* payload, bool was_apart, store::PayloadDirection direction,
                           store::Writes* writes) {
  if (was_apart || payload->bytes.size() <= store::Payload::kInlineBytes) return;
  payload->apart = true;
  writes->insert_payloads.push_back({.key = KeyOf(0), .direction = direction, .bytes = payload->bytes});
}

void Draft::Collect(store::Writes* writes) {
  if (events_.count() > 0) {
    const int64_t first = after_.event_head - events_.count() + 1;
    const int32_t count = events_.count();
    chunk_ =
        store::EventChunkRow{.execution_id = after_.id, .first_seq = first, .count = count, .bytes = events_.Take()};
    after_.event_bytes += static_cast<int64_t>(chunk_->bytes.size());
    writes->insert_chunks.push_back(*chunk_);
  }
  CollectIndex(before_index_, IndexOf(after_), writes);
  if (!changed_) return;
  CollectPayload(&after_.root.input, input_was_apart_, store::PayloadDirection::kInput, writes);
  CollectPayload(&after_.root.output, output_was_apart_, store::PayloadDirection::kOutput, writes);
  (fresh_ ? writes->insert_executions : writes->update_executions).push_back(after_);
}

}  // namespace flowmesh::engine
