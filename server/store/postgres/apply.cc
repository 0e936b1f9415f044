#include "server/store/postgres/apply.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "server/store/postgres/concurrency.h"
#include "server/store/postgres/row_codec.h"

namespace flowmesh::store::postgres {
namespace {

absl::Status NotThere() { return absl::InternalError("a row that was to be updated is not there"); }

// Queues statements and checks afterwards that updates found all their rows.
class ListWriter {
 public:
  explicit ListWriter(Connection& connection) : connection_(connection) {}

  // `bind` binds the columns of one row.
  template <typename Row, typename Bind>
  void Write(Sql sql, const std::vector<Row>& rows, Bind bind) {
    Send(sql, rows, bind, -1);
  }

  template <typename Row, typename Bind>
  void Update(Sql sql, const std::vector<Row>& rows, Bind bind) {
    Send(sql, rows, bind, static_cast<int64_t>(rows.size()));
  }

  void AddToTotals(uint64_t replica_id, StateChanges& states) {
    Parameters parameters(StatementOf(Sql::kAddToTotals));
    for (const auto& [state, added] : states.Take()) parameters.Row().Bind(static_cast<int32_t>(state)).Bind(added);
    if (parameters.rows() == 0) return;
    parameters.Scalars().Bind(replica_id);
    connection_.Send(Sql::kAddToTotals, std::move(parameters));
    expected_.push_back(-1);
  }

  void SetSummary(uint64_t replica_id, const std::string& summary) {
    connection_.Send(Sql::kSetSummary, std::move(Parameters().Bind(replica_id).BindBlob(summary)));
    expected_.push_back(1);
  }

  // A queue that nobody stands in needs no lock any more.
  void ForgetFreeKeys(absl::Span<const ConcurrencyName> names) {
    if (names.empty()) return;
    connection_.Send(Sql::kForgetConcurrencyLocks, BoundNames(Sql::kForgetConcurrencyLocks, names));
    expected_.push_back(-1);
  }

  absl::Status Finish() {
    if (expected_.empty()) return absl::OkStatus();
    const auto results = connection_.Exchange();
    if (!results.ok()) return results.status();
    for (size_t i = 0; i < expected_.size(); ++i) {
      if (expected_[i] >= 0 && (*results)[i].affected() != expected_[i]) return NotThere();
    }
    return absl::OkStatus();
  }

 private:
  template <typename Row, typename Bind>
  void Send(Sql sql, const std::vector<Row>& rows, Bind bind, int64_t expected) {
    if (rows.empty()) return;
    Parameters parameters(StatementOf(sql));
    for (const Row& row : rows) bind(row, parameters.Row());
    connection_.Send(sql, std::move(parameters));
    expected_.push_back(expected);
  }

