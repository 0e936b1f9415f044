#ifndef FLOWMESH_SERVER_BASE_RANDOM_H_
#define FLOWMESH_SERVER_BASE_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/base/mutex.h"

namespace flowmesh::base {

// Where random bits come from. Implementations are thread-safe and do not block.
class RandomSource {
 public:
  virtual ~RandomSource() = default;

  // 64 independent uniform bits.
  virtual uint64_t Next() = 0;

  // Uniform in [0, 1), 53 bits of it.
  double NextUniform();

  // `size` random bytes, for tokens and keys.
  std::string NextBytes(size_t size);
};

// Bits from OpenSSL's generator, fit for secrets. A failing generator ends the process: there is no safe way on without
// it.
class SecureRandom : public RandomSource {
 public:
  uint64_t Next() override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  static constexpr size_t kBlock = 512;  // values drawn from OpenSSL at once; one call for each costs a microsecond

  Mutex mutex_;
  uint64_t block_[kBlock] ABSL_GUARDED_BY(mutex_) = {};
  size_t used_ ABSL_GUARDED_BY(mutex_) = kBlock;
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_RANDOM_H_
