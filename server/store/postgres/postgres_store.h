// The store in a PostgreSQL database (15 or newer).
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/store/store.h"

namespace flowmesh::store {

namespace postgres {
class PostgresHintChannel;
class Readers;
class Writer;
}  // namespace postgres

struct PostgresOptions {
  // postgres://user@host/database, also of several hosts: writes go to the one that is the primary. See "Connection
  // Strings" in the manual of libpq. Tables are made in the first schema of the search_path.
  std::string url;
  // Replicas tell each other what to look at, over one more connection; otherwise hints() is null.
  bool notify = true;
  int readers = 4;                                    // connections for point reads, so many may run at once
  int list_readers = 2;                               // connections for lists and counts
  absl::Duration connect_timeout = absl::Seconds(5);  // for each host, at least 2 s
  absl::Duration lock_timeout = absl::Seconds(2);     // then ABORTED
  absl::Duration statement_timeout = absl::Seconds(30);
  absl::Duration idle_in_transaction_timeout = absl::Seconds(5);  // a stalled process holds its locks no longer
  absl::Duration reconnect_initial = absl::Milliseconds(50);      // bound of the first wait, doubles up to the cap
  absl::Duration reconnect_cap = absl::Seconds(2);
  absl::Duration commit_answer_limit = absl::Minutes(1);  // without a database to ask about a COMMIT: DATA_LOSS
  base::Clock* clock = nullptr;  // for tests: the store's time instead of the database server's; outlives the store
};

// See Store for the contract. Writes come from one thread at a time over one connection; reads block while all of their
// kind are at work. A connection that breaks is made anew, also to another host of the url; meanwhile everything
// answers ABORTED. A COMMIT whose answer is lost blocks until it is known what became of it.
class PostgresStore : public Store {
 public:
  // Connects and brings the tables up to date. UNAVAILABLE: no primary can be reached; FAILED_PRECONDITION: the address
  // or the credentials are wrong, or the tables are not ours or newer than this program.
  static absl::StatusOr<std::unique_ptr<PostgresStore>> Open(const PostgresOptions& options);

  // No Transaction may be left.
  ~PostgresStore() override;

  bool shared() const override { return true; }
  absl::StatusOr<std::vector<uint64_t>> Join(uint64_t replica_id) override;
  absl::StatusOr<std::unique_ptr<Transaction>> Begin(uint64_t replica_id, uint64_t batch) override;

  absl::StatusOr<std::optional<ExecutionRow>> ReadExecution(const Id& id) override;
  absl::StatusOr<std::string> ReadPayload(const TaskKey& key, PayloadDirection direction) override;
  absl::StatusOr<ExecutionPage> ListExecutions(const ExecutionFilter& filter) override;
  absl::StatusOr<std::vector<std::optional<ExecutionRow>>> ReadExecutions(absl::Span<const Id> ids) override;
  absl::StatusOr<std::optional<ResourceRow>> ReadResource(const Id& id) override;
  absl::StatusOr<ResourcePage> ListResources(const ResourceFilter& filter) override;
  absl::StatusOr<std::optional<Id>> ReadAlias(const AliasRow& name) override;
  absl::StatusOr<std::vector<TaskRow>> ListTasks(const Id& id, int32_t after, int limit) override;
  absl::StatusOr<std::vector<TaskRow>> ListUnfinishedTasks(const Id& id, int limit) override;
  absl::StatusOr<std::vector<TaskRow>> ReadRecords(const Id& id, int32_t parent, int32_t after,
                                                   size_t max_bytes) override;
  absl::StatusOr<std::vector<EventChunkRow>> ReadEvents(const Id& id, int64_t after, size_t max_bytes) override;
  absl::StatusOr<std::optional<ArtifactRow>> ReadArtifact(const Id& id) override;
  absl::StatusOr<int> CountAhead(const ReadyRow& row, int limit) override;
  absl::StatusOr<std::optional<KeyPlace>> ReadKeyPlace(const Id& id) override;
  absl::StatusOr<std::vector<QueueDepth>> QueueDepths(int count_limit) override;
  absl::StatusOr<std::map<ExecutionState, int>> CountUnfinished() override;
  absl::StatusOr<std::vector<FlowRow>> ReadFlows() override;
  absl::StatusOr<std::vector<AssignedRow>> ReadAssigned(uint64_t replica_id, const std::optional<AssignedRow>& after,
                                                        int limit) override;
  absl::StatusOr<std::vector<std::string>> ReadyQueues() override;
  absl::StatusOr<EndedPage> ListEnded(const Id& after, absl::Time ended_by, int limit) override;
  absl::StatusOr<ExpiredKeysPage> ListExpiredKeys(const IdempotencyRow& after, absl::Time expired_by,
                                                  int limit) override;
  absl::StatusOr<bool> HasUnpurged() override;
  absl::StatusOr<std::vector<ReplicaRow>> ReadReplicas() override;
  absl::StatusOr<bool> HasMail(uint64_t replica_id) override;
  absl::StatusOr<std::vector<ExecutionHead>> ReadHeads(absl::Span<const Id> ids) override;
  HintChannel* hints() override;

 private:
  PostgresStore(std::unique_ptr<postgres::Writer> writer, std::unique_ptr<postgres::Readers> readers,
                std::unique_ptr<postgres::Readers> list_readers, std::unique_ptr<postgres::PostgresHintChannel> hints);

  const std::unique_ptr<postgres::Writer> writer_;
  const std::unique_ptr<postgres::Readers> readers_;
  const std::unique_ptr<postgres::Readers> list_readers_;
  const std::unique_ptr<postgres::PostgresHintChannel> hints_;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_
