#include "server/store/postgres/reads.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "server/store/postgres/execution_list.h"
#include "server/store/postgres/row_codec.h"

namespace flowmesh::store::postgres {
namespace {

// Rows that one statement reads at most when bytes are the limit.
constexpr int64_t kRowsPerRead = 256;

int64_t Bytes(size_t bytes) {
  return static_cast<int64_t>(std::min(bytes, static_cast<size_t>(std::numeric_limits<int64_t>::max())));
}

absl::StatusOr<std::vector<TaskRow>> TasksOf(const absl::StatusOr<Result>& rows) {
  if (!rows.ok()) return rows.status();
  std::vector<TaskRow> tasks(static_cast<size_t>(rows->rows()));
  for (int i = 0; i < rows->rows(); ++i) {
    if (absl::Status status = ReadTaskColumns(rows->row(i), &tasks[static_cast<size_t>(i)]); !status.ok()) {
      return status;
    }
  }
  return tasks;
}

}  // namespace

absl::StatusOr<std::optional<ExecutionRow>> ReadExecution(Connection& connection, const Id& id) {
  const auto found = connection.Run(Sql::kReadExecution, std::move(Parameters().BindKey(id)));
  if (!found.ok()) return found.status();
  if (found->rows() == 0) return std::nullopt;
  ExecutionRow row;
  if (absl::Status status = ReadExecutionColumns(found->row(0), &row); !status.ok()) return status;
  return row;
}

absl::StatusOr<std::vector<std::optional<ExecutionRow>>> ReadExecutions(Connection& connection,
                                                                        absl::Span<const Id> ids) {
  std::vector<std::optional<ExecutionRow>> rows(ids.size());
  if (ids.empty()) return rows;
  Parameters keys(StatementOf(Sql::kReadExecutions));
  for (const Id& id : ids) keys.Row().BindKey(id);
  const auto found = connection.Run(Sql::kReadExecutions, std::move(keys));
  if (!found.ok()) return found.status();
  for (int i = 0; i < found->rows(); ++i) {
    const Row from = found->row(i);
    ExecutionRow& row = rows[static_cast<size_t>(from.Number(0)) - 1].emplace();
    if (absl::Status status = ReadExecutionColumns(from.From(1), &row); !status.ok()) return status;
  }
  return rows;
}

absl::StatusOr<std::string> ReadPayload(Connection& connection, const TaskKey& key, PayloadDirection direction) {
  const auto found = connection.Run(
      Sql::kReadPayload,
      std::move(Parameters().BindKey(key.execution_id).Bind(key.task).Bind(static_cast<int32_t>(direction))));
  if (!found.ok()) return found.status();
  if (found->rows() == 0) return absl::NotFoundError("there is no such payload");
  return found->row(0).String(0);
}

absl::StatusOr<std::vector<TaskRow>> ListTasks(Connection& connection, const Id& id, int32_t after, int limit) {
  return TasksOf(
      connection.Run(Sql::kListTasks, std::move(Parameters().BindKey(id).Bind(after).Bind(std::max(limit, 0)))));
}

absl::StatusOr<std::vector<TaskRow>> ListUnfinishedTasks(Connection& connection, const Id& id, int limit) {
  Parameters parameters;
  parameters.BindKey(id).Bind(static_cast<int32_t>(TaskState::kCompleted)).Bind(std::max(limit, 0));
  return TasksOf(connection.Run(Sql::kListUnfinishedTasks, std::move(parameters)));
}

absl::StatusOr<std::vector<TaskRow>> ReadRecords(Connection& connection, const Id& id, int32_t parent, int32_t after,
                                                 size_t max_bytes) {
  std::vector<TaskRow> records;
  size_t bytes = 0;
  while (true) {
    const size_t left = max_bytes - std::min(bytes, max_bytes);
    const auto rows = connection.Run(
        Sql::kReadRecords,
        std::move(Parameters().BindKey(id).Bind(parent).Bind(after).Bind(Bytes(left)).Bind(kRowsPerRead)));
    if (!rows.ok()) return rows.status();
    for (int i = 0; i < rows->rows(); ++i) {
      const Row row = rows->row(i);
      TaskRow task;
      if (absl::Status status = ReadTaskColumns(row, &task); !status.ok()) return status;
      if (task.output.apart) {
        if (row.Number(kTaskColumns) == 0) return absl::NotFoundError("there is no such payload");
        task.output.bytes = row.String(kTaskColumns + 1);
      }
      bytes += task.output.bytes.size();
      if (!records.empty() && bytes > max_bytes) return records;
      after = task.record;
      records.push_back(std::move(task));
    }
    // Fewer than asked for: the bytes are used up or there are no more.
    if (rows->rows() < kRowsPerRead) return records;
  }
}

absl::StatusOr<std::vector<EventChunkRow>> ReadEvents(Connection& connection, const Id& id, int64_t after,
                                                      size_t max_bytes) {
  std::vector<EventChunkRow> chunks;
  size_t bytes = 0;
  while (true) {
    const int64_t next = after == std::numeric_limits<int64_t>::max() ? after : after + 1;
    const size_t left = max_bytes - std::min(bytes, max_bytes);
    const auto rows = connection.Run(
        Sql::kReadChunks, std::move(Parameters().BindKey(id).Bind(next).Bind(Bytes(left)).Bind(kRowsPerRead)));
    if (!rows.ok()) return rows.status();
    for (int i = 0; i < rows->rows(); ++i) {
      const Row row = rows->row(i);
      bytes += row.View(2).size();
      if (!chunks.empty() && bytes > max_bytes) return chunks;
      chunks.push_back({id, row.Number(0), row.Int(1), row.String(2)});
      after = chunks.back().first_seq + chunks.back().count - 1;
    }
    if (rows->rows() < kRowsPerRead) return chunks;
  }
}

absl::StatusOr<std::optional<ArtifactRow>> ReadArtifact(Connection& connection, const Id& id) {
  const auto found = connection.Run(Sql::kReadArtifact, std::move(Parameters().BindKey(id)));
  if (!found.ok()) return found.status();
  if (found->rows() == 0) return std::nullopt;
  return ReadArtifact(found->row(0));
}

absl::StatusOr<int> CountAhead(Connection& connection, const ReadyRow& row, int limit) {
  Parameters parameters;
  BindReadyKey(row, parameters);
  const auto count = connection.Run(Sql::kCountAhead, std::move(parameters.Bind(std::max(limit, 0))));
  if (!count.ok()) return count.status();
  return count->row(0).Int(0);
}

absl::StatusOr<std::vector<QueueDepth>> QueueDepths(Connection& connection, int count_limit) {
  const auto rows = connection.Run(Sql::kQueueDepths, std::move(Parameters().Bind(std::max(count_limit, 1))));
  if (!rows.ok()) return rows.status();
  std::vector<QueueDepth> depths;
  for (int i = 0; i < rows->rows(); ++i) {
    depths.push_back({rows->row(i).String(0), rows->row(i).Int(1), rows->row(i).Time(2)});
  }
  return depths;
}

absl::StatusOr<std::map<ExecutionState, int>> CountUnfinished(Connection& connection) {
  const auto rows = connection.Run(Sql::kReadTotals);
  if (!rows.ok()) return rows.status();
  std::map<ExecutionState, int> counts;
  for (int i = 0; i < rows->rows(); ++i) {
    counts[static_cast<ExecutionState>(rows->row(i).Int(0))] = rows->row(i).Int(1);
  }
  return counts;
}

absl::StatusOr<std::vector<FlowRow>> ReadFlows(Connection& connection) {
  const auto rows = connection.Run(Sql::kReadFlows);
  if (!rows.ok()) return rows.status();
  std::vector<FlowRow> flows;
  for (int i = 0; i < rows->rows(); ++i) flows.push_back(ReadFlow(rows->row(i)));
  return flows;
}

absl::StatusOr<std::vector<AssignedRow>> ReadAssigned(Connection& connection, uint64_t replica_id,
                                                      const std::optional<AssignedRow>& after, int limit) {
  Parameters parameters;
  parameters.Bind(replica_id);
  if (after.has_value()) {
    parameters.Bind(after->session).BindKey(after->key.execution_id).Bind(after->key.task);
  } else {
    parameters.Bind(std::numeric_limits<int64_t>::min()).BindKey(Id()).Bind(-1);
  }
  const auto found = connection.Run(Sql::kReadAssigned, std::move(parameters.Bind(std::max(limit, 0))));
  if (!found.ok()) return found.status();
  std::vector<AssignedRow> rows;
  for (int i = 0; i < found->rows(); ++i) {
    const Row row = found->row(i);
    rows.push_back({replica_id, row.Unsigned(0), TaskKey{row.ReadId(1), row.Int(2)}});
  }
  return rows;
}

// Nothing ends before it is made, so the walk stops at the ids of `ended_by`. One whose id lies ahead of the store's
// time is found a little later.
absl::StatusOr<EndedPage> ListEnded(Connection& connection, const Id& after, absl::Time ended_by, int limit) {
  const int seen = std::max(limit, 1);
  const auto rows =
      connection.Run(Sql::kListEnded,
                     std::move(Parameters().Bind(after).Bind(FirstIdOf(ended_by + absl::Milliseconds(1))).Bind(seen)));
  if (!rows.ok()) return rows.status();
  EndedPage page;
  for (int i = 0; i < rows->rows(); ++i) {
    const Row row = rows->row(i);
    const bool ended = IsFinal(static_cast<ExecutionState>(row.Int(1))) && row.Time(2) <= ended_by;
    if (ended) page.ids.push_back(row.ReadId(0));
  }
  if (rows->rows() == seen) page.next = rows->row(seen - 1).ReadId(0);
  return page;
}

absl::StatusOr<ExpiredKeysPage> ListExpiredKeys(Connection& connection, const IdempotencyRow& after,
                                                absl::Time expired_by, int limit) {
  const int seen = std::max(limit, 1);
  const bool first = after.owner.empty() && after.method.empty() && after.key.empty();
  Parameters parameters;
  parameters.Bind(first ? int64_t{-1} : static_cast<int64_t>(base::ShardOf(after.owner)));
  parameters.BindBlob(after.owner).BindBlob(after.method).BindBlob(after.key).Bind(seen);
  const auto rows = connection.Run(Sql::kListKeys, std::move(parameters));
  if (!rows.ok()) return rows.status();
  ExpiredKeysPage page;
  for (int i = 0; i < rows->rows(); ++i) {
    const Row row = rows->row(i);
    IdempotencyRow key = {
        .owner = row.String(0), .method = row.String(1), .key = row.String(2), .expire_time = row.Time(3)};
    if (i + 1 == seen) page.next = key;
    if (key.expire_time <= expired_by) page.rows.push_back(std::move(key));
  }
  return page;
}

absl::StatusOr<std::vector<ExecutionHead>> ReadHeads(Connection& connection, absl::Span<const Id> ids) {
  std::vector<ExecutionHead> heads;
  if (ids.empty()) return heads;
  Parameters keys(StatementOf(Sql::kReadHeads));
  for (const Id& id : ids) keys.Row().BindKey(id);
  const auto found = connection.Run(Sql::kReadHeads, std::move(keys));
  if (!found.ok()) return found.status();
  for (int i = 0; i < found->rows(); ++i) {
    const Row row = found->row(i);
    const auto state = static_cast<ExecutionState>(row.Int(2));
    heads.push_back({ids[static_cast<size_t>(row.Number(0)) - 1], row.Number(1), IsFinal(state)});
  }
  return heads;
}

absl::StatusOr<bool> HasUnpurged(Connection& connection) {
  const auto any = connection.Run(Sql::kAnyPurge);
  if (!any.ok()) return any.status();
  return any->rows() > 0;
}

absl::StatusOr<std::vector<std::string>> ReadyQueues(Connection& connection) {
  const auto rows = connection.Run(Sql::kReadyQueues);
  if (!rows.ok()) return rows.status();
  std::vector<std::string> queues;
  for (int i = 0; i < rows->rows(); ++i) queues.push_back(rows->row(i).String(0));
  return queues;
}

}  // namespace flowmesh::store::postgres
