#ifndef FLOWMESH_TESTS_BENCH_MEASUREMENT_H_
#define FLOWMESH_TESTS_BENCH_MEASUREMENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace flowmesh::bench {

// Nanoseconds on the machine's monotonic clock: comparable between all processes of one machine.
int64_t NowNanos();

double SecondsSince(int64_t nanos);

// Lengths of time, kept one by one. Not thread-safe.
class Samples {
 public:
  void Add(int64_t nanos) { nanos_.push_back(nanos); }
  void Add(const Samples& other) { nanos_.insert(nanos_.end(), other.nanos_.begin(), other.nanos_.end()); }
  size_t size() const { return nanos_.size(); }

  // The smallest sample that at least this share (0 to 1) does not exceed, in milliseconds; 0 without samples.
  double Milliseconds(double share) const;

 private:
  std::vector<int64_t> nanos_;
};

using Conditions = std::vector<std::pair<std::string, std::string>>;

// What the architecture wants of a metric.
struct Reach {
  enum class Side { kAtLeast, kBelow };
  Side side;
  double value;
};

// Metrics and the conditions they were taken under: one line on stderr for each when it is added, everything as one
// JSON object in the end. Not thread-safe.
class Report {
 public:
  // Holds for all metrics.
  void SetCondition(const std::string& name, const std::string& value);

  // `name` is unique and reads scenario.what; `conditions` hold for this metric.
  void Add(const std::string& name, double value, const std::string& unit, const Conditions& conditions,
           std::optional<Reach> reach = std::nullopt);

  // Adds <name>.p50 and <name>.p99 in milliseconds, with the number of samples among the conditions; without any, an
  // error.
  void AddLatency(const std::string& name, const Samples& samples, const Conditions& conditions,
                  std::optional<Reach> p50 = std::nullopt, std::optional<Reach> p99 = std::nullopt);

  // A scenario or metric that could not be measured.
  void AddError(const std::string& name, const std::string& message);
  bool failed() const { return !errors_.empty(); }

  std::string ToJson() const;

 private:
  struct Metric {
    std::string name;
    double value;
    std::string unit;
    Conditions conditions;
    std::optional<Reach> reach;
  };

  Conditions conditions_;
  std::vector<Metric> metrics_;
  Conditions errors_;
};

// What the numbers depend on beyond the code: cores, processor, load at the start, the file system of `directory` and
// what an fdatasync costs there.
Conditions MachineConditions(const std::string& directory);

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_MEASUREMENT_H_
