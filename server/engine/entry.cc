#include "absl/strings/str_cat.h"
#include "server/engine/limits.h"
#include "server/engine/projection.h"
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

// False: the attempt has failed over it.
bool CheckSize(Draft& draft, store::TaskRow& task, const store::Payload& payload, const char* what,
               const Circumstances& world) {
  if (payload.bytes.size() <= kMaxPayloadBytes) return true;
  FailForGood(draft, task, "LIMIT",
              absl::StrCat("the ", what, " has ", payload.bytes.size(),
                           " bytes; at most 1 MiB is allowed: write it to an artifact"),
              "", world);
  return false;
}

bool TokenIsFree(Draft& draft, store::TaskRow& task, const Circumstances& world) {
  if (!world.token_taken) return true;
  FailForGood(draft, task, "TOKEN_REUSED", "the token belongs to another task: draw a random one for each wait", "",
              world);
  return false;
}

bool NamesAreFree(Draft& draft, store::TaskRow& task, const Circumstances& world) {
  if (!world.name_taken) return true;
  FailForGood(draft, task, "NAME_TAKEN",
              "a name that came with the outcome belongs to something else: choose another one", "", world);
  return false;
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
      FailForGood(draft, task, "LIMIT",
                  "the execution has more than 256 MiB of events: write large output to an artifact", "LIMIT", world);
      return;
    }
    if (event.kind == EventKind::kOutput) {
      if (std::string wrong = CheckOutput(task, event); !wrong.empty()) {
        FailForGood(draft, task, "OUTPUT_GAP", std::move(wrong), "OUTPUT_GAP", world);
        return;
      }
    }
    if (event.progress && task.task == 0) row.progress = *event.progress;
    draft.Emit(event.kind, task.task, attempt.attempt, world.now, event.payload);
  }
  task.losses = 0;
}

// A retry must not take over a flow whose optional parts failed, nor one that called it.
void NoteErrors(Draft& draft, store::TaskRow& task) {
  draft.row().with_errors = true;
  for (store::TaskRow* one = &task; one != nullptr && one->task != 0; one = draft.FindTask(one->parent)) {
    one->with_errors = true;
    draft.Touch(*one);
  }
}

void Apply(Draft& draft, store::TaskRow& task, const AttemptKey&, const Finished& finished,
           const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  if (Ending(draft)) {
    EndTask(draft, task, store::TaskState::kCancelled, {}, "", world);
    return;
  }
  if (finished.with_errors) NoteErrors(draft, task);
  if (finished.outside) {
    if (TokenIsFree(draft, task, world)) AwaitOutside(draft, task, *finished.outside, world);
    return;
  }
  if (!CheckSize(draft, task, finished.output, "output", world)) return;
  const std::string& promised = world.types->Find(task.type).output_type;
  if (!promised.empty() && finished.output.type != promised) {
    FailForGood(draft, task, "CONTRACT",
                absl::StrCat("the worker answered with a ", finished.output.type, " where the contract of '", task.type,
                             "' has a ", promised),
                "", world);
    return;
  }
  if (!NamesAreFree(draft, task, world)) return;
  task.output = finished.output;
  Project(draft, finished.projection.get(), world);
  if (task.task == 0) {
    row.result_bytes += static_cast<int64_t>(finished.output.bytes.size());
    row.progress.percent = 100;
  }
  EndTask(draft, task, store::TaskState::kCompleted, {}, "", world);
}

