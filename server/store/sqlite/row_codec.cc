#include "server/store/sqlite/row_codec.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "server/store/packed_columns.h"

namespace flowmesh::store {
namespace {

// No type = no payload. With a type, NULL bytes = they stand apart.
void BindPayload(const Payload& payload, Run& run) {
  if (payload.type.empty()) {
    run.BindNull().BindNull();
    return;
  }
  run.BindText(payload.type);
  if (payload.apart) {
    run.BindNull();
  } else {
    run.BindBlob(payload.bytes);
  }
}

void ReadPayload(const Run& run, int column, Payload* payload) {
  if (run.IsNull(column)) return;
  payload->type = run.String(column);
  payload->apart = run.IsNull(column + 1);
  if (!payload->apart) payload->bytes = run.String(column + 1);
}

bool ReadTaskChanges(const Run& run, int column, TaskRow* task) {
  task->state = static_cast<TaskState>(run.Int(column++));
  task->attempt = run.Int(column++);
  task->acked = run.Number(column++);
  task->record = run.Int(column++);
  task->replica_id = run.Unsigned(column++);
  task->session = run.Unsigned(column++);
  task->ready_time = run.TimeOr(column++, absl::InfinitePast());
  task->start_time = run.TimeOr(column++, absl::InfinitePast());
  task->end_time = run.TimeOr(column++, absl::InfinitePast());
  const bool failure_read = UnpackFailure(run.View(column++), &task->failure);
  ReadPayload(run, column, &task->output);
  column += 2;
  return UnpackTaskCounts(run.View(column), task) && failure_read;
}

}  // namespace

void BindTaskChanges(const TaskRow& task, BindScratch& scratch, Run& run) {
  scratch.failure = PackFailure(task.failure);
  scratch.task_counts = PackTaskCounts(task);
  run.Bind(static_cast<int32_t>(task.state))
      .Bind(task.attempt)
      .Bind(task.acked)
      .Bind(task.record)
      .BindNumberOrNull(task.replica_id)
      .BindNumberOrNull(task.session)
      .BindUnless(absl::InfinitePast(), task.ready_time)
      .BindUnless(absl::InfinitePast(), task.start_time)
      .BindUnless(absl::InfinitePast(), task.end_time)
      .BindBlobOrNull(scratch.failure);
  BindPayload(task.output, run);
  run.BindBlobOrNull(scratch.task_counts);
}

void BindTaskOrigin(const TaskRow& task, Run& run) {
  run.Bind(task.parent)
      .BindText(task.call_key)
      .Bind(static_cast<int32_t>(task.kind))
      .BindText(task.type)
      .Bind(task.priority)
      .BindUnless(absl::InfinitePast(), task.create_time);
  BindPayload(task.input, run);
}

absl::Status ReadTaskColumns(const Run& run, TaskRow* task) {
  task->task = run.Int(0);
  if (!ReadTaskChanges(run, 1, task)) {
    return absl::DataLossError(absl::StrCat("a packed column of task ", task->task, " cannot be read"));
  }
  int column = 14;
  task->parent = run.Int(column++);
  task->call_key = run.String(column++);
  task->kind = static_cast<TaskKind>(run.Int(column++));
  task->type = run.String(column++);
  task->priority = run.Int(column++);
  task->create_time = run.TimeOr(column++, absl::InfinitePast());
  ReadPayload(run, column, &task->input);
  return absl::OkStatus();
}

void BindExecutionChanges(const ExecutionRow& row, BindScratch& scratch, Run& run) {
  scratch.progress = PackProgress(row.progress);
  scratch.counts = PackCounts(row);
  run.Bind(static_cast<int32_t>(row.state))
      .Bind(row.event_head)
      .Bind(row.event_bytes)
      .BindUnless(absl::InfinitePast(), row.start_time)
      .BindUnless(absl::InfinitePast(), row.end_time)
      .BindUnless(absl::InfiniteFuture(), row.deadline)
      .Bind(row.next_task)
      .Bind(row.result_bytes)
      .BindBlobOrNull(scratch.progress)
      .BindBlobOrNull(scratch.counts);
  BindTaskChanges(row.root, scratch, run);
}

void BindExecutionOrigin(const ExecutionRow& row, BindScratch& scratch, Run& run) {
  scratch.labels = PackLabels(row.labels);
  scratch.origin = PackOrigin(row);
  run.BindText(row.owner)
      .BindText(row.flow)
      .Bind(row.create_time)
      .BindBlobOrNull(scratch.labels)
      .Bind(row.root.priority);
  BindPayload(row.root.input, run);
  run.BindBlobOrNull(scratch.origin);
}

absl::Status ReadExecutionColumns(const Run& run, ExecutionRow* row) {
  row->id = run.ReadId(0);
  int column = 1;
  row->state = static_cast<ExecutionState>(run.Int(column++));
  row->event_head = run.Number(column++);
  row->event_bytes = run.Number(column++);
  row->start_time = run.TimeOr(column++, absl::InfinitePast());
  row->end_time = run.TimeOr(column++, absl::InfinitePast());
  row->deadline = run.TimeOr(column++, absl::InfiniteFuture());
  row->next_task = run.Int(column++);
  row->result_bytes = run.Number(column++);
  bool read = UnpackProgress(run.View(column++), &row->progress);
  read = UnpackCounts(run.View(column++), row) && read;
  read = ReadTaskChanges(run, column, &row->root) && read;

  column = ExecutionColumn::kOwner;
  row->owner = run.String(column++);
  row->flow = run.String(column++);
  row->create_time = run.Time(column++);
  read = UnpackLabels(run.View(column++), &row->labels) && read;
  row->root.priority = run.Int(column++);
  ReadPayload(run, column, &row->root.input);
  column += 2;
  read = UnpackOrigin(run.View(column), row) && read;
  if (!read) {
    return absl::DataLossError(absl::StrCat("a packed column of execution ", row->id.ToString(), " cannot be read"));
  }
  return absl::OkStatus();
}

void BindSignal(const SignalRow& signal, Run& run) {
  run.Bind(signal.execution_id).Bind(signal.number).BindText(signal.name).Bind(signal.create_time);
  BindPayload(signal.payload, run);
}

SignalRow ReadSignal(const Id& execution_id, const Run& run) {
  SignalRow signal{.execution_id = execution_id, .number = run.Number(0), .name = run.String(1)};
  signal.create_time = run.Time(2);
  ReadPayload(run, 3, &signal.payload);
  return signal;
}

void BindArtifact(const ArtifactRow& artifact, Run& run) {
  run.Bind(artifact.id)
      .BindText(artifact.owner)
      .BindIdOrNull(artifact.execution_id)
      .Bind(artifact.task)
      .Bind(artifact.attempt)
      .BindText(artifact.name)
      .BindText(artifact.media_type)
      .BindText(artifact.uri)
      .Bind(artifact.size)
      .BindBlob(artifact.digest)
      .Bind(artifact.create_time);
}

ArtifactRow ReadArtifact(const Run& run) {
  ArtifactRow artifact;
  int column = 0;
  artifact.id = run.ReadId(column++);
  artifact.owner = run.String(column++);
  if (!run.IsNull(column)) artifact.execution_id = run.ReadId(column);
  ++column;
  artifact.task = run.Int(column++);
  artifact.attempt = run.Int(column++);
  artifact.name = run.String(column++);
  artifact.media_type = run.String(column++);
  artifact.uri = run.String(column++);
  artifact.size = run.Number(column++);
  artifact.digest = run.String(column++);
  artifact.create_time = run.Time(column++);
  return artifact;
}

void BindResource(const ResourceRow& resource, Run& run) {
  run.Bind(resource.id)
      .BindText(resource.kind)
      .BindText(resource.owner)
      .BindIdOrNull(resource.parent)
      .BindIdOrNull(resource.execution_id)
      .Bind(resource.version)
      .Bind(resource.create_time)
      .Bind(resource.update_time)
      .BindBlob(resource.payload);
}

ResourceRow ReadResource(const Run& run) {
  ResourceRow resource;
  int column = 0;
  resource.id = run.ReadId(column++);
  resource.kind = run.String(column++);
  resource.owner = run.String(column++);
  resource.parent = run.ReadId(column++);
  resource.execution_id = run.ReadId(column++);
  resource.version = run.Number(column++);
  resource.create_time = run.Time(column++);
  resource.update_time = run.Time(column++);
  resource.payload = run.String(column++);
  return resource;
}

void BindFlow(const FlowRow& flow, Run& run) {
  run.BindText(flow.name)
      .Bind(flow.is_flow_kind)
      .Bind(flow.creatable)
      .BindText(flow.input_type)
      .BindText(flow.output_type)
      .Bind(flow.code_version)
      .Bind(flow.max_failures)
      .Bind(flow.retry_initial)
      .Bind(flow.retry_multiplier)
      .Bind(flow.retry_cap)
      .Bind(flow.attempt_timeout)
      .BindBlob(flow.descriptors_digest)
      .BindBlob(flow.descriptors);
}

FlowRow ReadFlow(const Run& run) {
  FlowRow flow;
  int column = 0;
  flow.name = run.String(column++);
  flow.is_flow_kind = run.Number(column++) != 0;
  flow.creatable = run.Number(column++) != 0;
  flow.input_type = run.String(column++);
  flow.output_type = run.String(column++);
  flow.code_version = run.Int(column++);
  flow.max_failures = run.Int(column++);
  flow.retry_initial = run.Duration(column++);
  flow.retry_multiplier = run.Double(column++);
  flow.retry_cap = run.Duration(column++);
  flow.attempt_timeout = run.Duration(column++);
  flow.descriptors_digest = run.String(column++);
  flow.descriptors = run.String(column++);
  return flow;
}

}  // namespace flowmesh::store
