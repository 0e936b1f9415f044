#ifndef FLOWMESH_TESTS_BENCH_SHARED_COUNTER_H_
#define FLOWMESH_TESTS_BENCH_SHARED_COUNTER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace flowmesh::bench {

// A number in a file that several processes count up in memory. Thread-safe.
class SharedCounter {
 public:
  // Maps the file, which is made if it is not there and then counts from 0.
  static absl::StatusOr<std::unique_ptr<SharedCounter>> Open(const std::string& path);
  ~SharedCounter();
  SharedCounter(const SharedCounter&) = delete;
  SharedCounter& operator=(const SharedCounter&) = delete;

  void Increment() { value_->fetch_add(1, std::memory_order_relaxed); }
  int64_t value() const { return value_->load(std::memory_order_relaxed); }

 private:
  explicit SharedCounter(std::atomic<int64_t>* value) : value_(value) {}

  static_assert(std::atomic<int64_t>::is_always_lock_free, "only such an atomic works between processes");
  std::atomic<int64_t>* const value_;
};

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_SHARED_COUNTER_H_
