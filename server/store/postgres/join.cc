#include "server/store/postgres/join.h"

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
  if (writer.alone()) connection.Send(Sql::kKillOtherReplicas, std::move(Parameters().Bind(replica_id)));
  connection.Send(Sql::kInsertReplica, std::move(insert));
  connection.Send(Sql::kFoldTotals, std::move(Parameters().Bind(replica_id)));
  // The dead whose work was taken over completely are of no more use to anybody.
  connection.Send(Sql::kForgetReplicas);
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

}  // namespace flowmesh::store::postgres
