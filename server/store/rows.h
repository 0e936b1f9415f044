// The rows of the data model: what both stores keep and what the engine's rules work on.
//
// Plain values without behaviour. Times are the store's time at microsecond resolution; absl::InfinitePast() means "not
// yet" and absl::InfiniteFuture() "never". Enum values are stored and equal those of the public protos: never renumber.
#ifndef FLOWMESH_SERVER_STORE_ROWS_H_
#define FLOWMESH_SERVER_STORE_ROWS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/base/ids.h"
#include "server/store/key_rows.h"

namespace flowmesh::store {

using base::Id;

enum class ExecutionState : uint8_t {
  kCreated = 1,
  kQueued = 2,
  kRunning = 3,
  kCancelling = 4,
  kCompleted = 5,
  kCompletedWithErrors = 6,
  kFailed = 7,
  kCancelled = 8,
  kTimedOut = 9,
};

enum class TaskKind : uint8_t { kRoot = 1, kCall = 2, kStep = 3, kSleep = 4, kSignal = 5, kExternal = 6 };

enum class TaskState : uint8_t {
  kWaiting = 1,
  kReady = 2,
  kAssigned = 3,
  kBackoff = 4,
  kParked = 5,
  kExternal = 6,
  kCompleted = 7,
  kFailed = 8,
  kCancelled = 9,
  kTimedOut = 10,
};

constexpr bool IsFinal(ExecutionState state) { return state >= ExecutionState::kCompleted; }
constexpr bool IsFinal(TaskState state) { return state >= TaskState::kCompleted; }

enum class TimerKind : uint8_t { kDeadline = 1, kSleep = 2, kRetry = 3, kRelease = 4 };

enum class PayloadDirection : uint8_t { kInput = 1, kOutput = 2 };

struct Failure {
  std::string reason;   // UPPER_SNAKE_CASE; empty = no failure
  std::string message;  // for people
  bool retryable = false;

  bool operator==(const Failure&) const = default;
};

struct Progress {
  int32_t percent = 0;  // 0..100
  std::string message;
  std::map<std::string, int32_t> counters;

  bool operator==(const Progress&) const = default;
};

// A message as bytes with the full name of its type.
struct Payload {
  // Payloads above this size get a row of their own, so that updates of the guarding row do not copy them.
  static constexpr size_t kInlineBytes = 1024;

  std::string type;    // full message name; empty = no payload
  std::string bytes;   // serialised message; empty while `apart` and not loaded
  bool apart = false;  // the bytes stand in the table `payloads`

  bool operator==(const Payload&) const = default;
};

// A task. Task 0 stands in its execution's row, children in the table `tasks`.
struct TaskRow {
  int32_t task = 0;
  int32_t parent = -1;   // -1 = none
  std::string call_key;  // unique in the parent
  TaskKind kind = TaskKind::kRoot;
  std::string type;
  TaskState state = TaskState::kWaiting;
  int32_t priority = 5;  // 0 (first) .. 9
  int32_t attempt = 0;
  int32_t failures = 0;
  int32_t losses = 0;                          // workers lost in a row without a new record or event
  int64_t acked = 0;                           // number of the last applied entry of the current attempt
  std::map<std::string, int64_t> output_ends;  // per output stream, in bytes
  uint64_t replica_id = 0;                     // who has it while ASSIGNED
  uint64_t session = 0;
  int32_t record = 0;        // number of its outcome among its parent's records; 0 = none yet
  int32_t records = 0;       // records its own children got so far
  int32_t code_version = 0;  // pinned with the first record; 0 = any
  std::string token_digest;  // of the token that completes it while EXTERNAL
  bool with_errors = false;  // of a child: optional parts of its flow, or of one below it, failed
  // Of a child in a retry:
  int32_t counterpart = 0;  // what was called by the same names in the retried execution; 0 = nothing of this type
  bool same_input = false;  // and with the same input
  bool reused = false;      // its outcome was taken over from there: it was not done here
  Failure failure;          // the last one
  Payload input;
  Payload output;
  absl::Time create_time = absl::InfinitePast();
  absl::Time ready_time = absl::InfinitePast();  // READY: since when; BACKOFF, sleep, EXTERNAL: when its timer is due
  absl::Time start_time = absl::InfinitePast();  // first assignment
  absl::Time end_time = absl::InfinitePast();

