#include "server/base/clock.h"

#include <algorithm>

#include "absl/time/clock.h"

namespace flowmesh::base {

absl::Time SystemClock::Now() {
  const int64_t machine = absl::ToUnixMicros(absl::Now());
  int64_t latest = latest_micros_.load();
  while (latest < machine && !latest_micros_.compare_exchange_weak(latest, machine)) {
  }
  return absl::FromUnixMicros(std::max(latest, machine));
}

}  // namespace flowmesh::base
