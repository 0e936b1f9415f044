#ifndef FLOWMESH_SERVER_APPS_QUIZZES_FORWARD_WAIT_H_
#define FLOWMESH_SERVER_APPS_QUIZZES_FORWARD_WAIT_H_

#include <grpcpp/alarm.h>

#include <functional>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "server/base/mutex.h"
#include "server/engine/engine.h"

namespace flowmesh::apps {

// Waits until an execution of the flow `quiz_forward` has recorded what the worker outside said, without blocking a
// thread: it looks at the rows whenever the execution has new events.
class ForwardWait : public std::enable_shared_from_this<ForwardWait> {
 public:
  // Why the execution failed; nullopt: the worker has accepted, or nothing is known after `patience`. Called once, on a
  // thread of the engine or of gRPC; must not block.
  using Done = std::function<void(std::optional<store::Failure>)>;

  // The engine must outlive the wait, which lasts as long as `patience` at most.
  static void Begin(engine::Engine* engine, const store::Id& execution, absl::Duration patience, Done done);

 private:
  ForwardWait(engine::Engine* engine, const store::Id& execution, Done done)
      : engine_(engine), execution_(execution), done_(std::move(done)) {}

  void Woken() ABSL_LOCKS_EXCLUDED(mutex_);
  void Look() ABSL_LOCKS_EXCLUDED(mutex_);
  // Calls done_ unless that has happened.
  void End(std::optional<store::Failure> failure) ABSL_LOCKS_EXCLUDED(mutex_);

  engine::Engine* const engine_;
  const store::Id execution_;
  grpc::Alarm alarm_;
  base::Mutex mutex_;
  Done done_ ABSL_GUARDED_BY(mutex_);                          // null: it was called
  std::shared_ptr<ForwardWait> self_ ABSL_GUARDED_BY(mutex_);  // until the end
  std::shared_ptr<engine::EventHub::Subscription> subscription_ ABSL_GUARDED_BY(mutex_);
  bool looking_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;  // since the look that is under way began
};

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_QUIZZES_FORWARD_WAIT_H_
