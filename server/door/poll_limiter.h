#ifndef FLOWMESH_SERVER_DOOR_POLL_LIMITER_H_
#define FLOWMESH_SERVER_DOOR_POLL_LIMITER_H_

#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/door/lru_map.h"

namespace flowmesh::door {

// Limits how often an owner polls one object, such as an execution: a token bucket for each pair. Thread-safe; does not
// block beyond a short lock. The pairs polled longest ago are forgotten, which only makes the limit milder.
class PollLimiter {
 public:
  struct Options {
    double burst = 100;           // polls at once
    double per_second = 10;       // polls in the long run
    std::size_t pairs = 100'000;  // remembered at once
  };

  // `clock` must outlive the limiter.
  PollLimiter(base::Clock* clock, const Options& options);
  explicit PollLimiter(base::Clock* clock) : PollLimiter(clock, Options()) {}

  // OK, or RESOURCE_EXHAUSTED with reason POLLS_LIMITED, metadata `id` and the delay until the next poll is allowed.
  absl::Status Poll(const std::string& owner, const std::string& object) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Bucket {
    double tokens;
    absl::Time filled;  // when `tokens` was right
  };

  base::Clock* const clock_;
  const Options options_;
  base::Mutex mutex_;
  LruMap<Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_POLL_LIMITER_H_
