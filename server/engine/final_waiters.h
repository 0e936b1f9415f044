// Callers that wait for executions to become final.
#ifndef FLOWMESH_SERVER_ENGINE_FINAL_WAITERS_H_
#define FLOWMESH_SERVER_ENGINE_FINAL_WAITERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/base/mutex.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

// Thread-safe; holds no lock while it calls out.
class FinalWaiters {
 public:
  // Gets the final row with its output; called at most once; must not block.
  using Callback = std::function<void(const store::ExecutionRow&)>;

  // Returns a ticket for Leave. A caller that adds itself in the reply to its own Submit cannot miss the end.
  // `abandoned` runs instead of `callback` when Close comes first, at once if it has come already.
  uint64_t Await(const store::Id& id, Callback callback, std::function<void()> abandoned = nullptr) {
    {
      base::MutexLock lock(mutex_);
      const uint64_t ticket = ++last_ticket_;
      if (!closed_ || abandoned == nullptr) {
        waiters_[id].emplace(ticket, Waiter{std::move(callback), std::move(abandoned)});
        return ticket;
      }
    }
    abandoned();
    return 0;
  }

  // Nobody shall wait any longer: this process stops.
  void Close() {
    std::vector<std::function<void()>> abandoned;
    {
      base::MutexLock lock(mutex_);
      closed_ = true;
      for (auto& [id, waiters] : waiters_) {
        for (auto& [ticket, waiter] : waiters) {
          if (waiter.abandoned != nullptr) abandoned.push_back(std::move(waiter.abandoned));
        }
      }
      waiters_.clear();
    }
    for (auto& call : abandoned) call();
  }

  // The callback does not run afterwards, except where another thread has already taken it to call it.
  void Leave(const store::Id& id, uint64_t ticket) {
    base::MutexLock lock(mutex_);
    auto it = waiters_.find(id);
    if (it == waiters_.end()) return;
    it->second.erase(ticket);
    if (it->second.empty()) waiters_.erase(it);
  }

  bool Awaited(const store::Id& id) const {
    base::MutexLock lock(mutex_);
    return waiters_.contains(id);
  }

  // Everything that somebody waits for.
  std::vector<store::Id> Awaited() const {
    base::MutexLock lock(mutex_);
    std::vector<store::Id> ids;
    for (const auto& [id, waiters] : waiters_) ids.push_back(id);
    return ids;
  }

  void Notify(const store::ExecutionRow& row) {
    uint64_t last = 0;
    {
      base::MutexLock lock(mutex_);
      last = last_ticket_;
    }
    // One by one, so that a callback that leaves in between is not called.
    while (std::optional<Callback> callback = TakeFirst(row.id, last)) (*callback)(row);
  }

 private:
  struct Waiter {
    Callback callback;
    std::function<void()> abandoned;
  };

  // The oldest callback whose ticket is at most `last`.
  std::optional<Callback> TakeFirst(const store::Id& id, uint64_t last) {
    base::MutexLock lock(mutex_);
    auto it = waiters_.find(id);
    if (it == waiters_.end() || it->second.begin()->first > last) return std::nullopt;
    std::optional<Callback> callback = std::move(it->second.begin()->second.callback);
    it->second.erase(it->second.begin());
    if (it->second.empty()) waiters_.erase(it);
    return callback;
  }

  mutable base::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t last_ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<store::Id, std::map<uint64_t, Waiter>> waiters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_FINAL_WAITERS_H_
