#include "server/base/backoff.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {

void FailAttempt(Draft& draft, store::TaskRow& task, store::Failure failure, const std::string& fence_reason,
                 const Circumstances& world) {
  const base::RetryPolicy& policy = world.types->Find(task.type).retry;
  ++task.failures;
  if (draft.row().state == store::ExecutionState::kCancelling) {
    Conclude(draft, store::ExecutionState::kCancelled, {}, fence_reason, world);
    return;
  }
  if (!failure.retryable || task.failures >= policy.max_failures) {
    Conclude(draft, store::ExecutionState::kFailed, std::move(failure), fence_reason, world);
    return;
  }
  draft.Release(task);
  if (!fence_reason.empty()) {
    draft.Say(task.session, FencedMessage{.attempt = {draft.KeyOf(task.task), task.attempt}, .reason = fence_reason});
  }
  task.state = store::TaskState::kBackoff;
  // At the resolution at which rows are stored.
  task.ready_time =
      world.now + absl::Floor(base::FullJitterDelay(policy, task.failures, world.jitter), absl::Microseconds(1));
  task.replica_id = 0;
  task.session = 0;
  task.failure = std::move(failure);
  // Watchers learn of the failure by a repeated RUNNING that bears it.
  EmitState(draft, draft.row().state, task.failure, world);
}

void AttemptTimedOut(Draft& draft, const AttemptKey& attempt, const Circumstances& world) {
  store::TaskRow* task = draft.FindTask(attempt.task.task);
  if (task == nullptr || task->state != store::TaskState::kAssigned || task->attempt != attempt.attempt) return;
  FailAttempt(draft, *task,
              {.reason = "TIMEOUT",
               .message = "the attempt took longer than its task type's attempt timeout",
               .retryable = true},
              "TIMEOUT", world);
}

}  // namespace flowmesh::engine
