#include "server/base/backoff.h"

#include <algorithm>
#include <cmath>

namespace flowmesh::base {

absl::Duration FullJitterDelay(const RetryPolicy& policy, int failures, double uniform) {
  // absl::Duration saturates at infinity, so an overflowing power still ends at the cap.
  const double growth = std::pow(policy.multiplier, std::max(0, failures - 1));
  const absl::Duration bound = std::min(policy.cap, policy.initial * growth);
  return std::max(absl::ZeroDuration(), bound * uniform);
}

}  // namespace flowmesh::base
