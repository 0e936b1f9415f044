#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/retry.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {
namespace {

using store::TaskKind;
using store::TaskState;

void StartChild(Draft& draft, store::TaskRow& child, const CallMade& call, const Circumstances& world) {
  const std::string& wanted = world.types->Find(call.type).input_type;
  if (!wanted.empty() && call.input.type != wanted) {
    EndTask(draft, child, TaskState::kFailed,
            {.reason = "CONTRACT",
             .message = absl::StrCat("it was called with a ", call.input.type, " where the contract of '", call.type,
                                     "' has a ", wanted)},
            "", world);
    return;
  }
  MakeReady(draft, child, world);
  EmitTask(draft, child, world);
}

void StartSleep(Draft& draft, store::TaskRow& child, absl::Duration delay, const Circumstances& world) {
  if (delay <= absl::ZeroDuration()) {
    EndTask(draft, child, TaskState::kCompleted, {}, "", world);
    return;
  }
  child.ready_time = world.now + absl::Floor(delay, absl::Microseconds(1));
  EmitTask(draft, child, world);
}

void StartSignalWait(Draft& draft, store::TaskRow& child, const Circumstances& world) {
  if (std::optional<store::Payload> payload = draft.TakeSignal(child.type)) {
    child.output = *std::move(payload);
    EndTask(draft, child, TaskState::kCompleted, {}, "", world);
    return;
  }
  EmitTask(draft, child, world);
}

}  // namespace

void MakeCall(Draft& draft, store::TaskRow& task, const CallMade& call, const Circumstances& world) {
  store::TaskRow& child = draft.NewChild({.parent = task.task,
                                          .call_key = call.key,
                                          .kind = call.kind,
                                          .type = call.type,
                                          .priority = call.priority.value_or(task.priority),
                                          .input = call.input,
                                          .create_time = world.now});
  if (TakeOver(draft, child, call, world)) return;
  switch (call.kind) {
    case TaskKind::kSleep:
      return StartSleep(draft, child, call.delay, world);
    case TaskKind::kSignal:
      return StartSignalWait(draft, child, world);
    case TaskKind::kExternal:
      return AwaitOutside(draft, child,
                          {.token_digest = call.token_digest, .output_type = call.type, .timeout = call.delay}, world);
    default:
      return StartChild(draft, child, call, world);
  }
}

}  // namespace flowmesh::engine
