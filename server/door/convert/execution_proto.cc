#include "server/door/convert/execution_proto.h"

#include "absl/time/time.h"
#include "server/door/convert/any_payload.h"
#include "server/door/convert/attempt_proto.h"
#include "server/door/time_conversion.h"

namespace flowmesh::door {
namespace {

template <typename Row, typename Proto>
constexpr bool Equal(Row row, Proto proto) {
  return static_cast<int>(row) == static_cast<int>(proto);
}

// Enums are cast, so their numbers must agree.
static_assert(Equal(store::ExecutionState::kCreated, v1::Execution::CREATED));
static_assert(Equal(store::ExecutionState::kQueued, v1::Execution::QUEUED));
static_assert(Equal(store::ExecutionState::kRunning, v1::Execution::RUNNING));
static_assert(Equal(store::ExecutionState::kCancelling, v1::Execution::CANCELLING));
static_assert(Equal(store::ExecutionState::kCompleted, v1::Execution::COMPLETED));
static_assert(Equal(store::ExecutionState::kCompletedWithErrors, v1::Execution::COMPLETED_WITH_ERRORS));
static_assert(Equal(store::ExecutionState::kFailed, v1::Execution::FAILED));
static_assert(Equal(store::ExecutionState::kCancelled, v1::Execution::CANCELLED));
static_assert(Equal(store::ExecutionState::kTimedOut, v1::Execution::TIMED_OUT));
static_assert(Equal(store::ExecutionState::kTimedOut, v1::Execution::State_MAX));
static_assert(Equal(store::TaskKind::kRoot, v1::Task::ROOT));
static_assert(Equal(store::TaskKind::kCall, v1::Task::CALL));
static_assert(Equal(store::TaskKind::kStep, v1::Task::STEP));
static_assert(Equal(store::TaskKind::kSleep, v1::Task::SLEEP));
static_assert(Equal(store::TaskKind::kSignal, v1::Task::SIGNAL));
static_assert(Equal(store::TaskKind::kExternal, v1::Task::EXTERNAL_CALL));
static_assert(Equal(store::TaskKind::kExternal, v1::Task::Kind_MAX));
static_assert(Equal(store::TaskState::kWaiting, v1::Task::WAITING));
static_assert(Equal(store::TaskState::kReady, v1::Task::READY));
static_assert(Equal(store::TaskState::kAssigned, v1::Task::ASSIGNED));
static_assert(Equal(store::TaskState::kBackoff, v1::Task::BACKOFF));
static_assert(Equal(store::TaskState::kParked, v1::Task::PARKED));
static_assert(Equal(store::TaskState::kExternal, v1::Task::EXTERNAL));
static_assert(Equal(store::TaskState::kCompleted, v1::Task::COMPLETED));
static_assert(Equal(store::TaskState::kFailed, v1::Task::FAILED));
static_assert(Equal(store::TaskState::kCancelled, v1::Task::CANCELLED));
static_assert(Equal(store::TaskState::kTimedOut, v1::Task::TIMED_OUT));
static_assert(Equal(store::TaskState::kTimedOut, v1::Task::State_MAX));

bool IsSet(absl::Time time) { return time != absl::InfinitePast() && time != absl::InfiniteFuture(); }

// An execution shows the failure that ended it, or the one whose next attempt nobody has yet.
bool ShowsFailure(const store::ExecutionRow& row) {
  if (row.root.failure.reason.empty()) return false;
  if (row.state == store::ExecutionState::kFailed || row.state == store::ExecutionState::kTimedOut) return true;
  return row.root.state == store::TaskState::kBackoff || row.root.state == store::TaskState::kReady;
}

void SetProgress(const store::ExecutionRow& row, v1::Execution* execution) {
  if (row.progress == store::Progress() && row.state < store::ExecutionState::kRunning) return;
  v1::Progress& progress = *execution->mutable_progress();
  progress.set_percent(row.progress.percent);
  progress.set_message(row.progress.message);
  progress.mutable_counters()->insert(row.progress.counters.begin(), row.progress.counters.end());
}

}  // namespace

void ToProto(const store::ExecutionRow& row, ExecutionView view, v1::Execution* execution) {
  execution->set_id(row.id.ToString());
  execution->set_flow(row.flow);
  execution->set_state(static_cast<v1::Execution::State>(row.state));
  if (view == ExecutionView::kFull) {
    if (!row.root.input.type.empty()) ToProto(row.root.input, execution->mutable_input());
    if (!row.root.output.type.empty()) ToProto(row.root.output, execution->mutable_output());
  }
  if (ShowsFailure(row)) ToProto(row.root.failure, execution->mutable_failure());
  SetProgress(row, execution);
  execution->mutable_labels()->insert(row.labels.begin(), row.labels.end());
  if (IsSet(row.create_time)) *execution->mutable_create_time() = ToProto(row.create_time);
  if (IsSet(row.start_time)) *execution->mutable_start_time() = ToProto(row.start_time);
  if (IsSet(row.end_time)) *execution->mutable_end_time() = ToProto(row.end_time);
  if (IsSet(row.deadline)) *execution->mutable_deadline() = ToProto(row.deadline);
  if (!row.retry_of.is_zero()) execution->set_retry_of(row.retry_of.ToString());
  execution->set_owner(row.owner);
  execution->set_priority(row.root.priority);
  execution->set_last_seq(row.event_head);
}

void ToProto(const store::TaskRow& row, v1::Task* task) {
  task->set_task(row.task);
  if (row.parent >= 0) task->set_parent(row.parent);
  task->set_call_key(row.call_key);
  task->set_kind(static_cast<v1::Task::Kind>(row.kind));
  task->set_type(row.type);
  task->set_state(static_cast<v1::Task::State>(row.state));
  task->set_attempt(row.attempt);
  task->set_failures(row.failures);
  if (!row.failure.reason.empty()) ToProto(row.failure, task->mutable_failure());
  if (IsSet(row.create_time)) *task->mutable_create_time() = ToProto(row.create_time);
  if (IsSet(row.start_time)) *task->mutable_start_time() = ToProto(row.start_time);
  if (IsSet(row.end_time)) *task->mutable_end_time() = ToProto(row.end_time);
  task->set_reused(row.reused);
}

}  // namespace flowmesh::door
