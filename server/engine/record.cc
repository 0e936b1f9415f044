#include <utility>

#include "server/engine/limits.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {

void Record(Draft& draft, store::TaskRow& child, bool own_step, const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  store::TaskRow* parent = draft.FindTask(child.parent);
  if (parent == nullptr || store::IsFinal(parent->state)) return;
  child.record = ++parent->records;
  parent->losses = 0;
  draft.Touch(child);
  draft.Touch(*parent);
  row.result_bytes += static_cast<int64_t>(child.output.bytes.size());
  if (row.result_bytes > kMaxResultBytes) {
    Conclude(draft, store::ExecutionState::kFailed,
             {.reason = "LIMIT",
              .message = "the recorded results of the execution have more than 32 MiB: pass large ones by artifact"},
             "LIMIT", world);
    return;
  }
  if (parent->state == store::TaskState::kParked) {
    MakeReady(draft, *parent, world);
  } else if (parent->state == store::TaskState::kAssigned) {
    draft.Say(*parent, RecordMessage{.attempt = {draft.KeyOf(parent->task), parent->attempt},
                                     .number = child.record,
                                     .call_key = child.call_key,
                                     .kind = child.kind,
                                     .type = child.kind == store::TaskKind::kCall ? child.type : "",
                                     .output = own_step ? store::Payload{} : child.output,
                                     .failure = own_step ? store::Failure{} : child.failure,
                                     .own_step = own_step,
                                     .reused = child.reused});
  }
}

void RecordStep(Draft& draft, store::TaskRow& task, const StepDone& step, const Circumstances& world) {
  const bool failed = !step.failure.reason.empty();
  store::TaskRow& child = draft.NewChild({.parent = task.task,
                                          .call_key = step.key,
                                          .kind = store::TaskKind::kStep,
                                          .state = failed ? store::TaskState::kFailed : store::TaskState::kCompleted,
                                          .priority = task.priority,
                                          .reused = step.reused && !failed && !draft.row().retry_of.is_zero(),
                                          .failure = step.failure,
                                          .output = step.output,
                                          .create_time = world.now,
                                          .start_time = world.now,
                                          .end_time = world.now});
  EmitTask(draft, child, world);
  Record(draft, child, /*own_step=*/true, world);
}

}  // namespace flowmesh::engine
