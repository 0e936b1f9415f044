#ifndef FLOWMESH_WORKERS_SDK_STRAND_H_
#define FLOWMESH_WORKERS_SDK_STRAND_H_

#include <deque>
#include <functional>
#include <memory>

#include "server/base/executor.h"
#include "server/base/mutex.h"

namespace flowmesh::sdk {

// Runs functions one after the other, in the order they were posted, on the threads of an executor: what runs on a
// strand needs no lock against the rest of the strand. Thread-safe.
class Strand : public std::enable_shared_from_this<Strand> {
 public:
  // `executor` must outlive the strand's work.
  explicit Strand(base::Executor* executor) : executor_(executor) {}

  // `work` runs once, later. When the executor refuses (it is full or stopped), it runs inside this call or that of
  // another thread that is just posting.
  void Post(std::function<void()> work) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);

  base::Executor* const executor_;
  base::Mutex mutex_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool working_ ABSL_GUARDED_BY(mutex_) = false;  // Work runs or is posted
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_STRAND_H_
