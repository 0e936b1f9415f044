#include "workers/metrics/worker_metrics.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "absl/strings/str_format.h"
#include "server/base/log_context.h"
#include "server/metrics/families.h"

namespace flowmesh::workers {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries& Seconds() {
  static const auto* const kBounds =
      new prometheus::Histogram::BucketBoundaries{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600};
  return *kBounds;
}

const char* NameOf(sdk::TaskOutcome outcome) {
  switch (outcome) {
    case sdk::TaskOutcome::kFinished:
      return "finished";
    case sdk::TaskOutcome::kFailed:
      return "failed";
    case sdk::TaskOutcome::kCancelled:
      return "cancelled";
    case sdk::TaskOutcome::kReturned:
      return "returned";
    case sdk::TaskOutcome::kParked:
      return "parked";
    case sdk::TaskOutcome::kFenced:
      return "fenced";
  }
  return metrics::kOtherName;
}

}  // namespace

WorkerMetrics::WorkerMetrics(prometheus::Registry& families, bool log_tasks)
    : log_tasks_(log_tasks),
      started_(BuildCounter()
                   .Name("flowmesh_worker_tasks_started_total")
                   .Help("Attempts that the worker has taken on.")
                   .Register(families)),
      ended_(BuildCounter()
                 .Name("flowmesh_worker_tasks_ended_total")
                 .Help("Attempts that it is done with, by outcome.")
                 .Register(families)),
      running_(BuildGauge().Name("flowmesh_worker_tasks_running").Help("Attempts that run.").Register(families)),
      durations_(BuildHistogram()
                     .Name("flowmesh_worker_task_duration_seconds")
                     .Help("From taking an attempt on to its end.")
                     .Register(families)),
      attached_(BuildGauge()
                    .Name("flowmesh_worker_attached")
                    .Help("1 while the orchestrator knows the worker, else 0.")
                    .Register(families)
                    .Add({})),
      attaches_(BuildCounter()
                    .Name("flowmesh_worker_attaches_total")
                    .Help("Welcomes by an orchestrator; all but the first are reconnects.")
                    .Register(families)
                    .Add({})),
      detaches_(BuildCounter()
                    .Name("flowmesh_worker_streams_ended_total")
                    .Help("Streams that ended or could not be opened.")
                    .Register(families)
                    .Add({})) {}

void WorkerMetrics::OnTaskStart(const sdk::AttemptInfo& attempt) {
  const prometheus::Labels type = {{"type", types_.Of(attempt.type)}};
  started_.Add(type).Increment();
  running_.Add(type).Increment();
  if (!log_tasks_) return;
  const base::LogContext context(attempt.LogFields());
  spdlog::info("{} begins", attempt.type);
}

void WorkerMetrics::OnTaskEnd(const sdk::AttemptInfo& attempt, sdk::TaskOutcome outcome, absl::Duration took) {
  const std::string type = types_.Of(attempt.type);
  const std::string ended = NameOf(outcome);
  ended_.Add({{"type", type}, {"outcome", ended}}).Increment();
  running_.Add({{"type", type}}).Decrement();
  durations_.Add({{"type", type}}, Seconds()).Observe(absl::ToDoubleSeconds(took));
  if (!log_tasks_) return;
  base::LogFields fields = attempt.LogFields();
  fields.emplace_back("outcome", ended);
  fields.emplace_back("duration_ms", absl::StrFormat("%.3f", absl::ToDoubleMilliseconds(took)));
  const base::LogContext context(std::move(fields));
  spdlog::info("{} {}", attempt.type, ended);
}

void WorkerMetrics::OnAttach() {
  attaches_.Increment();
  attached_.Set(1);
}

void WorkerMetrics::OnDetach() {
  detaches_.Increment();
  attached_.Set(0);
}

void WorkerMetrics::Show(sdk::Worker* worker) {
  base::MutexLock lock(mutex_);
  worker_ = worker;
}

std::vector<prometheus::MetricFamily> WorkerMetrics::Collect() const {
  sdk::Worker* worker = nullptr;
  {
    base::MutexLock lock(mutex_);
    worker = worker_;
  }
  metrics::FamilyList families;
  if (worker == nullptr) return families.Take();
  const sdk::Outbox::Kept kept = worker->kept();
  families.Gauge("flowmesh_worker_outbox_entries", "Entries that the orchestrator has not acknowledged.",
                 static_cast<double>(kept.entries));
  families.Gauge("flowmesh_worker_outbox_bytes", "Their size.", static_cast<double>(kept.bytes));
  return families.Take();
}

}  // namespace flowmesh::workers
