#ifndef FLOWMESH_WORKERS_SDK_FLOW_CONTEXT_H_
#define FLOWMESH_WORKERS_SDK_FLOW_CONTEXT_H_

#include <atomic>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "workers/sdk/all.h"
#include "workers/sdk/attempt_context.h"
#include "workers/sdk/cancel_wait.h"
#include "workers/sdk/durable_call.h"
#include "workers/sdk/durable_sleep.h"
#include "workers/sdk/external_wait.h"
#include "workers/sdk/flow_machine.h"
#include "workers/sdk/for_each.h"
#include "workers/sdk/local_step.h"
#include "workers/sdk/named.h"
#include "workers/sdk/signal_wait.h"
#include "workers/sdk/task_type.h"
#include "workers/sdk/try.h"

namespace flowmesh::sdk {

// The context of a flow (see flow.h). What its functions give is inert: co_await it, or hand it to All, Try or ForEach.
// What failed throws FlowFailure with the failure's own reason.
//
// A flow must not block: it holds a place in memory, not a thread. What it tells therefore never waits: while too much
// is not yet committed (WorkerOptions::outbox) log lines and progress are dropped and counted, and Output throws
// FlowFailure LIMIT (retryable). While the flow replays, what it tells was told before and is left out; what it told
// after its last record may be told again.
//
// When the flow shall stop, everything it awaits throws FlowFailure CANCELLED. Catch it to clean up, no more: every
// further await throws it again.
class FlowContext : public AttemptContext {
 public:
  // All pointers must outlive the context.
  FlowContext(const AttemptInfo& info, EventSink* sink, Cancellation* cancellation, const FlowMachine* machine);

  // Calls a task type; gives its output.
  template <typename In, typename Out>
  DurableCall<Out> Call(const TaskType<In, Out>& type, const std::type_identity_t<In>& input) {
    return DurableCall<Out>(type.name, input);
  }

  // Runs `code` on a thread of the worker, where it may block, and records what it returns: it runs once, unless the
  // worker is lost before that is committed. A retry takes what it returned in the execution that is retried for as
  // long as everything that the flow has waited for before is taken from there too. `code` is absl::StatusOr<T>() or
  // absl::Status(), or takes a StepContext&; T as in step_value.h. An error is recorded as well, and thrown: the author
  // tries again, with another key. `code` may use what the awaiting body holds (`[&]`): the body does not go on, nor go
  // away, before it has returned.
  template <typename Code>
  auto Run(std::string key, Code&& code) {
    CheckInPlace<Code>();
    using Result = local_step_internal::ResultOfCode<std::decay_t<Code>>;
    return LocalStep<Result>(std::move(key), std::forward<Code>(code));
  }

  // Waits that long, from the commit of the call on, whatever becomes of the worker.
  DurableSleep Sleep(absl::Duration pause) { return DurableSleep(pause); }

  // Waits for the next signal of this name that no earlier wait of this flow took; gives its payload.
  template <typename T>
  SignalWait<T> WaitSignal(std::string name) {
    return SignalWait<T>(std::move(name));
  }

  // Opens a task that somebody outside completes; see external_wait.h.
  template <typename T>
  ExternalOpening<T> External() {
    return ExternalOpening<T>();
  }

  // Awaits all at once; gives a std::tuple, or a std::vector for a list (std::monostate stands for nothing). Fails with
  // the first failure, in record order: see Join for what becomes of the rest.
  template <Awaitable... Ops>
  AllOf<Ops...> All(Ops... ops) {
    return AllOf<Ops...>(std::move(ops)...);
  }
  template <Awaitable Op>
  AllOfList<Op> All(std::vector<Op> ops) {
    return AllOfList<Op>(std::move(ops));
  }

  // Does `work` for every item; see ForEachOf. `work` takes a const Item& that stays until all is over, and gives what
  // the flow shall await. Gives a std::vector in the order of the items, whatever the order in which they end.
  template <typename Item, typename Work>
  auto ForEach(std::vector<Item> items, Work&& work) {
    CheckInPlace<Work>();
    using Op = std::decay_t<std::invoke_result_t<Work&, const Item&>>;
    return ForEachOf<Item, Op>(std::move(items), std::forward<Work>(work));
  }

  // The same for any other list: a RepeatedPtrField, an array, ...
  template <typename Items, typename Work>
  auto ForEach(const Items& items, Work&& work) {
    using Item = std::decay_t<decltype(*items.begin())>;
    return ForEach(std::vector<Item>(items.begin(), items.end()), std::forward<Work>(work));
  }

  // Awaits it and gives an absl::StatusOr, or absl::Status for nothing, instead of throwing: FailureFrom (failure.h)
  // reads the failure out of it. A failure makes the result COMPLETED_WITH_ERRORS; SetWithErrors(false) undoes that.
  template <Awaitable Op>
  TryOf<Op> Try(Op op) {
    return TryOf<Op>(this, std::move(op));
  }

  // Awaits it under a name: a call gets it as its key, a flow as the scope of its calls.
  template <Awaitable Op>
  NamedOf<Op> Named(std::string name, Op op) {
    return NamedOf<Op>(std::move(name), std::move(op));
  }

  // Waits until the flow shall stop, then goes on normally. A flow that waits for it is never released from memory.
  CancelWait Cancelled() { return CancelWait(); }

  // When the execution was created, in a retry the first of the chain: the same whenever the flow runs again, so that a
  // call with a time in its input is the same call in a retry and is not done again. Records carry no time; what must
  // know the time takes it in a step, which a retry remembers too.
  absl::Time Now() const { return created_; }

  // A UUID that is the same whenever the flow runs again, also in a retry, and no other flow's. Not for secrets.
  std::string NewId();

  // What the body does now was done before, up to the last record.
  bool replaying() const override { return machine_->replaying(); }

 protected:
  bool Admit(bool droppable) override;

 private:
  // GCC 12 destroys the captures of such a temporary twice when it stands in a co_await expression.
  template <typename Code>
  static constexpr void CheckInPlace() {
    static_assert(std::is_lvalue_reference_v<Code> || (std::is_trivially_copy_constructible_v<std::decay_t<Code>> &&
                                                       std::is_trivially_destructible_v<std::decay_t<Code>>),
                  "capture by reference ([&] is safe here), or give the function a name before and hand over that");
  }
  void TellOfDropped();

  const FlowMachine* const machine_;
  const absl::Time created_;
  std::atomic<int> dropped_ = 0;  // events since the last one admitted
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FLOW_CONTEXT_H_
