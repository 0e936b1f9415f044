#include "server/engine/transition.h"

namespace flowmesh::engine {

void DeadlinePassed(Draft& draft, const Circumstances& world) {
  const store::ExecutionRow& row = draft.row();
  if (store::IsFinal(row.state) || row.deadline > world.now) return;
  Conclude(draft, store::ExecutionState::kTimedOut,
           {.reason = "TIMEOUT", .message = "the execution's deadline passed before it finished"}, "TIMEOUT", world);
}

void RetryDue(Draft& draft, int32_t number, const Circumstances& world) {
  store::TaskRow* task = draft.FindTask(number);
  if (task == nullptr || task->state != store::TaskState::kBackoff || task->ready_time > world.now) return;
  MakeReady(draft, *task, world);
}

}  // namespace flowmesh::engine
