#include "server/base/executor.h"

#include <pthread.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace flowmesh::base {

ThreadPool::ThreadPool(ThreadPoolOptions options) : options_(std::move(options)) {}

ThreadPool::~ThreadPool() { Stop(); }

void ThreadPool::Start() {
  MutexLock lifecycle(lifecycle_);
  if (!threads_.empty()) return;
  {
    MutexLock lock(mutex_);
    accepting_ = true;
  }
  const int count = std::max(1, options_.threads);
  threads_.reserve(count);
  for (int i = 0; i < count; ++i) {
    threads_.emplace_back([this] { Work(); });
    pthread_setname_np(threads_.back().native_handle(), options_.name.substr(0, 15).c_str());
  }
}

void ThreadPool::Stop() {
  MutexLock lifecycle(lifecycle_);
  {
    MutexLock lock(mutex_);
    accepting_ = false;
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool ThreadPool::Post(std::function<void()> work) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    if (!accepting_ || queue_.size() >= options_.max_queued) return false;
    queue_.push_back(std::move(work));
    wake = NeedsWake();
  }
  if (wake) changed_.NotifyOne();
  return true;
}

// One thread is on its way at a time, and wakes the next one itself if there is more to do: where functions are short
// one thread takes them all, and no futex call is spent on each.
bool ThreadPool::NeedsWake() {
  if (queue_.empty() || idle_ == 0 || waking_) return false;
  waking_ = true;
  return true;
}

size_t ThreadPool::queued() const {
  MutexLock lock(mutex_);
  return queue_.size();
}

void ThreadPool::Work() {
  MutexLock lock(mutex_);
  while (true) {
    while (queue_.empty() && accepting_) {
      ++idle_;
      changed_.Wait(lock);
      --idle_;
      waking_ = false;
    }
    if (queue_.empty()) return;
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    const bool wake = NeedsWake();
    lock.Unlock();
    if (wake) changed_.NotifyOne();
    work();
    work = nullptr;  // what it captured is destroyed without the lock: a destructor may Post
    lock.Lock();
  }
}

SerialExecutor::SerialExecutor(std::string name)
    : pool_({.threads = 1, .max_queued = std::numeric_limits<size_t>::max(), .name = std::move(name)}) {}

}  // namespace flowmesh::base
