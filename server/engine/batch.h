// One transaction: a batch of commands meets the rules, runnable tasks meet free capacity, one commit makes it so.
#ifndef FLOWMESH_SERVER_ENGINE_BATCH_H_
#define FLOWMESH_SERVER_ENGINE_BATCH_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/base/random.h"
#include "server/engine/command.h"
#include "server/engine/dispatcher.h"
#include "server/engine/draft.h"
#include "server/engine/effects.h"
#include "server/engine/key_queue.h"
#include "server/engine/session_table.h"
#include "server/engine/task_types.h"
#include "server/store/store.h"

namespace flowmesh::engine {

// What a batch looks for beside its commands.
struct BatchLook {
  bool timers = false;                 // those that are due
  bool mail = false;                   // from other replicas
  std::optional<std::string> summary;  // of this replica, to be stored
};

// What every batch of a replica works with. All must outlive it.
struct BatchTools {
  store::Store* store = nullptr;
  SessionTable* sessions = nullptr;
  Dispatcher* dispatcher = nullptr;
  const TaskTypes* types = nullptr;
  base::RandomSource* random = nullptr;
  uint64_t replica_id = 0;
  const std::set<uint64_t>* dead = nullptr;  // replicas that are known to hear nothing any more
};

// Used once, on the commit loop's thread. The commands stay untouched, so that a batch that failed can be run again.
class Batch {
 public:
  Batch(const BatchTools& tools, absl::Span<const Command> commands) : tools_(tools), commands_(commands) {}

  // The store's codes. Anything but OK: nothing happened, also not in the session table.
  absl::Status Run(uint64_t number, BatchLook look);

  // After OK:
  Effects TakeEffects() { return std::move(effects_); }
  std::vector<AttemptTimer> TakeTimers() { return std::move(timers_); }
  std::vector<uint64_t> TakeWelcomed() { return std::move(welcomed_); }
  std::vector<size_t> TakeDeferred() {
    return std::move(deferred_);
  }  // indexes of commands whose execution was locked by others
  // With look.timers: when the next timer of the store is due. Without: when the first one that this batch wrote is.
  absl::Time next_timer() const { return next_timer_; }
  bool claimed() const { return claimed_; }  // waiting rows were handed out: more may follow
  absl::Time now() const { return world_.now; }
  int64_t events() const { return events_; }
  int64_t rows() const { return rows_; }  // written, not counting those that were claimed
  int64_t deleted() const { return static_cast<int64_t>(writes_.delete_executions.size()); }  // executions
  int64_t purged() const { return purged_.rows; }                                             // rows that they had left
  bool unpurged() const { return purged_.left; }                                              // and more are left
  bool claimed_timers() const { return !due_timers_.empty(); }
  int64_t mail() const { return static_cast<int64_t>(mail_.size()); }
  bool mail_left() const { return mail_left_; }
  const std::vector<uint64_t>& declared_dead() const { return declared_dead_; }

 private:
  using KeyName = std::tuple<std::string, std::string, std::string>;
  // Writer (execution and task, or owner), name, media type, digest: see Transaction::FindArtifacts.
  using AliasName = std::tuple<std::string, std::string, std::string>;  // owner, kind, alias
  using ArtifactName = std::tuple<store::Id, int32_t, std::string, std::string, std::string, std::string>;

  // batch_locks.cc: everything that the rules look at is read before they run.
  absl::Status ClaimKeys();
  absl::Status ClaimTimers();
  absl::Status FindTokens();
  absl::Status LockAll();
  absl::Status Lock(std::vector<store::Id> ids);
  absl::Status LoadTasks();
  // With their ancestors.
  absl::Status LoadTasks(std::vector<store::TaskKey> keys);
  absl::Status LoadCalls();
  absl::Status LoadUnfinished(Draft& draft);
  absl::Status LoadSignals(Draft& draft);
  absl::Status LoadOutput(const store::TaskKey& key);

