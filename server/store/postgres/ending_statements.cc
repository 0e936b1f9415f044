#include "server/store/postgres/ending_statements.h"

#include "absl/strings/str_cat.h"
#include "server/store/postgres/columns.h"

namespace flowmesh::store::postgres {

Statement EndStatement(Sql sql) {
  constexpr char kOfExecution[] = " WHERE shard = $1::int8 AND execution_id = $2::uuid ";
  const Columns retry = {{"shard"}, {"retry_of", Kind::kId}, {"execution_id", Kind::kId}};
  switch (sql) {
    case Sql::kDeleteExecutions:
      return DeleteFrom("executions", ExecutionKey());
    case Sql::kListEnded:
      return {
          "SELECT execution_id, state, end_time FROM executions WHERE execution_id > $1::uuid "
          "AND execution_id < $2::uuid ORDER BY execution_id LIMIT $3::int8"};
    case Sql::kInsertRetries:
      return InsertInto("retries", retry);
    case Sql::kDeleteRetries:
      return DeleteFrom("retries", retry);
    case Sql::kFindLiveRetries:
      return {absl::StrCat("SELECT u.place, live.execution_id FROM ", Unnest(ExecutionKey()),
                           " WITH ORDINALITY AS u (shard, retry_of, place) CROSS JOIN LATERAL "
                           "(SELECT r.execution_id FROM retries r JOIN executions e ON e.shard = r.shard "
                           "AND e.execution_id = r.execution_id WHERE r.shard = u.shard AND r.retry_of = u.retry_of "
                           "AND e.state < $3::int8 LIMIT 1) live"),
              KindsOf(ExecutionKey())};
    case Sql::kInsertPurges:
      return InsertInto("purges", ExecutionKey());
    case Sql::kNextPurge:
      return {"SELECT execution_id FROM purges ORDER BY shard, execution_id LIMIT 1 FOR UPDATE SKIP LOCKED"};
    case Sql::kAnyPurge:
      return {"SELECT 1 FROM purges LIMIT 1"};
    case Sql::kDeletePurge:
      return {absl::StrCat("DELETE FROM purges", kOfExecution)};
    case Sql::kMeasureChunks:
      return {absl::StrCat("SELECT first_seq, octet_length(bytes), 1 FROM event_chunks", kOfExecution,
                           "ORDER BY first_seq LIMIT $3::int8")};
    case Sql::kPurgeChunks:
      return {absl::StrCat("DELETE FROM event_chunks", kOfExecution, "AND first_seq <= $3::int8")};
    case Sql::kMeasurePayloads:
      return {absl::StrCat("SELECT task, sum(octet_length(bytes))::int8, count(*) FROM payloads", kOfExecution,
                           "GROUP BY task ORDER BY task LIMIT $3::int8")};
    case Sql::kPurgePayloads:
      return {absl::StrCat("DELETE FROM payloads", kOfExecution, "AND task <= $3::int8")};
    case Sql::kMeasureTasks:
      return {absl::StrCat("SELECT task, task_counts FROM tasks", kOfExecution, "ORDER BY task LIMIT $3::int8")};
    case Sql::kPurgeTasks:
      return {absl::StrCat("DELETE FROM tasks", kOfExecution, "AND task <= $3::int8")};
    case Sql::kMeasureSignals:
      return {absl::StrCat("SELECT number, octet_length(payload), 1 FROM signals", kOfExecution,
                           "ORDER BY number LIMIT $3::int8")};
    case Sql::kPurgeSignals:
      return {absl::StrCat("DELETE FROM signals", kOfExecution, "AND number <= $3::int8")};
    case Sql::kPurgeArtifacts:
      return {
          absl::StrCat("DELETE FROM artifacts WHERE (shard, artifact_id) IN (SELECT shard, artifact_id "
                       "FROM artifacts",
                       kOfExecution, "LIMIT $3::int8)")};
    case Sql::kPurgeRetries:
      return {
          "DELETE FROM retries WHERE (shard, retry_of, execution_id) IN (SELECT shard, retry_of, execution_id "
          "FROM retries WHERE shard = $1::int8 AND retry_of = $2::uuid LIMIT $3::int8)"};
    case Sql::kDeleteTaskTokens:
      return DeleteFrom("task_tokens", Columns{{"digest", Kind::kBytes}});
    default:
      return {};
  }
}

}  // namespace flowmesh::store::postgres
