#include "server/store/sqlite/apply.h"

#include "server/store/sqlite/resources.h"

namespace flowmesh::store {
namespace {

int InsertExecutions(Connection& connection, const Writes& writes, StateChanges& states) {
  BindScratch scratch;
  const int code =
      ForEach(connection, Sql::kInsertExecution, writes.insert_executions, [&](const ExecutionRow& row, Run& run) {
        run.Bind(row.id);
        BindExecutionChanges(row, scratch, run);
        BindExecutionOrigin(row, scratch, run);
        states.Inserted(row.id, row.state);
      });
  if (code != SQLITE_OK) return code;
  for (const ExecutionRow& row : writes.insert_executions) {
    if (row.retry_of.is_zero()) continue;
    Run run(connection, Sql::kInsertRetry);
    if (!run.Bind(row.retry_of).Bind(row.id).Do()) return run.code();
  }
  return SQLITE_OK;
}

// Makes the state of an execution known that was not locked through this transaction.
int FindState(Connection& connection, const Id& id, StateChanges& states) {
  Run read(connection, Sql::kReadExecutionState);
  read.Bind(id);
  const int code = read.Step();
  if (code == SQLITE_ROW) states.Found(id, static_cast<ExecutionState>(read.Int(0)));
  return code == SQLITE_ROW ? SQLITE_OK : code == SQLITE_DONE ? SQLITE_NOTFOUND : code;
}

int UpdateExecutions(Connection& connection, const Writes& writes, StateChanges& states) {
  if (writes.update_executions.empty()) return SQLITE_OK;
  BindScratch scratch;
  Run run(connection, Sql::kUpdateExecution);
  for (const ExecutionRow& row : writes.update_executions) {
    if (!states.Changed(row.id, row.state)) {
      if (const int code = FindState(connection, row.id, states); code != SQLITE_OK) return code;
      states.Changed(row.id, row.state);
    }
    BindExecutionChanges(row, scratch, run);
    run.Bind(row.id);
    if (!run.Do()) return run.code();
    if (connection.changes() == 0) return SQLITE_NOTFOUND;
  }
  return SQLITE_OK;
}

int WriteTasks(Connection& connection, const Writes& writes) {
  using IdAndTask = std::pair<Id, TaskRow>;
  BindScratch scratch;
  const int code = ForEach(connection, Sql::kInsertTask, writes.insert_tasks, [&](const IdAndTask& row, Run& run) {
    run.Bind(row.first).Bind(row.second.task);
    BindTaskChanges(row.second, scratch, run);
    BindTaskOrigin(row.second, run);
  });
  if (code != SQLITE_OK || writes.update_tasks.empty()) return code;
  Run run(connection, Sql::kUpdateTask);
  for (const auto& [id, task] : writes.update_tasks) {
    BindTaskChanges(task, scratch, run);
    run.Bind(id).Bind(task.task);
    if (!run.Do()) return run.code();
    if (connection.changes() == 0) return SQLITE_NOTFOUND;
  }
  return SQLITE_OK;
}

void BindReady(const ReadyRow& row, Run& run) {
  run.BindText(row.queue).Bind(row.owner_hash).Bind(row.priority).Bind(row.key.execution_id).Bind(row.key.task);
}

void BindTimer(const TimerRow& row, Run& run) {
  run.Bind(row.due).Bind(row.key.execution_id).Bind(row.key.task).Bind(static_cast<int32_t>(row.kind));
}

void BindAssigned(const AssignedRow& row, Run& run) {
  run.Bind(row.replica_id).Bind(row.session).Bind(row.key.execution_id).Bind(row.key.task);
}

int WritePayloadsAndChunks(Connection& connection, const Writes& writes) {
  const int code =
      ForEach(connection, Sql::kInsertPayload, writes.insert_payloads, [](const PayloadRow& row, Run& run) {
        run.Bind(row.key.execution_id).Bind(row.key.task).Bind(static_cast<int32_t>(row.direction)).BindBlob(row.bytes);
      });
  if (code != SQLITE_OK) return code;
  return ForEach(connection, Sql::kInsertChunk, writes.insert_chunks, [](const EventChunkRow& row, Run& run) {
    run.Bind(row.execution_id).Bind(row.first_seq).Bind(row.count).BindBlob(row.bytes);
  });
}

// The tables that say what is to be done. A row that is moved is deleted first.
int WriteWork(Connection& connection, const Writes& writes) {
  int code = ForEach(connection, Sql::kDeleteReady, writes.delete_ready, BindReady);
  if (code == SQLITE_OK) {
    code = ForEach(connection, Sql::kInsertReady, writes.insert_ready, [](const ReadyRow& row, Run& run) {
      BindReady(row, run);
      run.Bind(row.since);
    });
  }
  if (code == SQLITE_OK) code = ForEach(connection, Sql::kDeleteTimer, writes.delete_timers, BindTimer);
  if (code == SQLITE_OK) code = ForEach(connection, Sql::kInsertTimer, writes.insert_timers, BindTimer);
  if (code == SQLITE_OK) code = ForEach(connection, Sql::kDeleteAssigned, writes.delete_assigned, BindAssigned);
  if (code == SQLITE_OK) code = ForEach(connection, Sql::kInsertAssigned, writes.insert_assigned, BindAssigned);
  return code;
}

int WriteSignalsAndTokens(Connection& connection, const Writes& writes) {
  int code = ForEach(connection, Sql::kDeleteSignal, writes.delete_signals,
                     [](const SignalRow& row, Run& run) { run.Bind(row.execution_id).Bind(row.number); });
  if (code == SQLITE_OK) code = ForEach(connection, Sql::kInsertSignal, writes.insert_signals, BindSignal);
  if (code != SQLITE_OK) return code;
  return ForEach(connection, Sql::kInsertTaskToken, writes.insert_task_tokens, [](const TaskTokenRow& row, Run& run) {
    run.BindBlob(row.digest).Bind(row.key.execution_id).Bind(row.key.task);
  });
}

void BindPlace(const ConcurrencyRow& row, Run& run) {
  run.BindText(row.name.owner).BindText(row.name.key).Bind(row.place).Bind(row.execution_id);
}

// An execution that moves up leaves its place first: it has one at a time.
int WriteConcurrencyKeys(Connection& connection, const Writes& writes) {
  const int code = ForEach(connection, Sql::kDeleteConcurrencyKey, writes.delete_concurrency_keys, BindPlace);
  if (code != SQLITE_OK) return code;
  return ForEach(connection, Sql::kPutConcurrencyKey, writes.put_concurrency_keys,
                 [](const ConcurrencyRow& row, Run& run) {
                   BindPlace(row, run);
                   run.Bind(static_cast<int32_t>(row.policy));
                 });
}

int WriteKeysAndFlows(Connection& connection, const Writes& writes) {
  int code = ForEach(
      connection, Sql::kDeleteIdempotencyKey, writes.delete_idempotency_keys,
      [](const IdempotencyRow& row, Run& run) { run.BindText(row.owner).BindText(row.method).BindText(row.key); });
  if (code == SQLITE_OK) {
    code = ForEach(connection, Sql::kUpdateIdempotencyKey, writes.update_idempotency_keys,
                   [](const IdempotencyRow& row, Run& run) {
                     run.Bind(row.object_id).BindBlob(row.digest).Bind(row.expire_time);
                     run.BindText(row.owner).BindText(row.method).BindText(row.key);
                   });
  }
  if (code == SQLITE_OK) code = WriteConcurrencyKeys(connection, writes);
  if (code != SQLITE_OK) return code;
  return ForEach(connection, Sql::kUpsertFlow, writes.upsert_flows, BindFlow);
}

// Final executions stand in no total; one that ended in this very batch is still counted in its row's state.
int DeleteExecutions(Connection& connection, const Writes& writes, StateChanges& states) {
  for (const DeletedExecution& one : writes.delete_executions) {
    if (!states.Changed(one.id, ExecutionState::kCompleted)) {
      if (const int code = FindState(connection, one.id, states); code != SQLITE_OK) return code;
      states.Changed(one.id, ExecutionState::kCompleted);
    }
    Run erase(connection, Sql::kDeleteExecution);
    if (!erase.Bind(one.id).Do()) return erase.code();
    Run purge(connection, Sql::kInsertPurge);
    if (!purge.Bind(one.id).Do()) return purge.code();
    if (!one.retry_of.is_zero()) {
      Run retry(connection, Sql::kDeleteRetry);
      if (!retry.Bind(one.retry_of).Bind(one.id).Do()) return retry.code();
    }
    if (!one.token_digest.empty()) {
      Run token(connection, Sql::kDeleteTaskToken);
      if (!token.BindBlob(one.token_digest).Do()) return token.code();
    }
  }
  return SQLITE_OK;
}

int DeleteExpiredKeys(Connection& connection, const Writes& writes) {
  return ForEach(connection, Sql::kDeleteExpiredKey, writes.delete_expired_keys,
                 [](const IdempotencyRow& row, Run& run) {
                   run.BindText(row.owner).BindText(row.method).BindText(row.key).Bind(row.expire_time);
                 });
}

int WriteReplicaRows(Connection& connection, uint64_t replica_id, const Writes& writes) {
  const int code = ForEach(connection, Sql::kInsertMail, writes.insert_mail,
                           [](const MailRow& row, Run& run) { run.Bind(row.replica_id).Bind(row.execution_id); });
  if (code != SQLITE_OK || !writes.summary.has_value()) return code;
  Run set(connection, Sql::kSetSummary);
  return set.BindBlob(*writes.summary).Bind(replica_id).Do() ? SQLITE_OK : set.code();
}

int AddToTotals(Connection& connection, StateChanges& states) {
  Run add(connection, Sql::kAddToTotal);
  for (const auto& [state, added] : states.Take()) {
    add.Bind(static_cast<int32_t>(state)).Bind(added);
    if (!add.Do()) return add.code();
  }
  return SQLITE_OK;
}

}  // namespace

int ApplyWrites(Connection& connection, uint64_t replica_id, const Writes& writes, StateChanges& states) {
  int code = InsertExecutions(connection, writes, states);
  if (code == SQLITE_OK) code = UpdateExecutions(connection, writes, states);
  if (code == SQLITE_OK) code = WriteTasks(connection, writes);
  if (code == SQLITE_OK) code = WritePayloadsAndChunks(connection, writes);
  if (code == SQLITE_OK) code = WriteWork(connection, writes);
  if (code == SQLITE_OK) code = WriteSignalsAndTokens(connection, writes);
  if (code == SQLITE_OK) code = ForEach(connection, Sql::kInsertArtifact, writes.insert_artifacts, BindArtifact);
  if (code == SQLITE_OK) code = WriteKeysAndFlows(connection, writes);
  if (code == SQLITE_OK) code = WriteResources(connection, writes);
  if (code == SQLITE_OK) code = DeleteExecutions(connection, writes, states);
  if (code == SQLITE_OK) code = DeleteExpiredKeys(connection, writes);
  if (code == SQLITE_OK) code = WriteReplicaRows(connection, replica_id, writes);
  if (code == SQLITE_OK) code = AddToTotals(connection, states);
  return code;
}

bool DeleteReady(const ReadyRow& row, Run& run) {
  BindReady(row, run);
  return run.Do();
}

bool DeleteTimer(const TimerRow& row, Run& run) {
  BindTimer(row, run);
  return run.Do();
}

}  // namespace flowmesh::store
