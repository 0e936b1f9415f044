#ifndef FLOWMESH_WORKERS_SDK_TASK_CONTEXT_H_
#define FLOWMESH_WORKERS_SDK_TASK_CONTEXT_H_

#include "absl/time/time.h"
#include "server/base/clock.h"
#include "workers/sdk/attempt_context.h"

namespace flowmesh::sdk {

// The context of a function. A function runs on a thread of its own slot and may block; what it tells blocks it while
// too much of what it told before is not yet committed (WorkerOptions::outbox). Thread-safe.
class TaskContext : public AttemptContext {
 public:
  // All pointers must outlive the context.
  TaskContext(AttemptInfo info, EventSink* sink, Cancellation* cancellation, base::Clock* clock);

  // Blocks for `pause` or until the work shall stop; returns cancelled(). Use it wherever the function would sleep.
  bool WaitCancelled(absl::Duration pause) { return cancellation().WaitFor(pause); }

  // The worker's clock.
  absl::Time Now() { return clock_->Now(); }

 protected:
  bool Admit(bool droppable) override;

 private:
  base::Clock* const clock_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_TASK_CONTEXT_H_
