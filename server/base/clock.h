#ifndef FLOWMESH_SERVER_BASE_CLOCK_H_
#define FLOWMESH_SERVER_BASE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace flowmesh::base {

// Where time comes from. Implementations are thread-safe, do not block, and never go backwards.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() = 0;
};

// The machine's wall clock with microsecond resolution, made non-decreasing within this object: when the machine's
// clock is set back, Now() stands still until it has caught up.
class SystemClock : public Clock {
 public:
  absl::Time Now() override;

 private:
  std::atomic<int64_t> latest_micros_ = 0;
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_CLOCK_H_
