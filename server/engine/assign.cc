#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/engine/retry.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {
namespace {

// The same in every attempt and in every execution of a chain of retries: made of the names that lead to the call,
// since the numbers of tasks may differ.
std::string IdempotencyKeyOf(Draft& draft, const store::TaskRow& task) {
  std::string path;
  for (const store::TaskRow* one = &task; one != nullptr && one->task != 0; one = draft.FindTask(one->parent)) {
    path = absl::StrCat(one->call_key.size(), ":", one->call_key, path);
  }
  base::Sha256Builder digest;
  digest.Add(draft.row().first_of_chain.bytes()).Add(path);
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
  draft.Touch(task);
  if (number != 0) EmitTask(draft, task, world);
  if (row.state == store::ExecutionState::kQueued) {
    row.state = store::ExecutionState::kRunning;
    EmitState(draft, row.state, {}, world);
  }
  const AttemptKey attempt{draft.KeyOf(number), task.attempt};
  draft.Say(task, AssignmentMessage{.attempt = attempt,
                                    .type = task.type,
                                    .input = task.input,
                                    .idempotency_key = IdempotencyKeyOf(draft, task),
                                    .failures = task.failures,
                                    .output_ends = task.output_ends,
                                    .records = task.records,
                                    .deadline = row.deadline,
                                    .attempt_timeout = rules.attempt_timeout,
                                    .labels = row.labels,
                                    .traceparent = row.traceparent,
                                    .owner = row.owner,
                                    .first_of_chain = row.first_of_chain,
                                    .remembers = RememberedBy(row, task, world)});
  if (rules.attempt_timeout != absl::InfiniteDuration()) {
    draft.Watch(
        {.due = world.now + rules.attempt_timeout, .kind = AttemptTimer::Kind::kAttemptTimeout, .attempt = attempt});
  }
}

}  // namespace flowmesh::engine
