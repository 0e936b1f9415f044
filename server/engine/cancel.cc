#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/engine/limits.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {

void AskToStop(Draft& draft, const store::TaskRow& task, const Circumstances& world) {
  const AttemptKey attempt{draft.KeyOf(task.task), task.attempt};
  draft.Say(task, CancelMessage{.attempt = attempt, .reason = kCancelledReason, .grace = kCancelGrace});
  draft.Watch({.due = world.now + kCancelGrace, .kind = AttemptTimer::Kind::kGraceOver, .attempt = attempt});
}

absl::Status Cancel(Draft& draft, const std::string& reason, const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  if (row.state == store::ExecutionState::kCancelling || row.state == store::ExecutionState::kCancelled) {
    return absl::OkStatus();
  }
  if (store::IsFinal(row.state)) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                       absl::StrCat("execution ", row.id.ToString(), " is ", StateName(row.state),
                                    "; only one that is not final can be cancelled"))
        .With("state", StateName(row.state));
  }
  const store::Failure why{.reason = kCancelledReason, .message = reason};
  if (row.root.state != store::TaskState::kAssigned) {
    Conclude(draft, store::ExecutionState::kCancelled, reason.empty() ? store::Failure{} : why, "", world);
    return absl::OkStatus();
  }
  row.state = store::ExecutionState::kCancelling;
  if (!reason.empty()) row.root.failure = why;
  EmitState(draft, row.state, reason.empty() ? store::Failure{} : why, world);
  AskToStop(draft, row.root, world);
  for (store::TaskRow* task : draft.Children()) {
    if (task->state == store::TaskState::kAssigned) {
      AskToStop(draft, *task, world);
    } else if (!store::IsFinal(task->state)) {
      EndTask(draft, *task, store::TaskState::kCancelled, why, "", world);
    }
  }
  return absl::OkStatus();
}

void CancelGraceOver(Draft& draft, const AttemptKey& attempt, const Circumstances& world) {
  store::TaskRow* task = FindLive(draft, attempt.task.task);
  if (task == nullptr || !Ending(draft) || task->attempt != attempt.attempt) return;
  EndTask(draft, *task, store::TaskState::kCancelled, {}, kCancelledReason, world);
}

}  // namespace flowmesh::engine
