#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/engine/limits.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {

absl::Status SendSignal(Draft& draft, const std::string& name, store::Payload payload, const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  if (store::IsFinal(row.state)) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                       absl::StrCat("execution ", row.id.ToString(), " is ", StateName(row.state),
                                    "; only one that is not final takes signals"))
        .With("state", StateName(row.state));
  }
  for (store::TaskRow* task : draft.Children()) {
    if (task->kind != store::TaskKind::kSignal || task->type != name || store::IsFinal(task->state)) continue;
    task->output = std::move(payload);
    EndTask(draft, *task, store::TaskState::kCompleted, {}, "", world);
    return absl::OkStatus();
  }
  if (draft.waiting_signals() >= kMaxWaitingSignals) {
    return base::Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_SIGNALS",
                       absl::StrCat("execution ", row.id.ToString(), " has ", kMaxWaitingSignals,
                                    " signals that its flow has not taken: wait until it does"));
  }
  draft.KeepSignal(name, std::move(payload), world.now);
  return absl::OkStatus();
}

}  // namespace flowmesh::engine
