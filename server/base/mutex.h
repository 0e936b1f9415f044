#ifndef FLOWMESH_SERVER_BASE_MUTEX_H_
#define FLOWMESH_SERVER_BASE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace flowmesh::base {

// std::mutex with clang's thread-safety annotations: fields say ABSL_GUARDED_BY(mutex_), functions
// ABSL_LOCKS_EXCLUDED(mutex_) or ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_). It is used instead of absl::Mutex wherever
// ThreadSanitizer must see the lock. Not recursive.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

  // Tells the analysis, not the machine, that the lock is held (for lambdas called under it).
  void AssertHeld() const ABSL_ASSERT_EXCLUSIVE_LOCK() {}

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

// Holds a Mutex for the length of a scope; Unlock and Lock let go of it in between.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : lock_(mutex.mutex_) {}
  ~MutexLock() ABSL_UNLOCK_FUNCTION() {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { lock_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { lock_.unlock(); }

 private:
  friend class CondVar;
  std::unique_lock<std::mutex> lock_;
};

// A condition variable for Mutex. Wake-ups may be spurious: wait in a loop over the condition.
class CondVar {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // Blocks until notified; the lock is released meanwhile and held again on return.
  void Wait(MutexLock& lock) { changed_.wait(lock.lock_); }

  // The same with a deadline on the steady clock. False: the deadline has passed.
  bool WaitUntil(MutexLock& lock, SteadyTime deadline) {
    return changed_.wait_until(lock.lock_, deadline) == std::cv_status::no_timeout;
  }

  // The same for a length of time; absl::InfiniteDuration() waits without a limit.
  bool WaitFor(MutexLock& lock, absl::Duration timeout) {
    if (timeout > absl::Hours(24 * 365)) {
      Wait(lock);
      return true;
    }
    return WaitUntil(lock, std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(timeout));
  }

  void NotifyOne() { changed_.notify_one(); }
  void NotifyAll() { changed_.notify_all(); }

 private:
  std::condition_variable changed_;
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_MUTEX_H_
