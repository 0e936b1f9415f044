#ifndef FLOWMESH_SERVER_METRICS_PROCESS_METRICS_H_
#define FLOWMESH_SERVER_METRICS_PROCESS_METRICS_H_

#include <vector>

#include "prometheus/metric_family.h"

namespace flowmesh::metrics {

// This process as Linux sees it now, under the names that all Prometheus clients use: process_resident_memory_bytes,
// process_virtual_memory_bytes, process_cpu_seconds_total, process_open_fds, process_max_fds, process_threads,
// process_start_time_seconds. What /proc does not tell is left out.
std::vector<prometheus::MetricFamily> ProcessMetrics();

}  // namespace flowmesh::metrics

#endif  // FLOWMESH_SERVER_METRICS_PROCESS_METRICS_H_
