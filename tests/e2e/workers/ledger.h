#ifndef FLOWMESH_TESTS_E2E_WORKERS_LEDGER_H_
#define FLOWMESH_TESTS_E2E_WORKERS_LEDGER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace flowmesh::faults {

// One piece of work that somebody does.
struct Work {
  std::string execution_id;
  std::string path;  // inside the execution
  int attempt = 0;   // of the task, for a step of the flow that does it
};

// The file in which workers write down what they really compute, so that a checker can tell it from what was recorded.
// A line is one JSON object, {"event": "start"|"finish"|"fail", "execution", "path", "attempt", "draw", "pid", "time"},
// written by one appending write: lines of several processes do not mix, and those of a killed one stay. `time` is Unix
// time in milliseconds. Thread-safe.
class Ledger {
 public:
  // An empty path makes one that keeps nothing.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(const std::string& path);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Gives the number that this computation draws.
  std::string Start(const Work& work);
  void Finish(const Work& work, absl::string_view draw);
  // It ended without a result.
  void Fail(const Work& work, absl::string_view draw);

 private:
  explicit Ledger(int file) : file_(file) {}
  void Write(absl::string_view event, const Work& work, absl::string_view draw) const;

  const int file_;  // -1 = none
};

}  // namespace flowmesh::faults

#endif  // FLOWMESH_TESTS_E2E_WORKERS_LEDGER_H_