// Whether a flow may say this now. Otherwise the attempt has failed, or a repeat has been dealt with.
bool MayAwait(Draft& draft, store::TaskRow& task, const std::string& key, store::TaskKind kind, const std::string& type,
              const Circumstances& world) {
  if (world.types->Find(task.type).holds_slot) {
    FailForGood(draft, task, "CONTRACT",
                absl::StrCat("'", task.type, "' was registered as a function, and only flows make calls"), "CONTRACT",
                world);
    return false;
  }
  if (const store::TaskRow* made = draft.FindCall(task.task, key)) {
    if (made->kind == kind && made->type == type) return false;
    FailForGood(draft, task, "NONDETERMINISM",
                absl::StrCat("call '", key,
                             "' was made before as another one: the flow's code has changed; raise its "
                             "code_version, so that running executions stay with the old code"),
                "NONDETERMINISM", world);
    return false;
  }
  if (draft.row().next_task > kMaxTasks) {
    FailForGood(draft, task, "LIMIT",
                absl::StrCat("an execution makes at most ", kMaxTasks, " calls, steps and waits: split the work"),
                "LIMIT", world);
    return false;
  }
  if (task.code_version == 0) task.code_version = world.code_version;
  return true;
}

void Apply(Draft& draft, store::TaskRow& task, const AttemptKey&, const CallMade& call, const Circumstances& world) {
  if (Ending(draft) || !MayAwait(draft, task, call.key, call.kind, call.type, world)) return;
  if (!CheckSize(draft, task, call.input, "input of a call", world)) return;
  if (call.kind == store::TaskKind::kExternal && !TokenIsFree(draft, task, world)) return;
  MakeCall(draft, task, call, world);
}

void Apply(Draft& draft, store::TaskRow& task, const AttemptKey&, const StepDone& step, const Circumstances& world) {
  if (!MayAwait(draft, task, step.key, store::TaskKind::kStep, "", world)) return;
  if (!CheckSize(draft, task, step.output, "outcome of a step", world) || !NamesAreFree(draft, task, world)) return;
  Project(draft, step.projection.get(), world);
  RecordStep(draft, task, step, world);
}

void Apply(Draft& draft, store::TaskRow& task, const AttemptKey&, const Parked& parked, const Circumstances& world) {
  Park(draft, task, parked, world);
}

void Apply(Draft& draft, store::TaskRow& task, const AttemptKey&, const Failed& failed, const Circumstances& world) {
  if (Ending(draft)) {
    EndTask(draft, task, store::TaskState::kCancelled, {}, "", world);
  } else if (failed.returned) {
    TakeAway(draft, task, "");
    MakeReady(draft, task, world);
  } else {
    FailAttempt(draft, task, failed.failure, "", world);
  }
}

}  // namespace

store::TaskRow* FindLive(Draft& draft, int32_t number) {
  store::TaskRow* task = draft.FindTask(number);
  if (task == nullptr || store::IsFinal(task->state) || store::IsFinal(draft.row().state)) return nullptr;
  if (number == 0) return task;
  const store::TaskRow* parent = draft.FindTask(task->parent);
  return parent == nullptr || store::IsFinal(parent->state) ? nullptr : task;
}

bool HeldBy(const store::TaskRow& task, const AttemptKey& attempt, uint64_t session, const Circumstances& world) {
  return task.state == store::TaskState::kAssigned && task.attempt == attempt.attempt &&
         task.replica_id == world.replica_id && task.session == session;
}

EntryVerdict ApplyEntry(Draft& draft, const Entry& entry, const Circumstances& world) {
  store::TaskRow* task = draft.FindTask(entry.attempt.task.task);
  if (task == nullptr || task->attempt != entry.attempt.attempt) return EntryVerdict::kStale;
  if (entry.number >= 1 && entry.number <= task->acked) return EntryVerdict::kAlreadyApplied;
  if (!HeldBy(*task, entry.attempt, entry.session, world) || FindLive(draft, task->task) == nullptr) {
    return EntryVerdict::kStale;
  }
  if (entry.number != task->acked + 1) return EntryVerdict::kGap;
  task->acked = entry.number;
  draft.Touch(*task);
  std::visit([&](const auto& body) { Apply(draft, *task, entry.attempt, body, world); }, entry.body);
  return EntryVerdict::kApplied;
}

}  // namespace flowmesh::engine
