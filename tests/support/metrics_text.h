#ifndef FLOWMESH_TESTS_SUPPORT_METRICS_TEXT_H_
#define FLOWMESH_TESTS_SUPPORT_METRICS_TEXT_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace flowmesh::testing {

// What a scrape said.
class MetricsText {
 public:
  // Reads the Prometheus text format, version 0.0.4, strictly: every family in one piece behind one HELP and one TYPE
  // that fit its samples, every series once, counters not negative and named _total, histograms cumulative with ordered
  // bounds, +Inf and a fitting count. INVALID_ARGUMENT names the line.
  static absl::StatusOr<MetricsText> Parse(const std::string& text);

  // The value of a series as it stands in the text: `name` or `name{a="b",c="d"}`. Nothing: there is none.
  std::optional<double> Find(const std::string& series) const;
  // The same; 0 when there is none.
  double operator[](const std::string& series) const { return Find(series).value_or(0); }
  // How many series the name has.
  int SeriesOf(const std::string& name) const;
  const std::map<std::string, double>& series() const { return series_; }

 private:
  std::map<std::string, double> series_;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_METRICS_TEXT_H_
