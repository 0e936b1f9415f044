#ifndef FLOWMESH_SERVER_DOOR_LRU_MAP_H_
#define FLOWMESH_SERVER_DOOR_LRU_MAP_H_

#include <cstddef>
#include <list>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace flowmesh::door {

// A map of at most `capacity` entries (at least 1); a new one takes the place of the one that was used longest ago. Not
// thread-safe. Pointers it returns are valid until the entry leaves.
template <typename Value>
class LruMap {
 public:
  explicit LruMap(std::size_t capacity) : capacity_(capacity) {}

  // The entry, now the most recently used; nullptr if there is none.
  Value* Find(const std::string& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &entries_.front().second;
  }

  // Inserts or replaces.
  Value* Put(const std::string& key, Value value) {
    if (Value* found = Find(key)) {
      *found = std::move(value);
      return found;
    }
    if (index_.size() >= capacity_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, std::move(value));
    index_[key] = entries_.begin();
    return &entries_.front().second;
  }

  void Erase(const std::string& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }

  void Clear() {
    index_.clear();
    entries_.clear();
  }

  std::size_t size() const { return index_.size(); }

 private:
  using Entries = std::list<std::pair<std::string, Value>>;  // most recently used first

  const std::size_t capacity_;
  Entries entries_;
  absl::flat_hash_map<std::string, typename Entries::iterator> index_;
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_LRU_MAP_H_
