#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_SEEDED_RANDOM_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_SEEDED_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace flowmesh::models {

// FNV-1a, 64 bits: the same on every machine and in every run, which std::hash and absl::Hash are not.
inline uint64_t StableHash(absl::string_view text, uint64_t hash = 0xcbf29ce484222325ULL) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

// SplitMix64 (Steele, Lea, Flood 2014): what a writer writes is a function of its subject and seed, on every
// platform. Not thread-safe.
class SeededRandom {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // Uniform in [0, n); n > 0. The bias of the remainder is far below what a reader could notice.
  size_t Below(size_t n) { return static_cast<size_t>(Next() % n); }

  bool Chance(int percent) { return Below(100) < static_cast<size_t>(percent); }

  template <typename T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

 private:
  uint64_t state_;
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_SEEDED_RANDOM_H_
