#ifndef FLOWMESH_TESTS_BENCH_CHILD_PROCESS_H_
#define FLOWMESH_TESTS_BENCH_CHILD_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace flowmesh::bench {

// A process of our own. It dies with the thread that spawned it, so spawn from the main thread. Not thread-safe.
class ChildProcess {
 public:
  // Starts `arguments` (the first is the program's path) with stdout and stderr appended to `log_file`.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Spawn(std::vector<std::string> arguments, std::string log_file);
  // Stops.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // SIGTERM, SIGKILL after `patience`; returns when the process is gone. Nothing if it is.
  void Stop(absl::Duration patience = absl::Seconds(10));

  // Memory of the process in RAM, in bytes; 0 once it is gone.
  int64_t ResidentBytes() const;

  // Processor time that it has used, in user and kernel mode, in seconds; 0 once it is gone.
  double ProcessorSeconds() const;

  // Blocks until a line can be read from the FIFO `path` and gives it without its end. Errors: the process ended (the
  // message shows the end of its log), or `timeout` passed.
  absl::StatusOr<std::string> ReadLineFrom(const std::string& path, absl::Duration timeout) const;

 private:
  ChildProcess(pid_t pid, int watch, std::string log_file) : pid_(pid), watch_(watch), log_file_(std::move(log_file)) {}
  bool HasEnded(absl::Duration timeout) const;
  std::string LogEnd() const;

  pid_t pid_;        // 0 once it was waited for
  const int watch_;  // a pidfd: readable once the process has ended
  const std::string log_file_;
};

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_CHILD_PROCESS_H_
