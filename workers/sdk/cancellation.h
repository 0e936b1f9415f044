#ifndef FLOWMESH_WORKERS_SDK_CANCELLATION_H_
#define FLOWMESH_WORKERS_SDK_CANCELLATION_H_

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "server/base/mutex.h"

namespace flowmesh::sdk {

// Whether an attempt shall stop, and why. Goes one way: running, cancelled, fenced. Thread-safe.
class Cancellation {
 public:
  // Asks the attempt to stop; `reason` of the first call stays (`CANCELLED`, `TIMEOUT`, ...). Nothing once cancelled or
  // fenced.
  void Cancel(std::string reason) ABSL_LOCKS_EXCLUDED(mutex_);

  // The attempt is not this worker's any more: whatever it still does changes nothing. Nothing once fenced.
  void Fence() ABSL_LOCKS_EXCLUDED(mutex_);

  // Cancelled or fenced.
  bool cancelled() const ABSL_LOCKS_EXCLUDED(mutex_);
  bool fenced() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Empty while running.
  std::string reason() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Blocks until cancelled() or `timeout` has passed; returns cancelled().
  bool WaitFor(absl::Duration timeout) const ABSL_LOCKS_EXCLUDED(mutex_);

  // `callback` runs after every step (and at once if one was taken before) on the thread that takes it; it must not
  // block. It replaces the callback before it; null removes it. It is let go of after Fence.
  void OnChange(std::function<void()> callback) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable base::Mutex mutex_;
  mutable base::CondVar changed_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool fenced_ ABSL_GUARDED_BY(mutex_) = false;
  std::string reason_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> on_change_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_CANCELLATION_H_
