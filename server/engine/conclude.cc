#include <utility>

#include "server/engine/transition.h"

namespace flowmesh::engine {
namespace {

using store::ExecutionState;
using store::TaskState;

TaskState TaskStateOf(ExecutionState state) {
  switch (state) {
    case ExecutionState::kCompleted:
    case ExecutionState::kCompletedWithErrors:
      return TaskState::kCompleted;
    case ExecutionState::kCancelled:
      return TaskState::kCancelled;
    case ExecutionState::kTimedOut:
      return TaskState::kTimedOut;
    default:
      return TaskState::kFailed;
  }
}

ExecutionState ExecutionStateOf(TaskState state, bool with_errors) {
  switch (state) {
    case TaskState::kCompleted:
      return with_errors ? ExecutionState::kCompletedWithErrors : ExecutionState::kCompleted;
    case TaskState::kCancelled:
      return ExecutionState::kCancelled;
    case TaskState::kTimedOut:
      return ExecutionState::kTimedOut;
    default:
      return ExecutionState::kFailed;
  }
}

}  // namespace

void TakeAway(Draft& draft, store::TaskRow& task, const std::string& fence_reason) {
  if (task.state == TaskState::kAssigned) {
    draft.Release(task);
    if (!fence_reason.empty()) {
      draft.Say(task, FencedMessage{.attempt = {draft.KeyOf(task.task), task.attempt}, .reason = fence_reason});
    }
  }
  task.replica_id = 0;
  task.session = 0;
  draft.Touch(task);
}

void EndTask(Draft& draft, store::TaskRow& task, TaskState state, store::Failure failure,
             const std::string& fence_reason, const Circumstances& world) {
  if (task.task == 0) {
    Conclude(draft, ExecutionStateOf(state, draft.row().with_errors), std::move(failure), fence_reason, world);
    return;
  }
  TakeAway(draft, task, fence_reason);
  task.state = state;
  task.end_time = world.now;
  task.failure = std::move(failure);
  if (task.kind == store::TaskKind::kCall && !world.types->Find(task.type).holds_slot) draft.MarkLeavesOthers();
  EmitTask(draft, task, world);
  Record(draft, task, /*own_step=*/false, world);
}

void Conclude(Draft& draft, ExecutionState state, store::Failure failure, const std::string& fence_reason,
              const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  store::TaskRow& task = row.root;
  if (state == ExecutionState::kCancelled && failure.reason.empty() && task.failure.reason == kCancelledReason) {
    failure = task.failure;  // why it was cancelled, kept since the cancel
  }
  TakeAway(draft, task, fence_reason);
  task.state = TaskStateOf(state);
  task.end_time = world.now;
  task.failure = failure;
  row.state = state;
  row.end_time = world.now;
  draft.MarkLeavesOthers();
  EmitState(draft, state, failure, world);
}

void EmitState(Draft& draft, ExecutionState state, const store::Failure& failure, const Circumstances& world) {
  draft.Emit(EventKind::kState, 0, 0, world.now, PackStateChange({.state = state, .failure = failure}));
}

void EmitTask(Draft& draft, const store::TaskRow& task, const Circumstances& world) {
  draft.Emit(EventKind::kChild, task.task, task.attempt, world.now,
             PackChildChange({.task = task.task,
                              .call_key = task.call_key,
                              .state = task.state,
                              .attempt = task.attempt,
                              .failure = task.failure,
                              .reused = task.reused}));
}

bool Ending(const Draft& draft) {
  return draft.row().state == ExecutionState::kCancelling || store::IsFinal(draft.row().state);
}

std::string StateName(ExecutionState state) {
  static constexpr const char* kNames[] = {
      "UNSPECIFIED",           "CREATED", "QUEUED",    "RUNNING",  "CANCELLING", "COMPLETED",
      "COMPLETED_WITH_ERRORS", "FAILED",  "CANCELLED", "TIMED_OUT"};
  return kNames[static_cast<int>(state)];
}

}  // namespace flowmesh::engine
