#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {

absl::Status Start(Draft& draft, const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  const bool started = row.start_time != absl::InfinitePast();
  if (started && row.state != store::ExecutionState::kCancelled) return absl::OkStatus();
  if (row.state != store::ExecutionState::kCreated) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                       absl::StrCat("execution ", row.id.ToString(), " is ", StateName(row.state),
                                    "; only a CREATED one can be started: create a new execution"))
        .With("state", StateName(row.state));
  }
  row.state = store::ExecutionState::kQueued;
  row.start_time = world.now;
  if (row.timeout != absl::InfiniteDuration())
    row.deadline = world.now + absl::Floor(row.timeout, absl::Microseconds(1));
  EmitState(draft, row.state, {}, world);
  if (!row.behind_key) MakeReady(draft, row.root, world);
  return absl::OkStatus();
}

void MakeReady(Draft& draft, store::TaskRow& task, const Circumstances& world) {
  task.state = store::TaskState::kReady;
  task.ready_time = world.now;
  task.replica_id = 0;
  task.session = 0;
  draft.Touch(task);
}

}  // namespace flowmesh::engine
