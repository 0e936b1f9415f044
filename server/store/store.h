// The one interface between the engine and a database.
//
// Writes go through one Transaction at a time, a whole batch of commands in each; the caller locks the executions it
// touches first and hands over all changed rows at once. Reads go beside it, on connections of their own, and see
// committed rows only.
//
// Codes: ABORTED = nothing happened, the same batch may be tried again; RESOURCE_EXHAUSTED = out of space or memory,
// nothing happened, try again when there is room; FAILED_PRECONDITION = this replica was declared dead: drop all
// sessions and Join under a new id; DATA_LOSS = the writer failed in a way after which nothing may be acknowledged:
// stop the process; INVALID_ARGUMENT never. A Commit that answers with an error has had no effect, whatever became of
// its connection: the adapter finds out.
#ifndef FLOWMESH_SERVER_STORE_STORE_H_
#define FLOWMESH_SERVER_STORE_STORE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/store/artifact_row.h"
#include "server/store/deletion_rows.h"
#include "server/store/execution_filter.h"
#include "server/store/replica_rows.h"
#include "server/store/resource_rows.h"
#include "server/store/rows.h"
#include "server/store/writes.h"

namespace flowmesh::store {

struct ClaimedKey {
  bool fresh = false;  // the row is now the caller's; otherwise it stood there before
  IdempotencyRow row;  // as it stands
};

struct LockedExecution {
  enum class Outcome { kLocked, kMissing, kSkipped };  // kSkipped: somebody else holds the lock
  Outcome outcome = Outcome::kMissing;
  ExecutionRow row;  // payloads that stand apart are not loaded
};

struct LockedKey {
  std::optional<Id> holder;  // nullopt = the key is free; then nobody waits
  int waiting = 0;
  int64_t last_place = 0;  // of those who wait

  bool operator==(const LockedKey&) const = default;
};

// Where an execution stands that waits for its concurrency key.
struct KeyPlace {
  Id holder;
  int ahead = 0;  // how many others wait before it

  bool operator==(const KeyPlace&) const = default;
};

struct ClaimedReady {
  std::vector<ReadyRow> rows;
  uint64_t cursor = 0;     // pass it to the next call: the last owner served
  bool exhausted = false;  // the queue held no more rows
};

// One batch. Not thread-safe. Destroyed without a successful Commit it rolls back.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // The store's time at Begin: never decreases from one transaction to the next, not even over restarts.
  virtual absl::Time now() const = 0;

  // Inserts each key that is free or expired; answers in request order. A key must not occur twice in `rows`.
  virtual absl::StatusOr<std::vector<ClaimedKey>> ClaimIdempotencyKeys(absl::Span<const IdempotencyRow> rows) = 0;

  // Inserts each name that is free; answers in request order. A name must not occur twice in `rows`. Waits for whoever
  // is about to insert one of them.
  virtual absl::StatusOr<std::vector<ClaimedAlias>> ClaimAliases(absl::Span<const AliasRow> rows) = 0;

  // Raises the version of this resource, which counts something, by one, and answers it; makes it with its `version` if
  // it is not there. Whoever counts with it too waits for this transaction.
  virtual absl::StatusOr<int64_t> CountUp(const ResourceRow& counter) = 0;

  // Nullopt = unknown. In request order. Locks nothing.
  virtual absl::StatusOr<std::vector<std::optional<ResourceRow>>> ReadResources(absl::Span<const Id> ids) = 0;

  // The places of these executions at their concurrency keys; nullopt = they have none. In request order. Locks
  // nothing: once the key is locked the place may be another.
  virtual absl::StatusOr<std::vector<std::optional<ConcurrencyRow>>> FindConcurrencyKeys(absl::Span<const Id> ids) = 0;

  // Locks the queues of these keys, also of free ones, and waits for whoever has them; answers in request order. Before
  // LockExecutions, at most once. Names must be distinct.
  virtual absl::StatusOr<std::vector<LockedKey>> LockConcurrencyKeys(absl::Span<const ConcurrencyName> names) = 0;

  // Those who wait for a locked key at places above `after`, in order.
  virtual absl::StatusOr<std::vector<ConcurrencyRow>> ReadKeyWaiters(const ConcurrencyName& name, int64_t after,
                                                                     int limit) = 0;

  // Locks without waiting, in an order of its own; answers in request order. Ids must be distinct.
  virtual absl::StatusOr<std::vector<LockedExecution>> LockExecutions(absl::Span<const Id> ids) = 0;

