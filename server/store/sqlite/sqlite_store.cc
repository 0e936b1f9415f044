#include "server/store/sqlite/sqlite_store.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/concurrency_reads.h"
#include "server/store/sqlite/failure.h"
#include "server/store/sqlite/reads.h"
#include "server/store/sqlite/replicas.h"
#include "server/store/sqlite/resources.h"
#include "server/store/sqlite/transaction.h"

namespace flowmesh::store {
namespace {

// Creates the directory and those above it.
absl::Status MakeDirectory(const std::string& path) {
  if (path.empty()) return absl::FailedPreconditionError("the store needs a directory");
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string prefix = path.substr(0, end);
    struct stat found = {};
    if (mkdir(prefix.c_str(), 0700) != 0 && (stat(prefix.c_str(), &found) != 0 || !S_ISDIR(found.st_mode))) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot make the directory ", prefix, ": ", std::strerror(errno)));
    }
    if (end == std::string::npos) return absl::OkStatus();
  }
}

absl::Status At(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(path, ": ", std::string(status.message())));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(const SqliteOptions& options) {
  if (absl::Status made = MakeDirectory(options.directory); !made.ok()) return made;
  absl::StatusOr<std::unique_ptr<LockFile>> lock = LockFile::Take(options.directory + "/flowmesh.lock");
  if (!lock.ok()) return lock.status();

  const std::string path = options.directory + "/flowmesh.db";
  WriterOptions writer_options;
  writer_options.connection.path = path;
  writer_options.connection.vfs = options.vfs;
  writer_options.connection.cache_kib = options.writer_cache_kib;
  writer_options.clock = options.clock;
  writer_options.checkpoint_bytes = options.checkpoint_bytes;
  writer_options.restart_bytes = options.restart_bytes;
  writer_options.max_pages = options.max_pages;
  absl::StatusOr<std::unique_ptr<Writer>> writer = Writer::Open(writer_options);
  if (!writer.ok()) return At(path, writer.status());

  ConnectionOptions reader_options = writer_options.connection;
  reader_options.read_only = true;
  reader_options.cache_kib = options.reader_cache_kib;
  absl::StatusOr<std::unique_ptr<Readers>> readers = Readers::Open(reader_options, options.readers);
  if (!readers.ok()) return At(path, readers.status());
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(*std::move(lock), *std::move(writer), *std::move(readers), options.shared));
}

SqliteStore::~SqliteStore() = default;

template <typename Function>
auto SqliteStore::Read(Function read) -> decltype(read(std::declval<Connection&>())) {
  if (writer_->lost()) return LostStatus();
  Readers::Lease lease = readers_->Take();
  return read(lease.connection());
}

absl::StatusOr<std::vector<uint64_t>> SqliteStore::Join(uint64_t replica_id) {
  return JoinReplica(*writer_, replica_id, shared_);
}

absl::StatusOr<std::unique_ptr<Transaction>> SqliteStore::Begin(uint64_t replica_id, uint64_t batch) {
  return BeginTransaction(*writer_, replica_id, batch);
}

absl::StatusOr<std::optional<ExecutionRow>> SqliteStore::ReadExecution(const Id& id) {
  return Read([&](Connection& connection) { return store::ReadExecution(connection, id); });
}

absl::StatusOr<std::string> SqliteStore::ReadPayload(const TaskKey& key, PayloadDirection direction) {
  return Read([&](Connection& connection) { return store::ReadPayload(connection, key, direction); });
}

absl::StatusOr<std::optional<ArtifactRow>> SqliteStore::ReadArtifact(const Id& id) {
  return Read([&](Connection& connection) { return store::ReadArtifact(connection, id); });
}

absl::StatusOr<ExecutionPage> SqliteStore::ListExecutions(const ExecutionFilter& filter) {
  return Read([&](Connection& connection) { return store::ListExecutions(connection, filter); });
}

absl::StatusOr<std::vector<std::optional<ExecutionRow>>> SqliteStore::ReadExecutions(absl::Span<const Id> ids) {
  return Read([&](Connection& connection) { return store::ReadExecutions(connection, ids); });
}

absl::StatusOr<std::optional<ResourceRow>> SqliteStore::ReadResource(const Id& id) {
  auto rows =
      Read([&](Connection& connection) { return store::ReadResources(connection, absl::MakeConstSpan(&id, 1)); });
  if (!rows.ok()) return rows.status();
  return std::move(rows->front());
}

