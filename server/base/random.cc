#include "server/base/random.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace flowmesh::base {

double RandomSource::NextUniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

std::string RandomSource::NextBytes(size_t size) {
  std::string bytes(size, '\0');
  for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
    const uint64_t bits = Next();
    std::memcpy(bytes.data() + at, &bits, std::min(sizeof(bits), size - at));
  }
  return bytes;
}

uint64_t SecureRandom::Next() {
  MutexLock lock(mutex_);
  if (used_ == kBlock) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(block_), sizeof(block_)) != 1) {
      std::fputs("OpenSSL cannot provide random bytes\n", stderr);
      std::abort();
    }
    used_ = 0;
  }
  // A value that was handed out leaves memory, so that a later dump does not reveal earlier secrets.
  return std::exchange(block_[used_++], 0);
}

}  // namespace flowmesh::base
