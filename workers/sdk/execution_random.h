#ifndef FLOWMESH_WORKERS_SDK_EXECUTION_RANDOM_H_
#define FLOWMESH_WORKERS_SDK_EXECUTION_RANDOM_H_

#include <atomic>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "server/base/random.h"

namespace flowmesh::sdk {

// Random numbers that are the same in every attempt of one piece of work, on every machine. Not for secrets.
// Thread-safe, but only calls in a fixed order give a fixed sequence. Source of the generator: Steele, Lea, Flood,
// "Fast splittable pseudorandom number generators", 2014 (SplitMix64).
class ExecutionRandom : public base::RandomSource {
 public:
  // `name` names the work: equal names give equal sequences.
  explicit ExecutionRandom(absl::string_view name);

  // What the sequence starts from; never 0.
  uint64_t seed() const { return seed_; }

  uint64_t Next() override;

  // Uniform in 0..limit-1; 0 for limit 0.
  uint64_t Uniform(uint64_t limit);

 private:
  const uint64_t seed_;
  std::atomic<uint64_t> state_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_EXECUTION_RANDOM_H_
