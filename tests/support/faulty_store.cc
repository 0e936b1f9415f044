#include "tests/support/faulty_store.h"

#include <set>
#include <string>
#include <utility>

namespace flowmesh::testing {
namespace {

absl::Status Conflict() { return absl::AbortedError("conflict on request of the test"); }
absl::Status OutOfSpace() { return absl::ResourceExhaustedError("out of space on request of the test"); }

// PostgreSQL refuses a statement that writes one row twice; SQLite would not notice.
template <typename Rows, typename Key>
bool Repeats(const Rows& rows, Key key) {
  std::set<decltype(key(rows.front()))> seen;
  for (const auto& row : rows) {
    if (!seen.insert(key(row)).second) return true;
  }
  return false;
}

bool WritesARowTwice(const store::Writes& writes) {
  const auto id = [](const auto& row) { return row.id; };
  return Repeats(writes.insert_executions, id) || Repeats(writes.update_executions, id) ||
         Repeats(writes.insert_resources, id) || Repeats(writes.update_resources, id) ||
         Repeats(writes.upsert_flows, [](const store::FlowRow& row) { return row.name; });
}

absl::Status Lost() { return absl::DataLossError("lost on request of the test"); }

}  // namespace

class FaultyStore::FaultyTransaction : public store::Transaction {
 public:
  FaultyTransaction(FaultyStore& faulty, std::unique_ptr<store::Transaction> transaction, Fault fault)
      : faulty_(faulty), transaction_(std::move(transaction)), fault_(fault) {}

  absl::Time now() const override { return transaction_->now(); }

  absl::StatusOr<std::vector<store::ClaimedKey>> ClaimIdempotencyKeys(
      absl::Span<const store::IdempotencyRow> rows) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ClaimIdempotencyKeys(rows);
  }
  absl::StatusOr<std::vector<store::ClaimedAlias>> ClaimAliases(absl::Span<const store::AliasRow> rows) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ClaimAliases(rows);
  }
  absl::StatusOr<int64_t> CountUp(const store::ResourceRow& counter) override {
    if (!ended_.ok()) return ended_;
    return transaction_->CountUp(counter);
  }
  absl::StatusOr<std::vector<std::optional<store::ResourceRow>>> ReadResources(
      absl::Span<const store::Id> ids) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ReadResources(ids);
  }
  absl::StatusOr<std::vector<std::optional<store::ConcurrencyRow>>> FindConcurrencyKeys(
      absl::Span<const store::Id> ids) override {
    if (!ended_.ok()) return ended_;
    return transaction_->FindConcurrencyKeys(ids);
  }
  absl::StatusOr<std::vector<store::LockedKey>> LockConcurrencyKeys(
      absl::Span<const store::ConcurrencyName> names) override {
    if (!ended_.ok()) return ended_;
    return transaction_->LockConcurrencyKeys(names);
  }
  absl::StatusOr<std::vector<store::ConcurrencyRow>> ReadKeyWaiters(const store::ConcurrencyName& name, int64_t after,
                                                                    int limit) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ReadKeyWaiters(name, after, limit);
  }
  absl::StatusOr<std::vector<store::LockedExecution>> LockExecutions(absl::Span<const store::Id> ids) override {
    if (!ended_.ok()) return ended_;
    return transaction_->LockExecutions(ids);
  }
  absl::StatusOr<std::vector<std::optional<store::TaskRow>>> ReadTasks(absl::Span<const store::TaskKey> keys) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ReadTasks(keys);
  }
  absl::StatusOr<std::vector<std::optional<store::TaskRow>>> FindCalls(
      absl::Span<const store::CallName> calls) override {
    if (!ended_.ok()) return ended_;
    return transaction_->FindCalls(calls);
  }
  absl::StatusOr<std::vector<store::TaskRow>> ReadUnfinishedTasks(const store::Id& id) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ReadUnfinishedTasks(id);
  }
  absl::StatusOr<std::vector<store::SignalRow>> ReadSignals(const store::Id& id) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ReadSignals(id);
  }
  absl::StatusOr<std::vector<std::optional<store::TaskKey>>> FindTaskTokens(
      absl::Span<const std::string> digests) override {
    if (!ended_.ok()) return ended_;
    return transaction_->FindTaskTokens(digests);
  }
  absl::StatusOr<std::vector<std::optional<store::ArtifactRow>>> FindArtifacts(
      absl::Span<const store::ArtifactRow> like) override {
    if (!ended_.ok()) return ended_;
    return transaction_->FindArtifacts(like);
  }
  absl::StatusOr<std::string> ReadPayload(const store::TaskKey& key, store::PayloadDirection direction) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ReadPayload(key, direction);
  }
  absl::StatusOr<store::ClaimedReady> ClaimReady(const std::string& queue, uint64_t cursor, int limit) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ClaimReady(queue, cursor, limit);
  }
  absl::StatusOr<std::vector<store::TimerRow>> ClaimDueTimers(int limit) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ClaimDueTimers(limit);
  }
  absl::StatusOr<std::vector<store::Id>> ClaimMail(int limit) override {
    if (!ended_.ok()) return ended_;
    return transaction_->ClaimMail(limit);
  }
  absl::StatusOr<bool> DeclareDead(uint64_t replica_id, uint64_t batch) override {
    if (!ended_.ok()) return ended_;
    return transaction_->DeclareDead(replica_id, batch);
  }
  absl::StatusOr<absl::Time> NextTimer() override {
    if (!ended_.ok()) return ended_;
    return transaction_->NextTimer();
  }

  absl::StatusOr<std::vector<std::optional<store::Id>>> FindLiveRetries(absl::Span<const store::Id> ids) override {
    if (!ended_.ok()) return ended_;
    return transaction_->FindLiveRetries(ids);
  }
  absl::StatusOr<store::Purged> Purge(int max_rows, size_t max_bytes) override {
    if (!ended_.ok()) return ended_;
    return transaction_->Purge(max_rows, max_bytes);
  }

  absl::Status Apply(const store::Writes& writes) override {
    if (!ended_.ok()) return ended_;
    if (WritesARowTwice(writes)) return absl::InternalError("a row stands twice in one list of writes");
    // The rows are written first, so that the end of the transaction has something to roll back.
    if (absl::Status status = transaction_->Apply(writes); !status.ok()) return status;
    if (fault_ == Fault::kConflictAtApply) ended_ = Conflict();
    if (fault_ == Fault::kOutOfSpaceAtApply) ended_ = OutOfSpace();
    return ended_;
  }

  absl::Status Commit() override {
    if (!ended_.ok()) return ended_;
    switch (fault_) {
      case Fault::kConflictAtCommit:
        return ended_ = Conflict();
      case Fault::kOutOfSpaceAtCommit:
        return ended_ = OutOfSpace();
      case Fault::kLostAfterCommit:
        if (absl::Status status = transaction_->Commit(); !status.ok()) return status;
        [[fallthrough]];
      case Fault::kLostBeforeCommit:
        faulty_.lost_.store(true);
        return ended_ = Lost();
      default:
        return transaction_->Commit();
    }
  }

 private:
  FaultyStore& faulty_;
  const std::unique_ptr<store::Transaction> transaction_;
  const Fault fault_;
  absl::Status ended_;
};

