#include "server/store/postgres/statements.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "server/store/postgres/columns.h"
#include "server/store/postgres/ending_statements.h"
#include "server/store/postgres/replica_statements.h"
#include "server/store/postgres/resource_statements.h"

namespace flowmesh::store::postgres {
namespace {

Columns ExecutionColumns() { return Columns{{"execution_id", Kind::kId}} + ExecutionChanges() + ExecutionOrigin(); }
Columns TaskColumns() { return Columns{{"task"}} + TaskChanges() + TaskOrigin(); }

Statement BatchStatement(Sql sql) {
  switch (sql) {
    case Sql::kBegin:
      return {"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"};
    case Sql::kCommit:
      return {"COMMIT"};
    case Sql::kRollback:
      return {"ROLLBACK"};
    case Sql::kInsertIdempotencyKeys:
      return InsertInto("idempotency_keys", IdempotencyKey() + IdempotencyObject(),
                        " ON CONFLICT (shard, owner, method, key) DO NOTHING RETURNING owner, method, key");
    case Sql::kReplaceExpiredKeys:
      return Update("idempotency_keys", IdempotencyKey(), IdempotencyObject(),
                    " AND t.expire_time <= $8::int8 RETURNING t.owner, t.method, t.key");
    case Sql::kReadIdempotencyKeys:
      return ReadOf("idempotency_keys", IdempotencyKey(), IdempotencyObject());
    case Sql::kDeleteIdempotencyKeys:
      return DeleteFrom("idempotency_keys", IdempotencyKey());
    case Sql::kDeleteExpiredKeys:
      return DeleteFrom("idempotency_keys", IdempotencyKey() + Columns{{"expire_time"}});
    case Sql::kListKeys:
      return {
          "SELECT owner, method, key, expire_time FROM idempotency_keys WHERE (shard, owner, method, key) > "
          "($1::int8, $2::bytea, $3::bytea, $4::bytea) ORDER BY shard, owner, method, key LIMIT $5::int8"};
    case Sql::kUpdateIdempotencyKeys:
      return Update("idempotency_keys", IdempotencyKey(), IdempotencyObject());
    default:
      return {};
  }
}

Statement ConcurrencyStatement(Sql sql) {
  const Columns place = ConcurrencyNameColumns() + Columns{{"place"}, {"execution_id", Kind::kId}};
  switch (sql) {
    case Sql::kInsertConcurrencyLocks:
      return InsertInto("concurrency_locks", ConcurrencyNameColumns(), " ON CONFLICT (shard, owner, key) DO NOTHING");
    case Sql::kTakeConcurrencyLocks:
      return ReadOf("concurrency_locks", ConcurrencyNameColumns(), {{"shard"}}, " FOR UPDATE OF t");
    case Sql::kForgetConcurrencyLocks: {
      Statement statement = DeleteFrom("concurrency_locks", ConcurrencyNameColumns());
      statement.text +=
          " AND NOT EXISTS (SELECT 1 FROM concurrency_keys k WHERE k.shard = t.shard AND k.owner = t.owner "
          "AND k.key = t.key)";
      return statement;
    }
    case Sql::kReadConcurrencyKeys:
      // Of those that have a holder.
      return {absl::StrCat("SELECT u.place_in_list, h.execution_id, w.waiting, w.last_place FROM ",
                           Unnest(ConcurrencyNameColumns()),
                           " WITH ORDINALITY AS u (shard, owner, key, place_in_list) JOIN concurrency_keys h ON ",
                           Joined(ConcurrencyNameColumns(), "h"),
                           " AND h.place = 0 CROSS JOIN LATERAL (SELECT count(*) AS waiting, "
                           "coalesce(max(place), 0) AS last_place FROM concurrency_keys k WHERE ",
                           Joined(ConcurrencyNameColumns(), "k"), " AND k.place > 0) w"),
              KindsOf(ConcurrencyNameColumns())};
    case Sql::kFindConcurrencyKeys:
      return {
          "SELECT u.place_in_list, k.owner, k.key, k.place, k.policy FROM unnest($1::uuid[]) WITH ORDINALITY "
          "AS u (execution_id, place_in_list) JOIN concurrency_keys k ON k.execution_id = u.execution_id",
          {Kind::kId}};
    case Sql::kReadKeyWaiters:
      return {
          "SELECT place, execution_id, policy FROM concurrency_keys WHERE shard = $1::int8 AND owner = $2::bytea "
          "AND key = $3::bytea AND place > $4::int8 ORDER BY place LIMIT $5::int8"};
    case Sql::kReadKeyPlace:
      return {
          "SELECT h.execution_id, (SELECT count(*) FROM concurrency_keys a WHERE a.shard = k.shard "
          "AND a.owner = k.owner AND a.key = k.key AND a.place > 0 AND a.place < k.place) "
          "FROM concurrency_keys k JOIN concurrency_keys h ON h.shard = k.shard AND h.owner = k.owner "
          "AND h.key = k.key AND h.place = 0 WHERE k.execution_id = $1::uuid AND k.place > 0"};
    case Sql::kDeleteConcurrencyKeys:
      return DeleteFrom("concurrency_keys", place);
    case Sql::kPutConcurrencyKeys:
      return InsertInto("concurrency_keys", place + Columns{{"policy"}},
                        " ON CONFLICT (shard, owner, key, place) DO UPDATE SET execution_id = excluded.execution_id, "
                        "policy = excluded.policy");
    default:
      return {};
  }
}

// Which executions of a list pass its filter, as far as the columns can say: flow ($1), states ($2), time ($3, $4) and
// labels ($5). The packed labels of a row that has a label contain its packed pair; the other direction is checked by
// the reader. $6 is the limit.
constexpr char kListFilter[] =
    "(octet_length($1::bytea) = 0 OR flow = $1::bytea) AND (cardinality($2::int8[]) = 0 OR state = ANY ($2::int8[])) "
    "AND create_time >= $3::int8 AND create_time < $4::int8 AND NOT EXISTS (SELECT 1 FROM unnest($5::bytea[]) "
    "AS l (pair) WHERE coalesce(position(l.pair IN labels), 0) = 0) ";

Statement ExecutionStatement(Sql sql) {
  switch (sql) {
    case Sql::kInsertExecutions:
      return InsertInto("executions", ExecutionKey() + ExecutionChanges() + ExecutionOrigin());
    case Sql::kUpdateExecutions:
      return Update("executions", ExecutionKey(), ExecutionChanges());
    case Sql::kLockExecutions:
      return ReadOf("executions", ExecutionKey(), ExecutionColumns(), " FOR UPDATE OF t SKIP LOCKED");
    case Sql::kFindExecutions:
      return ReadOf("executions", ExecutionKey(), {{"shard"}});
    case Sql::kReadStates:
      return ReadOf("executions", ExecutionKey(), {{"state"}});
    case Sql::kReadExecution:
      return {absl::StrCat("SELECT ", Names(ExecutionColumns()),
                           " FROM executions WHERE shard = $1::int8 AND execution_id = $2::uuid")};
    case Sql::kReadExecutions:
      return ReadOf("executions", ExecutionKey(), ExecutionColumns());
    case Sql::kReadHeads:
      return ReadOf("executions", ExecutionKey(), {{"event_head"}, {"state"}});
    case Sql::kListOfOwner:
      return {absl::StrCat("SELECT ", Names(ExecutionColumns()), " FROM executions WHERE ", kListFilter,
                           "AND shard = $7::int8 AND owner = $8::bytea "
                           "AND (create_time, execution_id) < ($9::int8, $10::uuid) "
                           "AND (create_time, execution_id) >= ($11::int8, $12::uuid) "
                           "ORDER BY create_time DESC, execution_id DESC LIMIT $6::int8")};
    case Sql::kListOfAll:
      return {absl::StrCat("SELECT ", Names(ExecutionColumns()), " FROM executions WHERE ", kListFilter,
                           "AND execution_id < $7::uuid AND execution_id >= $8::uuid "
                           "ORDER BY execution_id DESC LIMIT $6::int8")};
    case Sql::kEndOfOwnerScan:
      return {
          "SELECT create_time, execution_id FROM executions WHERE shard = $1::int8 AND owner = $2::bytea "
          "AND (create_time, execution_id) < ($3::int8, $4::uuid) AND (create_time, execution_id) >= "
          "($5::int8, $6::uuid) ORDER BY create_time DESC, execution_id DESC OFFSET $7::int8 LIMIT 1"};
    case Sql::kEndOfAllScan:
      return {
          "SELECT create_time, execution_id FROM executions WHERE execution_id < $1::uuid "
          "AND execution_id >= $2::uuid ORDER BY execution_id DESC OFFSET $3::int8 LIMIT 1"};
    case Sql::kAddToTotals:
      return {
          "INSERT INTO totals (replica_id, state, executions) SELECT $3::int8, u.state, u.executions "
          "FROM unnest($1::int8[], $2::int8[]) AS u (state, executions) "
          "ON CONFLICT (replica_id, state) DO UPDATE SET executions = totals.executions + excluded.executions",
          {Kind::kNumber, Kind::kNumber}};
    case Sql::kFoldTotals:
      return {
          "WITH dead AS (DELETE FROM totals t USING replicas r WHERE r.replica_id = t.replica_id AND NOT r.alive "
          "RETURNING t.state, t.executions) "
          "INSERT INTO totals (replica_id, state, executions) "
          "SELECT $1::int8, state, sum(executions) FROM dead GROUP BY state "
          "ON CONFLICT (replica_id, state) DO UPDATE SET executions = totals.executions + excluded.executions"};
    case Sql::kReadTotals:
      return {"SELECT state, sum(executions)::int8 FROM totals GROUP BY state HAVING sum(executions) <> 0"};
    default:
      return {};
  }
}

Statement TaskStatement(Sql sql) {
  const std::string select = absl::StrCat("SELECT ", Names(TaskColumns()), " FROM tasks ");
  switch (sql) {
    case Sql::kInsertTasks:
      return InsertInto("tasks", TaskKeyColumns() + TaskChanges() + TaskOrigin());
    case Sql::kUpdateTasks:
      return Update("tasks", TaskKeyColumns(), TaskChanges());
    case Sql::kReadTasks:
      return ReadOf("tasks", TaskKeyColumns(), TaskColumns());
    case Sql::kFindCalls:
      return ReadOf("tasks", ExecutionKey() + Columns{{"parent"}, {"call_key", Kind::kBytes}}, TaskColumns());
    case Sql::kListTasks:
      return {select +
              "WHERE shard = $1::int8 AND execution_id = $2::uuid AND task > $3::int8 "
              "ORDER BY task LIMIT $4::int8"};
    case Sql::kUnfinishedTasks:
      return {select + "WHERE shard = $1::int8 AND execution_id = $2::uuid AND task_state < $3::int8 ORDER BY task"};
    case Sql::kListUnfinishedTasks:
      return {select +
              "WHERE shard = $1::int8 AND execution_id = $2::uuid AND task_state < $3::int8 "
              "ORDER BY task LIMIT $4::int8"};
    case Sql::kReadRecords:
      // The last columns: whether the output's bytes were found apart, and they.
      return {absl::StrCat(
          "SELECT * FROM (SELECT ", Names(TaskColumns(), "t"),
          ", p.bytes IS NOT NULL AS found, p.bytes, row_number() OVER ordered AS place, "
          "sum(coalesce(octet_length(p.bytes), octet_length(t.output), 0)) OVER ordered AS total "
          "FROM (SELECT * FROM tasks WHERE shard = $1::int8 AND execution_id = $2::uuid AND parent = $3::int8 "
          "AND record > $4::int8 ORDER BY record LIMIT $6::int8) t LEFT JOIN payloads p ON p.shard = t.shard "
          "AND p.execution_id = t.execution_id AND p.task = t.task AND p.direction = 2 AND t.output IS NULL "
          "WINDOW ordered AS (ORDER BY t.record)) r WHERE place = 1 OR total <= $5::int8 ORDER BY place")};
    case Sql::kInsertTaskTokens:
      return InsertInto("task_tokens", Columns{{"digest", Kind::kBytes}, {"execution_id", Kind::kId}, {"task"}});
    case Sql::kFindTaskTokens:
      return ReadOf("task_tokens", Columns{{"digest", Kind::kBytes}}, {{"execution_id"}, {"task"}});
    case Sql::kInsertSignals:
      return InsertInto("signals", ExecutionKey() + SignalColumns());
    case Sql::kDeleteSignals:
      return DeleteFrom("signals", ExecutionKey() + Columns{{"number"}});
    case Sql::kReadSignals:
      return {absl::StrCat("SELECT ", Names(SignalColumns()),
                           " FROM signals WHERE shard = $1::int8 AND execution_id = $2::uuid ORDER BY number")};
    default:
      return {};
  }
}

// What tasks take and give, and what executions tell.
Statement ContentStatement(Sql sql) {
  switch (sql) {
    case Sql::kInsertPayloads:
      return InsertInto("payloads", TaskKeyColumns() + Columns{{"direction"}, {"bytes", Kind::kBytes}});
    case Sql::kReadPayload:
      return {
          "SELECT bytes FROM payloads WHERE shard = $1::int8 AND execution_id = $2::uuid AND task = $3::int8 "
          "AND direction = $4::int8"};
    case Sql::kInsertChunks:
      return InsertInto("event_chunks", ExecutionKey() + Columns{{"first_seq"}, {"count"}, {"bytes", Kind::kBytes}});
    case Sql::kReadChunks:
      // From the last chunk that begins at or before the event after $3: it may end before that event.
      return {
          "SELECT first_seq, count, bytes, length FROM (SELECT *, row_number() OVER ordered AS place, "
          "sum(length) OVER ordered AS total FROM (SELECT first_seq, count, bytes, octet_length(bytes) AS length "
          "FROM event_chunks WHERE shard = $1::int8 AND execution_id = $2::uuid AND first_seq >= "
          "coalesce((SELECT max(first_seq) FROM event_chunks WHERE shard = $1::int8 AND execution_id = $2::uuid "
          "AND first_seq <= $3::int8), 0) AND first_seq + count > $3::int8 ORDER BY first_seq LIMIT $5::int8) c "
          "WINDOW ordered AS (ORDER BY first_seq)) r WHERE place = 1 OR total <= $4::int8 ORDER BY place"};
    default:
      return {};
  }
}

Statement ReadyStatement(Sql sql) {
  switch (sql) {
    case Sql::kInsertReady:
      return InsertInto("ready", ReadyKey() + Columns{{"since"}});
    case Sql::kDeleteReady:
      return DeleteFrom("ready", ReadyKey());
    case Sql::kClaimReady:
      // Walks the owners after $2 one index probe each, and takes at most $4 rows of each; rows that another replica
      // is taking are passed over. Every part is evaluated no further than $3 rows need.
      return {
          "WITH RECURSIVE owners (owner_hash) AS ("
          "(SELECT owner_hash FROM ready WHERE queue = $1::bytea AND owner_hash > $2::int8 "
          "ORDER BY owner_hash LIMIT 1) UNION ALL "
          "SELECT (SELECT r.owner_hash FROM ready r WHERE r.queue = $1::bytea AND r.owner_hash > o.owner_hash "
          "ORDER BY r.owner_hash LIMIT 1) FROM owners o WHERE o.owner_hash IS NOT NULL), "
          "taken AS MATERIALIZED (SELECT t.* FROM owners o CROSS JOIN LATERAL "
          "(SELECT r.owner_hash, r.priority, r.execution_id, r.task FROM ready r WHERE r.queue = $1::bytea "
          "AND r.owner_hash = o.owner_hash ORDER BY r.priority, r.execution_id, r.task LIMIT $4::int8 "
          "FOR UPDATE SKIP LOCKED) t LIMIT $3::int8) "
          "DELETE FROM ready d USING taken t WHERE d.queue = $1::bytea AND d.owner_hash = t.owner_hash "
          "AND d.priority = t.priority AND d.execution_id = t.execution_id AND d.task = t.task "
          "RETURNING d.owner_hash, d.priority, d.execution_id, d.task, d.since"};
    case Sql::kAnyReady:
      return {"SELECT 1 FROM ready WHERE queue = $1::bytea LIMIT 1"};
    case Sql::kCountAhead:
      return {
          "SELECT count(*) FROM (SELECT 1 FROM ready WHERE queue = $1::bytea AND owner_hash = $2::int8 "
          "AND (priority, execution_id, task) < ($3::int8, $4::uuid, $5::int8) LIMIT $6::int8) ahead"};
    case Sql::kReadyQueues:
    case Sql::kQueueDepths: {
      const std::string queues =
          "WITH RECURSIVE queues (queue) AS ((SELECT queue FROM ready ORDER BY queue LIMIT 1) UNION ALL "
          "SELECT (SELECT r.queue FROM ready r WHERE r.queue > q.queue ORDER BY r.queue LIMIT 1) "
          "FROM queues q WHERE q.queue IS NOT NULL) ";
      if (sql == Sql::kReadyQueues) return {queues + "SELECT queue FROM queues WHERE queue IS NOT NULL"};
      return {queues +
              "SELECT q.queue, c.depth, c.oldest FROM queues q CROSS JOIN LATERAL (SELECT count(*) AS depth, "
              "min(since) AS oldest FROM (SELECT since FROM ready r WHERE r.queue = q.queue LIMIT $1::int8) s) c "
              "WHERE q.queue IS NOT NULL"};
    }
    default:
      return {};
  }
}

Statement WorkStatement(Sql sql) {
  switch (sql) {
    case Sql::kInsertTimers:
      return InsertInto("timers", TimerColumns());
    case Sql::kDeleteTimers:
      return DeleteFrom("timers", TimerColumns());
    case Sql::kClaimDueTimers:
      return {absl::StrCat("WITH due AS MATERIALIZED (SELECT ", Names(TimerColumns()),
                           " FROM timers WHERE due_time <= $1::int8 ORDER BY ", Names(TimerColumns()),
                           " LIMIT $2::int8 FOR UPDATE SKIP LOCKED) DELETE FROM timers t USING due u WHERE ",
                           Joined(TimerColumns(), "t"), " RETURNING t.due_time, t.execution_id, t.task, t.kind")};
    case Sql::kNextTimer:
      return {"SELECT due_time FROM timers ORDER BY due_time LIMIT 1"};
    case Sql::kInsertAssigned:
      return InsertInto("assigned", AssignedColumns());
    case Sql::kDeleteAssigned:
      return DeleteFrom("assigned", AssignedColumns());
    case Sql::kReadAssigned:
      return {
          "SELECT session, execution_id, task FROM assigned WHERE replica_id = $1::int8 "
          "AND (session, shard, execution_id, task) > ($2::int8, $3::int8, $4::uuid, $5::int8) "
          "ORDER BY session, shard, execution_id, task LIMIT $6::int8"};
    case Sql::kInsertArtifacts:
      return InsertInto("artifacts", Columns{{"shard"}} + ArtifactColumns());
    case Sql::kReadArtifact:
      return {absl::StrCat("SELECT ", Names(ArtifactColumns()),
                           " FROM artifacts WHERE shard = $1::int8 AND artifact_id = $2::uuid")};
    case Sql::kFindArtifactsOfTasks:
      return ReadOf(
          "artifacts",
          TaskKeyColumns() + Columns{{"name", Kind::kBytes}, {"media_type", Kind::kBytes}, {"digest", Kind::kBytes}},
          ArtifactColumns());
    case Sql::kFindUploads:
      return ReadOf("artifacts",
                    Columns{{"shard"},
                            {"owner", Kind::kBytes},
                            {"name", Kind::kBytes},
                            {"media_type", Kind::kBytes},
                            {"digest", Kind::kBytes}},
                    ArtifactColumns(), " AND t.execution_id IS NULL");
    case Sql::kUpsertFlows: {
      std::string ending = " ON CONFLICT (name) DO UPDATE SET ";
      for (const Column& column : FlowColumns()) {
        absl::StrAppend(&ending, &column == &FlowColumns().front() ? "" : ", ", column.name, " = excluded.",
                        column.name);
      }
      return InsertInto("flows", FlowColumns(), ending.c_str());
    }
    case Sql::kReadFlows:
      return {absl::StrCat("SELECT ", Names(FlowColumns()), " FROM flows ORDER BY name")};
    default:
      return {};
  }
}

Statement NewStatement(Sql sql) {
  for (const auto& made : {BatchStatement, ReplicaStatement, ConcurrencyStatement, ExecutionStatement, EndStatement,
                           TaskStatement, ContentStatement, ReadyStatement, WorkStatement, ResourceStatement}) {
    if (Statement statement = made(sql); !statement.text.empty()) return statement;
  }
  return {};
}

}  // namespace

const Statement& StatementOf(Sql sql) {
  static const auto& statements = *[] {
    auto* all = new std::array<Statement, kSqlCount>;
    for (size_t i = 0; i < kSqlCount; ++i) (*all)[i] = NewStatement(static_cast<Sql>(i));
    return all;
  }();
  return statements[static_cast<size_t>(sql)];
}

}  // namespace flowmesh::store::postgres
