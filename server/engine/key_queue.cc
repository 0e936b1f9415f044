#include "server/engine/key_queue.h"

#include <algorithm>
#include <utility>

namespace flowmesh::engine {

KeyQueue::KeyQueue(store::ConcurrencyName name, const store::LockedKey& found)
    : name_(std::move(name)),
      found_holder_(found.holder),
      holder_(found.holder),
      waiting_(found.waiting),
      last_place_(found.last_place),
      all_read_(found.waiting == 0) {}

void KeyQueue::Take(const store::Id& id, store::ConcurrencyPolicy policy) {
  holder_ = id;
  holder_policy_ = policy;
}

void KeyQueue::Wait(const store::Id& id, store::ConcurrencyPolicy policy) {
  added_.push_back({.name = name_, .place = ++last_place_, .execution_id = id, .policy = policy});
  ++waiting_;
}

void KeyQueue::Leave(const store::ConcurrencyRow& row) {
  if (gone_.contains(row.execution_id)) return;
  std::erase_if(stored_, [&](const store::ConcurrencyRow& one) { return one.execution_id == row.execution_id; });
  Delete(row);
  --waiting_;
}

void KeyQueue::AddRead(const std::vector<store::ConcurrencyRow>& rows, bool all) {
  for (const store::ConcurrencyRow& row : rows) {
    read_to_ = row.place;
    if (!gone_.contains(row.execution_id)) stored_.push_back(row);
  }
  all_read_ = all;
}

std::optional<store::Id> KeyQueue::First() const {
  if (!stored_.empty()) return stored_.front().execution_id;
  if (!added_.empty()) return added_.front().execution_id;
  return std::nullopt;
}

void KeyQueue::DropFirst() { TakeFirst(); }

void KeyQueue::HandOver() {
  holder_.reset();
  if (!First()) return;
  const store::ConcurrencyRow next = TakeFirst();
  Take(next.execution_id, next.policy);
}

store::ConcurrencyRow KeyQueue::TakeFirst() {
  std::deque<store::ConcurrencyRow>& queue = stored_.empty() ? added_ : stored_;
  store::ConcurrencyRow first = std::move(queue.front());
  if (&queue == &stored_) Delete(first);
  queue.pop_front();
  --waiting_;
  return first;
}

void KeyQueue::Delete(const store::ConcurrencyRow& row) {
  deleted_.push_back(row);
  gone_.insert(row.execution_id);
}

void KeyQueue::Collect(store::Writes* writes) const {
  std::copy(deleted_.begin(), deleted_.end(), std::back_inserter(writes->delete_concurrency_keys));
  if (found_holder_ && !holder_) {
    writes->delete_concurrency_keys.push_back({.name = name_, .execution_id = *found_holder_});
  } else if (holder_ != found_holder_) {
    writes->put_concurrency_keys.push_back({.name = name_, .execution_id = *holder_, .policy = holder_policy_});
  }
  std::copy(added_.begin(), added_.end(), std::back_inserter(writes->put_concurrency_keys));
}

}  // namespace flowmesh::engine
