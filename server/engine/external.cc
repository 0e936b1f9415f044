#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/errors.h"
#include "server/engine/projection.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {
namespace {

// What the task's output must be; empty = anything.
std::string PromisedType(const store::TaskRow& task, const Circumstances& world) {
  return task.kind == store::TaskKind::kExternal ? task.type : world.types->Find(task.type).output_type;
}

bool IsSame(const store::TaskRow& task, const Outcome& outcome) {
  if (!outcome.failure.reason.empty()) {
    return task.state == store::TaskState::kFailed && task.failure == outcome.failure;
  }
  return task.state == store::TaskState::kCompleted && task.output.type == outcome.output.type &&
         task.output.bytes == outcome.output.bytes;
}

}  // namespace

void AwaitOutside(Draft& draft, store::TaskRow& task, const AwaitedOutside& outside, const Circumstances& world) {
  TakeAway(draft, task, "");
  task.state = store::TaskState::kExternal;
  task.token_digest = outside.token_digest;
  task.ready_time = outside.timeout == absl::InfiniteDuration()
                        ? absl::InfiniteFuture()
                        : world.now + absl::Floor(outside.timeout, absl::Microseconds(1));
  draft.AddToken(outside.token_digest, task.task);
  if (task.task != 0) EmitTask(draft, task, world);
}

absl::Status CompleteTask(Draft& draft, int32_t number, const std::string& token_digest, Outcome outcome,
                          const Circumstances& world) {
  store::TaskRow* task = draft.FindTask(number);
  if (task == nullptr || task->token_digest != token_digest) return UnknownToken();
  if (task->state != store::TaskState::kExternal || FindLive(draft, number) == nullptr) {
    if (IsSame(*task, outcome)) return absl::OkStatus();
    return base::Error(absl::StatusCode::kFailedPrecondition, "TASK_FINISHED",
                       "the task has another outcome already: it was completed, cancelled or timed out before");
  }
  if (!outcome.failure.reason.empty()) {
    EndTask(draft, *task, store::TaskState::kFailed, std::move(outcome.failure), "", world);
    return absl::OkStatus();
  }
  const std::string promised = PromisedType(*task, world);
  if (!promised.empty() && outcome.output.type != promised) {
    return base::Error(absl::StatusCode::kInvalidArgument, "CONTRACT",
                       absl::StrCat("the task is completed by a ", promised, ", this is a ", outcome.output.type,
                                    ": nothing changed"));
  }
  task->output = std::move(outcome.output);
  Project(draft, outcome.projection.get(), world);
  if (task->task == 0) draft.row().progress.percent = 100;
  EndTask(draft, *task, store::TaskState::kCompleted, {}, "", world);
  return absl::OkStatus();
}

}  // namespace flowmesh::engine
