#include "server/engine/transition.h"

namespace flowmesh::engine {

void DeadlinePassed(Draft& draft, const Circumstances& world) {
  const store::ExecutionRow& row = draft.row();
  if (store::IsFinal(row.state) || row.deadline > world.now) return;
  Conclude(draft, store::ExecutionState::kTimedOut,
           {.reason = "TIMEOUT", .message = "the execution's deadline passed before it finished"}, "TIMEOUT", world);
}

void WaitDue(Draft& draft, int32_t number, const Circumstances& world) {
  store::TaskRow* task = FindLive(draft, number);
  if (task == nullptr || task->ready_time > world.now) return;
  if (task->kind == store::TaskKind::kSleep) {
    EndTask(draft, *task, store::TaskState::kCompleted, {}, "", world);
  } else if (task->state == store::TaskState::kExternal) {
    EndTask(draft, *task, store::TaskState::kFailed,
            {.reason = "TIMEOUT", .message = "no outcome came from outside in time"}, "", world);
  }
}

void RetryDue(Draft& draft, int32_t number, const Circumstances& world) {
  store::TaskRow* task = FindLive(draft, number);
  if (task == nullptr || task->state != store::TaskState::kBackoff || task->ready_time > world.now) return;
  MakeReady(draft, *task, world);
}

}  // namespace flowmesh::engine
