// The store in one SQLite file (3.40 or newer), for one process.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_SQLITE_STORE_H_
#define FLOWMESH_SERVER_STORE_SQLITE_SQLITE_STORE_H_

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
#include "server/store/sqlite/lock_file.h"
#include "server/store/sqlite/readers.h"
#include "server/store/sqlite/writer.h"
#include "server/store/store.h"

namespace flowmesh::store {

struct SqliteOptions {
  std::string directory;         // holds flowmesh.db, its -wal and -shm, and flowmesh.lock; created if it is not there
  base::Clock* clock = nullptr;  // outlives the store
  int readers = 2;               // connections for reads, so many may run at once
  size_t checkpoint_bytes = size_t{16} << 20;  // size of the write-ahead log above which it is copied into the database
  size_t restart_bytes = size_t{64} << 20;  // size above which the writer waits for readers that keep it from shrinking
  int writer_cache_kib = 16384;
  int reader_cache_kib = 2048;
  std::string vfs;        // for tests: name of a registered SQLite VFS; empty = the default one
  int64_t max_pages = 0;  // for tests: the database's limit in pages; 0 = SQLite's own
  bool shared = false;    // for tests: several replicas in this one process
};

// See Store for the contract. Writes come from one thread at a time; reads block while all `readers` are at work. A
// replica that joins takes the place of all others, unless the options say that they share it: the lock file proves
// that no other process lives on this database.
class SqliteStore : public Store {
 public:
  // Opens the database or makes a new one, and brings its tables up to date. FAILED_PRECONDITION: another process has
  // the directory, the file is newer than this program or not ours, the place is not writable or its file system cannot
  // share memory; DATA_LOSS: the file is damaged; RESOURCE_EXHAUSTED: no room.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(const SqliteOptions& options);

  // No Transaction may be left.
  ~SqliteStore() override;

  bool shared() const override { return shared_; }
  absl::StatusOr<std::vector<uint64_t>> Join(uint64_t replica_id) override;
  absl::StatusOr<std::unique_ptr<Transaction>> Begin(uint64_t replica_id, uint64_t batch) override;

  absl::StatusOr<std::optional<ExecutionRow>> ReadExecution(const Id& id) override;
  absl::StatusOr<std::string> ReadPayload(const TaskKey& key, PayloadDirection direction) override;
  absl::StatusOr<std::optional<ArtifactRow>> ReadArtifact(const Id& id) override;
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
  absl::StatusOr<int> CountAhead(const ReadyRow& row, int limit) override;
  absl::StatusOr<std::optional<KeyPlace>> ReadKeyPlace(const Id& id) override;
  absl::StatusOr<std::vector<QueueDepth>> QueueDepths(int count_limit) override;
  absl::StatusOr<std::map<ExecutionState, int>> CountUnfinished() override;
  absl::StatusOr<std::vector<FlowRow>> ReadFlows() override;
  absl::StatusOr<std::vector<AssignedRow>> ReadAssigned(uint64_t replica_id, const std::optional<AssignedRow>& after,
                                                        int limit) override;
  absl::StatusOr<EndedPage> ListEnded(const Id& after, absl::Time ended_by, int limit) override;
  absl::StatusOr<ExpiredKeysPage> ListExpiredKeys(const IdempotencyRow& after, absl::Time expired_by,
                                                  int limit) override;
  absl::StatusOr<bool> HasUnpurged() override;
  absl::StatusOr<std::vector<ReplicaRow>> ReadReplicas() override;
  absl::StatusOr<bool> HasMail(uint64_t replica_id) override;
  absl::StatusOr<std::vector<ExecutionHead>> ReadHeads(absl::Span<const Id> ids) override;
  HintChannel* hints() override { return nullptr; }
  absl::StatusOr<std::vector<std::string>> ReadyQueues() override;

 private:
  SqliteStore(std::unique_ptr<LockFile> lock, std::unique_ptr<Writer> writer, std::unique_ptr<Readers> readers,
              bool shared)
      : lock_(std::move(lock)), writer_(std::move(writer)), readers_(std::move(readers)), shared_(shared) {}

  // Runs `read(Connection&)` on one of the readers.
  template <typename Function>
  auto Read(Function read) -> decltype(read(std::declval<Connection&>()));

  // Destroyed from the last to the first: the writer closes after the readers, so that it makes the last checkpoint.
  const std::unique_ptr<LockFile> lock_;
  const std::unique_ptr<Writer> writer_;
  const std::unique_ptr<Readers> readers_;
  const bool shared_;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_SQLITE_STORE_H_
