#ifndef FLOWMESH_SERVER_METRICS_ENGINE_METRICS_H_
#define FLOWMESH_SERVER_METRICS_ENGINE_METRICS_H_

#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "prometheus/collectable.h"
#include "server/base/mutex.h"
#include "server/engine/engine.h"
#include "server/metrics/bounded_names.h"
#include "server/metrics/families.h"

namespace flowmesh::metrics {

// Shows an engine: its commit loop, lanes, executions, workers and queues, as flowmesh_engine_*. Counters are read as
// they stand. What needs the commit loop's thread (sessions) or the store (queues) is read at most once in kFreshness,
// beside the commit loop, and left out when it does not come within kPatience. Thread-safe.
class EngineMetrics : public prometheus::Collectable {
 public:
  static constexpr absl::Duration kFreshness = absl::Seconds(1);
  static constexpr absl::Duration kPatience = absl::Seconds(2);

  // The engine must be started, and outlive this.
  explicit EngineMetrics(engine::Engine* engine) : engine_(engine) {}

  // Blocks on the store: never call it in a gRPC reaction.
  std::vector<prometheus::MetricFamily> Collect() const override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void AddCommits(FamilyList& families) const;
  void AddExecutions(FamilyList& families) const;
  void AddSessions(FamilyList& families) const;
  void AddQueues(FamilyList& families) const;

  engine::Engine* const engine_;
  mutable BoundedNames types_;
  mutable BoundedNames queues_;
  mutable base::Mutex mutex_;
  mutable absl::Time read_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  mutable std::vector<prometheus::MetricFamily> read_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::metrics

#endif  // FLOWMESH_SERVER_METRICS_ENGINE_METRICS_H_
