#include "server/rpc/log_stream/log_stream_metrics.h"

#include <atomic>

#include "server/metrics/families.h"

namespace flowmesh::rpc {

std::vector<prometheus::MetricFamily> LogStreamMetrics::Collect() const {
  const TailStats& stats = service_->tail_stats();
  const auto value = [](const std::atomic<int64_t>& number) { return static_cast<double>(number.load()); };
  metrics::FamilyList families;
  families.Gauge("flowmesh_log_stream_tails", "Open tails.", static_cast<double>(service_->open_tails()));
  families.Gauge("flowmesh_log_stream_tails_catching_up",
                 "Tails that read the store because what they need next is older than what is kept in memory.",
                 value(stats.catching_up));
  families.Gauge("flowmesh_log_stream_read_ahead_bytes", "Events that tails have read from the store and not sent.",
                 static_cast<double>(service_->read_ahead_bytes()));
  families.Counter("flowmesh_log_stream_events_sent_total", "Events that tails have sent.", value(stats.events));
  families.Counter("flowmesh_log_stream_sent_bytes_total", "Size of these events.", value(stats.bytes));
  families.Counter("flowmesh_log_stream_cache_hits_total", "Chunks of events that tails found in memory.",
                   value(stats.cache_hits));
  families.Counter("flowmesh_log_stream_cache_misses_total", "Reads of the store by tails that found none there.",
                   value(stats.store_reads));
  return families.Take();
}

}  // namespace flowmesh::rpc
