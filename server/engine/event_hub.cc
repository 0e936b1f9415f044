#include "server/engine/event_hub.h"

#include <algorithm>
#include <utility>

namespace flowmesh::engine {

EventHub::Subscription::~Subscription() { hub_->Unsubscribe(id_); }

std::shared_ptr<EventHub::Subscription> EventHub::Subscribe(const store::Id& id, Wake wake) {
  std::shared_ptr<Subscription> subscription(new Subscription(this, id, std::move(wake)));
  Shard& shard = ShardOf(id);
  base::MutexLock lock(shard.mutex);
  shard.watches[id].subscribers.push_back(subscription);
  ++shard.subscriptions;
  return subscription;
}

void EventHub::Unsubscribe(const store::Id& id) {
  Shard& shard = ShardOf(id);
  base::MutexLock lock(shard.mutex);
  --shard.subscriptions;
  auto it = shard.watches.find(id);
  if (it == shard.watches.end()) return;
  std::erase_if(it->second.subscribers, [](const auto& subscriber) { return subscriber.expired(); });
  if (it->second.subscribers.empty()) shard.watches.erase(it);
}

SharedChunk EventHub::Find(const store::Id& id, int64_t seq) {
  Shard& shard = ShardOf(id);
  base::MutexLock lock(shard.mutex);
  auto it = shard.watches.find(id);
  if (it == shard.watches.end()) return nullptr;
  const std::deque<SharedChunk>& chunks = it->second.chunks;
  auto after = std::upper_bound(chunks.begin(), chunks.end(), seq,
                                [](int64_t wanted, const SharedChunk& chunk) { return wanted < chunk->first_seq; });
  if (after == chunks.begin()) return nullptr;
  const SharedChunk& chunk = *std::prev(after);
  return seq < chunk->first_seq + chunk->count ? chunk : nullptr;
}

bool EventHub::Watched(const store::Id& id) {
  Shard& shard = ShardOf(id);
  base::MutexLock lock(shard.mutex);
  return shard.watches.contains(id);
}

std::vector<store::Id> EventHub::Watched() const {
  std::vector<store::Id> ids;
  for (const Shard& shard : shards_) {
    base::MutexLock lock(shard.mutex);
    for (const auto& [id, watch] : shard.watches) ids.push_back(id);
  }
  return ids;
}

void EventHub::Announce(const store::Id& id, int64_t head) {
  std::vector<std::shared_ptr<Subscription>> awake;
  {
    Shard& shard = ShardOf(id);
    base::MutexLock lock(shard.mutex);
    auto it = shard.watches.find(id);
    if (it == shard.watches.end() || it->second.head >= head) return;
    it->second.head = head;
    awake = Living(it->second);
  }
  for (const auto& subscription : awake) subscription->wake_(head);
}

std::vector<std::shared_ptr<EventHub::Subscription>> EventHub::Living(const Watch& watch) {
  std::vector<std::shared_ptr<Subscription>> living;
  living.reserve(watch.subscribers.size());
  for (const auto& subscriber : watch.subscribers) {
    if (auto alive = subscriber.lock()) living.push_back(std::move(alive));
  }
  return living;
}

void EventHub::Publish(store::EventChunkRow chunk) {
  std::vector<std::shared_ptr<Subscription>> awake;
  const int64_t head = chunk.first_seq + chunk.count - 1;
  {
    Shard& shard = ShardOf(chunk.execution_id);
    base::MutexLock lock(shard.mutex);
    auto it = shard.watches.find(chunk.execution_id);
    if (it == shard.watches.end()) return;
    Watch& watch = it->second;
    watch.head = std::max(watch.head, head);
    awake = Living(watch);
    // A watch that began after an earlier chunk was published must not cache with a hole.
    if (!watch.chunks.empty() && watch.chunks.back()->first_seq + watch.chunks.back()->count != chunk.first_seq) {
      watch.chunks.clear();
      watch.bytes = 0;
    }
    watch.bytes += chunk.bytes.size();
    watch.chunks.push_back(std::make_shared<const store::EventChunkRow>(std::move(chunk)));
    while (watch.chunks.size() > 1 && (watch.bytes > kCachedBytes || watch.chunks.size() > kCachedChunks)) {
      watch.bytes -= watch.chunks.front()->bytes.size();
      watch.chunks.pop_front();
    }
  }
  for (const auto& subscription : awake) subscription->wake_(head);
}

void EventHub::Forget(const store::Id& id) {
  std::deque<SharedChunk> dropped;
  Shard& shard = ShardOf(id);
  base::MutexLock lock(shard.mutex);
  auto it = shard.watches.find(id);
  if (it == shard.watches.end()) return;
  dropped.swap(it->second.chunks);
  it->second.bytes = 0;
}

size_t EventHub::subscriptions() const {
  size_t count = 0;
  for (const Shard& shard : shards_) {
    base::MutexLock lock(shard.mutex);
    count += shard.subscriptions;
  }
  return count;
}

}  // namespace flowmesh::engine
