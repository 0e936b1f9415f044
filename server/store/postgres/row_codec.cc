#include "server/store/postgres/row_codec.h"

#include "absl/strings/str_cat.h"
#include "server/store/packed_columns.h"

namespace flowmesh::store::postgres {
namespace {

// Where ExecutionOrigin begins.
constexpr int kOwnerColumn = 24;

// No type = no payload. With a type, NULL bytes = they stand apart.
void BindPayload(const Payload& payload, Parameters& to) {
  if (payload.type.empty()) {
    to.BindNull().BindNull();
    return;
  }
  to.BindBlob(payload.type);
  if (payload.apart) {
    to.BindNull();
  } else {
    to.BindBlob(payload.bytes);
  }
}

void ReadPayload(const Row& from, int column, Payload* payload) {
  if (from.IsNull(column)) return;
  payload->type = from.String(column);
  payload->apart = from.IsNull(column + 1);
  if (!payload->apart) payload->bytes = from.String(column + 1);
}

bool ReadTaskChanges(const Row& from, int column, TaskRow* task) {
  task->state = static_cast<TaskState>(from.Int(column++));
  task->attempt = from.Int(column++);
  task->acked = from.Number(column++);
  task->record = from.Int(column++);
  task->replica_id = from.Unsigned(column++);
  task->session = from.Unsigned(column++);
  task->ready_time = from.TimeOr(column++, absl::InfinitePast());
  task->start_time = from.TimeOr(column++, absl::InfinitePast());
  task->end_time = from.TimeOr(column++, absl::InfinitePast());
  const bool failure_read = UnpackFailure(from.View(column++), &task->failure);
  ReadPayload(from, column, &task->output);
  column += 2;
  return UnpackTaskCounts(from.View(column), task) && failure_read;
}

}  // namespace

void BindTaskChanges(const TaskRow& task, Parameters& to) {
  to.Bind(static_cast<int32_t>(task.state))
      .Bind(task.attempt)
      .Bind(task.acked)
      .Bind(task.record)
      .BindNumberOrNull(task.replica_id)
      .BindNumberOrNull(task.session)
      .BindUnless(absl::InfinitePast(), task.ready_time)
      .BindUnless(absl::InfinitePast(), task.start_time)
      .BindUnless(absl::InfinitePast(), task.end_time)
      .BindBlobOrNull(PackFailure(task.failure));
  BindPayload(task.output, to);
  to.BindBlobOrNull(PackTaskCounts(task));
}

void BindTaskOrigin(const TaskRow& task, Parameters& to) {
  to.Bind(task.parent)
      .BindBlob(task.call_key)
      .Bind(static_cast<int32_t>(task.kind))
      .BindBlob(task.type)
      .Bind(task.priority)
      .BindUnless(absl::InfinitePast(), task.create_time);
  BindPayload(task.input, to);
}

absl::Status ReadTaskColumns(const Row& from, TaskRow* task) {
  task->task = from.Int(0);
  if (!ReadTaskChanges(from, 1, task)) {
    return absl::DataLossError(absl::StrCat("a packed column of task ", task->task, " cannot be read"));
  }
  int column = 14;
  task->parent = from.Int(column++);
  task->call_key = from.String(column++);
  task->kind = static_cast<TaskKind>(from.Int(column++));
  task->type = from.String(column++);
  task->priority = from.Int(column++);
  task->create_time = from.TimeOr(column++, absl::InfinitePast());
  ReadPayload(from, column, &task->input);
  return absl::OkStatus();
}

void BindExecutionChanges(const ExecutionRow& row, Parameters& to) {
  to.Bind(static_cast<int32_t>(row.state))
      .Bind(row.event_head)
      .Bind(row.event_bytes)
      .BindUnless(absl::InfinitePast(), row.start_time)
      .BindUnless(absl::InfinitePast(), row.end_time)
      .BindUnless(absl::InfiniteFuture(), row.deadline)
      .Bind(row.next_task)
      .Bind(row.result_bytes)
      .BindBlobOrNull(PackProgress(row.progress))
      .BindBlobOrNull(PackCounts(row));
  BindTaskChanges(row.root, to);
}

void BindExecutionOrigin(const ExecutionRow& row, Parameters& to) {
  to.BindBlob(row.owner)
      .BindBlob(row.flow)
      .Bind(row.create_time)
      .BindBlobOrNull(PackLabels(row.labels))
      .Bind(row.root.priority);
  BindPayload(row.root.input, to);
  to.BindBlobOrNull(PackOrigin(row));
}

absl::Status ReadExecutionColumns(const Row& from, ExecutionRow* row) {
  row->id = from.ReadId(0);
  int column = 1;
  row->state = static_cast<ExecutionState>(from.Int(column++));
  row->event_head = from.Number(column++);
  row->event_bytes = from.Number(column++);
  row->start_time = from.TimeOr(column++, absl::InfinitePast());
  row->end_time = from.TimeOr(column++, absl::InfinitePast());
  row->deadline = from.TimeOr(column++, absl::InfiniteFuture());
  row->next_task = from.Int(column++);
  row->result_bytes = from.Number(column++);
  bool read = UnpackProgress(from.View(column++), &row->progress);
  read = UnpackCounts(from.View(column++), row) && read;
  read = ReadTaskChanges(from, column, &row->root) && read;

  column = kOwnerColumn;
  row->owner = from.String(column++);
  row->flow = from.String(column++);
  row->create_time = from.Time(column++);
  read = UnpackLabels(from.View(column++), &row->labels) && read;
  row->root.priority = from.Int(column++);
  ReadPayload(from, column, &row->root.input);
  column += 2;
  read = UnpackOrigin(from.View(column), row) && read;
  if (!read) {
    return absl::DataLossError(absl::StrCat("a packed column of execution ", row->id.ToString(), " cannot be read"));
  }
  return absl::OkStatus();
}

void BindIdempotencyKey(const IdempotencyRow& row, Parameters& to) {
  to.Bind(static_cast<int64_t>(base::ShardOf(row.owner))).BindBlob(row.owner).BindBlob(row.method).BindBlob(row.key);
}

void BindIdempotencyObject(const IdempotencyRow& row, Parameters& to) {
  to.Bind(row.object_id).BindBlob(row.digest).Bind(row.expire_time);
}

void BindConcurrencyName(const ConcurrencyName& name, Parameters& to) {
  to.Bind(static_cast<int64_t>(base::ShardOf(name.owner))).BindBlob(name.owner).BindBlob(name.key);
}

void BindConcurrencyPlace(const ConcurrencyRow& row, Parameters& to) {
  BindConcurrencyName(row.name, to);
  to.Bind(row.place).Bind(row.execution_id);
}

void BindReadyKey(const ReadyRow& row, Parameters& to) {
  to.BindBlob(row.queue).Bind(row.owner_hash).Bind(row.priority).Bind(row.key.execution_id).Bind(row.key.task);
}

void BindTimer(const TimerRow& row, Parameters& to) {
  to.Bind(row.due).BindKey(row.key.execution_id).Bind(row.key.task).Bind(static_cast<int32_t>(row.kind));
}

void BindAssigned(const AssignedRow& row, Parameters& to) {
  to.Bind(row.replica_id).Bind(row.session).BindKey(row.key.execution_id).Bind(row.key.task);
}

void BindSignal(const SignalRow& signal, Parameters& to) {
  to.Bind(signal.number).BindBlob(signal.name).Bind(signal.create_time);
  BindPayload(signal.payload, to);
}

SignalRow ReadSignal(const Id& execution_id, const Row& from) {
  SignalRow signal{.execution_id = execution_id, .number = from.Number(0), .name = from.String(1)};
  signal.create_time = from.Time(2);
  ReadPayload(from, 3, &signal.payload);
  return signal;
}

void BindArtifact(const ArtifactRow& artifact, Parameters& to) {
  to.Bind(artifact.id)
      .BindBlob(artifact.owner)
      .BindIdOrNull(artifact.execution_id)
      .Bind(artifact.task)
      .Bind(artifact.attempt)
      .BindBlob(artifact.name)
      .BindBlob(artifact.media_type)
      .BindBlob(artifact.uri)
      .Bind(artifact.size)
      .BindBlob(artifact.digest)
      .Bind(artifact.create_time);
}

ArtifactRow ReadArtifact(const Row& from) {
  ArtifactRow artifact;
  int column = 0;
  artifact.id = from.ReadId(column++);
  artifact.owner = from.String(column++);
  if (!from.IsNull(column)) artifact.execution_id = from.ReadId(column);
  ++column;
  artifact.task = from.Int(column++);
  artifact.attempt = from.Int(column++);
  artifact.name = from.String(column++);
  artifact.media_type = from.String(column++);
  artifact.uri = from.String(column++);
  artifact.size = from.Number(column++);
  artifact.digest = from.String(column++);
  artifact.create_time = from.Time(column++);
  return artifact;
}

void BindResource(const ResourceRow& resource, Parameters& to) {
  to.BindKey(resource.id)
      .BindBlob(resource.kind)
      .BindBlob(resource.owner)
      .BindIdOrNull(resource.parent)
      .BindIdOrNull(resource.execution_id)
      .Bind(resource.version)
      .Bind(resource.create_time)
      .Bind(resource.update_time)
      .BindBlob(resource.payload);
}

ResourceRow ReadResource(const Row& from) {
  ResourceRow resource;
  int column = 0;
  resource.id = from.ReadId(column++);
  resource.kind = from.String(column++);
  resource.owner = from.String(column++);
  resource.parent = from.ReadId(column++);
  resource.execution_id = from.ReadId(column++);
  resource.version = from.Number(column++);
  resource.create_time = from.Time(column++);
  resource.update_time = from.Time(column++);
  resource.payload = from.String(column++);
  return resource;
}

void BindAliasName(const AliasRow& row, Parameters& to) {
  to.Bind(static_cast<int64_t>(base::ShardOf(row.owner))).BindBlob(row.owner).BindBlob(row.kind).BindBlob(row.alias);
}

void BindOptional(const std::optional<Id>& id, Parameters& to) {
  if (id.has_value()) {
    to.Bind(*id);
  } else {
    to.BindNull();
  }
}

void BindFlow(const FlowRow& flow, Parameters& to) {
  to.BindBlob(flow.name)
      .Bind(flow.is_flow_kind)
      .Bind(flow.creatable)
      .BindBlob(flow.input_type)
      .BindBlob(flow.output_type)
      .Bind(flow.code_version)
      .Bind(flow.max_failures)
      .Bind(flow.retry_initial)
      .Bind(flow.retry_multiplier)
      .Bind(flow.retry_cap)
      .Bind(flow.attempt_timeout)
      .BindBlob(flow.descriptors_digest)
      .BindBlob(flow.descriptors);
}

FlowRow ReadFlow(const Row& from) {
  FlowRow flow;
  int column = 0;
  flow.name = from.String(column++);
  flow.is_flow_kind = from.Number(column++) != 0;
  flow.creatable = from.Number(column++) != 0;
  flow.input_type = from.String(column++);
  flow.output_type = from.String(column++);
  flow.code_version = from.Int(column++);
  flow.max_failures = from.Int(column++);
  flow.retry_initial = from.Duration(column++);
  flow.retry_multiplier = from.Double(column++);
  flow.retry_cap = from.Duration(column++);
  flow.attempt_timeout = from.Duration(column++);
  flow.descriptors_digest = from.String(column++);
  flow.descriptors = from.String(column++);
  return flow;
}

}  // namespace flowmesh::store::postgres
