#ifndef FLOWMESH_SERVER_BASE_EXECUTOR_H_
#define FLOWMESH_SERVER_BASE_EXECUTOR_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "server/base/mutex.h"

namespace flowmesh::base {

// Runs functions on other threads. Thread-safe. A function must not throw.
class Executor {
 public:
  virtual ~Executor() = default;

  // Accepts `work` to run once, later, never inside this call. False: refused, because the executor is full or not
  // running; `work` then never runs. Does not block.
  virtual bool Post(std::function<void()> work) = 0;
};

struct ThreadPoolOptions {
  int threads = 2;
  size_t max_queued = 10'000;  // functions that wait for a thread; beyond it Post refuses
  std::string name = "pool";   // shown by debuggers; the first 15 characters count
};

// A fixed number of threads over one bounded queue. Functions start in the order they were accepted.
class ThreadPool : public Executor {
 public:
  // Does not start threads.
  explicit ThreadPool(ThreadPoolOptions options);
  // Stops.
  ~ThreadPool() override;

  // Starts the threads; nothing if they run. A stopped pool may be started again.
  void Start() ABSL_LOCKS_EXCLUDED(lifecycle_, mutex_);

  // Refuses new work, runs everything accepted, and returns when the threads have ended; nothing if stopped. Blocks;
  // must not be called from one of the pool's own threads.
  void Stop() ABSL_LOCKS_EXCLUDED(lifecycle_, mutex_);

  bool Post(std::function<void()> work) override ABSL_LOCKS_EXCLUDED(mutex_);

  // Functions that wait for a thread now.
  size_t queued() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether the caller must notify one thread once it has let go of the lock.
  bool NeedsWake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ThreadPoolOptions options_;
  Mutex lifecycle_;  // serialises Start and Stop; taken before mutex_
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(lifecycle_);

  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool accepting_ ABSL_GUARDED_BY(mutex_) = false;
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;         // threads that wait for work
  bool waking_ ABSL_GUARDED_BY(mutex_) = false;  // one of them was notified and has not looked yet
};

// One thread, first in first out. Its queue has no limit of its own: it performs the effects of commits, which must not
// be lost, so the limits of the lanes into the commit loop bound it.
class SerialExecutor : public Executor {
 public:
  explicit SerialExecutor(std::string name = "serial");

  // Same contracts as the pool's.
  void Start() { pool_.Start(); }
  void Stop() { pool_.Stop(); }
  bool Post(std::function<void()> work) override { return pool_.Post(std::move(work)); }
  size_t queued() const { return pool_.queued(); }

 private:
  ThreadPool pool_;
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_EXECUTOR_H_
