#include "absl/strings/str_cat.h"
#include "server/engine/limits.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {
namespace {

// Applies what the rules must know of an event; empty = fine, else why the attempt fails.
std::string CheckOutput(store::TaskRow& task, const WorkerEvent& event) {
  auto it = task.output_ends.find(event.stream);
  const int64_t end = it == task.output_ends.end() ? 0 : it->second;
  if (event.offset < 0 || event.offset > end) {
    return absl::StrCat("output chunk of stream '", event.stream, "' starts at ", event.offset,
                        " but the stream ends at ", end, ": continue at the end or lower");
  }
  if (it == task.output_ends.end() && task.output_ends.size() >= kMaxOutputStreams) {
    return absl::StrCat("a task has at most ", kMaxOutputStreams, " output streams");
  }
  task.output_ends[event.stream] = event.offset + event.length;
  return "";
}

void Apply(Draft& draft, store::TaskRow& task, const AttemptKey& attempt, const EventBatch& batch,
           const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  int64_t bytes = row.event_bytes;
  for (const WorkerEvent& event : batch.events) {
    const auto size = static_cast<int64_t>(event.payload.size());
    if (event.kind == EventKind::kLog && bytes + size > kMaxEventBytes) {
      ++row.dropped_logs;
      continue;
    }
    bytes += size;
    if (bytes > kMaxEventBytes + kEventReserveBytes) {
      FailAttempt(draft, task,
                  {.reason = "LIMIT",
                   .message = "the execution has more than 256 MiB of events: write large output to an artifact"},
                  "LIMIT", world);
      return;
    }
    if (event.kind == EventKind::kOutput) {
      if (std::string wrong = CheckOutput(task, event); !wrong.empty()) {
        FailAttempt(draft, task, {.reason = "OUTPUT_GAP", .message = std::move(wrong)}, "OUTPUT_GAP", world);
        return;
      }
    }
    if (event.progress) row.progress = *event.progress;
    draft.Emit(event.kind, task.task, attempt.attempt, world.now, event.payload);
  }
  task.losses = 0;
}

void Apply(Draft& draft, store::TaskRow& task, const AttemptKey&, const Finished& finished,
           const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  if (row.state == store::ExecutionState::kCancelling) {
    Conclude(draft, store::ExecutionState::kCancelled, {}, "", world);
    return;
  }
  if (finished.output.bytes.size() > kMaxPayloadBytes) {
    FailAttempt(draft, task,
                {.reason = "LIMIT",
                 .message = absl::StrCat("the output has ", finished.output.bytes.size(),
                                         " bytes; at most 1 MiB is allowed: write it to an artifact")},
                "", world);
    return;
  }
  const std::string& promised = world.types->Find(task.type).output_type;
  if (!promised.empty() && finished.output.type != promised) {
    FailAttempt(draft, task,
                {.reason = "CONTRACT",
                 .message = absl::StrCat("the worker answered with a ", finished.output.type,
                                         " where the contract of '", task.type, "' has a ", promised)},
                "", world);
    return;
  }
  task.output = finished.output;
  row.with_errors = row.with_errors || finished.with_errors;
  row.result_bytes += static_cast<int64_t>(finished.output.bytes.size());
  if (row.progress.percent != 100) row.progress.percent = 100;
  Conclude(draft, row.with_errors ? store::ExecutionState::kCompletedWithErrors : store::ExecutionState::kCompleted, {},
           "", world);
}

void Apply(Draft& draft, store::TaskRow& task, const AttemptKey&, const Failed& failed, const Circumstances& world) {
  if (draft.row().state == store::ExecutionState::kCancelling) {
    Conclude(draft, store::ExecutionState::kCancelled, {}, "", world);
  } else if (failed.returned) {
    draft.Release(task);
    MakeReady(draft, task, world);
  } else {
    FailAttempt(draft, task, failed.failure, "", world);
  }
}

}  // namespace

bool HeldBy(const store::TaskRow& task, const AttemptKey& attempt, uint64_t session, const Circumstances& world) {
  return task.state == store::TaskState::kAssigned && task.attempt == attempt.attempt &&
         task.replica_id == world.replica_id && task.session == session;
}

EntryVerdict ApplyEntry(Draft& draft, const Entry& entry, const Circumstances& world) {
  store::TaskRow* task = draft.FindTask(entry.attempt.task.task);
  if (task == nullptr || task->attempt != entry.attempt.attempt) return EntryVerdict::kStale;
  if (entry.number >= 1 && entry.number <= task->acked) return EntryVerdict::kAlreadyApplied;
  if (!HeldBy(*task, entry.attempt, entry.session, world)) return EntryVerdict::kStale;
  if (entry.number != task->acked + 1) return EntryVerdict::kGap;
  task->acked = entry.number;
  draft.Touch();
  std::visit([&](const auto& body) { Apply(draft, *task, entry.attempt, body, world); }, entry.body);
  return EntryVerdict::kApplied;
}

}  // namespace flowmesh::engine
