#include "workers/sdk/flow_machine.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/sdk/call_scope.h"
#include "workers/sdk/cancel_wait.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/join.h"
#include "workers/sdk/wait.h"

namespace flowmesh::sdk {
namespace {

constexpr int kMaxAwaitsAfterCancel = 1000;  // then a body that goes on awaiting is not resumed any more
constexpr size_t kNamedWaits = 5;            // in a message

std::string KindName(v1::Task::Kind kind) { return v1::Task::Kind_Name(kind); }

absl::Status AuthorError(std::string reason, std::string message) {
  return sdk::Fail(std::move(reason), std::move(message), /*retryable=*/false);
}

bool Doomed(const Join* join) { return join != nullptr && join->Doomed(); }

}  // namespace

void FlowMachine::Begin(std::coroutine_handle<> body) {
  body_ = body;
  Push(body);
}

void FlowMachine::Run() {
  while (!over()) {
    if (!stack_.empty()) {
      RunNext();
    } else if (cancelling_ && WakeCancelled()) {
      continue;
    } else if (!records_.empty()) {
      Take(records_.Take());
    } else {
      return;
    }
  }
  if (!failure_.has_value() && !cancelling_) CheckLeftRecords();
}

void FlowMachine::RunNext() {
  const Next next = stack_.back();
  stack_.pop_back();
  if (next.join != nullptr) {
    next.join->BranchesBegun();
  } else {
    next.handle.resume();
  }
}

// One at a time: what it wakes may destroy other bodies, which then must not stand on the stack.
bool FlowMachine::WakeCancelled() {
  for (CancelWait* wait : cancel_waits_) {
    if (Doomed(wait->join())) continue;
    Push(wait->waiter());
    cancel_waits_.erase(wait);
    return true;
  }
  for (const auto& [key, wait] : waits_) {
    if (wait->busy_ || wait->waiter_ == nullptr) continue;
    const bool counted_step = wait->kind_ == v1::Task::STEP && wait->place_.join != nullptr;
    if (Doomed(wait->place_.join) && !counted_step) continue;
    wait->cancelled_ = true;
    Settle(*wait);
    return true;
  }
  return false;
}

void FlowMachine::Await(Wait& wait) {
  if (Doomed(wait.place_.join)) return;  // its body is never resumed
  if (cancelling_) {
    if (++awaits_after_cancel_ > kMaxAwaitsAfterCancel) {
      Fail(FlowFailure("CANCELLED", "the flow was told to stop and goes on awaiting", /*retryable=*/true).failure());
    }
    wait.cancelled_ = true;
    wait.settled_ = true;
    if (wait.waiter_) Push(wait.waiter_);
    return;
  }
  if (absl::Status status = CheckKey(wait); !status.ok()) return Fail(FailureFrom(status));
  if (const absl::Status status = wait.Check(); !status.ok()) {
    wait.failure_ = FailureFrom(status);
    wait.settled_ = true;
    if (wait.waiter_) Push(wait.waiter_);
    return;
  }
  waits_.emplace(wait.key_, &wait);
  wait.registered_ = true;
  const bool step = wait.kind_ == v1::Task::STEP;
  if (step && wait.place_.join != nullptr) wait.place_.join->StepBegun();
  if (records_.Has(wait.key_)) return;
  if (const absl::Status status = wait.Launch(*host_); !status.ok()) return Fail(FailureFrom(status));
  if (!step) return;
  wait.busy_ = true;
  ++busy_steps_;
}

absl::Status FlowMachine::CheckKey(const Wait& wait) {
  if (!wait.name_.empty()) {
    if (const absl::Status status = CheckCallName(wait.name_); !status.ok()) {
      return AuthorError("KEY_INVALID", std::string(status.message()));
    }
  }
  if (wait.key_.size() > kMaxCallKey) {
    return AuthorError("KEY_INVALID", absl::StrCat("the key '", wait.key_.substr(0, 64), "...' has ", wait.key_.size(),
                                                   " bytes, at most ", kMaxCallKey,
                                                   " are taken: shorten the names in it or nest flows less deeply"));
  }
  if (!called_.insert(wait.key_).second) {
    return AuthorError("KEY_DUPLICATE", absl::StrCat("the key '", wait.key_,
                                                     "' is used twice: give every call in a loop a key of its own"));
  }
  return absl::OkStatus();
}

void FlowMachine::StepReturned(const std::string& key, absl::StatusOr<google::protobuf::Any> outcome) {
  --busy_steps_;
  returned_.insert_or_assign(key, std::move(outcome));
  const auto found = waits_.find(key);
  if (found != waits_.end()) found->second->busy_ = false;
}

void FlowMachine::Take(Record record) {
  repeats_ = repeats_ && record.reused();
  replaying_.store(record.number() < replayed_, std::memory_order_relaxed);
  const auto found = waits_.find(record.call_key());
  if (found == waits_.end()) {
    // The outcome of a call whose body was left over by a failure is of no interest.
    returned_.erase(record.call_key());
    if (!called_.contains(record.call_key())) FailNondeterministic(record, "awaits nothing of this name now");
    return;
  }
  Wait& wait = *found->second;
  if (record.kind() != wait.kind_) {
    return FailNondeterministic(record, absl::StrCat("awaits a ", KindName(wait.kind_), " of this name"));
  }
  if (record.kind() == v1::Task::CALL && record.type() != wait.type_) {
    return FailNondeterministic(record, absl::StrCat("calls '", wait.type_, "' by this name"));
  }
  if (const auto local = returned_.find(record.call_key()); local != returned_.end()) {
    if (local->second.ok()) {
      wait.output_ = *std::move(local->second);
    } else {
      wait.failure_ = FailureFrom(local->second.status());
    }
    returned_.erase(local);
  } else if (record.has_failure()) {
    wait.failure_ = std::move(*record.mutable_failure());
  } else {
    wait.output_ = std::move(*record.mutable_output());
  }
  Settle(wait);
}

void FlowMachine::Settle(Wait& wait) {
  waits_.erase(wait.key_);
  wait.registered_ = false;
  wait.settled_ = true;
  Join* const join = wait.place_.join;
  const bool goes_on = wait.kind_ == v1::Task::STEP && join != nullptr ? join->StepRecorded() : !Doomed(join);
  if (goes_on && wait.waiter_) Push(wait.waiter_);
}

void FlowMachine::Forget(const Wait& wait) { waits_.erase(wait.key_); }

void FlowMachine::Fail(v1::Failure failure) {
  if (!failure_.has_value()) failure_ = std::move(failure);
}

void FlowMachine::CheckLeftRecords() {
  for (const Record& record : records_.waiting()) {
    if (!called_.contains(record.call_key())) return FailNondeterministic(record, "has ended without awaiting it");
  }
}

void FlowMachine::FailNondeterministic(const Record& record, const std::string& what) {
  Fail(FlowFailure("NONDETERMINISM",
                   absl::StrCat("record ", record.number(), " is the outcome of '", record.call_key(), "' (",
                                KindName(record.kind()), record.type().empty() ? "" : " ", record.type(),
                                "), but the flow ", what, "; it waits for ", WaitsFor(),
                                ". The code is not the one that the execution began with, or it depends on something "
                                "that is not recorded: raise code_version with every change of what a flow awaits, and "
                                "let a worker with the old version finish what began with it"))
           .failure());
}

bool FlowMachine::only_waits() const {
  return body_ && !over() && stack_.empty() && records_.empty() && busy_steps_ == 0 && returned_.empty() &&
         cancel_waits_.empty() && !cancelling_ && !waits_.empty();
}

std::string FlowMachine::WaitsFor() const {
  if (waits_.empty()) return "nothing";
  std::string names;
  size_t named = 0;
  for (const auto& [key, wait] : waits_) {
    if (named++ == kNamedWaits) return absl::StrCat(names, " and ", waits_.size() - kNamedWaits, " more");
    absl::StrAppend(&names, names.empty() ? "" : ", ", "'", key, "'");
  }
  return names;
}

}  // namespace flowmesh::sdk
