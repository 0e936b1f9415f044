#include "server/engine/transition.h"

namespace flowmesh::engine {

void EndLeftovers(Draft& draft, const Circumstances& world) {
  const bool over = store::IsFinal(draft.row().state);
  // A flow's number is below those of its children, so one pass reaches all descendants.
  for (store::TaskRow* task : draft.Children()) {
    if (store::IsFinal(task->state)) continue;
    const store::TaskRow* parent = draft.FindTask(task->parent);
    if (!over && parent != nullptr && !store::IsFinal(parent->state)) continue;
    TakeAway(draft, *task, "PARENT_ENDED");
    task->state = store::TaskState::kCancelled;
    task->end_time = world.now;
    if (!over) EmitTask(draft, *task, world);
  }
}

}  // namespace flowmesh::engine
