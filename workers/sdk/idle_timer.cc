#include "workers/sdk/idle_timer.h"

#include <chrono>
#include <utility>

namespace flowmesh::sdk {

IdleTimer::~IdleTimer() { Stop(); }

void IdleTimer::Start() {
  base::MutexLock lifecycle(lifecycle_);
  if (thread_.joinable()) return;
  {
    base::MutexLock lock(mutex_);
    running_ = true;
  }
  thread_ = std::thread([this] { Work(); });
}

void IdleTimer::Stop() {
  base::MutexLock lifecycle(lifecycle_);
  if (!thread_.joinable()) return;
  std::multimap<base::CondVar::SteadyTime, std::function<void()>> forgotten;
  {
    base::MutexLock lock(mutex_);
    running_ = false;
    forgotten.swap(waiting_);
    changed_.NotifyAll();
  }
  thread_.join();
}

void IdleTimer::After(absl::Duration pause, std::function<void()> work) {
  const auto due = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(pause);
  base::MutexLock lock(mutex_);
  if (!running_) return;
  const auto added = waiting_.emplace(due, std::move(work));
  if (added == waiting_.begin()) changed_.NotifyAll();
}

void IdleTimer::Work() {
  base::MutexLock lock(mutex_);
  while (running_) {
    if (waiting_.empty()) {
      changed_.Wait(lock);
      continue;
    }
    const auto due = waiting_.begin()->first;
    if (std::chrono::steady_clock::now() < due) {
      changed_.WaitUntil(lock, due);
      continue;
    }
    std::function<void()> work = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    lock.Unlock();
    work();
    work = nullptr;
    lock.Lock();
  }
}

}  // namespace flowmesh::sdk