  // batch_concurrency.cc
  enum class Standing { kLives, kOver, kUnknown };  // kUnknown: locked by somebody else
  struct KeyTurn {
    enum class Kind { kHolds, kWaits, kJoins, kUnknown };
    Kind kind = Kind::kUnknown;
    Draft* draft = nullptr;  // the holder, if it is another one
  };
  absl::Status LockKeys();
  // Before all commands: they meet the keys as they stand after all ends that were committed.
  absl::Status ReleaseKeys();
  absl::StatusOr<Standing> StandingOf(const store::Id& id);
  absl::StatusOr<std::optional<store::Id>> FirstWaiter(KeyQueue& queue);
  // A holder that is over hands the key on. False: an execution is locked by somebody else, nothing changed.
  absl::StatusOr<bool> Settle(KeyQueue& queue);
  // How a new execution stands to its key; an error refuses it.
  absl::StatusOr<KeyTurn> AskForKey(const store::ExecutionRow& row);

  // batch_resources.cc
  absl::Status ClaimNames();
  // Before anything else that waits: whoever counts with the same counter waits for this batch.
  absl::Status CountNumbers();
  absl::Status ReadReplayedResources();
  // OK, or NAME_TAKEN.
  absl::Status CheckNames(const std::vector<store::AliasRow>& names, const store::Id& object) const;
  // The same for names that a projection brings; null = none.
  absl::Status CheckNamesOf(const Projection* projection, const Draft& draft) const;
  // They lead to their objects from here on.
  void TakeNames(const std::vector<store::AliasRow>& names);
  void KeepResource(Draft& draft, const SubmitCommand& command);
  void KeepResource(Draft& draft, const RetryCommand& command);

  // batch_mail.cc
  absl::Status ClaimMail();
  absl::Status DeliverMail();
  void SendMail();

  // batch_artifacts.cc
  absl::Status FindArtifacts();
  static ArtifactName NameOf(const store::ArtifactRow& row);
  // batch_retries.cc
  absl::Status FindKeysOfRetried(std::map<store::ConcurrencyName, store::LockedKey>* wanted);
  absl::Status LoadRetried();
  absl::Status LoadCounterparts();
  absl::Status LoadBytes(const store::TaskKey& key, store::PayloadDirection direction, store::Payload* payload);
  const store::TaskRow* CounterpartOf(const Draft& draft, const Entry& entry) const;

  // batch_deletion.cc
  absl::Status FindLiveRetries();
  absl::Status Purge();
  std::optional<store::Id> LiveRetryOf(const store::Id& id) const;

  absl::Status EndAllLeftovers();
  absl::Status Dispatch();
  absl::Status ClaimReady();
  absl::Status AssignTo(Draft& draft, int32_t task, uint64_t session);
  absl::Status Write();
  void CollectEffects();

  void Apply(size_t index, const SubmitCommand& command);
  void Apply(size_t index, const StartCommand& command);
  void Apply(size_t index, const CancelCommand& command);
  void Apply(size_t index, const SignalCommand& command);
  void Apply(size_t index, const CompleteTaskCommand& command);
  void Apply(size_t index, const WriteArtifactCommand& command);
  void Apply(size_t index, const RetryCommand& command);
  void Apply(size_t index, const DeleteCommand& command);
  void Apply(size_t index, const CompleteExecutionCommand& command);
  void Apply(size_t index, const MakeResourceCommand& command);
  void Apply(size_t index, const FrameCommand& command);
  void Apply(size_t index, const ResumeCommand& command);
  void Apply(size_t index, const WelcomeCommand& command);
  void Apply(size_t index, const LoseCommand& command);
  void Apply(size_t index, const AttemptTimerCommand& command);
  void Apply(size_t index, const ExpireCommand& command);
  void Apply(size_t index, const ForgetKeysCommand& command);
  void Apply(size_t index, const DeclareDeadCommand& command);
  void Apply(size_t, const PurgeCommand&) { purge_wanted_ = true; }
  using SubmitReply = std::function<void(absl::StatusOr<SubmitResult>)>;
  // Answers a repeat under a key that stood there before; true: nothing is left to do.
  bool Replay(size_t index, const std::optional<store::IdempotencyRow>& key, const SubmitReply& reply);
  // For a command that makes an execution: the row, unless its concurrency key says otherwise.
  template <typename C>
  void MakeExecution(size_t index, const C& command, const store::ExecutionRow& row);
  void ApplyEntryOf(uint64_t session, const Entry& entry);
  // What the rules must know of whoever speaks.
  void SetSpeaker(uint64_t session, const Entry& entry, Draft& draft);
  void ApplyTimer(const store::TimerRow& timer);
  // Records go out in number order: one that is not the next becomes a RecordsMessage. False: it was sent before.
  bool Number(uint64_t session, SessionMessage* message);
  // The claimed key stands for this object from here on: the next command with it meets that.
  void StandFor(store::ClaimedKey& claimed, const store::IdempotencyRow& key, const store::Id& object,
                absl::Duration life);

