#include "server/store/postgres/replicas.h"

#include <algorithm>
#include <utility>

namespace flowmesh::store::postgres {
namespace {

// A replica that joins twice under one id joins once, so a lost answer is no harm.
constexpr int kTries = 5;

absl::StatusOr<std::vector<uint64_t>> TryJoin(Writer& writer, uint64_t replica_id) {
  const absl::StatusOr<Connection*> connected = writer.Connected();
  if (!connected.ok()) return connected.status();
  Connection& connection = **connected;
  Parameters insert;
  writer.BindTime(insert);
  insert.Bind(replica_id);
  connection.Send(Sql::kBegin);
  connection.Send(Sql::kInsertReplica, std::move(insert));
  connection.Send(Sql::kFoldTotals, std::move(Parameters().Bind(replica_id)));
  // The dead whose work was taken over completely are of no more use to anybody.
  connection.Send(Sql::kForgetReplicas);
  connection.Send(Sql::kForgetMail);
  connection.Send(Sql::kDeadReplicas);
  connection.Send(Sql::kCommit);
  const auto results = connection.Exchange();
  if (!results.ok()) return writer.Fail(results.status());
  if (results->back().command() != "COMMIT" || connection.warned()) {
    return writer.Fail(absl::AbortedError("joining was not confirmed; retry"));
  }
  std::vector<uint64_t> dead;
  const Result& rows = (*results)[results->size() - 2];
  for (int i = 0; i < rows.rows(); ++i) dead.push_back(rows.row(i).Unsigned(0));
  return dead;
}

}  // namespace

absl::StatusOr<std::vector<uint64_t>> JoinReplica(Writer& writer, uint64_t replica_id) {
  absl::StatusOr<std::vector<uint64_t>> dead = absl::AbortedError("");
  for (int i = 0; i < kTries && absl::IsAborted(dead.status()); ++i) dead = TryJoin(writer, replica_id);
  return dead;
}

absl::StatusOr<bool> DeclareDead(Connection& connection, uint64_t replica_id, uint64_t batch) {
  const auto locked = connection.Run(Sql::kLockIdleReplica, std::move(Parameters().Bind(replica_id).Bind(batch)));
  if (!locked.ok()) return locked.status();
  if (locked->rows() == 0) return false;
  connection.Send(Sql::kKillReplica, std::move(Parameters().Bind(replica_id)));
  connection.Send(Sql::kForgetMail);
  if (const auto declared = connection.Exchange(); !declared.ok()) return declared.status();
  return true;
}

absl::StatusOr<std::vector<ReplicaRow>> ReadReplicas(Connection& connection) {
  const auto rows = connection.Run(Sql::kReadReplicas);
  if (!rows.ok()) return rows.status();
  std::vector<ReplicaRow> replicas;
  for (int i = 0; i < rows->rows(); ++i) {
    const Row row = rows->row(i);
    const bool alive = row.Number(1) != 0;
    replicas.push_back({row.Unsigned(0), alive, row.Unsigned(2), row.String(3), /*left_work=*/!alive});
  }
  std::sort(replicas.begin(), replicas.end(),
            [](const ReplicaRow& a, const ReplicaRow& b) { return a.replica_id < b.replica_id; });
  return replicas;
}

absl::StatusOr<std::vector<base::Id>> ClaimMail(Connection& connection, uint64_t replica_id, int limit) {
  const auto rows = connection.Run(Sql::kClaimMail, std::move(Parameters().Bind(replica_id).Bind(std::max(limit, 0))));
  if (!rows.ok()) return rows.status();
  std::vector<base::Id> claimed;
  for (int i = 0; i < rows->rows(); ++i) claimed.push_back(rows->row(i).ReadId(0));
  return claimed;
}

absl::StatusOr<bool> HasMail(Connection& connection, uint64_t replica_id) {
  const auto any = connection.Run(Sql::kAnyMail, std::move(Parameters().Bind(replica_id)));
  if (!any.ok()) return any.status();
  return any->rows() > 0;
}

}  // namespace flowmesh::store::postgres
