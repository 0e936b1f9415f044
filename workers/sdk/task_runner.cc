#include "workers/sdk/task_runner.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/sdk/external_outcome.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/flow_run.h"
#include "workers/sdk/task_context.h"
#include "workers/sdk/user_code.h"

namespace flowmesh::sdk {
namespace {

constexpr size_t kSpareQueue =
    1024;  // places beyond the capacities: work that replaces fenced work still at its thread

base::ThreadPoolOptions SlotPool(const TaskRunnerOptions& options) {
  return {.threads = options.slots, .max_queued = static_cast<size_t>(options.slots) + kSpareQueue, .name = "slot"};
}

base::ThreadPoolOptions StepPool(const TaskRunnerOptions& options) {
  return {
      .threads = options.step_threads, .max_queued = static_cast<size_t>(options.flows) + kSpareQueue, .name = "step"};
}

bool HasFlows(const TaskRunner::Types& types) {
  return std::any_of(types.begin(), types.end(), [](const auto& type) { return type.second.flow != nullptr; });
}

base::ThreadPoolOptions TurnPool(const TaskRunnerOptions& options) {
  return {
      .threads = options.flow_threads, .max_queued = static_cast<size_t>(options.flows) + kSpareQueue, .name = "flow"};
}

}  // namespace

TaskRunner::TaskRunner(TaskRunnerOptions options, const Types* types, base::Clock* clock, ArtifactBox* artifacts)
    : types_(types),
      clock_(clock),
      artifacts_(artifacts),
      park_after_(options.park_after),
      has_flows_(HasFlows(*types)),
      slots_(SlotPool(options)),
      turns_(TurnPool(options)),
      steps_(StepPool(options)) {}

void TaskRunner::Start() {
  slots_.Start();
  turns_.Start();
  if (!has_flows_) return;
  steps_.Start();
  idle_timer_.Start();
}

void TaskRunner::Stop() {
  slots_.Stop();
  idle_timer_.Stop();
  steps_.Stop();  // before the turns, in which the outcomes of steps are heard
  turns_.Stop();
}

void TaskRunner::Run(std::shared_ptr<Attempt> attempt) {
  const auto found = types_->find(attempt->assignment().type());
  if (found == types_->end()) {
    attempt->End(Fail("TYPE_UNKNOWN", absl::StrCat("this worker does not serve '", attempt->assignment().type(), "'"),
                      /*retryable=*/true));
    return;
  }
  const ServedType& type = found->second;
  if (type.flow) {
    const FlowResources resources{.turns = &turns_,
                                  .steps = &steps_,
                                  .timer = &idle_timer_,
                                  .clock = clock_,
                                  .artifacts = artifacts_,
                                  .park_after = park_after_};
    std::make_shared<FlowRun>(std::move(attempt), &type, resources)->Start();
    return;
  }
  if (attempt->assignment().records() > 0) {
    attempt->End(Fail("CODE_MISMATCH",
                      absl::StrCat("the execution has ", attempt->assignment().records(), " records, but '",
                                   attempt->assignment().type(),
                                   "' of this worker is a function and awaits nothing: raise its code_version"),
                      /*retryable=*/false));
    return;
  }
  if (!slots_.Post([this, attempt, &type] { RunFunction(*attempt, type); })) attempt->GiveBack();
}

void TaskRunner::RunFunction(Attempt& attempt, const ServedType& type) {
  if (attempt.cancellation().cancelled()) {
    attempt.End(absl::CancelledError("told to stop before it began"));
    return;
  }
  const base::LogContext log(attempt.info().LogFields());
  TaskContext context(attempt.info(), &attempt.outbox(), &attempt.cancellation(), clock_, artifacts_);
  v1::Finished finished;
  const absl::Status status = CallUserCode([&] {
    absl::StatusOr<google::protobuf::Any> output = type.function(context, attempt.assignment().input());
    if (!output.ok()) return output.status();
    *finished.mutable_output() = *std::move(output);
    return absl::OkStatus();
  });
  if (std::optional<v1::ExternalCall> external = ExternalOutcomeFrom(status)) {
    external->set_output_type(type.output->full_name());
    *finished.mutable_external() = *std::move(external);
  } else if (!status.ok()) {
    attempt.End(status);
    return;
  }
  context.FlushOutput();
  finished.set_with_errors(context.with_errors());
  attempt.End(std::move(finished));
}

}  // namespace flowmesh::sdk
