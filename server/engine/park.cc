#include "server/engine/transition.h"

namespace flowmesh::engine {

void Park(Draft& draft, store::TaskRow& task, const Parked& parked, const Circumstances& world) {
  if (Ending(draft)) {
    EndTask(draft, task, store::TaskState::kCancelled, {}, "", world);
    return;
  }
  if (parked.last_record < task.records) {
    // It stays, and what it has not seen goes out before the ack, by which it knows that it is not parked.
    draft.Say(task, RecordsMessage{.attempt = {draft.KeyOf(task.task), task.attempt}, .records = task.records});
    return;
  }
  TakeAway(draft, task, "");
  task.state = store::TaskState::kParked;
}

}  // namespace flowmesh::engine