  // Child tasks of locked executions; nullopt = unknown. In request order.
  virtual absl::StatusOr<std::vector<std::optional<TaskRow>>> ReadTasks(absl::Span<const TaskKey> keys) = 0;

  // The children that were called by these names; nullopt = not called yet. In request order.
  virtual absl::StatusOr<std::vector<std::optional<TaskRow>>> FindCalls(absl::Span<const CallName> calls) = 0;

  // The children of a locked execution that are not final, in order.
  virtual absl::StatusOr<std::vector<TaskRow>> ReadUnfinishedTasks(const Id& id) = 0;

  // Signals of a locked execution, in order.
  virtual absl::StatusOr<std::vector<SignalRow>> ReadSignals(const Id& id) = 0;

  // The tasks whose tokens have these digests; nullopt = none. In request order. Locks nothing.
  virtual absl::StatusOr<std::vector<std::optional<TaskKey>>> FindTaskTokens(absl::Span<const std::string> digests) = 0;

  // The artifacts that are the same as these but for id, attempt and time: of the same writer (execution and task, or
  // owner if there is no execution), name, media type and digest; nullopt = none. In request order.
  virtual absl::StatusOr<std::vector<std::optional<ArtifactRow>>> FindArtifacts(absl::Span<const ArtifactRow> like) = 0;

  // The bytes of a payload that stands apart. NOT_FOUND if there is none.
  virtual absl::StatusOr<std::string> ReadPayload(const TaskKey& key, PayloadDirection direction) = 0;

  // Takes (deletes) up to `limit` rows of a queue: walks the owners that follow `cursor`, at most four rows each, round
  // and round. Within an owner: by priority, then age.
  virtual absl::StatusOr<ClaimedReady> ClaimReady(const std::string& queue, uint64_t cursor, int limit) = 0;

  // Takes (deletes) up to `limit` timers that are due at now(), oldest first.
  virtual absl::StatusOr<std::vector<TimerRow>> ClaimDueTimers(int limit) = 0;

  // Takes (deletes) up to `limit` of this replica's mail, in no particular order; what is being written at this moment
  // stays for later, so whatever a claimed row tells of can be read. Whoever writes the same mail again waits for this
  // transaction, so it must not wait for anybody afterwards: after the keys.
  virtual absl::StatusOr<std::vector<Id>> ClaimMail(int limit) = 0;

  // Declares a replica dead unless its batch has another number by now, it is at work at this very moment, or it
  // is dead already (false: nothing was changed). From the commit on it can commit nothing. Its mail goes. With the
  // number of this batch a replica declares itself dead: it leaves.
  virtual absl::StatusOr<bool> DeclareDead(uint64_t replica_id, uint64_t batch) = 0;

  // When the next timer that is left will be due; InfiniteFuture = there is none. Sees this transaction's own writes.
  virtual absl::StatusOr<absl::Time> NextTimer() = 0;

  // Of each execution a retry that is not final; nullopt = there is none. In request order. Locks nothing.
  virtual absl::StatusOr<std::vector<std::optional<Id>>> FindLiveRetries(absl::Span<const Id> ids) = 0;

  // Removes rows that deleted executions have left, with those resources of theirs that have no other execution by now
  // and the names that lead to these: at most `max_rows` (one more where two belong together), and no more once they
  // held `max_bytes` of payloads and events. Sees this transaction's own deletions.
  virtual absl::StatusOr<Purged> Purge(int max_rows, size_t max_bytes) = 0;

  // Inserted executions with `retry_of` become known as its retries.
  virtual absl::Status Apply(const Writes& writes) = 0;

  // Durable when it answers OK. At most once.
  virtual absl::Status Commit() = 0;
};

struct QueueDepth {
  std::string queue;
  int depth = 0;                               // counted to a limit
  absl::Time oldest = absl::InfiniteFuture();  // since when its oldest row (of the counted ones) waits
};

// A database. Thread-safe, except that only one Transaction may exist at a time. Reads block: never call them in a
// gRPC reaction.
class Store {
 public:
  virtual ~Store() = default;

  // Whether other replicas may work on this database at the same time. If not, whoever joins declares all others dead.
  virtual bool shared() const = 0;

  // Makes this process a replica under a fresh id. Answers the replicas that are dead: their `assigned` rows are
  // orphans.
  virtual absl::StatusOr<std::vector<uint64_t>> Join(uint64_t replica_id) = 0;

