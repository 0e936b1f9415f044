#ifndef FLOWMESH_TESTS_SUPPORT_MANUAL_CLOCK_H_
#define FLOWMESH_TESTS_SUPPORT_MANUAL_CLOCK_H_

#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace flowmesh::testing {

// A clock that stands still until the test moves it. Thread-safe. Unlike a real Clock it may be set back, to play a
// clock that was.
class ManualClock : public base::Clock {
 public:
  explicit ManualClock(absl::Time start = absl::FromUnixSeconds(1'700'000'000)) : now_(start) {}

  absl::Time Now() override ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    return now_;
  }

  void Advance(absl::Duration by) ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    now_ += by;
  }

  void SetTime(absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    now_ = now;
  }

 private:
  base::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_MANUAL_CLOCK_H_
