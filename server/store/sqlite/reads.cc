#include "server/store/sqlite/reads.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "server/store/sqlite/execution_list.h"

namespace flowmesh::store {

absl::StatusOr<std::optional<ExecutionRow>> ReadExecution(Connection& connection, const Id& id) {
  Run run(connection, Sql::kReadExecution);
  run.Bind(id);
  const int code = run.Step();
  if (code == SQLITE_DONE) return std::nullopt;
  if (code != SQLITE_ROW) return connection.Failed(code);
  ExecutionRow row;
  if (absl::Status status = ReadExecutionColumns(run, &row); !status.ok()) return status;
  return row;
}

absl::StatusOr<std::vector<std::optional<ExecutionRow>>> ReadExecutions(Connection& connection,
                                                                        absl::Span<const Id> ids) {
  std::vector<std::optional<ExecutionRow>> rows(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    absl::StatusOr<std::optional<ExecutionRow>> row = ReadExecution(connection, ids[i]);
    if (!row.ok()) return row.status();
    rows[i] = *std::move(row);
  }
  return rows;
}

absl::StatusOr<std::string> ReadPayload(Connection& connection, const TaskKey& key, PayloadDirection direction) {
  Run run(connection, Sql::kReadPayload);
  run.Bind(key.execution_id).Bind(key.task).Bind(static_cast<int32_t>(direction));
  const int code = run.Step();
  if (code == SQLITE_DONE) return absl::NotFoundError("there is no such payload");
  if (code != SQLITE_ROW) return connection.Failed(code);
  return run.String(0);
}

absl::StatusOr<std::optional<ArtifactRow>> ReadArtifact(Connection& connection, const Id& id) {
  Run run(connection, Sql::kReadArtifact);
  run.Bind(id);
  const int code = run.Step();
  if (code == SQLITE_DONE) return std::nullopt;
  if (code != SQLITE_ROW) return connection.Failed(code);
  return ReadArtifact(run);
}

absl::StatusOr<ExecutionPage> ListExecutions(Connection& connection, const ExecutionFilter& filter) {
  const ListBounds bounds = BoundsOf(filter);
  Run run(connection, filter.owner.has_value() ? Sql::kListOfOwner : Sql::kListOfAll);
  if (filter.owner.has_value()) {
    run.BindText(*filter.owner).Bind(filter.created_after).Bind(bounds.before_time).BindBlob(bounds.before_id);
  } else {
    run.BindBlob(bounds.first_id).BindBlob(bounds.before_id);
  }
  ExecutionPage page;
  const size_t limit = static_cast<size_t>(std::max(filter.limit, 1));
  std::pair<absl::Time, Id> last;
  for (int scanned = 0; run.Step() == SQLITE_ROW; ++scanned) {
    if (page.rows.size() == limit || scanned == kMaxScannedExecutions) {
      page.next = last;
      return page;
    }
    last = {run.Time(ExecutionColumn::kCreateTime), run.ReadId(ExecutionColumn::kId)};
    if (!Matches(run, filter)) continue;
    if (absl::Status status = ReadExecutionColumns(run, &page.rows.emplace_back()); !status.ok()) return status;
  }
  if (!run.done()) return connection.Failed(run.code());
  return page;
}

absl::StatusOr<std::vector<TaskRow>> ListTasks(Connection& connection, const Id& id, int32_t after, int limit) {
  Run run(connection, Sql::kListTasks);
  run.Bind(id).Bind(after).Bind(std::max(limit, 0));
  std::vector<TaskRow> tasks;
  while (run.Step() == SQLITE_ROW) {
    if (absl::Status status = ReadTaskColumns(run, &tasks.emplace_back()); !status.ok()) return status;
  }
  if (!run.done()) return connection.Failed(run.code());
  return tasks;
}

absl::StatusOr<std::vector<TaskRow>> ListUnfinishedTasks(Connection& connection, const Id& id, int limit) {
  std::vector<TaskRow> tasks;
  Run run(connection, Sql::kUnfinishedTasks);
  run.Bind(id).Bind(static_cast<int32_t>(TaskState::kCompleted));
  while (static_cast<int>(tasks.size()) < limit && run.Step() == SQLITE_ROW) {
    if (absl::Status status = ReadTaskColumns(run, &tasks.emplace_back()); !status.ok()) return status;
  }
  if (run.code() != SQLITE_OK && run.code() != SQLITE_ROW && !run.done()) return connection.Failed(run.code());
  return tasks;
}

absl::StatusOr<std::vector<TaskRow>> ReadRecords(Connection& connection, const Id& id, int32_t parent, int32_t after,
                                                 size_t max_bytes) {
  Run run(connection, Sql::kReadRecords);
  run.Bind(id).Bind(parent).Bind(after);
  std::vector<TaskRow> records;
  size_t bytes = 0;
  while (run.Step() == SQLITE_ROW) {
    TaskRow task;
    if (absl::Status status = ReadTaskColumns(run, &task); !status.ok()) return status;
    if (task.output.apart) {
      auto output = ReadPayload(connection, {id, task.task}, PayloadDirection::kOutput);
      if (!output.ok()) return output.status();
      task.output.bytes = *std::move(output);
    }
    bytes += task.output.bytes.size();
    if (!records.empty() && bytes > max_bytes) return records;
    records.push_back(std::move(task));
  }
  if (!run.done()) return connection.Failed(run.code());
  return records;
}

absl::StatusOr<std::vector<EventChunkRow>> ReadEvents(Connection& connection, const Id& id, int64_t after,
                                                      size_t max_bytes) {
  Run run(connection, Sql::kReadChunks);
  run.Bind(id).Bind(after == std::numeric_limits<int64_t>::max() ? after : after + 1);
  std::vector<EventChunkRow> chunks;
  size_t bytes = 0;
  while (run.Step() == SQLITE_ROW) {
    const int64_t first_seq = run.Number(0);
    const int32_t count = run.Int(1);
    if (first_seq + count - 1 <= after) continue;
    bytes += run.View(2).size();
    if (!chunks.empty() && bytes > max_bytes) return chunks;
    chunks.push_back({id, first_seq, count, run.String(2)});
  }
  if (!run.done()) return connection.Failed(run.code());
  return chunks;
}

absl::StatusOr<int> CountAhead(Connection& connection, const ReadyRow& row, int limit) {
  Run run(connection, Sql::kCountAhead);
  run.BindText(row.queue).Bind(row.owner_hash).Bind(row.priority).Bind(row.key.execution_id).Bind(row.key.task);
  run.Bind(std::max(limit, 0));
  if (run.Step() != SQLITE_ROW) return connection.Failed(run.code());
  return run.Int(0);
}

absl::StatusOr<std::vector<QueueDepth>> QueueDepths(Connection& connection, int count_limit) {
  const absl::StatusOr<std::vector<std::string>> queues = ReadyQueues(connection);
  if (!queues.ok()) return queues.status();
  std::vector<QueueDepth> depths;
  for (const std::string& queue : *queues) {
    Run run(connection, Sql::kQueueDepth);
    run.BindText(queue).Bind(std::max(count_limit, 1));
    if (run.Step() != SQLITE_ROW) return connection.Failed(run.code());
    // A queue may have become empty since its name was read.
    if (run.Int(0) > 0) depths.push_back({queue, run.Int(0), run.Time(1)});
  }
  return depths;
}

absl::StatusOr<std::map<ExecutionState, int>> CountUnfinished(Connection& connection) {
  Run run(connection, Sql::kReadTotals);
  std::map<ExecutionState, int> counts;
  while (run.Step() == SQLITE_ROW) counts[static_cast<ExecutionState>(run.Int(0))] = run.Int(1);
  if (!run.done()) return connection.Failed(run.code());
  return counts;
}

absl::StatusOr<std::vector<FlowRow>> ReadFlows(Connection& connection) {
  Run run(connection, Sql::kReadFlows);
  std::vector<FlowRow> flows;
  while (run.Step() == SQLITE_ROW) flows.push_back(ReadFlow(run));
  if (!run.done()) return connection.Failed(run.code());
  return flows;
}

absl::StatusOr<std::vector<AssignedRow>> ReadAssigned(Connection& connection, uint64_t replica_id,
                                                      const std::optional<AssignedRow>& after, int limit) {
  Run run(connection, Sql::kReadAssigned);
  run.Bind(replica_id);
  if (after.has_value()) {
    run.Bind(after->session).Bind(after->key.execution_id).Bind(after->key.task);
  } else {
    run.Bind(std::numeric_limits<int64_t>::min()).BindBlob("").Bind(-1);
  }
  run.Bind(std::max(limit, 0));
  std::vector<AssignedRow> rows;
  while (run.Step() == SQLITE_ROW) {
    rows.push_back({replica_id, run.Unsigned(0), TaskKey{run.ReadId(1), run.Int(2)}});
  }
  if (!run.done()) return connection.Failed(run.code());
  return rows;
}

// Nothing ends before it is made, so the walk stops at the ids of `ended_by`. One whose id lies ahead of the store's
// time is found a little later.
absl::StatusOr<EndedPage> ListEnded(Connection& connection, const Id& after, absl::Time ended_by, int limit) {
  // What ended by then was made by then. Where a clock stood wrong, its time comes later.
  const std::string bound = FirstIdOf(ended_by + absl::Milliseconds(1));
  Run run(connection, Sql::kListEnded);
  run.Bind(after).BindBlob(bound).Bind(std::max(limit, 1));
  EndedPage page;
  int seen = 0;
  Id last;
  while (run.Step() == SQLITE_ROW) {
    ++seen;
    last = run.ReadId(0);
    const bool ended = IsFinal(static_cast<ExecutionState>(run.Int(1))) && run.Time(2) <= ended_by;
    if (ended) page.ids.push_back(last);
  }
  if (!run.done()) return connection.Failed(run.code());
  if (seen == std::max(limit, 1)) page.next = last;
  return page;
}

absl::StatusOr<ExpiredKeysPage> ListExpiredKeys(Connection& connection, const IdempotencyRow& after,
                                                absl::Time expired_by, int limit) {
  Run run(connection, Sql::kListKeys);
  run.BindText(after.owner).BindText(after.method).BindText(after.key).Bind(std::max(limit, 1));
  ExpiredKeysPage page;
  int seen = 0;
  IdempotencyRow last;
  while (run.Step() == SQLITE_ROW) {
    ++seen;
    last = {.owner = run.String(0), .method = run.String(1), .key = run.String(2), .expire_time = run.Time(3)};
    if (last.expire_time <= expired_by) page.rows.push_back(last);
  }
  if (!run.done()) return connection.Failed(run.code());
  if (seen == std::max(limit, 1)) page.next = std::move(last);
  return page;
}

absl::StatusOr<std::vector<ExecutionHead>> ReadHeads(Connection& connection, absl::Span<const Id> ids) {
  std::vector<ExecutionHead> heads;
  Run read(connection, Sql::kReadHead);
  for (const Id& id : ids) {
    const int code = read.Bind(id).Step();
    if (code == SQLITE_ROW) heads.push_back({id, read.Number(0), IsFinal(static_cast<ExecutionState>(read.Int(1)))});
    if (code != SQLITE_ROW && code != SQLITE_DONE) return connection.Failed(code);
    read.Rewind();
  }
  return heads;
}

absl::StatusOr<bool> HasUnpurged(Connection& connection) {
  Run run(connection, Sql::kNextPurge);
  const int code = run.Step();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return connection.Failed(code);
  return code == SQLITE_ROW;
}

absl::StatusOr<std::vector<std::string>> ReadyQueues(Connection& connection) {
  std::vector<std::string> queues;
  std::string last;
  while (true) {
    // One seek for each queue, however many rows it holds.
    Run run(connection, Sql::kNextQueue);
    run.BindText(last);
    const int code = run.Step();
    if (code == SQLITE_DONE) return queues;
    if (code != SQLITE_ROW) return connection.Failed(code);
    last = run.String(0);
    queues.push_back(last);
  }
}

}  // namespace flowmesh::store
