#include "workers/sdk/execution_random.h"

#include <string>

#include "server/base/digest.h"

namespace flowmesh::sdk {
namespace {

constexpr uint64_t kGamma = 0x9E3779B97F4A7C15;

uint64_t SeedFrom(absl::string_view name) {
  const std::string digest = base::Sha256(name);
  uint64_t seed = 0;
  for (int i = 0; i < 8; ++i) seed = seed << 8 | static_cast<uint8_t>(digest[i]);
  return seed == 0 ? kGamma : seed;
}

}  // namespace

ExecutionRandom::ExecutionRandom(absl::string_view name) : seed_(SeedFrom(name)), state_(seed_) {}

uint64_t ExecutionRandom::Next() {
  uint64_t z = state_.fetch_add(kGamma, std::memory_order_relaxed) + kGamma;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

uint64_t ExecutionRandom::Uniform(uint64_t limit) {
  if (limit == 0) return 0;
  // Values below 2^64 mod limit would favour small results.
  const uint64_t unfair = (0 - limit) % limit;
  uint64_t value = Next();
  while (value < unfair) value = Next();
  return value % limit;
}

}  // namespace flowmesh::sdk
