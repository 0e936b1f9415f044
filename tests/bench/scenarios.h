#ifndef FLOWMESH_TESTS_BENCH_SCENARIOS_H_
#define FLOWMESH_TESTS_BENCH_SCENARIOS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/bench/measurement.h"
#include "tests/bench/mesh.h"

namespace flowmesh::bench {

struct BenchOptions {
  MeshOptions mesh;
  absl::Duration time = absl::Seconds(5);         // of one measurement that has no count of its own
  std::vector<int> in_flight = {1, 16, 64, 256};  // of the scenario `unit`
  int lines = 200'000;                            // of the scenario `logs`, over 8 tasks
  int tails = 10'000;                             // of the scenario `tails`
  int viewers = 9'900;                            // of the scenario `viewers`; a gateway takes 10,000 connections
  int slow_viewers = 16;                          // likewise, beyond those
  int backlog = 100'000;                          // of the scenario `backlog`
};

// Each starts processes of its own, measures, adds to the report and stops what it started. Errors: what could not be
// measured.
absl::Status MeasureUnit(const BenchOptions& options, Report& report);
absl::Status MeasureBatch(const BenchOptions& options, Report& report);
absl::Status MeasureIdle(const BenchOptions& options, Report& report);
absl::Status MeasureLogs(const BenchOptions& options, Report& report);
absl::Status MeasureTails(const BenchOptions& options, Report& report);
absl::Status MeasureRest(const BenchOptions& options, Report& report);
absl::Status MeasureViewers(const BenchOptions& options, Report& report);
absl::Status MeasureBacklog(const BenchOptions& options, Report& report);
absl::Status MeasureStart(const BenchOptions& options, Report& report);

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_SCENARIOS_H_