  // Null: unknown, deleted, or locked by somebody else.
  Draft* Find(const store::Id& id);
  Draft* FindOf(const store::Id& id, const std::string& owner);
  bool Skipped(const store::Id& id) const { return skipped_.contains(id); }
  Draft& AddDraft(Draft draft);
  void ReleaseCapacity(Draft& draft);
  // Replies with the row as the commit leaves it.
  void ReplyWithRow(const Draft& draft, const ExecutionReply& reply);

  const BatchTools tools_;
  const absl::Span<const Command> commands_;
  BatchLook look_;
  std::unique_ptr<store::Transaction> transaction_;
  Circumstances world_;
  std::vector<std::unique_ptr<Draft>> drafts_;  // in the order in which they were met
  absl::flat_hash_map<store::Id, Draft*> by_id_;
  absl::flat_hash_map<store::Id, bool> skipped_;
  std::map<KeyName, store::ClaimedKey> keys_;
  std::map<store::ConcurrencyName, KeyQueue> queues_;
  std::map<store::Id, store::ConcurrencyRow> releases_;                  // the places of executions whose end is known
  absl::Status failed_;                                                  // of the store, while commands were applied
  std::map<std::string, std::optional<store::TaskKey>> tokens_;          // of those that commands bring
  std::map<ArtifactName, std::optional<store::ArtifactRow>> artifacts_;  // that commands want to write
  std::map<AliasName, store::ClaimedAlias> names_;
  std::map<size_t, int64_t> numbers_;  // of the resources that commands make, by the command's index
  std::map<store::Id, store::ResourceRow> made_resources_;  // that stand behind idempotency keys, or are made now
  std::vector<store::TimerRow> due_timers_;
  std::vector<store::Id> mail_;
  bool mail_left_ = false;
  std::vector<uint64_t> declared_dead_;
  std::map<store::CallName, store::TaskRow> counterparts_;      // by the call in the retry
  std::map<store::Id, std::optional<store::Id>> live_retries_;  // of those that are to go
  bool purge_wanted_ = false;
  store::Purged purged_;
  std::map<std::pair<AttemptKey, uint64_t>, int64_t> acks_;  // attempt and session that asked -> number
  std::map<uint64_t, std::vector<SessionMessage>> said_;     // welcome and fenced messages that belong to no draft
  std::vector<std::pair<const Draft*, std::function<void(const store::ExecutionRow&)>>> row_replies_;
  store::Writes writes_;
  std::map<std::string, bool> waiting_;  // what the dispatcher learns once this is committed

  Effects effects_;
  std::vector<AttemptTimer> timers_;
  std::vector<uint64_t> welcomed_;
  std::vector<size_t> deferred_;
  absl::Time next_timer_ = absl::InfiniteFuture();
  bool claimed_ = false;
  int64_t events_ = 0;
  int64_t rows_ = 0;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_BATCH_H_
