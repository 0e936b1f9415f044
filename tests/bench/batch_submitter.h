#ifndef FLOWMESH_TESTS_BENCH_BATCH_SUBMITTER_H_
#define FLOWMESH_TESTS_BENCH_BATCH_SUBMITTER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/mesh.h"

namespace flowmesh::bench {

struct SubmitOptions {
  int per_batch = 500;
  int threads = 4;                                 // a batch in flight each
  int64_t most = INT64_MAX;                        // stop after so many executions
  absl::Duration time = absl::InfiniteDuration();  // or after this time
  int64_t most_ahead = INT64_MAX;                  // wait while so many more are created than begun by workers
};

// Creates executions of the no-op that start at once, through BatchCreateExecutions; refusals for a full queue are
// tried again after a moment. Blocks; gives how many were created, which is `most` rounded up to whole batches if time
// allows.
absl::StatusOr<int64_t> SubmitBatches(Mesh& mesh, const SubmitOptions& options);

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_BATCH_SUBMITTER_H_