  // Begins a batch: its first statement proves that `replica_id` is alive and stores `batch`, which must increase.
  virtual absl::StatusOr<std::unique_ptr<Transaction>> Begin(uint64_t replica_id, uint64_t batch) = 0;

  virtual absl::StatusOr<std::optional<ExecutionRow>> ReadExecution(const Id& id) = 0;
  // As in Transaction, of committed rows.
  virtual absl::StatusOr<std::string> ReadPayload(const TaskKey& key, PayloadDirection direction) = 0;
  virtual absl::StatusOr<ExecutionPage> ListExecutions(const ExecutionFilter& filter) = 0;
  virtual absl::StatusOr<std::optional<ArtifactRow>> ReadArtifact(const Id& id) = 0;
  // Nullopt = unknown. In request order; payloads that stand apart are not loaded.
  virtual absl::StatusOr<std::vector<std::optional<ExecutionRow>>> ReadExecutions(absl::Span<const Id> ids) = 0;
  virtual absl::StatusOr<std::optional<ResourceRow>> ReadResource(const Id& id) = 0;
  virtual absl::StatusOr<ResourcePage> ListResources(const ResourceFilter& filter) = 0;
  // To what the name leads; nullopt = to nothing. `name.object_id` does not count.
  virtual absl::StatusOr<std::optional<Id>> ReadAlias(const AliasRow& name) = 0;
  // Children with numbers above `after`, in order.
  virtual absl::StatusOr<std::vector<TaskRow>> ListTasks(const Id& id, int32_t after, int limit) = 0;
  // The first children that are not final, in order.
  virtual absl::StatusOr<std::vector<TaskRow>> ListUnfinishedTasks(const Id& id, int limit) = 0;
  // Children of `parent` whose outcomes have record numbers above `after`, in order of those, with their outputs also
  // where these stand apart, until `max_bytes` of output are exceeded (at least one if there is any).
  virtual absl::StatusOr<std::vector<TaskRow>> ReadRecords(const Id& id, int32_t parent, int32_t after,
                                                           size_t max_bytes) = 0;
  // Chunks that hold events above `after`, in order, until `max_bytes` are exceeded (at least one chunk if there is
  // any).
  virtual absl::StatusOr<std::vector<EventChunkRow>> ReadEvents(const Id& id, int64_t after, size_t max_bytes) = 0;
  // How many rows of the owner stand before this one in its queue, counted to `limit`.
  virtual absl::StatusOr<int> CountAhead(const ReadyRow& row, int limit) = 0;
  // nullopt = it waits for no concurrency key, or holds it.
  virtual absl::StatusOr<std::optional<KeyPlace>> ReadKeyPlace(const Id& id) = 0;
  virtual absl::StatusOr<std::vector<QueueDepth>> QueueDepths(int count_limit) = 0;
  virtual absl::StatusOr<std::map<ExecutionState, int>> CountUnfinished() = 0;
  virtual absl::StatusOr<std::vector<FlowRow>> ReadFlows() = 0;
  // Up to `limit` rows of a replica, in key order after `after`.
  virtual absl::StatusOr<std::vector<AssignedRow>> ReadAssigned(uint64_t replica_id,
                                                                const std::optional<AssignedRow>& after, int limit) = 0;
  // Final executions with ids above `after` that ended at `ended_by` or before, in order of ids. Looks at no more than
  // `limit` executions.
  virtual absl::StatusOr<EndedPage> ListEnded(const Id& after, absl::Time ended_by, int limit) = 0;
  // Idempotency keys above `after` that expired at `expired_by` or before, in key order. Looks at no more than `limit`.
  virtual absl::StatusOr<ExpiredKeysPage> ListExpiredKeys(const IdempotencyRow& after, absl::Time expired_by,
                                                          int limit) = 0;
  // Whether deleted executions have rows left for Purge.
  virtual absl::StatusOr<bool> HasUnpurged() = 0;
  // All replicas that are alive, and the dead ones that left work, by id.
  virtual absl::StatusOr<std::vector<ReplicaRow>> ReadReplicas() = 0;
  virtual absl::StatusOr<bool> HasMail(uint64_t replica_id) = 0;
  // Of those that exist, in no particular order. Ids must be distinct.
  virtual absl::StatusOr<std::vector<ExecutionHead>> ReadHeads(absl::Span<const Id> ids) = 0;
  // Null: nobody carries hints here. Lives as long as the store.
  virtual HintChannel* hints() = 0;
  // Every queue that holds rows.
  virtual absl::StatusOr<std::vector<std::string>> ReadyQueues() = 0;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_STORE_H_
