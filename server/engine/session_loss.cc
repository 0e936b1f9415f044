#include "absl/strings/str_cat.h"
#include "server/engine/limits.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {

void Lose(Draft& draft, const AttemptKey& attempt, uint64_t session, bool by_worker, const Circumstances& world) {
  store::TaskRow* task = FindLive(draft, attempt.task.task);
  if (task == nullptr || task->state != store::TaskState::kAssigned || task->session != session ||
      (attempt.attempt != 0 && task->attempt != attempt.attempt)) {
    return;
  }
  if (Ending(draft)) {
    EndTask(draft, *task, store::TaskState::kCancelled, {}, "", world);
    return;
  }
  if (by_worker && ++task->losses >= kMaxLosses) {
    EndTask(draft, *task, store::TaskState::kFailed,
            {.reason = "WORKER_LOST",
             .message = absl::StrCat(kMaxLosses,
                                     " workers in a row were lost while they ran it, without any event or record: "
                                     "it may be what kills them")},
            "", world);
    return;
  }
  TakeAway(draft, *task, "");
  MakeReady(draft, *task, world);
}

WelcomeMessage::Held Resume(Draft& draft, const AttemptKey& attempt, uint64_t session, absl::Duration cancel_grace,
                            const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  store::TaskRow* task = draft.FindTask(attempt.task.task);
  WelcomeMessage::Held answer{.attempt = attempt};
  if (task == nullptr || task->attempt != attempt.attempt) {
    answer.fenced = true;
    return answer;
  }
  answer.acked = task->acked;
  if (task->state != store::TaskState::kAssigned) {
    answer.fenced = true;
    return answer;
  }
  draft.Release(*task);
  task->replica_id = world.replica_id;
  task->session = session;
  draft.Touch(*task);
  answer.records = task->records;
  answer.cancel = row.state == store::ExecutionState::kCancelling;
  if (answer.cancel) {
    draft.Watch({.due = world.now + cancel_grace, .kind = AttemptTimer::Kind::kGraceOver, .attempt = attempt});
  }
  const TaskTypeRules& rules = world.types->Find(task->type);
  if (rules.attempt_timeout != absl::InfiniteDuration()) {
    draft.Watch(
        {.due = world.now + rules.attempt_timeout, .kind = AttemptTimer::Kind::kAttemptTimeout, .attempt = attempt});
  }
  return answer;
}

}  // namespace flowmesh::engine
