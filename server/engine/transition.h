// The rules: what an execution's rows become when a command meets them. Pure functions of the draft and their
// arguments: no store, no clock, no threads. Each use case has a source file of its own name.
//
// A function that refuses answers with an error and has changed nothing.
#ifndef FLOWMESH_SERVER_ENGINE_TRANSITION_H_
#define FLOWMESH_SERVER_ENGINE_TRANSITION_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/engine/draft.h"
#include "server/engine/task_types.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

// The reason of failures that stand for a cancel with words of its caller.
inline constexpr char kCancelledReason[] = "CANCELLED";

struct Projection;  // projection.h

// What the rules may know of the world.
struct Circumstances {
  absl::Time now;
  const TaskTypes* types = nullptr;
  uint64_t replica_id = 0;
  double jitter = 0.5;       // uniform in [0, 1)
  int32_t code_version = 0;  // of the task type's code at the worker that speaks; 0 = nobody speaks
  bool token_taken = false;  // the token that the entry brings belongs to another task
  bool name_taken = false;   // a name that the entry's projection brings leads to another object
  // In a retry, what the entry calls as the retried execution called it; null = it did not. Holds its bytes where
  // these may matter.
  const store::TaskRow* counterpart = nullptr;
};

// ---- clients -------------------------------------------------------------------------------------------------------

// The new row gets its times and first events; with `start` it is started too. `behind_key` says whether it waits.
void Submit(Draft& draft, bool start, const Circumstances& world);

// Makes task 0 runnable, unless it waits behind its concurrency key. Does nothing to an execution that was started
// before.
absl::Status Start(Draft& draft, const Circumstances& world);

// The execution, which waited behind its concurrency key, holds it from here on, and goes on if it was started. It must
// not be final.
void GrantKey(Draft& draft, const Circumstances& world);

// Final at once unless a worker has the task; then CANCELLING until the worker answers or the grace is over.
absl::Status Cancel(Draft& draft, const std::string& reason, const Circumstances& world);

// Goes to the flow that waits longest for a signal of this name, or is kept for the next one. The draft must hold the
// unfinished tasks and the signals.
absl::Status SendSignal(Draft& draft, const std::string& name, store::Payload payload, const Circumstances& world);

// What an external task came to.
struct Outcome {
  store::Payload output;
  store::Failure failure;                                  // with a reason: it failed
  std::shared_ptr<const Projection> projection = nullptr;  // of the output
};

// The token's task gets its outcome. The same outcome again changes nothing. A final task's `output` must hold its
// bytes.
absl::Status CompleteTask(Draft& draft, int32_t task, const std::string& token_digest, Outcome outcome,
                          const Circumstances& world);

// ---- workers -------------------------------------------------------------------------------------------------------

// An event as a worker sends it, with what the rules need to know of it.
struct WorkerEvent {
  EventKind kind = EventKind::kLog;
  std::string payload;                      // the public message of that kind
  std::string stream;                       // kOutput
  int64_t offset = 0;                       // kOutput: where it starts
  int64_t length = 0;                       // kOutput: its bytes
  std::optional<store::Progress> progress;  // kProgress
};

struct EventBatch {
  std::vector<WorkerEvent> events;
};

// A flow awaits something; what is used of it depends on the kind.
struct CallMade {
  std::string key;  // unique in the flow's task
  store::TaskKind kind = store::TaskKind::kCall;
  std::string type;      // kCall: the task type; kSignal: the signal's name; kExternal: the message that completes it
  store::Payload input;  // kCall
  std::optional<int32_t> priority;                  // kCall; otherwise the caller's
  absl::Duration delay = absl::InfiniteDuration();  // kSleep: how long; kExternal: fails after it
  std::string token_digest;                         // kExternal
};

// A flow did a local step.
struct StepDone {
  std::string key;
  store::Payload output;
  store::Failure failure;                                  // with a reason: it failed
  bool reused = false;                                     // the outcome is the retried execution's
  std::shared_ptr<const Projection> projection = nullptr;  // of the output
};

// A flow only waits and has left its worker's memory.
struct Parked {
  int32_t last_record = 0;  // that it has seen
};

// The result comes from outside.
struct AwaitedOutside {
  std::string token_digest;
  std::string output_type;  // empty = as the task type promises
  absl::Duration timeout = absl::InfiniteDuration();
};

struct Finished {
  store::Payload output;
  bool with_errors = false;
  std::optional<AwaitedOutside> outside;                   // then without output
  std::shared_ptr<const Projection> projection = nullptr;  // of the output
};

struct Failed {
  store::Failure failure;
  bool cancelled = false;  // it stopped because it was told to
  bool returned = false;   // given back undone: no failure is counted
};

using EntryBody = std::variant<EventBatch, CallMade, StepDone, Finished, Failed, Parked>;

// The digest of the token that an entry brings; empty = none.
inline std::string TokenOf(const EntryBody& body) {
  if (const auto* call = std::get_if<CallMade>(&body)) return call->token_digest;
  const auto* finished = std::get_if<Finished>(&body);
  return finished != nullptr && finished->outside ? finished->outside->token_digest : "";
}

