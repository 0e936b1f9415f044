#include "server/engine/index_rows.h"

#include "absl/strings/str_cat.h"
#include "server/store/ready_order.h"

namespace flowmesh::engine {

using store::TaskState;
using store::TimerKind;

std::string QueueOf(const store::TaskRow& task) {
  return task.code_version == 0 ? task.type : absl::StrCat(task.type, "@", task.code_version);
}

namespace {

std::optional<TimerKind> TimerOf(const store::TaskRow& task) {
  if (task.state == TaskState::kBackoff) return TimerKind::kRetry;
  if (task.kind == store::TaskKind::kSleep && task.state == TaskState::kWaiting) return TimerKind::kSleep;
  if (task.state == TaskState::kExternal && task.ready_time != absl::InfiniteFuture()) return TimerKind::kSleep;
  return std::nullopt;
}

}  // namespace

IndexRows IndexOf(const store::ExecutionRow& row, const store::TaskRow& task) {
  IndexRows index;
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
  if (const std::optional<TimerKind> kind = TimerOf(task)) {
    index.timer = store::TimerRow{.due = task.ready_time, .key = key, .kind = *kind};
  }
  return index;
}

void WriteIndex(const IndexRows& before, const IndexRows& after, ClaimedRows claimed, store::Writes* writes) {
  const bool same_ready = before.ready && after.ready && before.ready->queue == after.ready->queue &&
                          before.ready->priority == after.ready->priority;
  if (before.ready && !claimed.ready && !same_ready) writes->delete_ready.push_back(*before.ready);
  if (after.ready && (!same_ready || claimed.ready)) writes->insert_ready.push_back(*after.ready);

  const bool same_assigned = before.assigned && after.assigned &&
                             before.assigned->replica_id == after.assigned->replica_id &&
                             before.assigned->session == after.assigned->session;
  if (before.assigned && !same_assigned) writes->delete_assigned.push_back(*before.assigned);
  if (after.assigned && !same_assigned) writes->insert_assigned.push_back(*after.assigned);

  const bool same_timer =
      before.timer && after.timer && before.timer->due == after.timer->due && before.timer->kind == after.timer->kind;
  if (before.timer && !claimed.timer && !same_timer) writes->delete_timers.push_back(*before.timer);
  if (after.timer && (!same_timer || claimed.timer)) writes->insert_timers.push_back(*after.timer);
}

}  // namespace flowmesh::engine
