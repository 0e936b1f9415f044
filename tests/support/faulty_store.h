#ifndef FLOWMESH_TESTS_SUPPORT_FAULTY_STORE_H_
#define FLOWMESH_TESTS_SUPPORT_FAULTY_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/store/store.h"

namespace flowmesh::testing {

// What becomes of one transaction.
enum class Fault {
  kNone,
  kConflictAtBegin,     // ABORTED
  kConflictAtApply,     // ABORTED
  kConflictAtCommit,    // ABORTED
  kOutOfSpaceAtApply,   // RESOURCE_EXHAUSTED
  kOutOfSpaceAtCommit,  // RESOURCE_EXHAUSTED
  kLostBeforeCommit,    // DATA_LOSS, nothing happened; from then on everything answers DATA_LOSS
  kLostAfterCommit,     // the same, but the batch is there: the process died between the commit and its answer
};

// A store that fails as a script says and otherwise does what the store behind it does. Several may share one store, as
// several replicas do. Thread-safe as that store is.
class FaultyStore : public store::Store {
 public:
  // The fault of the transaction with this number; they count from 1, whatever becomes of them.
  using Script = std::function<Fault(int64_t transaction)>;

  explicit FaultyStore(std::shared_ptr<store::Store> store, Script script = nullptr)
      : store_(std::move(store)), script_(std::move(script)) {}

  // These faults come next, one a transaction, before the script goes on.
  void Next(std::vector<Fault> faults) ABSL_LOCKS_EXCLUDED(mutex_);

  // How many transactions were asked for.
  int64_t transactions() const ABSL_LOCKS_EXCLUDED(mutex_);
  bool lost() const { return lost_.load(); }

  bool shared() const override { return store_->shared(); }
  absl::StatusOr<std::vector<uint64_t>> Join(uint64_t replica_id) override;
  absl::StatusOr<std::unique_ptr<store::Transaction>> Begin(uint64_t replica_id, uint64_t batch) override;
  absl::StatusOr<std::optional<store::ExecutionRow>> ReadExecution(const store::Id& id) override;
  absl::StatusOr<std::string> ReadPayload(const store::TaskKey& key, store::PayloadDirection direction) override;
  absl::StatusOr<std::optional<store::ArtifactRow>> ReadArtifact(const store::Id& id) override;
  absl::StatusOr<store::ExecutionPage> ListExecutions(const store::ExecutionFilter& filter) override;
  absl::StatusOr<std::vector<std::optional<store::ExecutionRow>>> ReadExecutions(
      absl::Span<const store::Id> ids) override;
  absl::StatusOr<std::optional<store::ResourceRow>> ReadResource(const store::Id& id) override;
  absl::StatusOr<store::ResourcePage> ListResources(const store::ResourceFilter& filter) override;
  absl::StatusOr<std::optional<store::Id>> ReadAlias(const store::AliasRow& name) override;
  absl::StatusOr<std::vector<store::TaskRow>> ListTasks(const store::Id& id, int32_t after, int limit) override;
  absl::StatusOr<std::vector<store::TaskRow>> ListUnfinishedTasks(const store::Id& id, int limit) override;
  absl::StatusOr<std::vector<store::TaskRow>> ReadRecords(const store::Id& id, int32_t parent, int32_t after,
                                                          size_t max_bytes) override;
  absl::StatusOr<std::vector<store::EventChunkRow>> ReadEvents(const store::Id& id, int64_t after,
                                                               size_t max_bytes) override;
  absl::StatusOr<int> CountAhead(const store::ReadyRow& row, int limit) override;
  absl::StatusOr<std::optional<store::KeyPlace>> ReadKeyPlace(const store::Id& id) override;
  absl::StatusOr<std::vector<store::QueueDepth>> QueueDepths(int count_limit) override;
  absl::StatusOr<std::map<store::ExecutionState, int>> CountUnfinished() override;
  absl::StatusOr<std::vector<store::FlowRow>> ReadFlows() override;
  absl::StatusOr<std::vector<store::AssignedRow>> ReadAssigned(uint64_t replica_id,
                                                               const std::optional<store::AssignedRow>& after,
                                                               int limit) override;
  absl::StatusOr<store::EndedPage> ListEnded(const store::Id& after, absl::Time ended_by, int limit) override;
  absl::StatusOr<store::ExpiredKeysPage> ListExpiredKeys(const store::IdempotencyRow& after, absl::Time expired_by,
                                                         int limit) override;
  absl::StatusOr<bool> HasUnpurged() override;
  absl::StatusOr<std::vector<store::ReplicaRow>> ReadReplicas() override;
  absl::StatusOr<bool> HasMail(uint64_t replica_id) override;
  absl::StatusOr<std::vector<store::ExecutionHead>> ReadHeads(absl::Span<const store::Id> ids) override;
  store::HintChannel* hints() override { return store_->hints(); }
  absl::StatusOr<std::vector<std::string>> ReadyQueues() override;

 private:
  class FaultyTransaction;

  Fault TakeFault() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::shared_ptr<store::Store> store_;
  const Script script_;
  std::atomic<bool> lost_ = false;
  mutable base::Mutex mutex_;
  std::vector<Fault> next_ ABSL_GUARDED_BY(mutex_);  // the first one last
  int64_t transactions_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_FAULTY_STORE_H_
