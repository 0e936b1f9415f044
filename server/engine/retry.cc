#include "server/engine/retry.h"

#include "absl/strings/str_cat.h"
#include "server/base/error.h"

namespace flowmesh::engine {
namespace {

using store::ExecutionState;

constexpr size_t kMaxLabels = 64;  // of one execution, as the door has it

bool MayBeRetried(ExecutionState state) {
  return state == ExecutionState::kFailed || state == ExecutionState::kTimedOut ||
         state == ExecutionState::kCancelled || state == ExecutionState::kCompletedWithErrors;
}

std::string WhatToDoInstead(ExecutionState state) {
  return state == ExecutionState::kCompleted ? "create a new execution to run it once more"
                                             : "wait until it ends, or cancel it first";
}

bool HasSameInput(const store::TaskRow& old, const CallMade& call) {
  return old.input.type == call.input.type && old.input.bytes == call.input.bytes;
}

}  // namespace

absl::StatusOr<store::ExecutionRow> RetryOf(const store::ExecutionRow& old, const RetryWish& wish) {
  if (!MayBeRetried(old.state)) {
    return base::Error(
               absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
               absl::StrCat("execution ", old.id.ToString(), " is ", StateName(old.state),
                            "; only one that is FAILED, TIMED_OUT, CANCELLED or COMPLETED_WITH_ERRORS can be retried: ",
                            WhatToDoInstead(old.state)))
        .With("state", StateName(old.state));
  }
  store::ExecutionRow row;
  row.id = wish.id;
  row.owner = old.owner;
  row.flow = old.flow;
  row.labels = old.labels;
  row.timeout = old.timeout;
  row.concurrency_key = old.concurrency_key;
  row.concurrency_policy = old.concurrency_policy;
  row.retry_of = old.id;
  row.first_of_chain = old.first_of_chain;
  row.traceparent = wish.traceparent;
  row.root.priority = old.root.priority;
  row.root.input = {.type = old.root.input.type, .bytes = old.root.input.bytes};
  for (const auto& [name, value] : wish.labels) {
    if (value.empty()) {
      row.labels.erase(name);
    } else if (row.labels.size() < kMaxLabels || row.labels.contains(name)) {
      row.labels[name] = value;
    }
  }
  return row;
}

bool IsCounterpart(const store::TaskRow& old, const CallMade& call) {
  return old.kind == call.kind && old.type == call.type;
}

bool IsReusable(const store::TaskRow& old, const CallMade& call, const Circumstances& world) {
  if (!IsCounterpart(old, call) || old.state != store::TaskState::kCompleted || old.with_errors) return false;
  if (call.kind != store::TaskKind::kCall) return true;
  const std::string& promised = world.types->Find(call.type).output_type;
  return promised.empty() || old.output.type == promised;
}

bool TakeOver(Draft& draft, store::TaskRow& child, const CallMade& call, const Circumstances& world) {
  if (world.counterpart == nullptr || !IsCounterpart(*world.counterpart, call)) return false;
  const store::TaskRow& old = *world.counterpart;
  child.counterpart = old.task;
  child.same_input = HasSameInput(old, call);
  if (!child.same_input || !IsReusable(old, call, world)) return false;
  child.reused = true;
  child.output = {.type = old.output.type, .bytes = old.output.bytes};
  EndTask(draft, child, store::TaskState::kCompleted, {}, "", world);
  return true;
}

std::optional<store::TaskKey> RememberedBy(const store::ExecutionRow& row, const store::TaskRow& task,
                                           const Circumstances& world) {
  if (row.retry_of.is_zero() || world.types->Find(task.type).holds_slot) return std::nullopt;
  if (task.task == 0) return store::TaskKey{row.retry_of, 0};
  if (task.counterpart == 0 || !task.same_input) return std::nullopt;
  return store::TaskKey{row.retry_of, task.counterpart};
}

}  // namespace flowmesh::engine