void FaultyStore::Next(std::vector<Fault> faults) {
  base::MutexLock lock(mutex_);
  next_.assign(faults.rbegin(), faults.rend());
}

int64_t FaultyStore::transactions() const {
  base::MutexLock lock(mutex_);
  return transactions_;
}

Fault FaultyStore::TakeFault() {
  base::MutexLock lock(mutex_);
  ++transactions_;
  if (next_.empty()) return script_ ? script_(transactions_) : Fault::kNone;
  const Fault fault = next_.back();
  next_.pop_back();
  return fault;
}

absl::StatusOr<std::vector<uint64_t>> FaultyStore::Join(uint64_t replica_id) {
  if (lost()) return Lost();
  return store_->Join(replica_id);
}

absl::StatusOr<std::unique_ptr<store::Transaction>> FaultyStore::Begin(uint64_t replica_id, uint64_t batch) {
  if (lost()) return Lost();
  const Fault fault = TakeFault();
  if (fault == Fault::kConflictAtBegin) return Conflict();
  absl::StatusOr<std::unique_ptr<store::Transaction>> transaction = store_->Begin(replica_id, batch);
  if (!transaction.ok()) return transaction.status();
  return std::make_unique<FaultyTransaction>(*this, *std::move(transaction), fault);
}

absl::StatusOr<std::optional<store::ExecutionRow>> FaultyStore::ReadExecution(const store::Id& id) {
  if (lost()) return Lost();
  return store_->ReadExecution(id);
}

absl::StatusOr<std::string> FaultyStore::ReadPayload(const store::TaskKey& key, store::PayloadDirection direction) {
  if (lost()) return Lost();
  return store_->ReadPayload(key, direction);
}

absl::StatusOr<std::optional<store::ArtifactRow>> FaultyStore::ReadArtifact(const store::Id& id) {
  if (lost()) return Lost();
  return store_->ReadArtifact(id);
}

