#include "server/store/postgres/replica_statements.h"

#include "absl/strings/str_cat.h"
#include "server/store/postgres/columns.h"

namespace flowmesh::store::postgres {
namespace {

// The store's time: the clock of the test if there is one ($1), else the server's, and never behind what any replica
// has seen ($2: this process).
constexpr char kTimeOfStore[] =
    "greatest(coalesce($1::int8, (extract(epoch FROM clock_timestamp()) * 1000000)::int8), $2::int8, "
    "(SELECT max(time) FROM replicas))";

}  // namespace

Statement ReplicaStatement(Sql sql) {
  switch (sql) {
    case Sql::kBeat:
      return {absl::StrCat("UPDATE replicas SET batch = $4::int8, time = greatest(time, ", kTimeOfStore,
                           ") WHERE replica_id = $3::int8 AND alive RETURNING time")};
    case Sql::kInsertReplica:
      return {absl::StrCat("INSERT INTO replicas (replica_id, alive, batch, time) VALUES ($3::int8, true, 0, ",
                           kTimeOfStore, ") ON CONFLICT (replica_id) DO NOTHING")};
    case Sql::kForgetReplicas:
      // An hour later nobody asks any more whether its last batch was committed.
      return {
          "DELETE FROM replicas WHERE NOT alive AND time < (SELECT max(time) FROM replicas) - 3600000000 "
          "AND NOT EXISTS (SELECT 1 FROM assigned WHERE assigned.replica_id = replicas.replica_id)"};
    case Sql::kDeadReplicas:
      return {
          "SELECT replica_id FROM replicas WHERE NOT alive AND EXISTS "
          "(SELECT 1 FROM assigned WHERE assigned.replica_id = replicas.replica_id) ORDER BY replica_id"};
    case Sql::kLockReplica:
      return {"SELECT batch FROM replicas WHERE replica_id = $1::int8 FOR UPDATE"};
    case Sql::kTouchReplica:
      return {"UPDATE replicas SET time = time WHERE replica_id = $1::int8"};
    case Sql::kLockIdleReplica:
      return {
          "SELECT 1 FROM replicas WHERE replica_id = $1::int8 AND alive AND batch = $2::int8 FOR UPDATE SKIP LOCKED"};
    case Sql::kKillReplica:
      return {"UPDATE replicas SET alive = false WHERE replica_id = $1::int8"};
    case Sql::kSetSummary:
      return {"UPDATE replicas SET summary = $2::bytea WHERE replica_id = $1::int8"};
    case Sql::kReadReplicas:
      return {
          "SELECT replica_id, alive, batch, summary FROM replicas WHERE alive OR EXISTS "
          "(SELECT 1 FROM assigned WHERE assigned.replica_id = replicas.replica_id)"};
    case Sql::kInsertMail:
      // Also a row that is there is locked: read before this commit, it would tell of nothing, and be gone.
      return InsertInto("mail", {{"replica_id"}, {"shard"}, {"execution_id", Kind::kId}},
                        " ON CONFLICT (replica_id, shard, execution_id) DO UPDATE SET shard = excluded.shard "
                        "WHERE false");
    case Sql::kClaimMail:
      return {
          "WITH taken AS MATERIALIZED (SELECT shard, execution_id FROM mail WHERE replica_id = $1::int8 "
          "LIMIT $2::int8 FOR UPDATE SKIP LOCKED) DELETE FROM mail m USING taken t WHERE m.replica_id = $1::int8 "
          "AND m.shard = t.shard AND m.execution_id = t.execution_id RETURNING m.execution_id"};
    case Sql::kAnyMail:
      return {"SELECT 1 FROM mail WHERE replica_id = $1::int8 LIMIT 1"};
    case Sql::kForgetMail:
      // Nobody will read it.
      return {
          "WITH lost AS MATERIALIZED (SELECT l.replica_id, l.shard, l.execution_id FROM mail l WHERE NOT EXISTS "
          "(SELECT 1 FROM replicas r WHERE r.replica_id = l.replica_id AND r.alive) FOR UPDATE OF l SKIP LOCKED) "
          "DELETE FROM mail m USING lost WHERE m.replica_id = lost.replica_id AND m.shard = lost.shard "
          "AND m.execution_id = lost.execution_id"};
    case Sql::kNotify:
      return {absl::StrCat("SELECT pg_notify(", kHintChannelName,
                           ", convert_from(u.text, 'UTF8')) FROM unnest($1::bytea[]) AS u (text)"),
              {Kind::kBytes}};
    default:
      return {};
  }
}

}  // namespace flowmesh::store::postgres
