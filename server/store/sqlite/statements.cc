#include "server/store/sqlite/statements.h"

#include "server/store/sqlite/resource_statements.h"

// Lists of columns that several statements share; string literals, so that every statement is one constant.
#define EXECUTION_CHANGES                                                                                          \
  "state, event_head, event_bytes, start_time, end_time, deadline, next_task, result_bytes, progress, counts, "    \
  "task_state, attempt, acked, record, replica_id, session, ready_time, task_start_time, task_end_time, failure, " \
  "output_type, output, task_counts"
#define EXECUTION_ORIGIN "owner, flow, create_time, labels, priority, input_type, input, origin"
#define EXECUTION_COLUMNS "execution_id, " EXECUTION_CHANGES ", " EXECUTION_ORIGIN
#define TASK_CHANGES                                                                                               \
  "task_state, attempt, acked, record, replica_id, session, ready_time, task_start_time, task_end_time, failure, " \
  "output_type, output, task_counts"
#define TASK_ORIGIN "parent, call_key, kind, type, priority, create_time, input_type, input"
#define TASK_COLUMNS "task, " TASK_CHANGES ", " TASK_ORIGIN
#define FLOW_COLUMNS                                                                                    \
  "name, is_flow_kind, creatable, input_type, output_type, code_version, max_failures, retry_initial, " \
  "retry_multiplier, retry_cap, attempt_timeout, descriptors_digest, descriptors"

#define ARTIFACT_COLUMNS \
  "artifact_id, owner, execution_id, task, attempt, name, media_type, uri, size, digest, create_time"

