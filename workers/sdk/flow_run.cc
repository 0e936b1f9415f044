#include "workers/sdk/flow_run.h"

#include <utility>

#include "server/base/log_context.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/user_code.h"

namespace flowmesh::sdk {
namespace {

constexpr absl::Duration kStepRetry = absl::Milliseconds(50);  // when no thread took a step

v1::WorkerEntry StepEntry(const std::string& key, const absl::StatusOr<google::protobuf::Any>& outcome, bool reused) {
  v1::WorkerEntry entry;
  v1::Step& step = *entry.mutable_step();
  step.set_key(key);
  step.set_reused(reused);
  if (outcome.ok()) {
    *step.mutable_output() = *outcome;
  } else {
    *step.mutable_failure() = FailureFrom(outcome.status());
  }
  return entry;
}

}  // namespace

FlowRun::FlowRun(std::shared_ptr<Attempt> attempt, const ServedType* type, const FlowResources& resources)
    : attempt_(std::move(attempt)),
      type_(type),
      resources_(resources),
      strand_(std::make_shared<Strand>(resources.turns)),
      machine_(this, attempt_->assignment().records()),
      context_(attempt_->info(), &attempt_->outbox(), &attempt_->cancellation(), &machine_) {}

void FlowRun::Start() {
  attempt_->Listen([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Poke();
  });
  // This callback is what keeps a waiting flow alive.
  attempt_->cancellation().OnChange([self = shared_from_this()] { self->Poke(); });
  Poke();
}

void FlowRun::Poke() {
  if (poked_.exchange(true)) return;
  strand_->Post([self = shared_from_this()] {
    self->poked_ = false;
    self->Move();
  });
}

void FlowRun::Move() {
  if (over_) return;
  if (attempt_->cancellation().fenced()) return End();
  const base::LogContext log(attempt_->info().LogFields());
  if (!body_.has_value() && !Begin()) return;
  for (RecordInbox::Record& record : attempt_->TakeRecords()) machine_.AddRecord(std::move(record));
  if (attempt_->cancellation().cancelled()) {
    machine_.Cancel();
    for (const WaitingStep& step : std::exchange(waiting_steps_, {})) {
      machine_.StepReturned(step.key, absl::CancelledError("told to stop before it began"));
    }
  }
  machine_.Run();
  if (machine_.over()) return Finish();
  BeginSteps();
  if (machine_.over()) return Finish();
  idle_since_ = resources_.clock->Now();
  ArmTimer();
}

bool FlowRun::Begin() {
  if (attempt_->cancellation().cancelled()) {
    attempt_->End(absl::CancelledError("told to stop before it began"));
    End();
    return false;
  }
  if (!attempt_->has_all_records() || !attempt_->remembered().complete()) return false;
  body_.emplace(type_->flow(context_, attempt_->assignment().input()));
  body_->BeginIn(&machine_);
  return true;
}

absl::Status FlowRun::MakeCall(v1::Call call) {
  const bool external = call.has_external();
  v1::WorkerEntry entry;
  *entry.mutable_call() = std::move(call);
  const absl::StatusOr<int64_t> number = attempt_->outbox().AppendEntry(std::move(entry));
  if (!number.ok()) return Fail("LIMIT", std::string(number.status().message()), /*retryable=*/false);
  if (external) last_external_ = *number;
  return absl::OkStatus();
}

absl::Status FlowRun::StartStep(std::string key, StepCode code) {
  std::optional<google::protobuf::Any> remembered;
  if (machine_.repeats()) remembered = attempt_->remembered().Take(key);
  // A step may hand out the token of an external call, which must be known by then.
  waiting_steps_.push_back({std::move(key), std::move(code), last_external_, std::move(remembered)});
  return absl::OkStatus();
}

void FlowRun::BeginSteps() {
  while (!waiting_steps_.empty() && attempt_->outbox().acked() >= waiting_steps_.front().after) {
    WaitingStep& step = waiting_steps_.front();
    if (step.remembered.has_value()) {
      const WaitingStep known = std::move(step);
      waiting_steps_.pop_front();
      TellStep(known.key, *known.remembered, /*reused=*/true);
      continue;
    }
    if (!resources_.steps->Post(
            [self = shared_from_this(), key = step.key, code = step.code] { self->RunStep(key, code); })) {
      resources_.timer->After(kStepRetry, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->Poke();
      });
      return;
    }
    waiting_steps_.pop_front();
  }
}

