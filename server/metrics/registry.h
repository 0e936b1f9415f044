#ifndef FLOWMESH_SERVER_METRICS_REGISTRY_H_
#define FLOWMESH_SERVER_METRICS_REGISTRY_H_

#include <string>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "prometheus/registry.h"
#include "server/base/mutex.h"

namespace flowmesh::metrics {

// Of what Render gives.
inline constexpr char kContentType[] = "text/plain; version=0.0.4; charset=utf-8";

// All metrics of one process: those that parts count while they work (`families`), and those that are read when
// somebody asks (`Add`), among them what the operating system knows of the process and flowmesh_build_info. Names are
// flowmesh_<part>_<what>_<unit>; label values are bounded (BoundedNames), never ids, owners or paths. Thread-safe.
class Registry : public prometheus::Collectable {
 public:
  explicit Registry(const std::string& version);

  prometheus::Registry& families() { return families_; }

  // The source is asked at every scrape, on the scraping thread, where it may block for a short time. It must be
  // thread-safe, and stay until Remove has returned. No two sources may show the same name.
  void Add(prometheus::Collectable* source) ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits for scrapes under way; nothing for a source that was not added.
  void Remove(prometheus::Collectable* source) ABSL_LOCKS_EXCLUDED(mutex_);

  // In the order of names; families without a value are left out.
  std::vector<prometheus::MetricFamily> Collect() const override ABSL_LOCKS_EXCLUDED(mutex_);

  // Prometheus text format, version 0.0.4.
  std::string Render() const;

 private:
  prometheus::Registry families_;
  mutable base::Mutex mutex_;
  mutable base::CondVar changed_;
  std::vector<prometheus::Collectable*> sources_ ABSL_GUARDED_BY(mutex_);
  mutable int scrapes_ ABSL_GUARDED_BY(mutex_) = 0;  // under way
};

}  // namespace flowmesh::metrics

#endif  // FLOWMESH_SERVER_METRICS_REGISTRY_H_
