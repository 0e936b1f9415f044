// Families of values that are read rather than counted, for sources of metrics::Registry.
#ifndef FLOWMESH_SERVER_METRICS_FAMILIES_H_
#define FLOWMESH_SERVER_METRICS_FAMILIES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "prometheus/client_metric.h"
#include "prometheus/metric_family.h"

namespace flowmesh::metrics {

using LabelList = std::vector<prometheus::ClientMetric::Label>;

// Collects values under their names; a name's kind and help are those of its first value. Not thread-safe.
class FamilyList {
 public:
  void Gauge(const std::string& name, const std::string& help, double value, LabelList labels = {});
  void Counter(const std::string& name, const std::string& help, double value, LabelList labels = {});
  // `counts`: of the values up to each bound, then of those above the last one; not cumulative.
  void Histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                 const std::vector<uint64_t>& counts, double sum, LabelList labels = {});

  std::vector<prometheus::MetricFamily> Take() { return std::move(families_); }

 private:
  prometheus::ClientMetric& Add(const std::string& name, const std::string& help, prometheus::MetricType type,
                                LabelList labels);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace flowmesh::metrics

#endif  // FLOWMESH_SERVER_METRICS_FAMILIES_H_
