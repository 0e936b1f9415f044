#ifndef FLOWMESH_WORKERS_METRICS_WORKER_METRICS_H_
#define FLOWMESH_WORKERS_METRICS_WORKER_METRICS_H_

#include <string>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "server/metrics/bounded_names.h"
#include "workers/sdk/worker.h"
#include "workers/sdk/worker_observer.h"

namespace flowmesh::workers {

// Counts what a worker does as flowmesh_worker_*, and logs one line for each start and end of a task if it is asked to.
// The counters grow while it observes (WorkerOptions::observer); what the worker keeps is read at each scrape. A worker
// that wants no Prometheus leaves this out: the SDK does not need it. Thread-safe.
class WorkerMetrics : public sdk::WorkerObserver, public prometheus::Collectable {
 public:
  // `families` must outlive this.
  WorkerMetrics(prometheus::Registry& families, bool log_tasks);

  void OnTaskStart(const sdk::AttemptInfo& attempt) override;
  void OnTaskEnd(const sdk::AttemptInfo& attempt, sdk::TaskOutcome outcome, absl::Duration took) override;
  void OnAttach() override;
  void OnDetach() override;

  // Whose outbox Collect shows; null = nobody's. The worker must outlive the scrapes.
  void Show(sdk::Worker* worker) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<prometheus::MetricFamily> Collect() const override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const bool log_tasks_;
  prometheus::Family<prometheus::Counter>& started_;
  prometheus::Family<prometheus::Counter>& ended_;
  prometheus::Family<prometheus::Gauge>& running_;
  prometheus::Family<prometheus::Histogram>& durations_;
  prometheus::Gauge& attached_;
  prometheus::Counter& attaches_;
  prometheus::Counter& detaches_;
  metrics::BoundedNames types_;
  mutable base::Mutex mutex_;
  sdk::Worker* worker_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace flowmesh::workers

#endif  // FLOWMESH_WORKERS_METRICS_WORKER_METRICS_H_
