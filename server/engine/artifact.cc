#include "server/engine/artifact.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/engine/limits.h"

namespace flowmesh::engine {
namespace {

absl::Status Stale(const AttemptKey& attempt) {
  const std::string execution = attempt.task.execution_id.ToString();
  return base::Error(
             absl::StatusCode::kFailedPrecondition, "STALE_ATTEMPT",
             absl::StrCat("attempt ", attempt.attempt, " of task ", attempt.task.task, " in execution ", execution,
                          " is not the current one any more: stop working on it, nothing was stored"))
      .With("execution_id", execution)
      .With("task", attempt.task.task)
      .With("attempt", attempt.attempt);
}

}  // namespace

AttemptKey WriterOf(const store::ArtifactRow& row) { return {{row.execution_id, row.task}, row.attempt}; }

absl::Status CheckWriter(const store::ExecutionRow& execution, const store::TaskRow* task, const AttemptKey& attempt) {
  const bool current = task != nullptr && task->state == store::TaskState::kAssigned &&
                       task->attempt == attempt.attempt && !store::IsFinal(execution.state);
  if (current) return absl::OkStatus();
  return Stale(attempt);
}

absl::Status AddArtifact(Draft& draft, NewArtifact& artifact, const Circumstances& world) {
  store::ArtifactRow& row = artifact.row;
  store::TaskRow* task = FindLive(draft, row.task);
  if (absl::Status current = CheckWriter(draft.row(), task, WriterOf(row)); !current.ok()) return current;
  const auto bytes = static_cast<int64_t>(artifact.notice.size());
  if (draft.row().event_bytes + bytes > kMaxEventBytes + kEventReserveBytes) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "LIMIT",
                       "the execution has more than 256 MiB of events: nothing was stored; end it");
  }
  row.owner = draft.row().owner;
  row.create_time = world.now;
  draft.Emit(EventKind::kArtifact, row.task, row.attempt, world.now, artifact.notice);
  task->losses = 0;
  draft.Touch(*task);
  return absl::OkStatus();
}

}  // namespace flowmesh::engine
