// A concurrency key while a batch works on it: who holds it, who waits, and what of that must be written.
#ifndef FLOWMESH_SERVER_ENGINE_KEY_QUEUE_H_
#define FLOWMESH_SERVER_ENGINE_KEY_QUEUE_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "server/store/rows.h"
#include "server/store/store.h"

namespace flowmesh::engine {

// Those who wait stand in the store, from where they are read on demand, and behind them those whom the batch added.
// Not thread-safe.
class KeyQueue {
 public:
  // The key as it was locked.
  KeyQueue(store::ConcurrencyName name, const store::LockedKey& found);

  const store::ConcurrencyName& name() const { return name_; }
  const std::optional<store::Id>& holder() const { return holder_; }
  int waiting() const { return waiting_; }

  // The key is free and this execution takes it.
  void Take(const store::Id& id, store::ConcurrencyPolicy policy);
  // The key is held and this execution waits for it.
  void Wait(const store::Id& id, store::ConcurrencyPolicy policy);
  // An execution that stands in the store gives up its place; it is not the holder.
  void Leave(const store::ConcurrencyRow& row);

  // Whether the next ones must be read from the store (places above read_to()) before First says anything.
  bool must_read() const { return stored_.empty() && !all_read_; }
  int64_t read_to() const { return read_to_; }
  void AddRead(const std::vector<store::ConcurrencyRow>& rows, bool all);

  // Who waits longest; nullopt = nobody. Nothing must_read().
  std::optional<store::Id> First() const;
  // First gives up its place.
  void DropFirst();
  // The holder is over: First holds the key, or it is free when nobody waits.
  void HandOver();

  void Collect(store::Writes* writes) const;

 private:
  store::ConcurrencyRow TakeFirst();
  void Delete(const store::ConcurrencyRow& row);

  const store::ConcurrencyName name_;
  const std::optional<store::Id> found_holder_;
  std::optional<store::Id> holder_;
  store::ConcurrencyPolicy holder_policy_ = store::ConcurrencyPolicy::kReject;  // once the holder has changed
  int waiting_;
  int64_t last_place_;
  int64_t read_to_ = 0;
  bool all_read_;
  std::deque<store::ConcurrencyRow> stored_;  // read and still waiting
  std::deque<store::ConcurrencyRow> added_;
  std::vector<store::ConcurrencyRow> deleted_;
  std::set<store::Id> gone_;  // of deleted_
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_KEY_QUEUE_H_