// One numbered entry of an attempt.
struct Entry {
  AttemptKey attempt;
  uint64_t session = 0;
  int64_t number = 0;
  EntryBody body;
};

enum class EntryVerdict {
  kApplied,
  kAlreadyApplied,  // a repeat: acknowledged, nothing changed
  kStale,           // not the current attempt of this session: nothing changed
  kGap,             // beyond the next number: an error of the worker's, nothing changed
};

// Fence first, then the entry's number, then its effect. The draft must hold the task with its ancestors, the child of
// the same call key if there is one and, for a wait for a signal, the execution's signals.
EntryVerdict ApplyEntry(Draft& draft, const Entry& entry, const Circumstances& world);

// A READY task goes to a session as a new attempt. `input` must hold the bytes also where they stand apart; the draft
// must hold its ancestors.
void Assign(Draft& draft, int32_t task, uint64_t session, const Circumstances& world);

// The attempt moves from a lost session to a new one of the same worker, if it is still the current one.
WelcomeMessage::Held Resume(Draft& draft, const AttemptKey& attempt, uint64_t session, absl::Duration cancel_grace,
                            const Circumstances& world);

// Whoever has the task hears again what others may have decided: that it must stop, and how many records there are.
void Remind(Draft& draft, const store::TaskRow& task, const Circumstances& world);

// The session is gone for good: the task may run elsewhere. `by_worker` counts it as a loss of a worker; a lost server
// does not count.
void Lose(Draft& draft, const AttemptKey& attempt, uint64_t session, bool by_worker, const Circumstances& world);

// ---- time ----------------------------------------------------------------------------------------------------------

void DeadlinePassed(Draft& draft, const Circumstances& world);
void RetryDue(Draft& draft, int32_t task, const Circumstances& world);
// A sleep is over, or the time for an outcome from outside.
void WaitDue(Draft& draft, int32_t task, const Circumstances& world);
void AttemptTimedOut(Draft& draft, const AttemptKey& attempt, const Circumstances& world);
void CancelGraceOver(Draft& draft, const AttemptKey& attempt, const Circumstances& world);

// ---- what follows
// ----------------------------------------------------------------------------------------------------

// Ends the tasks whose flow has ended without waiting for them. Once after all commands, for a draft that
// leaves_others(); it must hold the unfinished tasks.
void EndLeftovers(Draft& draft, const Circumstances& world);

// ---- shared by the use cases ----------------------------------------------------------------------------------------

// The task becomes final: the root with its execution, a child with a record of its flow.
void EndTask(Draft& draft, store::TaskRow& task, store::TaskState state, store::Failure failure,
             const std::string& fence_reason, const Circumstances& world);

// Task 0 and its execution become final, with the terminal event; whoever still holds the task is rid of it and told
// `fence_reason` unless that is empty.
void Conclude(Draft& draft, store::ExecutionState state, store::Failure failure, const std::string& fence_reason,
              const Circumstances& world);

// The task's attempt failed: BACKOFF or, by its policy, the end.
void FailAttempt(Draft& draft, store::TaskRow& task, store::Failure failure, const std::string& fence_reason,
                 const Circumstances& world);

// The attempt broke a rule that trying again does not mend.
void FailForGood(Draft& draft, store::TaskRow& task, std::string reason, std::string message,
                 const std::string& fence_reason, const Circumstances& world);

// The task may be handed out again.
void MakeReady(Draft& draft, store::TaskRow& task, const Circumstances& world);

// Whoever has the task is asked to stop within the grace.
void AskToStop(Draft& draft, const store::TaskRow& task, const Circumstances& world);

// Whoever holds the task is rid of it, and told `fence_reason` unless that is empty.
void TakeAway(Draft& draft, store::TaskRow& task, const std::string& fence_reason);

// The final child's outcome gets the next record number of its flow, which hears of it.
void Record(Draft& draft, store::TaskRow& child, bool own_step, const Circumstances& world);

// What the entries of a flow do.
void MakeCall(Draft& draft, store::TaskRow& task, const CallMade& call, const Circumstances& world);
void RecordStep(Draft& draft, store::TaskRow& task, const StepDone& step, const Circumstances& world);
void Park(Draft& draft, store::TaskRow& task, const Parked& parked, const Circumstances& world);
void AwaitOutside(Draft& draft, store::TaskRow& task, const AwaitedOutside& outside, const Circumstances& world);

void EmitState(Draft& draft, store::ExecutionState state, const store::Failure& failure, const Circumstances& world);
// Of a child.
void EmitTask(Draft& draft, const store::TaskRow& task, const Circumstances& world);

// The task, unless it is over: final, or left over by a flow that ended earlier in this batch.
store::TaskRow* FindLive(Draft& draft, int32_t task);

// Whether the task sits with that attempt and session.
bool HeldBy(const store::TaskRow& task, const AttemptKey& attempt, uint64_t session, const Circumstances& world);

// Nothing new may start.
bool Ending(const Draft& draft);

// The names of states in messages for people.
std::string StateName(store::ExecutionState state);

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_TRANSITION_H_
