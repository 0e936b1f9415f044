#ifndef FLOWMESH_WORKERS_SDK_IDLE_TIMER_H_
#define FLOWMESH_WORKERS_SDK_IDLE_TIMER_H_

#include <functional>
#include <map>
#include <thread>

#include "absl/time/time.h"
#include "server/base/mutex.h"

namespace flowmesh::sdk {

// Runs functions after a pause, on one thread of its own, in order of their times: for work that is short and does not
// block. Holds one entry for each function that waits; whoever adds them bounds how many. Thread-safe.
class IdleTimer {
 public:
  IdleTimer() = default;
  // Stops.
  ~IdleTimer();
  IdleTimer(const IdleTimer&) = delete;
  IdleTimer& operator=(const IdleTimer&) = delete;

  // Starts the thread; nothing if it runs. A stopped timer may be started again.
  void Start() ABSL_LOCKS_EXCLUDED(lifecycle_, mutex_);
  // Forgets what waits and returns when the thread has ended; nothing if stopped.
  void Stop() ABSL_LOCKS_EXCLUDED(lifecycle_, mutex_);

  // `work` runs once, after `pause`; never if the timer is stopped before.
  void After(absl::Duration pause, std::function<void()> work) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);

  base::Mutex lifecycle_;  // serialises Start and Stop; taken before mutex_
  std::thread thread_ ABSL_GUARDED_BY(lifecycle_);

  base::Mutex mutex_;
  base::CondVar changed_;
  std::multimap<base::CondVar::SteadyTime, std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_IDLE_TIMER_H_