  Connection& connection_;
  std::vector<int64_t> expected_;  // rows that each statement must find; -1 = any number
};

// Makes the states of executions known that were not locked through this transaction.
absl::Status FindStates(Connection& connection, const Writes& writes, StateChanges& states) {
  std::vector<Id> unknown;
  for (const ExecutionRow& row : writes.update_executions) {
    if (!states.Knows(row.id)) unknown.push_back(row.id);
  }
  for (const DeletedExecution& one : writes.delete_executions) {
    if (!states.Knows(one.id)) unknown.push_back(one.id);
  }
  if (unknown.empty()) return absl::OkStatus();
  Parameters parameters(StatementOf(Sql::kReadStates));
  for (const Id& id : unknown) parameters.Row().BindKey(id);
  const auto found = connection.Run(Sql::kReadStates, std::move(parameters));
  if (!found.ok()) return found.status();
  if (static_cast<size_t>(found->rows()) != unknown.size()) return NotThere();
  for (int i = 0; i < found->rows(); ++i) {
    const auto place = static_cast<size_t>(found->row(i).Number(0));
    states.Found(unknown[place - 1], static_cast<ExecutionState>(found->row(i).Int(1)));
  }
  return absl::OkStatus();
}

// (the retried execution, its retry).
void BindRetry(const std::pair<Id, Id>& retry, Parameters& to) { to.BindKey(retry.first).Bind(retry.second); }

void WriteExecutions(const Writes& writes, StateChanges& states, ListWriter& writer) {
  writer.Write(Sql::kInsertExecutions, writes.insert_executions, [&](const ExecutionRow& row, Parameters& to) {
    to.BindKey(row.id);
    BindExecutionChanges(row, to);
    BindExecutionOrigin(row, to);
    states.Inserted(row.id, row.state);
  });
  std::vector<std::pair<Id, Id>> retries;
  for (const ExecutionRow& row : writes.insert_executions) {
    if (!row.retry_of.is_zero()) retries.emplace_back(row.retry_of, row.id);
  }
  writer.Write(Sql::kInsertRetries, retries, BindRetry);
  writer.Update(Sql::kUpdateExecutions, writes.update_executions, [&](const ExecutionRow& row, Parameters& to) {
    to.BindKey(row.id);
    BindExecutionChanges(row, to);
    states.Changed(row.id, row.state);
  });
}

// Final executions stand in no total; one that ended in this very batch is still counted in its row's state.
void DeleteExecutions(const Writes& writes, StateChanges& states, ListWriter& writer) {
  std::vector<std::pair<Id, Id>> retries;
  std::vector<std::string> tokens;
  for (const DeletedExecution& one : writes.delete_executions) {
    states.Changed(one.id, ExecutionState::kCompleted);
    if (!one.retry_of.is_zero()) retries.emplace_back(one.retry_of, one.id);
    if (!one.token_digest.empty()) tokens.push_back(one.token_digest);
  }
  const auto key = [](const DeletedExecution& one, Parameters& to) { to.BindKey(one.id); };
  writer.Write(Sql::kDeleteExecutions, writes.delete_executions, key);
  writer.Write(Sql::kInsertPurges, writes.delete_executions, key);
  writer.Write(Sql::kDeleteRetries, retries, BindRetry);
  writer.Write(Sql::kDeleteTaskTokens, tokens, [](const std::string& digest, Parameters& to) { to.BindBlob(digest); });
  writer.Write(Sql::kDeleteExpiredKeys, writes.delete_expired_keys, [](const IdempotencyRow& row, Parameters& to) {
    BindIdempotencyKey(row, to);
    to.Bind(row.expire_time);
  });
}

void WriteTasks(const Writes& writes, ListWriter& writer) {
  using IdAndTask = std::pair<Id, TaskRow>;
  writer.Write(Sql::kInsertTasks, writes.insert_tasks, [](const IdAndTask& row, Parameters& to) {
    to.BindKey(row.first).Bind(row.second.task);
    BindTaskChanges(row.second, to);
    BindTaskOrigin(row.second, to);
  });
  writer.Update(Sql::kUpdateTasks, writes.update_tasks, [](const IdAndTask& row, Parameters& to) {
    to.BindKey(row.first).Bind(row.second.task);
    BindTaskChanges(row.second, to);
  });
}

void WritePayloadsAndChunks(const Writes& writes, ListWriter& writer) {
  writer.Write(Sql::kInsertPayloads, writes.insert_payloads, [](const PayloadRow& row, Parameters& to) {
    to.BindKey(row.key.execution_id).Bind(row.key.task).Bind(static_cast<int32_t>(row.direction)).BindBlob(row.bytes);
  });
  writer.Write(Sql::kInsertChunks, writes.insert_chunks, [](const EventChunkRow& row, Parameters& to) {
    to.BindKey(row.execution_id).Bind(row.first_seq).Bind(row.count).BindBlob(row.bytes);
  });
}

// The tables that say what is to be done. A row that is moved is deleted first.
void WriteWork(const Writes& writes, ListWriter& writer) {
  writer.Write(Sql::kDeleteReady, writes.delete_ready, BindReadyKey);
  writer.Write(Sql::kInsertReady, writes.insert_ready, [](const ReadyRow& row, Parameters& to) {
    BindReadyKey(row, to);
    to.Bind(row.since);
  });
  writer.Write(Sql::kDeleteTimers, writes.delete_timers, BindTimer);
  writer.Write(Sql::kInsertTimers, writes.insert_timers, BindTimer);
  writer.Write(Sql::kDeleteAssigned, writes.delete_assigned, BindAssigned);
  writer.Write(Sql::kInsertAssigned, writes.insert_assigned, BindAssigned);
}

void WriteSignalsAndTokens(const Writes& writes, ListWriter& writer) {
  writer.Write(Sql::kDeleteSignals, writes.delete_signals,
               [](const SignalRow& row, Parameters& to) { to.BindKey(row.execution_id).Bind(row.number); });
  writer.Write(Sql::kInsertSignals, writes.insert_signals, [](const SignalRow& row, Parameters& to) {
    to.BindKey(row.execution_id);
    BindSignal(row, to);
  });
  writer.Write(Sql::kInsertTaskTokens, writes.insert_task_tokens, [](const TaskTokenRow& row, Parameters& to) {
    to.BindBlob(row.digest).Bind(row.key.execution_id).Bind(row.key.task);
  });
}

void WriteKeysAndFlows(const Writes& writes, ListWriter& writer) {
  writer.Write(Sql::kDeleteIdempotencyKeys, writes.delete_idempotency_keys, BindIdempotencyKey);
  writer.Write(Sql::kUpdateIdempotencyKeys, writes.update_idempotency_keys,
               [](const IdempotencyRow& row, Parameters& to) {
                 BindIdempotencyKey(row, to);
                 BindIdempotencyObject(row, to);
               });
  // An execution that moves up leaves its place first: it has one at a time.
  writer.Write(Sql::kDeleteConcurrencyKeys, writes.delete_concurrency_keys, BindConcurrencyPlace);
  writer.Write(Sql::kPutConcurrencyKeys, writes.put_concurrency_keys, [](const ConcurrencyRow& row, Parameters& to) {
    BindConcurrencyPlace(row, to);
    to.Bind(static_cast<int32_t>(row.policy));
  });
  writer.Write(Sql::kInsertArtifacts, writes.insert_artifacts, [](const ArtifactRow& row, Parameters& to) {
    to.Bind(static_cast<int64_t>(row.id.shard()));
    BindArtifact(row, to);
  });
  writer.Write(Sql::kUpsertFlows, writes.upsert_flows, BindFlow);
}

// In one order in all batches, because a row that two of them write is waited for.
template <typename Row, typename Key>
std::vector<const Row*> Sorted(const std::vector<Row>& rows, Key key) {
  std::vector<const Row*> sorted;
  for (const Row& row : rows) sorted.push_back(&row);
  std::sort(sorted.begin(), sorted.end(), [&](const Row* a, const Row* b) { return key(*a) < key(*b); });
  return sorted;
}

void WriteResources(const Writes& writes, ListWriter& writer) {
  const auto id = [](const auto& row) { return row.id; };
  writer.Write(Sql::kInsertResources, Sorted(writes.insert_resources, id),
               [](const ResourceRow* row, Parameters& to) { BindResource(*row, to); });
  writer.Write(Sql::kUpdateResources, Sorted(writes.update_resources, id),
               [](const ResourceUpdate* row, Parameters& to) {
                 to.BindKey(row->id);
                 BindOptional(row->only_of, to);
                 BindOptional(row->execution_id, to);
                 if (row->payload.has_value()) {
                   to.BindBlob(*row->payload);
                 } else {
                   to.BindNull();
                 }
                 to.Bind(row->update_time);
               });
}

void WriteAliases(const Writes& writes, ListWriter& writer) {
  const auto name = [](const AliasRow& row) { return std::tie(row.owner, row.kind, row.alias); };
  const auto object = [](const AliasRow* row, Parameters& to) {
    BindAliasName(*row, to);
    to.Bind(row->object_id);
  };
  // A name that was claimed for nothing is free before the next one is inserted.
  writer.Write(Sql::kDeleteAliases, writes.delete_aliases, BindAliasName);
  writer.Write(Sql::kUpdateAliases, Sorted(writes.update_aliases, name), object);
  writer.Write(Sql::kInsertAliases, Sorted(writes.insert_aliases, name), object);
}

void WriteReplicaRows(uint64_t replica_id, const Writes& writes, ListWriter& writer) {
  // In one order in all batches: rows that two of them write are waited for.
  std::vector<MailRow> mail = writes.insert_mail;
  std::sort(mail.begin(), mail.end());
  writer.Write(Sql::kInsertMail, mail,
               [](const MailRow& row, Parameters& to) { to.Bind(row.replica_id).BindKey(row.execution_id); });
  if (writes.summary.has_value()) writer.SetSummary(replica_id, *writes.summary);
}

}  // namespace

absl::Status ApplyWrites(Connection& connection, uint64_t replica_id, const Writes& writes,
                         absl::Span<const ConcurrencyName> locked_keys, StateChanges& states) {
  if (absl::Status status = FindStates(connection, writes, states); !status.ok()) return status;
  ListWriter writer(connection);
  WriteExecutions(writes, states, writer);
  WriteTasks(writes, writer);
  WritePayloadsAndChunks(writes, writer);
  WriteWork(writes, writer);
  WriteSignalsAndTokens(writes, writer);
  WriteKeysAndFlows(writes, writer);
  WriteResources(writes, writer);
  WriteAliases(writes, writer);
  DeleteExecutions(writes, states, writer);
  WriteReplicaRows(replica_id, writes, writer);
  writer.ForgetFreeKeys(locked_keys);
  writer.AddToTotals(replica_id, states);
  return writer.Finish();
}

}  // namespace flowmesh::store::postgres
