#include "server/cli/shown_worker.h"

#include <utility>

namespace flowmesh::cli {
namespace {

sdk::WorkerOptions ObservedBy(sdk::WorkerObserver* observer, sdk::WorkerOptions options) {
  options.observer = observer;
  return options;
}

}  // namespace

ShownWorker::ShownWorker(metrics::Registry* registry, const ObserveFlags& flags, sdk::WorkerOptions options)
    : registry_(registry),
      metrics_(registry->families(), flags.access_log),
      worker_(ObservedBy(&metrics_, std::move(options))) {
  metrics_.Show(&worker_);
  registry_->Add(&metrics_);
}

ShownWorker::~ShownWorker() { registry_->Remove(&metrics_); }

}  // namespace flowmesh::cli
