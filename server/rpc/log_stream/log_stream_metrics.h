#ifndef FLOWMESH_SERVER_RPC_LOG_STREAM_LOG_STREAM_METRICS_H_
#define FLOWMESH_SERVER_RPC_LOG_STREAM_LOG_STREAM_METRICS_H_

#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "server/rpc/log_stream/log_stream_service.h"

namespace flowmesh::rpc {

// Shows the tails of a LogStreamService as flowmesh_log_stream_*. Thread-safe, does not block beyond a short lock.
class LogStreamMetrics : public prometheus::Collectable {
 public:
  // The service must outlive this.
  explicit LogStreamMetrics(const LogStreamService* service) : service_(service) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const LogStreamService* const service_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_LOG_STREAM_LOG_STREAM_METRICS_H_
