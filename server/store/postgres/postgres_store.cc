#include "server/store/postgres/postgres_store.h"

#include <atomic>
#include <utility>

#include "server/store/postgres/concurrency.h"
#include "server/store/postgres/execution_list.h"
#include "server/store/postgres/failure.h"
#include "server/store/postgres/hint_channel.h"
#include "server/store/postgres/readers.h"
#include "server/store/postgres/reads.h"
#include "server/store/postgres/replicas.h"
#include "server/store/postgres/resources.h"
#include "server/store/postgres/transaction.h"
#include "server/store/postgres/writer.h"

namespace flowmesh::store {

using postgres::Connection;

absl::StatusOr<std::unique_ptr<PostgresStore>> PostgresStore::Open(const PostgresOptions& options) {
  postgres::ConnectionOptions connection;
  connection.url = options.url;
  connection.connect_timeout = options.connect_timeout;
  connection.lock_timeout = options.lock_timeout;
  connection.statement_timeout = options.statement_timeout;
  connection.idle_in_transaction_timeout = options.idle_in_transaction_timeout;
  connection.newest_timeline = std::make_shared<std::atomic<int>>(0);
  postgres::WriterOptions writer_options;
  writer_options.connection = connection;
  writer_options.clock = options.clock;
  writer_options.reconnect = {.initial = options.reconnect_initial, .cap = options.reconnect_cap};
  writer_options.commit_answer_limit = options.commit_answer_limit;
  auto writer = postgres::Writer::Open(writer_options);
  if (!writer.ok()) return writer.status();
  std::unique_ptr<postgres::PostgresHintChannel> hints;
  if (options.notify) {
    hints = std::make_unique<postgres::PostgresHintChannel>(
        postgres::HintChannelOptions{.connection = connection, .reconnect = writer_options.reconnect});
  }
  connection.read_only = true;
  return std::unique_ptr<PostgresStore>(
      new PostgresStore(*std::move(writer), std::make_unique<postgres::Readers>(connection, options.readers),
                        std::make_unique<postgres::Readers>(connection, options.list_readers), std::move(hints)));
}

PostgresStore::PostgresStore(std::unique_ptr<postgres::Writer> writer, std::unique_ptr<postgres::Readers> readers,
                             std::unique_ptr<postgres::Readers> list_readers,
                             std::unique_ptr<postgres::PostgresHintChannel> hints)
    : writer_(std::move(writer)),
      readers_(std::move(readers)),
      list_readers_(std::move(list_readers)),
      hints_(std::move(hints)) {}

PostgresStore::~PostgresStore() = default;

HintChannel* PostgresStore::hints() { return hints_.get(); }

absl::StatusOr<std::vector<uint64_t>> PostgresStore::Join(uint64_t replica_id) {
  if (writer_->lost()) return postgres::LostStatus();
  if (!writer_->Acquire()) return absl::AbortedError("another transaction is open; retry");
  absl::StatusOr<std::vector<uint64_t>> dead = postgres::JoinReplica(*writer_, replica_id);
  writer_->Release();
  return dead;
}

absl::StatusOr<std::unique_ptr<Transaction>> PostgresStore::Begin(uint64_t replica_id, uint64_t batch) {
  return postgres::BeginTransaction(*writer_, replica_id, batch);
}

absl::StatusOr<std::optional<ExecutionRow>> PostgresStore::ReadExecution(const Id& id) {
  return readers_->Read([&](Connection& connection) { return postgres::ReadExecution(connection, id); });
}

absl::StatusOr<std::string> PostgresStore::ReadPayload(const TaskKey& key, PayloadDirection direction) {
  return readers_->Read([&](Connection& connection) { return postgres::ReadPayload(connection, key, direction); });
}

absl::StatusOr<ExecutionPage> PostgresStore::ListExecutions(const ExecutionFilter& filter) {
  return list_readers_->Read([&](Connection& connection) { return postgres::ListExecutions(connection, filter); });
}

absl::StatusOr<std::vector<std::optional<ExecutionRow>>> PostgresStore::ReadExecutions(absl::Span<const Id> ids) {
  return list_readers_->Read([&](Connection& connection) { return postgres::ReadExecutions(connection, ids); });
}

absl::StatusOr<std::optional<ResourceRow>> PostgresStore::ReadResource(const Id& id) {
  auto rows = readers_->Read(
      [&](Connection& connection) { return postgres::ReadResources(connection, absl::MakeConstSpan(&id, 1)); });
  if (!rows.ok()) return rows.status();
  return std::move(rows->front());
}

absl::StatusOr<ResourcePage> PostgresStore::ListResources(const ResourceFilter& filter) {
  return list_readers_->Read([&](Connection& connection) { return postgres::ListResources(connection, filter); });
}

absl::StatusOr<std::optional<Id>> PostgresStore::ReadAlias(const AliasRow& name) {
  return readers_->Read([&](Connection& connection) { return postgres::ReadAlias(connection, name); });
}

absl::StatusOr<std::vector<TaskRow>> PostgresStore::ListTasks(const Id& id, int32_t after, int limit) {
  return list_readers_->Read([&](Connection& connection) { return postgres::ListTasks(connection, id, after, limit); });
}

absl::StatusOr<std::vector<TaskRow>> PostgresStore::ListUnfinishedTasks(const Id& id, int limit) {
  return list_readers_->Read(
      [&](Connection& connection) { return postgres::ListUnfinishedTasks(connection, id, limit); });
}

absl::StatusOr<std::vector<TaskRow>> PostgresStore::ReadRecords(const Id& id, int32_t parent, int32_t after,
                                                                size_t max_bytes) {
  return readers_->Read(
      [&](Connection& connection) { return postgres::ReadRecords(connection, id, parent, after, max_bytes); });
}

absl::StatusOr<std::vector<EventChunkRow>> PostgresStore::ReadEvents(const Id& id, int64_t after, size_t max_bytes) {
  return readers_->Read([&](Connection& connection) { return postgres::ReadEvents(connection, id, after, max_bytes); });
}

absl::StatusOr<std::optional<ArtifactRow>> PostgresStore::ReadArtifact(const Id& id) {
  return readers_->Read([&](Connection& connection) { return postgres::ReadArtifact(connection, id); });
}

absl::StatusOr<int> PostgresStore::CountAhead(const ReadyRow& row, int limit) {
  return readers_->Read([&](Connection& connection) { return postgres::CountAhead(connection, row, limit); });
}

absl::StatusOr<std::optional<KeyPlace>> PostgresStore::ReadKeyPlace(const Id& id) {
  return readers_->Read([&](Connection& connection) { return postgres::ReadKeyPlace(connection, id); });
}

absl::StatusOr<std::vector<QueueDepth>> PostgresStore::QueueDepths(int count_limit) {
  return list_readers_->Read([&](Connection& connection) { return postgres::QueueDepths(connection, count_limit); });
}

absl::StatusOr<std::map<ExecutionState, int>> PostgresStore::CountUnfinished() {
  return list_readers_->Read([](Connection& connection) { return postgres::CountUnfinished(connection); });
}

absl::StatusOr<std::vector<FlowRow>> PostgresStore::ReadFlows() {
  return list_readers_->Read([](Connection& connection) { return postgres::ReadFlows(connection); });
}

absl::StatusOr<std::vector<AssignedRow>> PostgresStore::ReadAssigned(uint64_t replica_id,
                                                                     const std::optional<AssignedRow>& after,
                                                                     int limit) {
  return list_readers_->Read(
      [&](Connection& connection) { return postgres::ReadAssigned(connection, replica_id, after, limit); });
}

absl::StatusOr<std::vector<std::string>> PostgresStore::ReadyQueues() {
  return list_readers_->Read([](Connection& connection) { return postgres::ReadyQueues(connection); });
}

absl::StatusOr<EndedPage> PostgresStore::ListEnded(const Id& after, absl::Time ended_by, int limit) {
  return list_readers_->Read(
      [&](Connection& connection) { return postgres::ListEnded(connection, after, ended_by, limit); });
}

absl::StatusOr<ExpiredKeysPage> PostgresStore::ListExpiredKeys(const IdempotencyRow& after, absl::Time expired_by,
                                                               int limit) {
  return list_readers_->Read(
      [&](Connection& connection) { return postgres::ListExpiredKeys(connection, after, expired_by, limit); });
}

absl::StatusOr<bool> PostgresStore::HasUnpurged() {
  return list_readers_->Read([](Connection& connection) { return postgres::HasUnpurged(connection); });
}

absl::StatusOr<std::vector<ReplicaRow>> PostgresStore::ReadReplicas() {
  return list_readers_->Read([](Connection& connection) { return postgres::ReadReplicas(connection); });
}

absl::StatusOr<bool> PostgresStore::HasMail(uint64_t replica_id) {
  return readers_->Read([&](Connection& connection) { return postgres::HasMail(connection, replica_id); });
}

absl::StatusOr<std::vector<ExecutionHead>> PostgresStore::ReadHeads(absl::Span<const Id> ids) {
  return readers_->Read([&](Connection& connection) { return postgres::ReadHeads(connection, ids); });
}

}  // namespace flowmesh::store
