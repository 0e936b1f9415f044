#ifndef FLOWMESH_SERVER_CLI_SHOWN_WORKER_H_
#define FLOWMESH_SERVER_CLI_SHOWN_WORKER_H_

#include "server/cli/observe_flags.h"
#include "server/metrics/registry.h"
#include "workers/metrics/worker_metrics.h"
#include "workers/sdk/worker.h"

namespace flowmesh::cli {

// A worker that is part of the process's registry.
class ShownWorker {
 public:
  // `registry` must outlive this.
  ShownWorker(metrics::Registry* registry, const ObserveFlags& flags, sdk::WorkerOptions options);
  // Stops the worker.
  ~ShownWorker();

  sdk::Worker& worker() { return worker_; }

 private:
  metrics::Registry* const registry_;
  workers::WorkerMetrics metrics_;
  sdk::Worker worker_;
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_SHOWN_WORKER_H_
