#ifndef FLOWMESH_TESTS_BENCH_RUN_LOOP_H_
#define FLOWMESH_TESTS_BENCH_RUN_LOOP_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "flowmesh/v1/orchestrator.grpc.pb.h"
#include "server/base/mutex.h"
#include "tests/bench/measurement.h"
#include "tests/bench/mesh.h"

namespace flowmesh::bench {

// A closed loop of RunExecution calls: as many in flight as wanted, each followed by the next one.
class RunLoop {
 public:
  struct Options {
    int in_flight = 1;
    int channels = 1;
    absl::Duration warm_up = absl::Milliseconds(500);  // not measured
    absl::Duration measured = absl::Seconds(5);
  };
  struct Result {
    int64_t completed = 0;  // executions that ended COMPLETED inside the measured time
    int64_t failed = 0;     // answers of any other kind, at any time
    int64_t all = 0;        // executions that ended COMPLETED, warm-up included
    std::string first_failure;
    double seconds = 0;
    Samples latency;  // of the completed ones
  };

  // `mesh` must outlive the loop.
  RunLoop(Mesh* mesh, Options options);

  // Blocks until the time is over and all calls have ended. Call once.
  Result Run();

 private:
  struct Lane {
    v1::Orchestrator::Stub* stub = nullptr;
    std::optional<grpc::ClientContext> context;
    v1::Execution response;
    int64_t begin = 0;
    int64_t completed = 0;
    int64_t all = 0;
    Samples latency;
  };

  void Begin(Lane& lane);
  void End(Lane& lane, const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  const Options options_;
  v1::RunExecutionRequest request_;
  std::vector<std::unique_ptr<v1::Orchestrator::Stub>> stubs_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  int64_t measured_from_ = 0;  // both set before the first call
  int64_t measured_to_ = 0;

  base::Mutex mutex_;
  base::CondVar ended_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t failed_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string first_failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_RUN_LOOP_H_