absl::StatusOr<ResourcePage> SqliteStore::ListResources(const ResourceFilter& filter) {
  return Read([&](Connection& connection) { return store::ListResources(connection, filter); });
}

absl::StatusOr<std::optional<Id>> SqliteStore::ReadAlias(const AliasRow& name) {
  return Read([&](Connection& connection) { return store::ReadAlias(connection, name); });
}

absl::StatusOr<std::vector<TaskRow>> SqliteStore::ListTasks(const Id& id, int32_t after, int limit) {
  return Read([&](Connection& connection) { return store::ListTasks(connection, id, after, limit); });
}

absl::StatusOr<std::vector<TaskRow>> SqliteStore::ListUnfinishedTasks(const Id& id, int limit) {
  return Read([&](Connection& connection) { return store::ListUnfinishedTasks(connection, id, limit); });
}

absl::StatusOr<std::vector<TaskRow>> SqliteStore::ReadRecords(const Id& id, int32_t parent, int32_t after,
                                                              size_t max_bytes) {
  return Read([&](Connection& connection) { return store::ReadRecords(connection, id, parent, after, max_bytes); });
}

absl::StatusOr<std::vector<EventChunkRow>> SqliteStore::ReadEvents(const Id& id, int64_t after, size_t max_bytes) {
  return Read([&](Connection& connection) { return store::ReadEvents(connection, id, after, max_bytes); });
}

absl::StatusOr<int> SqliteStore::CountAhead(const ReadyRow& row, int limit) {
  return Read([&](Connection& connection) { return store::CountAhead(connection, row, limit); });
}

absl::StatusOr<std::vector<QueueDepth>> SqliteStore::QueueDepths(int count_limit) {
  return Read([&](Connection& connection) { return store::QueueDepths(connection, count_limit); });
}

absl::StatusOr<std::map<ExecutionState, int>> SqliteStore::CountUnfinished() {
  return Read([&](Connection& connection) { return store::CountUnfinished(connection); });
}

absl::StatusOr<std::vector<FlowRow>> SqliteStore::ReadFlows() {
  return Read([&](Connection& connection) { return store::ReadFlows(connection); });
}

absl::StatusOr<std::vector<AssignedRow>> SqliteStore::ReadAssigned(uint64_t replica_id,
                                                                   const std::optional<AssignedRow>& after, int limit) {
  return Read([&](Connection& connection) { return store::ReadAssigned(connection, replica_id, after, limit); });
}

absl::StatusOr<std::optional<KeyPlace>> SqliteStore::ReadKeyPlace(const Id& id) {
  return Read([&](Connection& connection) { return store::ReadKeyPlace(connection, id); });
}

absl::StatusOr<EndedPage> SqliteStore::ListEnded(const Id& after, absl::Time ended_by, int limit) {
  return Read([&](Connection& connection) { return store::ListEnded(connection, after, ended_by, limit); });
}

absl::StatusOr<ExpiredKeysPage> SqliteStore::ListExpiredKeys(const IdempotencyRow& after, absl::Time expired_by,
                                                             int limit) {
  return Read([&](Connection& connection) { return store::ListExpiredKeys(connection, after, expired_by, limit); });
}

absl::StatusOr<bool> SqliteStore::HasUnpurged() {
  return Read([&](Connection& connection) { return store::HasUnpurged(connection); });
}

absl::StatusOr<std::vector<ReplicaRow>> SqliteStore::ReadReplicas() {
  return Read([](Connection& connection) { return store::ReadReplicas(connection); });
}

absl::StatusOr<bool> SqliteStore::HasMail(uint64_t replica_id) {
  return Read([&](Connection& connection) { return store::HasMail(connection, replica_id); });
}

absl::StatusOr<std::vector<ExecutionHead>> SqliteStore::ReadHeads(absl::Span<const Id> ids) {
  return Read([&](Connection& connection) { return store::ReadHeads(connection, ids); });
}

absl::StatusOr<std::vector<std::string>> SqliteStore::ReadyQueues() {
  return Read([&](Connection& connection) { return store::ReadyQueues(connection); });
}

}  // namespace flowmesh::store
