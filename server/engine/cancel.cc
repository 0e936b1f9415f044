#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/engine/limits.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {

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
  const AttemptKey attempt{draft.KeyOf(0), row.root.attempt};
  draft.Say(row.root.session, CancelMessage{.attempt = attempt, .reason = "CANCELLED", .grace = kCancelGrace});
  draft.Watch({.due = world.now + kCancelGrace, .kind = AttemptTimer::Kind::kGraceOver, .attempt = attempt});
  return absl::OkStatus();
}

void CancelGraceOver(Draft& draft, const AttemptKey& attempt, const Circumstances& world) {
  const store::ExecutionRow& row = draft.row();
  if (row.state != store::ExecutionState::kCancelling || row.root.attempt != attempt.attempt) return;
  Conclude(draft, store::ExecutionState::kCancelled, {}, "CANCELLED", world);
}

}  // namespace flowmesh::engine
