#include "workers/sdk/flow_run.h"

#include <utility>

#include "workers/sdk/user_code.h"

namespace flowmesh::sdk {

FlowRun::FlowRun(std::shared_ptr<Attempt> attempt, const ServedType* type, base::Executor* executor)
    : attempt_(std::move(attempt)),
      type_(type),
      strand_(std::make_shared<Strand>(executor)),
      context_(attempt_->info(), &attempt_->outbox(), &attempt_->cancellation(), this) {}

void FlowRun::Start() {
  strand_->Post([self = shared_from_this()] { self->Begin(); });
  // The callback is what keeps a waiting flow alive.
  attempt_->cancellation().OnChange([self = shared_from_this()] { self->strand_->Post([self] { self->Look(); }); });
}

void FlowRun::ResumeWhenCancelled(std::coroutine_handle<> waiter) {
  wait_for_cancel_.push_back(waiter);
  // The cancel may have come between the body's look and this.
  if (context_.cancelled()) strand_->Post([self = shared_from_this()] { self->Look(); });
}

void FlowRun::Begin() {
  if (attempt_->cancellation().cancelled()) {
    attempt_->End(absl::CancelledError("told to stop before it began"));
    attempt_->cancellation().OnChange(nullptr);
    return;
  }
  body_.emplace(type_->flow(context_, attempt_->assignment().input()));
  Step(body_->handle());
}

void FlowRun::Look() {
  if (!body_.has_value()) return;
  if (attempt_->cancellation().fenced()) {
    body_.reset();
    return;
  }
  const std::vector<std::coroutine_handle<>> waiters = std::exchange(wait_for_cancel_, {});
  for (const std::coroutine_handle<> waiter : waiters) {
    if (body_.has_value()) Step(waiter);
  }
}

void FlowRun::Step(std::coroutine_handle<> handle) {
  const base::LogContext log(attempt_->info().LogFields());
  handle.resume();
  if (body_->done()) Finish();
}

void FlowRun::Finish() {
  v1::Finished finished;
  const absl::Status status = CallUserCode([&] {
    *finished.mutable_output() = body_->Take();
    return absl::OkStatus();
  });
  body_.reset();
  if (status.ok()) {
    context_.FlushOutput();
    finished.set_with_errors(context_.with_errors());
    attempt_->End(std::move(finished));
  } else {
    attempt_->End(status);
  }
  attempt_->cancellation().OnChange(nullptr);
}

}  // namespace flowmesh::sdk