  bool operator==(const TaskRow&) const = default;
};

// An execution with its task 0. Locking this row locks every row of the execution.
struct ExecutionRow {
  Id id;
  std::string owner;
  std::string flow;
  ExecutionState state = ExecutionState::kCreated;
  Progress progress;
  std::map<std::string, std::string> labels;
  absl::Time create_time = absl::InfinitePast();
  absl::Time start_time = absl::InfinitePast();
  absl::Time end_time = absl::InfinitePast();
  absl::Time deadline = absl::InfiniteFuture();
  absl::Duration timeout = absl::InfiniteDuration();  // from start to deadline
  int64_t event_head = 0;                             // seq of the newest event
  int64_t event_bytes = 0;                            // packed size of all events
  int64_t dropped_logs = 0;                           // log lines dropped beyond the events limit
  int32_t next_task = 1;
  int64_t result_bytes = 0;  // size of all recorded results
  bool with_errors = false;
  std::string concurrency_key;
  ConcurrencyPolicy concurrency_policy = ConcurrencyPolicy::kReject;
  bool behind_key = false;  // waits in the queue of its concurrency key
  Id retry_of;              // nil = none
  Id first_of_chain;        // the execution that began the chain of retries; its own id without one
  std::string traceparent;
  TaskRow root;

  bool operator==(const ExecutionRow&) const = default;
};

struct TaskKey {
  Id execution_id;
  int32_t task = 0;

  auto operator<=>(const TaskKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const TaskKey& key) {
    return H::combine(std::move(h), key.execution_id, key.task);
  }
};

struct PayloadRow {
  TaskKey key;
  PayloadDirection direction = PayloadDirection::kInput;
  std::string bytes;
};

// How a flow's task names what it waits for.
struct CallName {
  Id execution_id;
  int32_t parent = 0;
  std::string call_key;

  auto operator<=>(const CallName&) const = default;
};

// A signal that no flow has taken yet.
struct SignalRow {
  Id execution_id;
  int64_t number = 0;  // the order of its coming
  std::string name;
  Payload payload;
  absl::Time create_time = absl::InfinitePast();

  bool operator==(const SignalRow&) const = default;
};

// Finds the task that a token completes. Outlives the task's end, so that a repeat can be told from a stranger.
struct TaskTokenRow {
  std::string digest;  // SHA-256 of the token
  TaskKey key;
};

// A runnable task that waits for a claim. The order of the key is the order of service.
struct ReadyRow {
  std::string queue;
  uint64_t owner_hash = 0;
  int32_t priority = 5;
  TaskKey key;
  absl::Time since = absl::InfinitePast();  // not part of the key
};

struct TimerRow {
  absl::Time due = absl::InfiniteFuture();
  TaskKey key;
  TimerKind kind = TimerKind::kDeadline;
};

// An index of the tasks whose replica_id and session say who has them.
struct AssignedRow {
  uint64_t replica_id = 0;
  uint64_t session = 0;
  TaskKey key;
};

// Consecutive events of one execution, packed by engine/event_chunk.h.
struct EventChunkRow {
  Id execution_id;
  int64_t first_seq = 0;
  int32_t count = 0;
  std::string bytes;
};

// The contract and the rules of a task type that a worker brought.
struct FlowRow {
  std::string name;
  bool is_flow_kind = false;  // replays and holds no slot
  bool creatable = false;     // clients may create executions of it
  std::string input_type;
  std::string output_type;
  int32_t code_version = 1;
  int32_t max_failures = 3;
  absl::Duration retry_initial = absl::Seconds(1);
  double retry_multiplier = 2;
  absl::Duration retry_cap = absl::Seconds(60);
  absl::Duration attempt_timeout = absl::InfiniteDuration();
  std::string descriptors_digest;  // SHA-256 of `descriptors`
  std::string descriptors;         // google.protobuf.FileDescriptorSet

  bool operator==(const FlowRow&) const = default;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_ROWS_H_
