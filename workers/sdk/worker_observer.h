#ifndef FLOWMESH_WORKERS_SDK_WORKER_OBSERVER_H_
#define FLOWMESH_WORKERS_SDK_WORKER_OBSERVER_H_

#include "absl/time/time.h"
#include "workers/sdk/attempt_info.h"

namespace flowmesh::sdk {

enum class TaskOutcome {
  kFinished,
  kFailed,
  kCancelled,  // it stopped because it was told to
  kReturned,   // given back undone
  kParked,     // a flow that only waits: it is out of memory and comes back as an attempt of its own
  kFenced,     // the attempt is another worker's by now
};

// Hears what a worker does, for metrics and logs of the program around it. The functions are called on many threads at
// once and must not block.
class WorkerObserver {
 public:
  virtual ~WorkerObserver() = default;

  // The worker has taken an attempt on. Each start is followed by one end.
  virtual void OnTaskStart(const AttemptInfo& /*attempt*/) {}
  // `took`: since it was taken on.
  virtual void OnTaskEnd(const AttemptInfo& /*attempt*/, TaskOutcome /*outcome*/, absl::Duration /*took*/) {}

  // The orchestrator has welcomed the worker, for the first time or again.
  virtual void OnAttach() {}
  // A stream of the worker has ended, or could not be opened.
  virtual void OnDetach() {}
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_WORKER_OBSERVER_H_
