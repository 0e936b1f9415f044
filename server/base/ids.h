#ifndef FLOWMESH_SERVER_BASE_IDS_H_
#define FLOWMESH_SERVER_BASE_IDS_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace flowmesh::base {

// How many bits of an id name its shard.
inline constexpr int kShardBits = 10;

// The shard of everything that belongs to `owner`: the first 10 bits of SHA-256(owner), 0 to 1023.
uint32_t ShardOf(absl::string_view owner);

// A 128-bit id in the layout of UUID version 7 (RFC 9562, section 5.7), most significant bit first:
//
//   48 bits  unix_ts_ms   milliseconds since 1970
//    4 bits  ver          7
//   12 bits  rand_a       counter within the millisecond (RFC 9562, section 6.2, method 1)
//    2 bits  var          binary 10
//   10 bits  rand_b       shard of the owner
//   52 bits  rand_b       random
//
// Ids order by time of making; their byte, text and numeric orders agree. The zero Id is "none".
struct Id {
  uint64_t hi = 0;
  uint64_t lo = 0;

  friend auto operator<=>(const Id&, const Id&) = default;

  template <typename H>
  friend H AbslHashValue(H h, const Id& id) {
    return H::combine(std::move(h), id.hi, id.lo);
  }

  bool is_zero() const { return hi == 0 && lo == 0; }

  // The shard bits; meaningful for ids made by an IdMaker.
  uint32_t shard() const { return static_cast<uint32_t>(lo >> 52) & ((1U << kShardBits) - 1); }

  // The same id with other shard bits; only the low 10 bits of `shard` count.
  Id InShard(uint32_t shard) const;

  // The time bits, at millisecond resolution.
  absl::Time time() const { return absl::FromUnixMillis(static_cast<int64_t>(hi >> 16)); }

  // 16 bytes, big-endian.
  std::string bytes() const;

  // The 36-character form with lower-case digits: 0192f0c4-8d1e-7001-9abc-0123456789ab.
  std::string ToString() const;

  // Reads the 36-character form, any version, digits of either case; anything else is INVALID_ARGUMENT.
  static absl::StatusOr<Id> Parse(absl::string_view text);

  // Reads what bytes() wrote; INVALID_ARGUMENT unless exactly 16 bytes.
  static absl::StatusOr<Id> FromBytes(absl::string_view bytes);
};

// Makes ids. Those of one maker strictly increase in their first 64 bits, also when the clock stands still or steps
// back; makers in different processes are told apart by the random bits. Thread-safe; does not block beyond a short
// lock.
class IdMaker {
 public:
  // `clock` must outlive the maker. `random_bits` returns 64 uniform bits per call and is called under the maker's
  // lock.
  IdMaker(Clock* clock, std::function<uint64_t()> random_bits);

  // An id that carries ShardOf(owner).
  Id Make(absl::string_view owner) { return MakeInShard(ShardOf(owner)); }

  // An id in a given shard; only the low 10 bits of `shard` count.
  Id MakeInShard(uint32_t shard) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Clock* const clock_;
  Mutex mutex_;
  std::function<uint64_t()> random_bits_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;  // milliseconds << 12 | counter of the newest id
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_IDS_H_
