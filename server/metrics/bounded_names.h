#ifndef FLOWMESH_SERVER_METRICS_BOUNDED_NAMES_H_
#define FLOWMESH_SERVER_METRICS_BOUNDED_NAMES_H_

#include <cstddef>
#include <set>
#include <string>

#include "server/base/mutex.h"

namespace flowmesh::metrics {

inline constexpr size_t kMaxNames = 64;  // different values of one label that others than our code choose
inline constexpr char kOtherName[] = "other";

// Keeps a label small whose values come from outside: the first `most` names stand for themselves, all later ones are
// "other". Thread-safe.
class BoundedNames {
 public:
  explicit BoundedNames(size_t most = kMaxNames) : most_(most) {}

  std::string Of(const std::string& name) ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    if (names_.contains(name)) return name;
    if (names_.size() >= most_) return kOtherName;
    return *names_.insert(name).first;
  }

 private:
  const size_t most_;
  base::Mutex mutex_;
  std::set<std::string> names_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::metrics

#endif  // FLOWMESH_SERVER_METRICS_BOUNDED_NAMES_H_
