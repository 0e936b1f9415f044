#include <utility>

#include "server/base/backoff.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {

void FailAttempt(Draft& draft, store::TaskRow& task, store::Failure failure, const std::string& fence_reason,
                 const Circumstances& world) {
  const base::RetryPolicy& policy = world.types->Find(task.type).retry;
  ++task.failures;
  if (Ending(draft)) {
    EndTask(draft, task, store::TaskState::kCancelled, {}, fence_reason, world);
    return;
  }
  if (!failure.retryable || task.failures >= policy.max_failures) {
    EndTask(draft, task, store::TaskState::kFailed, std::move(failure), fence_reason, world);
    return;
  }
  TakeAway(draft, task, fence_reason);
  task.state = store::TaskState::kBackoff;
  // At the resolution at which rows are stored.
  task.ready_time =
      world.now + absl::Floor(base::FullJitterDelay(policy, task.failures, world.jitter), absl::Microseconds(1));
  task.failure = std::move(failure);
  if (task.task != 0) {
    EmitTask(draft, task, world);
  } else {
    // Watchers learn of the failure by a repeated RUNNING that bears it.
    EmitState(draft, draft.row().state, task.failure, world);
  }
}

void FailForGood(Draft& draft, store::TaskRow& task, std::string reason, std::string message,
                 const std::string& fence_reason, const Circumstances& world) {
  FailAttempt(draft, task, {.reason = std::move(reason), .message = std::move(message)}, fence_reason, world);
}

void AttemptTimedOut(Draft& draft, const AttemptKey& attempt, const Circumstances& world) {
  store::TaskRow* task = FindLive(draft, attempt.task.task);
  if (task == nullptr || task->state != store::TaskState::kAssigned || task->attempt != attempt.attempt) return;
  FailAttempt(draft, *task,
              {.reason = "TIMEOUT",
               .message = "the attempt took longer than its task type's attempt timeout",
               .retryable = true},
              "TIMEOUT", world);
}

}  // namespace flowmesh::engine
