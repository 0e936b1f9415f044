// Removes objects that no row names: what is left of writes that were refused or died before their commit, and of
// artifacts whose rows were deleted.
#ifndef FLOWMESH_SERVER_ARTIFACTS_OBJECT_SWEEP_H_
#define FLOWMESH_SERVER_ARTIFACTS_OBJECT_SWEEP_H_

#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/artifacts/object_store.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace flowmesh::artifacts {

struct SweepOptions {
  absl::Duration age = absl::Hours(1);       // younger objects stay: their commit may be on its way for a minute
  absl::Duration pause = absl::Seconds(10);  // after each page, so that a pass of 256 pages takes most of an hour
};

// Whether a row names the object. An error keeps it.
using RowExists = std::function<absl::StatusOr<bool>(const base::Id& id)>;

// One page. Answers the cursor of the next one, empty after the last; an error counts as the end of this pass. Blocks.
absl::StatusOr<std::string> SweepPage(ObjectStore& objects, const RowExists& exists, absl::Time before,
                                      const std::string& cursor);

// Sweeps for ever, one page at a time, on a thread of its own. Start and Stop are symmetric; Stop is idempotent.
class ObjectSweeper {
 public:
  // `objects`, `clock` and what `exists` uses must outlive the sweeper, until Stop.
  ObjectSweeper(SweepOptions options, ObjectStore* objects, RowExists exists, base::Clock* clock)
      : options_(options), objects_(objects), exists_(std::move(exists)), clock_(clock) {}
  ~ObjectSweeper() { Stop(); }

  void Start();
  // Returns when the page at hand is done.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  const SweepOptions options_;
  ObjectStore* const objects_;
  const RowExists exists_;
  base::Clock* const clock_;
  base::Mutex mutex_;
  base::CondVar stop_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace flowmesh::artifacts

#endif  // FLOWMESH_SERVER_ARTIFACTS_OBJECT_SWEEP_H_
