#include "server/base/ids.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/base/digest.h"

namespace flowmesh::base {
namespace {

constexpr size_t kTextSize = 36;
constexpr int kCounterBits = 12;
constexpr uint64_t kCounterMask = (uint64_t{1} << kCounterBits) - 1;
constexpr uint64_t kVersion = 7;
constexpr uint64_t kVariant = 2;

bool IsHyphenPlace(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

absl::Status NotAnId(absl::string_view text) {
  constexpr size_t kShown = 64;
  return absl::InvalidArgumentError(absl::StrCat(
      "'", text.substr(0, kShown), "' is not an id; expected a UUID such as 0192f0c4-8d1e-7001-9abc-0123456789ab"));
}

}  // namespace

uint32_t ShardOf(absl::string_view owner) {
  const std::string digest = Sha256(owner);
  const uint32_t first = static_cast<unsigned char>(digest[0]);
  const uint32_t second = static_cast<unsigned char>(digest[1]);
  return (first << 8 | second) >> (16 - kShardBits);
}

std::string Id::bytes() const {
  std::string out(16, '\0');
  for (int i = 0; i < 8; ++i) {
    out[i] = static_cast<char>(hi >> (56 - 8 * i));
    out[8 + i] = static_cast<char>(lo >> (56 - 8 * i));
  }
  return out;
}

std::string Id::ToString() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out(kTextSize, '-');
  int digit = 0;
  for (size_t at = 0; at < kTextSize; ++at) {
    if (IsHyphenPlace(at)) continue;
    const uint64_t half = digit < 16 ? hi : lo;
    out[at] = kDigits[half >> (60 - 4 * (digit % 16)) & 0xF];
    ++digit;
  }
  return out;
}

absl::StatusOr<Id> Id::Parse(absl::string_view text) {
  if (text.size() != kTextSize) return NotAnId(text);
  Id id;
  int digit = 0;
  for (size_t at = 0; at < kTextSize; ++at) {
    if (IsHyphenPlace(at)) {
      if (text[at] != '-') return NotAnId(text);
      continue;
    }
    const int value = HexValue(text[at]);
    if (value < 0) return NotAnId(text);
    uint64_t& half = digit < 16 ? id.hi : id.lo;
    half = half << 4 | static_cast<uint64_t>(value);
    ++digit;
  }
  return id;
}

absl::StatusOr<Id> Id::FromBytes(absl::string_view bytes) {
  if (bytes.size() != 16) return absl::InvalidArgumentError(absl::StrCat("an id has 16 bytes, not ", bytes.size()));
  Id id;
  for (int i = 0; i < 8; ++i) {
    id.hi = id.hi << 8 | static_cast<unsigned char>(bytes[i]);
    id.lo = id.lo << 8 | static_cast<unsigned char>(bytes[8 + i]);
  }
  return id;
}

Id Id::InShard(uint32_t shard) const {
  constexpr uint64_t kMask = (uint64_t{1} << kShardBits) - 1;
  return {.hi = hi, .lo = (lo & ~(kMask << 52)) | (shard & kMask) << 52};
}

IdMaker::IdMaker(Clock* clock, std::function<uint64_t()> random_bits)
    : clock_(clock), random_bits_(std::move(random_bits)) {}

Id IdMaker::MakeInShard(uint32_t shard) {
  const uint64_t millis = static_cast<uint64_t>(std::max<int64_t>(0, absl::ToUnixMillis(clock_->Now())));
  MutexLock lock(mutex_);
  // A full counter runs over into the milliseconds: the order holds, and the time is ahead by at most the overrun.
  last_ = std::max(last_ + 1, millis << kCounterBits);
  Id id;
  id.hi = (last_ >> kCounterBits) << 16 | kVersion << 12 | (last_ & kCounterMask);
  id.lo = kVariant << 62 | (uint64_t{shard} & ((1U << kShardBits) - 1)) << 52 | random_bits_() >> 12;
  return id;
}

}  // namespace flowmesh::base
