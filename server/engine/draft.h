// An execution while a batch works on it: its rows as they were locked, as they shall become, and what must be said
// once that is committed.
#ifndef FLOWMESH_SERVER_ENGINE_DRAFT_H_
#define FLOWMESH_SERVER_ENGINE_DRAFT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/engine/event_chunk.h"
#include "server/engine/index_rows.h"
#include "server/engine/session_message.h"
#include "server/store/rows.h"
#include "server/store/store.h"

namespace flowmesh::engine {

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
  store::TaskKey KeyOf(int32_t task) const { return {after_.id, task}; }

  // The execution goes with this batch, whatever else is written into it.
  void MarkDeleted() { deleted_ = true; }
  bool deleted() const { return deleted_; }

  // ---- children ----------------------------------------------------------------------------------------------------

  // A child as it stands in the store. One that is here already stays as it is.
  void AddChild(store::TaskRow row);
  // A child that this batch makes; gets the execution's next number.
  store::TaskRow& NewChild(store::TaskRow row);
  // The task, or null: unknown, or a child that was not added. Stays valid as long as the draft.
  store::TaskRow* FindTask(int32_t task);
  // The child that the parent called by this name, among those that are here.
  store::TaskRow* FindCall(int32_t parent, const std::string& call_key);
  // Those that are here, in order.
  std::vector<store::TaskRow*> Children();

  // All children that are not final are here.
  bool unfinished_loaded() const { return unfinished_loaded_ || fresh_; }
  void MarkUnfinishedLoaded() { unfinished_loaded_ = true; }

  // A task ended while its children may still be on their way: they have to end too.
  void MarkLeavesOthers() { leaves_others_ = true; }
  bool leaves_others() const { return leaves_others_ && after_.next_task > 1; }

  // ---- signals and tokens ------------------------------------------------------------------------------------------

  // Signals that wait for a flow to take them, as they stand in the store.
  void AddSignals(std::vector<store::SignalRow> signals);
  bool signals_loaded() const { return signals_loaded_ || fresh_; }
  void KeepSignal(std::string name, store::Payload payload, absl::Time now);
  size_t waiting_signals() const { return signals_.size(); }
  // The oldest one of that name; it is gone then.
  std::optional<store::Payload> TakeSignal(const std::string& name);

  // Of this batch.
  const std::vector<store::TaskTokenRow>& tokens() const { return tokens_; }
  void AddToken(std::string digest, int32_t task) { tokens_.push_back({std::move(digest), KeyOf(task)}); }

  // ---- what applications keep --------------------------------------------------------------------------------------

  // A record that this execution makes; gets its owner, the execution's id, version and times.
  void AddResource(store::ResourceRow row, absl::Time now);
  void UpdateResource(store::ResourceUpdate update) { resource_updates_.push_back(std::move(update)); }
  // A name that the batch has claimed.
  void AddName(store::AliasRow name) { names_.push_back(std::move(name)); }
  std::vector<store::AliasRow> TakeNames() { return std::exchange(names_, {}); }

  // ---- changes and what follows from them ---------------------------------------------------------------------------

  // A transition says that it changed the rows; without it Collect writes only what follows from claims.
  void Touch() { changed_ = true; }
  // The same for one task's row.
  void Touch(const store::TaskRow& task);

  // Appends an event; its seq follows from its place.
  void Emit(EventKind kind, int32_t task, int32_t attempt, absl::Time now, std::string_view payload);

  // Sends a message to the session that has the task after the commit.
  void Say(const store::TaskRow& task, SessionMessage message) {
    concerned_.push_back(task.replica_id);
    messages_.emplace_back(task.session, std::move(message));
  }

  // The session that holds the task is rid of it: its capacity is free from here on, within the same batch.
  void Release(const store::TaskRow& task) {
    concerned_.push_back(task.replica_id);
    released_.emplace_back(task.session, KeyOf(task.task));
  }
  std::vector<std::pair<uint64_t, store::TaskKey>> TakeReleased() { return std::exchange(released_, {}); }

  // The replicas of all sessions that were spoken to or rid of a task, some of them more than once.
  const std::vector<uint64_t>& concerned() const { return concerned_; }

  void Watch(const AttemptTimer& timer) { timers_.push_back(timer); }

  // The row was deleted by a claim of this batch. If the state still asks for it, it is written again.
  void MarkReadyClaimed(int32_t task) { ready_claimed_.push_back(task); }
  void MarkTimerClaimed(int32_t task, store::TimerKind kind) { timers_claimed_.emplace_back(task, kind); }

  // Tasks that are READY and have no row in `ready` yet.
  std::vector<int32_t> BecameReady() const;

  // Appends what changed; call once, at the end of the batch.
  void Collect(store::Writes* writes);

  // After Collect: what the commit's effects need.
  bool became_final() const { return store::IsFinal(after_.state) && (fresh_ || !store::IsFinal(before_state_)); }
  const std::optional<store::EventChunkRow>& chunk() const { return chunk_; }
  std::vector<std::pair<uint64_t, SessionMessage>> TakeMessages() { return std::exchange(messages_, {}); }
  std::vector<AttemptTimer> TakeTimers() { return std::exchange(timers_, {}); }

 private:
  // What is remembered of a task's row as it was found.
  struct Found {
    bool fresh = false;  // it stands nowhere yet
    bool input_apart = false;
    bool output_apart = false;
    IndexRows index;
  };
  struct Child {
    store::TaskRow row;
    Found found;
    bool changed = false;
  };

  Draft(store::ExecutionRow row, bool fresh);

  Found FoundAs(const store::TaskRow& task, bool fresh) const;
  ClaimedRows ClaimedOf(int32_t task, const Found& found) const;
  bool LacksReadyRow(const store::TaskRow& task, const Found& found) const;
  void CollectTask(store::TaskRow& task, const Found& found, bool changed, store::Writes* writes);
  void CollectDeleted(store::Writes* writes) const;
  void CollectRelease(store::Writes* writes) const;
  void CollectDeadline(store::Writes* writes) const;
  void CollectPayload(int32_t task, store::Payload* payload, bool was_apart, store::PayloadDirection direction,
                      store::Writes* writes);

  const bool fresh_;
  const store::ExecutionState before_state_;
  std::optional<absl::Time> before_deadline_;  // for which a timer stands
  Found root_found_;
  store::ExecutionRow after_;
  std::map<int32_t, std::unique_ptr<Child>> children_;
  std::map<std::pair<int32_t, std::string>, Child*> calls_;
  bool deleted_ = false;
  bool unfinished_loaded_ = false;
  bool leaves_others_ = false;
  bool signals_loaded_ = false;
  std::vector<store::SignalRow> signals_;
  std::vector<store::SignalRow> signals_kept_;
  std::vector<store::SignalRow> signals_taken_;
  std::vector<store::TaskTokenRow> tokens_;
  std::vector<store::ResourceRow> resources_;
  std::vector<store::ResourceUpdate> resource_updates_;
  std::vector<store::AliasRow> names_;
  EventChunkWriter events_;
  bool changed_ = false;
  std::optional<store::EventChunkRow> chunk_;
  std::vector<std::pair<uint64_t, SessionMessage>> messages_;
  std::vector<std::pair<uint64_t, store::TaskKey>> released_;
  std::vector<uint64_t> concerned_;
  std::vector<AttemptTimer> timers_;
  std::vector<int32_t> ready_claimed_;
  std::vector<std::pair<int32_t, store::TimerKind>> timers_claimed_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_DRAFT_H_
