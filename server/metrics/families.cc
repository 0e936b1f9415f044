#include "server/metrics/families.h"

#include <algorithm>
#include <limits>

namespace flowmesh::metrics {

prometheus::ClientMetric& FamilyList::Add(const std::string& name, const std::string& help, prometheus::MetricType type,
                                          LabelList labels) {
  auto family = std::find_if(families_.begin(), families_.end(), [&](const auto& one) { return one.name == name; });
  if (family == families_.end()) {
    families_.push_back({.name = name, .help = help, .type = type});
    family = std::prev(families_.end());
  }
  prometheus::ClientMetric& metric = family->metric.emplace_back();
  metric.label = std::move(labels);
  return metric;
}

void FamilyList::Gauge(const std::string& name, const std::string& help, double value, LabelList labels) {
  Add(name, help, prometheus::MetricType::Gauge, std::move(labels)).gauge.value = value;
}

void FamilyList::Counter(const std::string& name, const std::string& help, double value, LabelList labels) {
  Add(name, help, prometheus::MetricType::Counter, std::move(labels)).counter.value = value;
}

void FamilyList::Histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                           const std::vector<uint64_t>& counts, double sum, LabelList labels) {
  prometheus::ClientMetric::Histogram& histogram =
      Add(name, help, prometheus::MetricType::Histogram, std::move(labels)).histogram;
  uint64_t total = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({.cumulative_count = total, .upper_bound = bound});
  }
  histogram.sample_count = total;
  histogram.sample_sum = sum;
}

}  // namespace flowmesh::metrics
