#include "workers/sdk/cancellation.h"

#include <chrono>
#include <utility>

namespace flowmesh::sdk {

void Cancellation::Cancel(std::string reason) {
  std::function<void()> callback;
  {
    base::MutexLock lock(mutex_);
    if (cancelled_) return;
    cancelled_ = true;
    reason_ = std::move(reason);
    callback = on_change_;
    changed_.NotifyAll();
  }
  if (callback) callback();
}

void Cancellation::Fence() {
  std::function<void()> callback;
  {
    base::MutexLock lock(mutex_);
    if (fenced_) return;
    fenced_ = true;
    if (!cancelled_) reason_ = "FENCED";
    cancelled_ = true;
    callback = std::move(on_change_);
    on_change_ = nullptr;
    changed_.NotifyAll();
  }
  if (callback) callback();
}

bool Cancellation::cancelled() const {
  base::MutexLock lock(mutex_);
  return cancelled_;
}

bool Cancellation::fenced() const {
  base::MutexLock lock(mutex_);
  return fenced_;
}

std::string Cancellation::reason() const {
  base::MutexLock lock(mutex_);
  return reason_;
}

bool Cancellation::WaitFor(absl::Duration timeout) const {
  base::MutexLock lock(mutex_);
  if (timeout > absl::Hours(24 * 365)) {
    while (!cancelled_) changed_.Wait(lock);
    return true;
  }
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(timeout);
  while (!cancelled_ && changed_.WaitUntil(lock, deadline)) {
  }
  return cancelled_;
}

void Cancellation::OnChange(std::function<void()> callback) {
  bool at_once = false;
  {
    base::MutexLock lock(mutex_);
    at_once = cancelled_;
    on_change_ = fenced_ ? nullptr : callback;
  }
  if (at_once && callback) callback();
}

}  // namespace flowmesh::sdk