namespace flowmesh::store {
namespace {

const char* BatchText(Sql sql) {
  switch (sql) {
    case Sql::kBegin:
      return "BEGIN IMMEDIATE";
    case Sql::kCommit:
      return "COMMIT";
    case Sql::kRollback:
      return "ROLLBACK";
    case Sql::kClaimIdempotencyKey:
      return "INSERT INTO idempotency_keys (owner, method, key, object_id, digest, expire_time) "
             "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (owner, method, key) DO UPDATE SET object_id = excluded.object_id, "
             "digest = excluded.digest, expire_time = excluded.expire_time WHERE expire_time <= ?";
    case Sql::kReadIdempotencyKey:
      return "SELECT object_id, digest, expire_time FROM idempotency_keys WHERE owner = ? AND method = ? AND key = ?";
    case Sql::kDeleteIdempotencyKey:
      return "DELETE FROM idempotency_keys WHERE owner = ? AND method = ? AND key = ?";
    case Sql::kUpdateIdempotencyKey:
      return "UPDATE idempotency_keys SET object_id = ?, digest = ?, expire_time = ? "
             "WHERE owner = ? AND method = ? AND key = ?";
    default:
      return nullptr;
  }
}

const char* ReplicaText(Sql sql) {
  switch (sql) {
    case Sql::kBeat:
      return "UPDATE replicas SET batch = ?, time = ? WHERE replica_id = ? AND alive";
    case Sql::kKillReplicas:
      return "UPDATE replicas SET alive = 0 WHERE alive";
    case Sql::kForgetReplicas:
      return "DELETE FROM replicas WHERE NOT alive AND NOT EXISTS "
             "(SELECT 1 FROM assigned WHERE assigned.replica_id = replicas.replica_id)";
    case Sql::kInsertReplica:
      return "INSERT INTO replicas (replica_id, alive, batch, time) VALUES (?, 1, 0, ?)";
    case Sql::kDeadReplicas:
      return "SELECT replica_id FROM replicas WHERE NOT alive ORDER BY replica_id";
    case Sql::kLatestTime:
      return "SELECT max(time) FROM replicas";
    case Sql::kDeclareDead:
      return "UPDATE replicas SET alive = 0 WHERE replica_id = ? AND batch = ? AND alive";
    case Sql::kSetSummary:
      return "UPDATE replicas SET summary = ? WHERE replica_id = ?";
    case Sql::kReadReplicas:
      return "SELECT replica_id, alive, batch, summary FROM replicas WHERE alive OR EXISTS "
             "(SELECT 1 FROM assigned WHERE assigned.replica_id = replicas.replica_id)";
    case Sql::kInsertMail:
      return "INSERT OR IGNORE INTO mail (replica_id, execution_id) VALUES (?, ?)";
    case Sql::kReadMail:
      return "SELECT execution_id FROM mail WHERE replica_id = ? LIMIT ?";
    case Sql::kDeleteMail:
      return "DELETE FROM mail WHERE replica_id = ? AND execution_id = ?";
    case Sql::kForgetMail:
      return "DELETE FROM mail WHERE replica_id NOT IN (SELECT replica_id FROM replicas WHERE alive)";
    default:
      return nullptr;
  }
}

const char* ConcurrencyText(Sql sql) {
  switch (sql) {
    case Sql::kFindConcurrencyKey:
      return "SELECT owner, key, place, policy FROM concurrency_keys WHERE execution_id = ?";
    case Sql::kReadKeyHolder:
      return "SELECT execution_id FROM concurrency_keys WHERE owner = ? AND key = ? AND place = 0";
    case Sql::kCountKeyWaiters:
      return "SELECT count(*), coalesce(max(place), 0) FROM concurrency_keys WHERE owner = ? AND key = ? AND place > 0";
    case Sql::kReadKeyWaiters:
      return "SELECT place, execution_id, policy FROM concurrency_keys WHERE owner = ? AND key = ? AND place > ? "
             "ORDER BY place LIMIT ?";
    case Sql::kCountKeyAhead:
      return "SELECT count(*) FROM concurrency_keys WHERE owner = ? AND key = ? AND place > 0 AND place < ?";
    case Sql::kDeleteConcurrencyKey:
      return "DELETE FROM concurrency_keys WHERE owner = ? AND key = ? AND place = ? AND execution_id = ?";
    case Sql::kPutConcurrencyKey:
      return "INSERT INTO concurrency_keys (owner, key, place, execution_id, policy) VALUES (?, ?, ?, ?, ?) "
             "ON CONFLICT (owner, key, place) DO UPDATE SET execution_id = excluded.execution_id, "
             "policy = excluded.policy";
    default:
      return nullptr;
  }
}

const char* ExecutionText(Sql sql) {
  switch (sql) {
    case Sql::kInsertExecution:
      return "INSERT INTO executions (" EXECUTION_COLUMNS
             ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
             "?)";
    case Sql::kUpdateExecution:
      return "UPDATE executions SET (" EXECUTION_CHANGES
             ") = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE execution_id = ?";
    case Sql::kReadExecution:
      return "SELECT " EXECUTION_COLUMNS " FROM executions WHERE execution_id = ?";
    case Sql::kReadExecutionState:
      return "SELECT state FROM executions WHERE execution_id = ?";
    case Sql::kReadHead:
      return "SELECT event_head, state FROM executions WHERE execution_id = ?";
    case Sql::kAddToTotal:
      return "INSERT INTO totals (state, executions) VALUES (?, ?) "
             "ON CONFLICT (state) DO UPDATE SET executions = executions + excluded.executions";
    case Sql::kReadTotals:
      return "SELECT state, executions FROM totals WHERE executions <> 0";
    case Sql::kListOfOwner:
      return "SELECT " EXECUTION_COLUMNS
             " FROM executions INDEXED BY executions_of_owner WHERE owner = ?1 AND create_time >= ?2 "
             "AND (create_time, execution_id) < (?3, ?4) ORDER BY create_time DESC, execution_id DESC";
    case Sql::kListOfAll:
      return "SELECT " EXECUTION_COLUMNS
             " FROM executions WHERE execution_id >= ?1 AND execution_id < ?2 ORDER BY execution_id DESC";
    case Sql::kInsertTask:
      return "INSERT INTO tasks (execution_id, " TASK_COLUMNS
             ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    case Sql::kUpdateTask:
      return "UPDATE tasks SET (" TASK_CHANGES
             ") = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE execution_id = ? AND task = ?";
    case Sql::kReadTask:
      return "SELECT " TASK_COLUMNS " FROM tasks WHERE execution_id = ? AND task = ?";
    case Sql::kListTasks:
      return "SELECT " TASK_COLUMNS " FROM tasks WHERE execution_id = ? AND task > ? ORDER BY task LIMIT ?";
    case Sql::kFindCall:
      return "SELECT " TASK_COLUMNS " FROM tasks WHERE execution_id = ? AND parent = ? AND call_key = ?";
    case Sql::kUnfinishedTasks:
      return "SELECT " TASK_COLUMNS " FROM tasks WHERE execution_id = ? AND task_state < ? ORDER BY task";
    case Sql::kReadRecords:
      return "SELECT " TASK_COLUMNS " FROM tasks WHERE execution_id = ? AND parent = ? AND record > ? ORDER BY record";
    case Sql::kInsertPayload:
      return "INSERT INTO payloads (execution_id, task, direction, bytes) VALUES (?, ?, ?, ?)";
    case Sql::kReadPayload:
      return "SELECT bytes FROM payloads WHERE execution_id = ? AND task = ? AND direction = ?";
    case Sql::kInsertChunk:
      return "INSERT INTO event_chunks (execution_id, first_seq, count, bytes) VALUES (?, ?, ?, ?)";
    case Sql::kReadChunks:
      // From the last chunk that begins at or before the event after ?2: it may end before that event.
      return "SELECT first_seq, count, bytes FROM event_chunks WHERE execution_id = ?1 AND first_seq >= "
             "coalesce((SELECT max(first_seq) FROM event_chunks WHERE execution_id = ?1 AND first_seq <= ?2), 0) "
             "ORDER BY first_seq";
    default:
      return nullptr;
  }
}

const char* WaitText(Sql sql) {
  switch (sql) {
    case Sql::kInsertTaskToken:
      return "INSERT INTO task_tokens (digest, execution_id, task) VALUES (?, ?, ?)";
    case Sql::kFindTaskToken:
      return "SELECT execution_id, task FROM task_tokens WHERE digest = ?";
    case Sql::kInsertSignal:
      return "INSERT INTO signals (execution_id, number, name, create_time, type, payload) VALUES (?, ?, ?, ?, ?, ?)";
    case Sql::kDeleteSignal:
      return "DELETE FROM signals WHERE execution_id = ? AND number = ?";
    case Sql::kReadSignals:
      return "SELECT number, name, create_time, type, payload FROM signals WHERE execution_id = ? ORDER BY number";
    default:
      return nullptr;
  }
}

const char* ArtifactText(Sql sql) {
  switch (sql) {
    case Sql::kInsertArtifact:
      return "INSERT INTO artifacts (" ARTIFACT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    case Sql::kReadArtifact:
      return "SELECT " ARTIFACT_COLUMNS " FROM artifacts WHERE artifact_id = ?";
    case Sql::kFindArtifactOfTask:
      return "SELECT " ARTIFACT_COLUMNS
             " FROM artifacts WHERE execution_id = ? AND task = ? AND name = ? AND media_type = ? AND digest = ?";
    case Sql::kFindUpload:
      return "SELECT " ARTIFACT_COLUMNS
             " FROM artifacts WHERE owner = ? AND name = ? AND media_type = ? AND digest = ? AND execution_id IS NULL";
    default:
      return nullptr;
  }
}

// What follows from retries and ends in deletion. The measures are (key, bytes, rows) of one execution in key order;
// length() of a blob does not read it.
const char* EndText(Sql sql) {
  switch (sql) {
    case Sql::kInsertRetry:
      return "INSERT INTO retries (retry_of, execution_id) VALUES (?, ?)";
    case Sql::kDeleteRetry:
      return "DELETE FROM retries WHERE retry_of = ? AND execution_id = ?";
    case Sql::kFindLiveRetry:
      return "SELECT retries.execution_id FROM retries JOIN executions USING (execution_id) "
             "WHERE retries.retry_of = ? AND executions.state < ? LIMIT 1";
    case Sql::kDeleteExecution:
      return "DELETE FROM executions WHERE execution_id = ?";
    case Sql::kInsertPurge:
      return "INSERT INTO purges (execution_id) VALUES (?)";
    case Sql::kNextPurge:
      return "SELECT execution_id FROM purges ORDER BY execution_id LIMIT 1";
    case Sql::kDeletePurge:
      return "DELETE FROM purges WHERE execution_id = ?";
    case Sql::kMeasureChunks:
      return "SELECT first_seq, length(bytes), 1 FROM event_chunks WHERE execution_id = ? ORDER BY first_seq LIMIT ?";
    case Sql::kPurgeChunks:
      return "DELETE FROM event_chunks WHERE execution_id = ? AND first_seq <= ?";
    case Sql::kMeasurePayloads:
      return "SELECT task, sum(length(bytes)), count(*) FROM payloads WHERE execution_id = ? "
             "GROUP BY task ORDER BY task LIMIT ?";
    case Sql::kPurgePayloads:
      return "DELETE FROM payloads WHERE execution_id = ? AND task <= ?";
    case Sql::kMeasureTasks:
      return "SELECT task, task_counts FROM tasks WHERE execution_id = ? ORDER BY task LIMIT ?";
    case Sql::kPurgeTasks:
      return "DELETE FROM tasks WHERE execution_id = ? AND task <= ?";
    case Sql::kMeasureSignals:
      return "SELECT number, length(payload), 1 FROM signals WHERE execution_id = ? ORDER BY number LIMIT ?";
    case Sql::kPurgeSignals:
      return "DELETE FROM signals WHERE execution_id = ? AND number <= ?";
    case Sql::kPurgeArtifacts:
      return "DELETE FROM artifacts WHERE artifact_id IN "
             "(SELECT artifact_id FROM artifacts WHERE execution_id = ? LIMIT ?)";
    case Sql::kPurgeRetries:
      return "DELETE FROM retries WHERE (retry_of, execution_id) IN "
             "(SELECT retry_of, execution_id FROM retries WHERE retry_of = ? LIMIT ?)";
    case Sql::kDeleteTaskToken:
      return "DELETE FROM task_tokens WHERE digest = ?";
    case Sql::kListEnded:
      return "SELECT execution_id, state, end_time FROM executions WHERE execution_id > ? AND execution_id < ? "
             "ORDER BY execution_id LIMIT ?";
    case Sql::kListKeys:
      return "SELECT owner, method, key, expire_time FROM idempotency_keys WHERE (owner, method, key) > (?, ?, ?) "
             "ORDER BY owner, method, key LIMIT ?";
    case Sql::kDeleteExpiredKey:
      return "DELETE FROM idempotency_keys WHERE owner = ? AND method = ? AND key = ? AND expire_time = ?";
    default:
      return nullptr;
  }
}

const char* WorkText(Sql sql) {
  switch (sql) {
    case Sql::kInsertReady:
      return "INSERT INTO ready (queue, owner_hash, priority, execution_id, task, since) VALUES (?, ?, ?, ?, ?, ?)";
    case Sql::kDeleteReady:
      return "DELETE FROM ready WHERE queue = ? AND owner_hash = ? AND priority = ? AND execution_id = ? AND task = ?";
    case Sql::kNextOwner:
      return "SELECT owner_hash FROM ready WHERE queue = ? AND owner_hash > ? ORDER BY owner_hash LIMIT 1";
    case Sql::kTakeOfOwner:
      return "SELECT priority, execution_id, task, since FROM ready WHERE queue = ? AND owner_hash = ? "
             "ORDER BY priority, execution_id, task LIMIT ?";
    case Sql::kCountAhead:
      return "SELECT count(*) FROM (SELECT 1 FROM ready WHERE queue = ? AND owner_hash = ? "
             "AND (priority, execution_id, task) < (?, ?, ?) LIMIT ?)";
    case Sql::kNextQueue:
      return "SELECT queue FROM ready WHERE queue > ? ORDER BY queue LIMIT 1";
    case Sql::kQueueDepth:
      return "SELECT count(*), min(since) FROM (SELECT since FROM ready WHERE queue = ? LIMIT ?)";
    case Sql::kInsertTimer:
      return "INSERT INTO timers (due_time, execution_id, task, kind) VALUES (?, ?, ?, ?)";
    case Sql::kDeleteTimer:
      return "DELETE FROM timers WHERE due_time = ? AND execution_id = ? AND task = ? AND kind = ?";
    case Sql::kDueTimers:
      return "SELECT due_time, execution_id, task, kind FROM timers WHERE due_time <= ? "
             "ORDER BY due_time, execution_id, task, kind LIMIT ?";
    case Sql::kNextTimer:
      return "SELECT due_time FROM timers ORDER BY due_time LIMIT 1";
    case Sql::kInsertAssigned:
      return "INSERT INTO assigned (replica_id, session, execution_id, task) VALUES (?, ?, ?, ?)";
    case Sql::kDeleteAssigned:
      return "DELETE FROM assigned WHERE replica_id = ? AND session = ? AND execution_id = ? AND task = ?";
    case Sql::kReadAssigned:
      return "SELECT session, execution_id, task FROM assigned WHERE replica_id = ? "
             "AND (session, execution_id, task) > (?, ?, ?) ORDER BY session, execution_id, task LIMIT ?";
    case Sql::kUpsertFlow:
      return "INSERT OR REPLACE INTO flows (" FLOW_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    case Sql::kReadFlows:
      return "SELECT " FLOW_COLUMNS " FROM flows ORDER BY name";
    default:
      return nullptr;
  }
}

}  // namespace

const char* TextOf(Sql sql) {
  if (const char* text = BatchText(sql)) return text;
  if (const char* text = ReplicaText(sql)) return text;
  if (const char* text = ConcurrencyText(sql)) return text;
  if (const char* text = ExecutionText(sql)) return text;
  if (const char* text = WaitText(sql)) return text;
  if (const char* text = ArtifactText(sql)) return text;
  if (const char* text = EndText(sql)) return text;
  if (const char* text = ResourceText(sql)) return text;
  return WorkText(sql);
}

}  // namespace flowmesh::store
