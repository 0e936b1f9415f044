// Tells tails that an execution has new events, and keeps the newest chunks of watched executions at hand.
//
// A tail holds a cursor, not a queue: it asks for cursor + 1, here or in the store; a wake-up only says "the head is at
// least n". Subscribe first, then read: nothing can fall between.
#ifndef FLOWMESH_SERVER_ENGINE_EVENT_HUB_H_
#define FLOWMESH_SERVER_ENGINE_EVENT_HUB_H_

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/base/mutex.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

using SharedChunk = std::shared_ptr<const store::EventChunkRow>;

// Thread-safe; holds no lock while it calls out.
class EventHub {
 public:
  static constexpr size_t kCachedBytes = size_t{256} << 10;  // of chunks per watched execution
  static constexpr size_t kCachedChunks = 64;

  // Called on a publishing thread, or not at all after the subscription is gone; must not block.
  using Wake = std::function<void(int64_t head)>;

  class Subscription {
   public:
    ~Subscription();

   private:
    friend class EventHub;
    Subscription(EventHub* hub, const store::Id& id, Wake wake) : hub_(hub), id_(id), wake_(std::move(wake)) {}
    EventHub* const hub_;
    const store::Id id_;
    const Wake wake_;
  };

  // The hub must outlive every subscription.
  std::shared_ptr<Subscription> Subscribe(const store::Id& id, Wake wake);

  // The cached chunk that holds the event; null = ask the store.
  SharedChunk Find(const store::Id& id, int64_t seq);

  // Whether anybody watches; only then Publish has an effect.
  bool Watched(const store::Id& id);
  // Everything that somebody watches.
  std::vector<store::Id> Watched() const;

  // New events were committed. Wakes the subscribers.
  void Publish(store::EventChunkRow chunk);

  // The head is at least that: events were committed elsewhere, and are in the store. Wakes the subscribers unless they
  // were told before.
  void Announce(const store::Id& id, int64_t head);

  // The execution was deleted: its chunks are at hand no more.
  void Forget(const store::Id& id);

  size_t subscriptions() const;

 private:
  struct Watch {
    std::vector<std::weak_ptr<Subscription>> subscribers;
    std::deque<SharedChunk> chunks;  // consecutive
    size_t bytes = 0;
    int64_t head = 0;  // that the subscribers were told
  };
  struct Shard {
    mutable base::Mutex mutex;
    absl::flat_hash_map<store::Id, Watch> watches ABSL_GUARDED_BY(mutex);
    size_t subscriptions ABSL_GUARDED_BY(mutex) = 0;
  };
  static constexpr size_t kShards = 16;

  static std::vector<std::shared_ptr<Subscription>> Living(const Watch& watch);
  Shard& ShardOf(const store::Id& id) { return shards_[id.lo % kShards]; }
  void Unsubscribe(const store::Id& id);

  std::array<Shard, kShards> shards_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_EVENT_HUB_H_
