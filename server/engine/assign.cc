#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {
namespace {

// The same in every attempt and in every execution of a chain of retries.
std::string IdempotencyKeyOf(const store::ExecutionRow& row, const store::TaskRow& task) {
  base::Sha256Builder digest;
  digest.Add(row.first_of_chain.bytes()).Add(absl::StrCat(task.parent, "/", task.call_key));
  return base::Hex(digest.Finish());
}

}  // namespace

void Assign(Draft& draft, int32_t number, uint64_t session, const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  store::TaskRow& task = *draft.FindTask(number);
  const TaskTypeRules& rules = world.types->Find(task.type);
  ++task.attempt;
  task.acked = 0;
  task.state = store::TaskState::kAssigned;
  task.replica_id = world.replica_id;
  task.session = session;
  if (task.start_time == absl::InfinitePast()) task.start_time = world.now;
  draft.Touch();
  if (row.state == store::ExecutionState::kQueued) {
    row.state = store::ExecutionState::kRunning;
    EmitState(draft, row.state, {}, world);
  }
  const AttemptKey attempt{draft.KeyOf(number), task.attempt};
  draft.Say(session, AssignmentMessage{.attempt = attempt,
                                       .type = task.type,
                                       .input = task.input,
                                       .idempotency_key = IdempotencyKeyOf(row, task),
                                       .failures = task.failures,
                                       .output_ends = task.output_ends,
                                       .deadline = row.deadline,
                                       .attempt_timeout = rules.attempt_timeout,
                                       .labels = row.labels,
                                       .traceparent = row.traceparent,
                                       .owner = row.owner});
  if (rules.attempt_timeout != absl::InfiniteDuration()) {
    draft.Watch(
        {.due = world.now + rules.attempt_timeout, .kind = AttemptTimer::Kind::kAttemptTimeout, .attempt = attempt});
  }
}

}  // namespace flowmesh::engine
