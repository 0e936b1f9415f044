#include "server/engine/transition.h"

namespace flowmesh::engine {

void Park(Draft& draft, store::TaskRow& task, const Parked& parked, const Circumstances& world) {
  if (Ending(draft)) {
    EndTask(draft, task, store::TaskState::kCancelled, {}, "", world);
    return;
  }
  if (parked.last_record < task.records) return;  // what it has not seen is on its way
  TakeAway(draft, task, "");
  task.state = store::TaskState::kParked;
}

}  // namespace flowmesh::engine
