#ifndef FLOWMESH_TESTS_WORKERS_SDK_SERVED_FUNCTIONS_H_
#define FLOWMESH_TESTS_WORKERS_SDK_SERVED_FUNCTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "server/base/mutex.h"
#include "tests/support/fake_orchestrator.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::sdk {

using poem::v1::Poem;
using poem::v1::WritePoem;
using testing::AttemptOf;
using testing::FakeAttach;
using testing::FakeOrchestrator;

inline WritePoem About(const std::string& title) {
  WritePoem request;
  request.set_title(title);
  return request;
}

inline Poem PoemNamed(const std::string& title) {
  Poem poem;
  poem.set_title(title);
  return poem;
}

// Reads the poem of a `finished` entry.
inline std::string TitleOf(const v1::WorkerEntry& entry) {
  Poem poem;
  return entry.finished().output().UnpackTo(&poem) ? poem.title() : "no poem";
}

// Something that happens once and others wait for. Thread-safe.
class Gate {
 public:
  void Open() ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    open_ = true;
    changed_.NotifyAll();
  }
  void Pass() ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    while (!open_) changed_.Wait(lock);
  }
  bool IsOpen() ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    return open_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
};

// Options for quick tests against `server`.
inline WorkerOptions OptionsFor(const FakeOrchestrator& server) {
  return {.server = server.address(),
          .token = "secret",
          .name = "poet",
          .version = "7",
          .slots = 2,
          .flows = 5,
          .reconnect = {.initial = absl::Milliseconds(5), .multiplier = 2, .cap = absl::Milliseconds(50)},
          .drain_timeout = absl::Seconds(10)};
}

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_TESTS_WORKERS_SDK_SERVED_FUNCTIONS_H_
