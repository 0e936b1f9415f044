#ifndef FLOWMESH_WORKERS_SDK_FLOW_CONTEXT_H_
#define FLOWMESH_WORKERS_SDK_FLOW_CONTEXT_H_

#include <atomic>
#include <coroutine>

#include "absl/time/time.h"
#include "workers/sdk/attempt_context.h"

namespace flowmesh::sdk {

// Resumes what a flow body waits for. Implementations are thread-safe.
class FlowResumer {
 public:
  virtual ~FlowResumer() = default;

  // Resumes `waiter` once the attempt is to be cancelled, never inside this call. Called on the flow's own thread.
  virtual void ResumeWhenCancelled(std::coroutine_handle<> waiter) = 0;
};

// The context of a flow. A flow must not block: it holds a place in memory, not a thread. What it tells therefore never
// waits: while too much is not yet committed (WorkerOptions::outbox) log lines and progress are dropped and counted,
// and Output throws FlowFailure LIMIT (retryable).
class FlowContext : public AttemptContext {
 public:
  // All pointers must outlive the context.
  FlowContext(AttemptInfo info, EventSink* sink, Cancellation* cancellation, FlowResumer* resumer);

  // When the execution was created: the same whenever the flow runs again.
  absl::Time Now() const { return created_; }

  // co_await flow.Cancelled() waits until the flow shall stop.
  auto Cancelled() {
    struct Awaiter {
      FlowContext* flow;
      bool await_ready() const { return flow->cancelled(); }
      void await_suspend(std::coroutine_handle<> waiter) const { flow->resumer_->ResumeWhenCancelled(waiter); }
      void await_resume() const {}
    };
    return Awaiter{this};
  }

 protected:
  bool Admit(bool droppable) override;

 private:
  void TellOfDropped();

  FlowResumer* const resumer_;
  const absl::Time created_;
  std::atomic<int> dropped_ = 0;  // events since the last one admitted
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FLOW_CONTEXT_H_