absl::StatusOr<store::ExecutionPage> FaultyStore::ListExecutions(const store::ExecutionFilter& filter) {
  if (lost()) return Lost();
  return store_->ListExecutions(filter);
}

absl::StatusOr<std::vector<std::optional<store::ExecutionRow>>> FaultyStore::ReadExecutions(
    absl::Span<const store::Id> ids) {
  if (lost()) return Lost();
  return store_->ReadExecutions(ids);
}

absl::StatusOr<std::optional<store::ResourceRow>> FaultyStore::ReadResource(const store::Id& id) {
  if (lost()) return Lost();
  return store_->ReadResource(id);
}

absl::StatusOr<store::ResourcePage> FaultyStore::ListResources(const store::ResourceFilter& filter) {
  if (lost()) return Lost();
  return store_->ListResources(filter);
}

absl::StatusOr<std::optional<store::Id>> FaultyStore::ReadAlias(const store::AliasRow& name) {
  if (lost()) return Lost();
  return store_->ReadAlias(name);
}

absl::StatusOr<std::vector<store::TaskRow>> FaultyStore::ListTasks(const store::Id& id, int32_t after, int limit) {
  if (lost()) return Lost();
  return store_->ListTasks(id, after, limit);
}

absl::StatusOr<std::vector<store::TaskRow>> FaultyStore::ListUnfinishedTasks(const store::Id& id, int limit) {
  if (lost()) return Lost();
  return store_->ListUnfinishedTasks(id, limit);
}

absl::StatusOr<std::vector<store::TaskRow>> FaultyStore::ReadRecords(const store::Id& id, int32_t parent, int32_t after,
                                                                     size_t max_bytes) {
  if (lost()) return Lost();
  return store_->ReadRecords(id, parent, after, max_bytes);
}

absl::StatusOr<std::vector<store::EventChunkRow>> FaultyStore::ReadEvents(const store::Id& id, int64_t after,
                                                                          size_t max_bytes) {
  if (lost()) return Lost();
  return store_->ReadEvents(id, after, max_bytes);
}

absl::StatusOr<int> FaultyStore::CountAhead(const store::ReadyRow& row, int limit) {
  if (lost()) return Lost();
  return store_->CountAhead(row, limit);
}

absl::StatusOr<std::optional<store::KeyPlace>> FaultyStore::ReadKeyPlace(const store::Id& id) {
  if (lost()) return Lost();
  return store_->ReadKeyPlace(id);
}

absl::StatusOr<std::vector<store::QueueDepth>> FaultyStore::QueueDepths(int count_limit) {
  if (lost()) return Lost();
  return store_->QueueDepths(count_limit);
}

absl::StatusOr<std::map<store::ExecutionState, int>> FaultyStore::CountUnfinished() {
  if (lost()) return Lost();
  return store_->CountUnfinished();
}

absl::StatusOr<std::vector<store::FlowRow>> FaultyStore::ReadFlows() {
  if (lost()) return Lost();
  return store_->ReadFlows();
}

absl::StatusOr<std::vector<store::AssignedRow>> FaultyStore::ReadAssigned(
    uint64_t replica_id, const std::optional<store::AssignedRow>& after, int limit) {
  if (lost()) return Lost();
  return store_->ReadAssigned(replica_id, after, limit);
}

absl::StatusOr<store::EndedPage> FaultyStore::ListEnded(const store::Id& after, absl::Time ended_by, int limit) {
  if (lost()) return Lost();
  return store_->ListEnded(after, ended_by, limit);
}

absl::StatusOr<store::ExpiredKeysPage> FaultyStore::ListExpiredKeys(const store::IdempotencyRow& after,
                                                                    absl::Time expired_by, int limit) {
  if (lost()) return Lost();
  return store_->ListExpiredKeys(after, expired_by, limit);
}

absl::StatusOr<bool> FaultyStore::HasUnpurged() {
  if (lost()) return Lost();
  return store_->HasUnpurged();
}

absl::StatusOr<std::vector<store::ReplicaRow>> FaultyStore::ReadReplicas() {
  if (lost()) return Lost();
  return store_->ReadReplicas();
}

absl::StatusOr<bool> FaultyStore::HasMail(uint64_t replica_id) {
  if (lost()) return Lost();
  return store_->HasMail(replica_id);
}

absl::StatusOr<std::vector<store::ExecutionHead>> FaultyStore::ReadHeads(absl::Span<const store::Id> ids) {
  if (lost()) return Lost();
  return store_->ReadHeads(ids);
}

absl::StatusOr<std::vector<std::string>> FaultyStore::ReadyQueues() {
  if (lost()) return Lost();
  return store_->ReadyQueues();
}

}  // namespace flowmesh::testing
