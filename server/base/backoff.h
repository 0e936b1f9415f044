#ifndef FLOWMESH_SERVER_BASE_BACKOFF_H_
#define FLOWMESH_SERVER_BASE_BACKOFF_H_

#include "absl/time/time.h"

namespace flowmesh::base {

// When a failed piece of work is tried again.
struct RetryPolicy {
  int max_failures = 3;                       // the failure that makes it final
  absl::Duration initial = absl::Seconds(1);  // upper bound of the delay after the first failure
  double multiplier = 2;                      // growth of that bound from failure to failure
  absl::Duration cap = absl::Seconds(60);     // the bound never exceeds this

  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

// The delay after the `failures`-th failure (from 1) with full jitter: uniform * min(cap, initial *
// multiplier^(failures - 1)), `uniform` in [0, 1). Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
absl::Duration FullJitterDelay(const RetryPolicy& policy, int failures, double uniform);

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_BACKOFF_H_
