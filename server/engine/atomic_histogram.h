#ifndef FLOWMESH_SERVER_ENGINE_ATOMIC_HISTOGRAM_H_
#define FLOWMESH_SERVER_ENGINE_ATOMIC_HISTOGRAM_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace flowmesh::engine {

// How often values fell between the bounds, without a lock. A look during additions may see a value's count before its
// part of the sum. Thread-safe.
template <size_t n>
class AtomicHistogram {
 public:
  using Bounds = std::array<int64_t, n>;

  struct Counts {
    std::vector<uint64_t> counts;  // up to each bound, then above the last one
    int64_t sum = 0;
  };

  // Bounds rise; a value that equals one belongs below it.
  explicit constexpr AtomicHistogram(const Bounds& bounds) : bounds_(bounds) {}

  void Add(int64_t value) {
    const auto place = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    counts_[static_cast<size_t>(place)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
  }

  const Bounds& bounds() const { return bounds_; }
  Counts counts() const {
    Counts now;
    for (const auto& count : counts_) now.counts.push_back(count.load(std::memory_order_relaxed));
    now.sum = sum_.load(std::memory_order_relaxed);
    return now;
  }

 private:
  const Bounds bounds_;
  std::array<std::atomic<uint64_t>, n + 1> counts_{};
  std::atomic<int64_t> sum_ = 0;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_ATOMIC_HISTOGRAM_H_
