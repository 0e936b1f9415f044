#ifndef FLOWMESH_TESTS_BENCH_BENCH_WORKER_H_
#define FLOWMESH_TESTS_BENCH_BENCH_WORKER_H_

#include <string>

#include "absl/time/time.h"
#include "flowmesh/v1/orchestrator.pb.h"

namespace flowmesh::bench {

// Task types of the bench worker; both are functions WritePoem -> Poem, because that contract is there already.
inline constexpr char kNoop[] = "bench.noop";    // does nothing
inline constexpr char kLines[] = "bench.lines";  // writes log lines

// The attribute of every log line that holds NowNanos() of its writing.
inline constexpr char kWritten[] = "t";

// An execution of kNoop that starts at once.
v1::CreateExecutionRequest NoopRequest();

// An execution of kLines, not started: `lines` lines of about 100 bytes (or of `bytes`, when that is more), one every
// `pace` (0 = as fast as it goes), then `rest` until it ends.
v1::CreateExecutionRequest LinesRequest(int lines, absl::Duration pace, absl::Duration rest, int bytes = 0);

struct BenchWorkerOptions {
  std::string server;        // HOST:PORT
  int slots = 256;           // functions at once
  std::string counter_file;  // SharedCounter of functions begun
};

// A whole worker process: serves until SIGTERM and returns its exit code.
int ServeBenchWorker(const BenchWorkerOptions& options);

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_BENCH_WORKER_H_
