#include "server/engine/transition.h"

namespace flowmesh::engine {
namespace {

store::TaskState TaskStateOf(store::ExecutionState state) {
  switch (state) {
    case store::ExecutionState::kCompleted:
    case store::ExecutionState::kCompletedWithErrors:
      return store::TaskState::kCompleted;
    case store::ExecutionState::kCancelled:
      return store::TaskState::kCancelled;
    case store::ExecutionState::kTimedOut:
      return store::TaskState::kTimedOut;
    default:
      return store::TaskState::kFailed;
  }
}

}  // namespace

void Conclude(Draft& draft, store::ExecutionState state, store::Failure failure, const std::string& fence_reason,
              const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  store::TaskRow& task = row.root;
  if (state == store::ExecutionState::kCancelled && failure.reason.empty() && task.failure.reason == kCancelledReason) {
    failure = task.failure;  // why it was cancelled, kept since the cancel
  }
  if (task.state == store::TaskState::kAssigned) {
    draft.Release(task);
    if (!fence_reason.empty()) {
      draft.Say(task.session, FencedMessage{.attempt = {draft.KeyOf(task.task), task.attempt}, .reason = fence_reason});
    }
  }
  task.state = TaskStateOf(state);
  task.end_time = world.now;
  task.replica_id = 0;
  task.session = 0;
  task.failure = failure;
  row.state = state;
  row.end_time = world.now;
  EmitState(draft, state, failure, world);
}

void EmitState(Draft& draft, store::ExecutionState state, const store::Failure& failure, const Circumstances& world) {
  draft.Emit(EventKind::kState, 0, 0, world.now, PackStateChange({.state = state, .failure = failure}));
}

std::string StateName(store::ExecutionState state) {
  static constexpr const char* kNames[] = {
      "UNSPECIFIED",           "CREATED", "QUEUED",    "RUNNING",  "CANCELLING", "COMPLETED",
      "COMPLETED_WITH_ERRORS", "FAILED",  "CANCELLED", "TIMED_OUT"};
  return kNames[static_cast<int>(state)];
}

}  // namespace flowmesh::engine
