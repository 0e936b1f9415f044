#ifndef FLOWMESH_TESTS_SUPPORT_SEEDED_RANDOM_H_
#define FLOWMESH_TESTS_SUPPORT_SEEDED_RANDOM_H_

#include <cstdint>
#include <random>

#include "server/base/mutex.h"
#include "server/base/random.h"

namespace flowmesh::testing {

// The same bits for the same seed, on every machine. Thread-safe (but only one thread sees a repeatable sequence).
class SeededRandom : public base::RandomSource {
 public:
  explicit SeededRandom(uint64_t seed = 1) : engine_(seed) {}

  uint64_t Next() override ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    return engine_();
  }

 private:
  base::Mutex mutex_;
  std::mt19937_64 engine_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_SEEDED_RANDOM_H_
