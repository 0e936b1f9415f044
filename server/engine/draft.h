// An execution while a batch works on it: its rows as they were locked, as they shall become, and what must be said
// once that is committed.
#ifndef FLOWMESH_SERVER_ENGINE_DRAFT_H_
#define FLOWMESH_SERVER_ENGINE_DRAFT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/engine/event_chunk.h"
#include "server/engine/session_message.h"
#include "server/store/rows.h"
#include "server/store/store.h"

namespace flowmesh::engine {

// The queue in which a runnable task waits: its type, with the code version once that is pinned.
std::string QueueOf(const store::TaskRow& task);

// Something that the replica must look at later, if the attempt is still the current one then.
struct AttemptTimer {
  enum class Kind { kAttemptTimeout, kGraceOver };
  absl::Time due;
  Kind kind = Kind::kAttemptTimeout;
  AttemptKey attempt;
};

// Not thread-safe.
class Draft {
 public:
  // An execution that this batch creates.
  static Draft New(store::ExecutionRow row) { return Draft(std::move(row), /*fresh=*/true); }
  // One that the batch has locked.
  static Draft Locked(store::ExecutionRow row) { return Draft(std::move(row), /*fresh=*/false); }

  store::ExecutionRow& row() { return after_; }
  const store::ExecutionRow& row() const { return after_; }
  bool fresh() const { return fresh_; }

  // The task, or null. Children must have been added.
  store::TaskRow* FindTask(int32_t task);
  store::TaskKey KeyOf(int32_t task) const { return {after_.id, task}; }

  // A transition says that it changed the rows; without it Collect writes only what follows from claims.
  void Touch() { changed_ = true; }

  // Appends an event; its seq follows from its place.
  void Emit(EventKind kind, int32_t task, int32_t attempt, absl::Time now, std::string_view payload);

  // Sends a message to a session after the commit.
  void Say(uint64_t session, SessionMessage message) { messages_.emplace_back(session, std::move(message)); }

  // The session that holds the task is rid of it: its capacity is free from here on, within the same batch.
  void Release(const store::TaskRow& task) { released_.emplace_back(task.session, KeyOf(task.task)); }
  std::vector<std::pair<uint64_t, store::TaskKey>> TakeReleased() { return std::exchange(released_, {}); }

  void Watch(const AttemptTimer& timer) { timers_.push_back(timer); }

  // The row was deleted by a claim of this batch. If the state still asks for it, it is written again.
  void MarkReadyClaimed(int32_t task) { ready_claimed_.push_back(task); }
  void MarkTimerClaimed(int32_t task, store::TimerKind kind) { timers_claimed_.emplace_back(task, kind); }

  // Task 0 is READY and has no row in `ready` yet.
  bool became_ready() const {
    return after_.root.state == store::TaskState::kReady && !(before_index_.ready && ready_claimed_.empty());
  }

  // Appends what changed; call once, at the end of the batch.
  void Collect(store::Writes* writes);

  // After Collect: what the commit's effects need.
  bool became_final() const { return store::IsFinal(after_.state) && (fresh_ || !store::IsFinal(before_state_)); }
  const std::optional<store::EventChunkRow>& chunk() const { return chunk_; }
  std::vector<std::pair<uint64_t, SessionMessage>> TakeMessages() { return std::exchange(messages_, {}); }
  std::vector<AttemptTimer> TakeTimers() { return std::exchange(timers_, {}); }

 private:
  // The rows of other tables that follow from a task's state.
  struct IndexRows {
    std::optional<store::ReadyRow> ready;
    std::optional<store::AssignedRow> assigned;
    std::vector<store::TimerRow> timers;
  };

  Draft(store::ExecutionRow row, bool fresh);

  static IndexRows IndexOf(const store::ExecutionRow& row);
  void CollectIndex(const IndexRows& before, const IndexRows& after, store::Writes* writes);
  void CollectPayload(store::Payload* payload, bool was_apart, store::PayloadDirection direction,
                      store::Writes* writes);

  const bool fresh_;
  store::ExecutionState before_state_;
  bool input_was_apart_ = false;
  bool output_was_apart_ = false;
  IndexRows before_index_;
  store::ExecutionRow after_;
  EventChunkWriter events_;
  bool changed_ = false;
  std::optional<store::EventChunkRow> chunk_;
  std::vector<std::pair<uint64_t, SessionMessage>> messages_;
  std::vector<std::pair<uint64_t, store::TaskKey>> released_;
  std::vector<AttemptTimer> timers_;
  std::vector<int32_t> ready_claimed_;
  std::vector<std::pair<int32_t, store::TimerKind>> timers_claimed_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_DRAFT_H_
