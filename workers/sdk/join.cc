#include "workers/sdk/join.h"

#include "workers/sdk/flow_machine.h"

namespace flowmesh::sdk {

void Join::Begin(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  // Below the branches on the stack: by then each has run as far as it could, so that none of them is to be resumed
  // when a failure destroys them.
  place_.machine->PushJoin(this);
  open_ = BeginBranches();
}

void Join::BranchesBegun() {
  begun_ = true;
  ResumeIfOver();
}

void Join::BranchEnded(const std::exception_ptr& failure) {
  if (failed()) return;
  --open_;
  failure_ = failure;
  if (!failed() && open_ > 0) BeginNext();
  ResumeIfOver();
}

void Join::RethrowFailure() const {
  if (failed()) std::rethrow_exception(failure_);
}

bool Join::Doomed() const {
  for (const Join* join = this; join != nullptr; join = join->place_.join) {
    if (join->failed()) return true;
  }
  return false;
}

void Join::StepBegun() {
  for (Join* join = this; join != nullptr; join = join->place_.join) ++join->steps_;
}

bool Join::StepRecorded() {
  Join* outermost_failed = nullptr;
  for (Join* join = this; join != nullptr; join = join->place_.join) {
    --join->steps_;
    if (join->failed()) outermost_failed = join;
  }
  if (outermost_failed == nullptr) return true;
  outermost_failed->ResumeIfOver();
  return false;
}

void Join::ResumeIfOver() {
  if (!begun_ || resumed_) return;
  if (failed() ? steps_ > 0 : open_ > 0) return;
  // A failed join around this one is the one that goes on.
  if (place_.join != nullptr && place_.join->Doomed()) return;
  resumed_ = true;
  place_.machine->Push(waiter_);
}

}  // namespace flowmesh::sdk
