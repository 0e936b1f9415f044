// The rules: what an execution's rows become when a command meets them. Pure functions of the draft and their
// arguments: no store, no clock, no threads. Each use case has a source file of its own name.
//
// A function that refuses answers with an error and has changed nothing.
#ifndef FLOWMESH_SERVER_ENGINE_TRANSITION_H_
#define FLOWMESH_SERVER_ENGINE_TRANSITION_H_

#include <cstdint>
#include <map>
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

// What the rules may know of the world.
struct Circumstances {
  absl::Time now;
  const TaskTypes* types = nullptr;
  uint64_t replica_id = 0;
  double jitter = 0.5;  // uniform in [0, 1)
};

// ---- clients -------------------------------------------------------------------------------------------------------

// The new row gets its times and first events; with `start` it is started too.
void Submit(Draft& draft, bool start, const Circumstances& world);

// Makes task 0 runnable. Does nothing to an execution that was started before.
absl::Status Start(Draft& draft, const Circumstances& world);

// Final at once unless a worker has the task; then CANCELLING until the worker answers or the grace is over.
absl::Status Cancel(Draft& draft, const std::string& reason, const Circumstances& world);

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

struct Finished {
  store::Payload output;
  bool with_errors = false;
};

struct Failed {
  store::Failure failure;
  bool cancelled = false;  // it stopped because it was told to
  bool returned = false;   // given back undone: no failure is counted
};

using EntryBody = std::variant<EventBatch, Finished, Failed>;

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

// Fence first, then the entry's number, then its effect.
EntryVerdict ApplyEntry(Draft& draft, const Entry& entry, const Circumstances& world);

// A READY task goes to a session as a new attempt. `input` must hold the bytes also where they stand apart.
void Assign(Draft& draft, int32_t task, uint64_t session, const Circumstances& world);

// The attempt moves from a lost session to a new one of the same worker, if it is still the current one.
WelcomeMessage::Held Resume(Draft& draft, const AttemptKey& attempt, uint64_t session, absl::Duration cancel_grace,
                            const Circumstances& world);

// The session is gone for good: the task may run elsewhere. `by_worker` counts it as a loss of a worker; a lost server
// does not count.
void Lose(Draft& draft, const AttemptKey& attempt, uint64_t session, bool by_worker, const Circumstances& world);

// ---- time ----------------------------------------------------------------------------------------------------------

void DeadlinePassed(Draft& draft, const Circumstances& world);
void RetryDue(Draft& draft, int32_t task, const Circumstances& world);
void AttemptTimedOut(Draft& draft, const AttemptKey& attempt, const Circumstances& world);
void CancelGraceOver(Draft& draft, const AttemptKey& attempt, const Circumstances& world);

// ---- shared by the use cases ----------------------------------------------------------------------------------------

// Task 0 and its execution become final, with the terminal event; whoever still holds the task is rid of it and told
// `fence_reason` unless that is empty.
void Conclude(Draft& draft, store::ExecutionState state, store::Failure failure, const std::string& fence_reason,
              const Circumstances& world);

// The task's attempt failed: BACKOFF or, by its policy, the end.
void FailAttempt(Draft& draft, store::TaskRow& task, store::Failure failure, const std::string& fence_reason,
                 const Circumstances& world);

// The task may be handed out again.
void MakeReady(Draft& draft, store::TaskRow& task, const Circumstances& world);

void EmitState(Draft& draft, store::ExecutionState state, const store::Failure& failure, const Circumstances& world);

// Whether the task sits with that attempt and session.
bool HeldBy(const store::TaskRow& task, const AttemptKey& attempt, uint64_t session, const Circumstances& world);

// The names of states in messages for people.
std::string StateName(store::ExecutionState state);

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_TRANSITION_H_
