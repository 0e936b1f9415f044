#include "server/door/poll_limiter.h"

#include <algorithm>

#include "server/base/error.h"
#include "server/base/packing.h"

namespace flowmesh::door {

PollLimiter::PollLimiter(base::Clock* clock, const Options& options)
    : clock_(clock), options_(options), buckets_(options.pairs) {}

absl::Status PollLimiter::Poll(const std::string& owner, const std::string& object) {
  const std::string pair = base::Packer().Bytes(owner).Bytes(object).Take();
  const absl::Time now = clock_->Now();
  double missing = 0;
  {
    base::MutexLock lock(mutex_);
    Bucket* bucket = buckets_.Find(pair);
    if (bucket == nullptr) bucket = buckets_.Put(pair, Bucket{options_.burst, now});
    const double gained = absl::ToDoubleSeconds(now - bucket->filled) * options_.per_second;
    bucket->tokens = std::min(options_.burst, bucket->tokens + std::max(gained, 0.0));
    bucket->filled = std::max(bucket->filled, now);
    if (bucket->tokens >= 1) {
      bucket->tokens -= 1;
      return absl::OkStatus();
    }
    missing = 1 - bucket->tokens;
  }
  return base::Error(absl::StatusCode::kResourceExhausted, "POLLS_LIMITED",
                     "it is polled too often: follow its execution with LogStream.Tail, or poll later")
      .With("id", object)
      .RetryAfter(absl::Seconds(missing / options_.per_second));
}

}  // namespace flowmesh::door
