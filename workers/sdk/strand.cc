#include "workers/sdk/strand.h"

#include <utility>

namespace flowmesh::sdk {

void Strand::Post(std::function<void()> work) {
  {
    base::MutexLock lock(mutex_);
    queue_.push_back(std::move(work));
    if (std::exchange(working_, true)) return;
  }
  if (!executor_->Post([self = shared_from_this()] { self->Work(); })) Work();
}

void Strand::Work() {
  base::MutexLock lock(mutex_);
  while (!queue_.empty()) {
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    lock.Unlock();
    work();
    work = nullptr;
    lock.Lock();
  }
  working_ = false;
}

}  // namespace flowmesh::sdk
