#ifndef FLOWMESH_TESTS_BENCH_TAIL_READERS_H_
#define FLOWMESH_TESTS_BENCH_TAIL_READERS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "flowmesh/v1/log_stream.grpc.pb.h"
#include "server/base/mutex.h"
#include "tests/bench/measurement.h"
#include "tests/bench/mesh.h"

namespace flowmesh::bench {

// Many LogStream.Tail calls that read the log lines of the bench worker and time them.
class TailReaders {
 public:
  // Connects, `channels` times. `mesh` must outlive the readers.
  TailReaders(Mesh* mesh, int channels);
  // Ends all calls and waits for them.
  ~TailReaders();
  TailReaders(const TailReaders&) = delete;
  TailReaders& operator=(const TailReaders&) = delete;

  // Begins one call for each id, from the start of the execution and log lines only. Does not block.
  void Open(const std::vector<std::string>& execution_ids);

  // These block. DEADLINE_EXCEEDED, telling how far it came; the status of the first call that failed.
  absl::Status AwaitAccepted(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status AwaitLines(int64_t lines, absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mutex_);

  int64_t lines() const ABSL_LOCKS_EXCLUDED(mutex_);

  // From a line's writing in the worker to its arrival here. Only while nothing arrives.
  Samples Latency() const;

 private:
  class Reader;

  template <typename Reached>
  absl::Status Await(absl::Duration timeout, const char* what, Reached reached) ABSL_LOCKS_EXCLUDED(mutex_);

  std::vector<std::unique_ptr<v1::LogStream::Stub>> stubs_;
  std::vector<std::unique_ptr<Reader>> readers_;

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  int accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  int done_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t lines_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t awaited_lines_ ABSL_GUARDED_BY(mutex_) = INT64_MAX;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);  // of the first call that failed
};

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_TAIL_READERS_H_
