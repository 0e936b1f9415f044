#include "server/store/sqlite/replicas.h"

#include <algorithm>

#include "server/store/sqlite/failure.h"

namespace flowmesh::store {
namespace {

absl::StatusOr<std::vector<uint64_t>> Rejoin(Writer& writer, uint64_t replica_id, bool shared) {
  Connection& connection = writer.connection();
  if (Run begin(connection, Sql::kBegin); begin.Step() != SQLITE_DONE) return writer.Fail(begin.code());
  if (!shared) {
    if (Run kill(connection, Sql::kKillReplicas); kill.Step() != SQLITE_DONE) return writer.Fail(kill.code());
  }
  // Replicas whose work was taken over completely are of no more use to anybody.
  for (const Sql sql : {Sql::kForgetReplicas, Sql::kForgetMail}) {
    if (Run run(connection, sql); run.Step() != SQLITE_DONE) return writer.Fail(run.code());
  }
  std::vector<uint64_t> dead;
  {
    Run read(connection, Sql::kDeadReplicas);
    while (read.Step() == SQLITE_ROW) dead.push_back(read.Unsigned(0));
    if (!read.done()) return writer.Fail(read.code());
  }
  Run insert(connection, Sql::kInsertReplica);
  insert.Bind(replica_id).Bind(writer.Tick());
  if (insert.Step() != SQLITE_DONE) return writer.Fail(insert.code());
  if (Run commit(connection, Sql::kCommit); commit.Step() != SQLITE_DONE) return writer.Fail(commit.code());
  return dead;
}

}  // namespace

absl::StatusOr<std::vector<uint64_t>> JoinReplica(Writer& writer, uint64_t replica_id, bool shared) {
  if (writer.lost()) return LostStatus();
  if (!writer.Acquire()) return absl::AbortedError("another transaction is open; retry");
  absl::StatusOr<std::vector<uint64_t>> dead = Rejoin(writer, replica_id, shared);
  writer.Release();
  return dead;
}

absl::StatusOr<bool> DeclareDead(Connection& connection, uint64_t replica_id, uint64_t batch) {
  Run declare(connection, Sql::kDeclareDead);
  if (!declare.Bind(replica_id).Bind(batch).Do()) return connection.Failed(declare.code());
  if (connection.changes() == 0) return false;
  Run forget(connection, Sql::kForgetMail);
  if (!forget.Do()) return connection.Failed(forget.code());
  return true;
}

absl::StatusOr<std::vector<ReplicaRow>> ReadReplicas(Connection& connection) {
  std::vector<ReplicaRow> replicas;
  Run read(connection, Sql::kReadReplicas);
  while (read.Step() == SQLITE_ROW) {
    const bool alive = read.Number(1) != 0;
    replicas.push_back({read.Unsigned(0), alive, read.Unsigned(2), read.String(3), /*left_work=*/!alive});
  }
  if (!read.done()) return connection.Failed(read.code());
  std::sort(replicas.begin(), replicas.end(),
            [](const ReplicaRow& a, const ReplicaRow& b) { return a.replica_id < b.replica_id; });
  return replicas;
}

absl::StatusOr<std::vector<base::Id>> ClaimMail(Connection& connection, uint64_t replica_id, int limit) {
  std::vector<base::Id> claimed;
  {
    Run read(connection, Sql::kReadMail);
    read.Bind(replica_id).Bind(std::max(limit, 0));
    while (read.Step() == SQLITE_ROW) claimed.push_back(read.ReadId(0));
    if (!read.done()) return connection.Failed(read.code());
  }
  Run erase(connection, Sql::kDeleteMail);
  for (const base::Id& id : claimed) {
    if (!erase.Bind(replica_id).Bind(id).Do()) return connection.Failed(erase.code());
  }
  return claimed;
}

absl::StatusOr<bool> HasMail(Connection& connection, uint64_t replica_id) {
  Run read(connection, Sql::kReadMail);
  const int code = read.Bind(replica_id).Bind(1).Step();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return connection.Failed(code);
  return code == SQLITE_ROW;
}

}  // namespace flowmesh::store