void FlowRun::RunStep(const std::string& key, const StepCode& code) {
  absl::StatusOr<google::protobuf::Any> outcome = absl::CancelledError("told to stop before it began");
  if (!attempt_->cancellation().cancelled()) {
    const base::LogContext log(attempt_->info().LogFields());
    StepContext context(attempt_->info(), key, &attempt_->outbox(), &attempt_->cancellation(), resources_.clock,
                        resources_.artifacts);
    outcome = code(context);
  }
  strand_->Post([self = shared_from_this(), key, outcome = std::move(outcome)] { self->StepEnded(key, outcome); });
}

void FlowRun::TellStep(const std::string& key, absl::StatusOr<google::protobuf::Any> outcome, bool reused) {
  // What failed because it was told to stop is no outcome of the work.
  const bool counts = outcome.ok() || !attempt_->cancellation().cancelled();
  if (counts) {
    const absl::StatusOr<int64_t> number = attempt_->outbox().AppendEntry(StepEntry(key, outcome, reused));
    if (!number.ok()) {
      machine_.Fail(FlowFailure("LIMIT", std::string(number.status().message()), /*retryable=*/true).failure());
    }
  }
  machine_.StepReturned(key, std::move(outcome));
}

void FlowRun::StepEnded(const std::string& key, absl::StatusOr<google::protobuf::Any> outcome) {
  TellStep(key, std::move(outcome), /*reused=*/false);
  if (over_) {
    DestroyBody();
  } else {
    Move();
  }
}

void FlowRun::Finish() {
  v1::Finished finished;
  absl::Status status;
  if (machine_.failure().has_value()) {
    status = StatusFrom(*machine_.failure());
  } else {
    status = CallUserCode([&] {
      *finished.mutable_output() = body_->Take();
      return absl::OkStatus();
    });
  }
  if (status.ok()) {
    context_.FlushOutput();
    finished.set_with_errors(context_.with_errors());
    attempt_->End(std::move(finished));
  } else {
    attempt_->End(status);
  }
  End();
}

void FlowRun::End() {
  over_ = true;
  for (const WaitingStep& step : std::exchange(waiting_steps_, {})) {
    machine_.StepReturned(step.key, absl::CancelledError("its flow is over"));
  }
  DestroyBody();
  attempt_->Listen(nullptr);
  attempt_->cancellation().OnChange(nullptr);
}

void FlowRun::DestroyBody() {
  if (machine_.busy_steps() == 0) body_.reset();
}

bool FlowRun::IsIdle() { return machine_.only_waits() && waiting_steps_.empty() && attempt_->outbox().idle(); }

void FlowRun::ArmTimer() {
  if (timer_armed_ || resources_.park_after == absl::InfiniteDuration() || !IsIdle()) return;
  timer_armed_ = true;
  const absl::Duration left = idle_since_ + resources_.park_after - resources_.clock->Now();
  resources_.timer->After(left, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->strand_->Post([self] { self->ParkIfIdle(); });
  });
}

void FlowRun::ParkIfIdle() {
  timer_armed_ = false;
  if (over_ || !IsIdle()) return;
  if (resources_.clock->Now() < idle_since_ + resources_.park_after) return ArmTimer();
  context_.FlushOutput();
  attempt_->outbox().Park(machine_.records_taken());
}

}  // namespace flowmesh::sdk
