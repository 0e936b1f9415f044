#include "server/engine/transition.h"

namespace flowmesh::engine {

void Remind(Draft& draft, const store::TaskRow& task, const Circumstances& world) {
  if (draft.row().state == store::ExecutionState::kCancelling) AskToStop(draft, task, world);
  if (task.records == 0) return;
  draft.Say(task, RecordsMessage{.attempt = {draft.KeyOf(task.task), task.attempt}, .records = task.records});
}

}  // namespace flowmesh::engine
