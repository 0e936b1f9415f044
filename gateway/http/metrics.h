#ifndef FLOWMESH_GATEWAY_HTTP_METRICS_H_
#define FLOWMESH_GATEWAY_HTTP_METRICS_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "server/base/mutex.h"

namespace flowmesh::gateway {

// Counts for /metrics. Labels are route templates, never paths, so their number is bounded by the routes. Thread-safe.
class Metrics {
 public:
  void CountRequest(const std::string& method, const std::string& route, int status) ABSL_LOCKS_EXCLUDED(mutex_);

  std::atomic<int> connections = 0;
  std::atomic<int> in_flight = 0;  // requests, streams among them
  std::atomic<int> streams = 0;

  // Prometheus text format, version 0.0.4.
  std::string Render() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable base::Mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, int64_t> requests_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_METRICS_H_
