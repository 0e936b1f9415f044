#ifndef FLOWMESH_WORKERS_SDK_FLOW_H_
#define FLOWMESH_WORKERS_SDK_FLOW_H_

#include <coroutine>
#include <memory>
#include <string>
#include <utility>

#include "workers/sdk/call_scope.h"
#include "workers/sdk/flow_machine.h"
#include "workers/sdk/flow_promise.h"

namespace flowmesh::sdk {

// A flow body: a coroutine that runs when it is awaited and gives a T, or throws FlowFailure.
//
//   Flow<Podcast> MakePodcast(FlowContext& flow, PodcastRequest request) {
//     const Sources sources = co_await flow.Call(kHarvest, HarvestRequest(request.topic()));
//     const Script script = co_await WriteScript(flow, sources, request.persona());  // another flow, part of this one
//     const auto [audio, cover] = co_await flow.All(flow.Call(kForgeVoice, VoiceRequest(script)),
//                                                   flow.Try(flow.Call(kPaintCover, CoverRequest(script))));
//     co_return Assemble(script, audio, cover);
//   }
//
// A flow is taken up again after a crash, on another worker or an hour later by running its body from the start: what
// it awaited before is answered from the records. So a body must do the same whenever it runs with the same records:
// take time, randomness and ids from FlowContext, everything else from calls and steps, and raise code_version with a
// change of what it awaits. Take parameters by value (the context aside): a reference may be gone when the body
// resumes.
//
// What GCC 12 does wrong in an expression with co_await (all of it is fine in a statement before): a conditional
// operator on either side of co_await corrupts memory, so do temporaries of an aggregate with braces (`{.key = name}`)
// and of a lambda that captures strings and the like by value; initializer lists do not compile.
//
// Destroying a flow that waits destroys everything it holds. Not thread-safe: a flow runs on one thread at a time.
template <typename T>
class [[nodiscard]] Flow {
 public:
  using Result = T;
  using promise_type = flow_internal::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Flow(Handle handle) : handle_(handle) {}
  Flow(Flow&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)), shares_scope_(other.shares_scope_) {}
  Flow& operator=(Flow&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(shares_scope_, other.shares_scope_);
    return *this;
  }
  ~Flow() {
    if (handle_) handle_.destroy();
  }

  // Makes its calls in the scope of the body that awaits it, as if its code stood there: for parts of a body that
  // became functions, so that the keys stay what they were.
  Flow SharingScope() && {
    shares_scope_ = true;
    return std::move(*this);
  }

  // A scope of its own for its calls; the next of the awaiting body, or the given one.
  void Bind(const Place& place) {
    if (shares_scope_) {
      handle_.promise().SetPlace(place);
    } else {
      BindAs(place, place.scope->Next("flow"));
    }
  }
  void BindAs(const Place& place, const std::string& name) {
    handle_.promise().SetPlace({place.machine, CallScope::Below(name), place.join});
  }

  // For co_await, in bodies that return a Flow: runs this body and resumes the awaiting one when it has ended. Await a
  // flow once.
  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    if (handle_.promise().place().machine == nullptr) Bind(waiter.promise().place());
    handle_.promise().SetWaiter(waiter);
    handle_.promise().place().machine->Push(handle_);
  }
  T await_resume() { return handle_.promise().Take(); }

  // For whoever runs a flow from outside any flow. BeginIn hands it to a machine; once done(), Take gives the result or
  // throws.
  void BeginIn(FlowMachine* machine) {
    handle_.promise().SetPlace({machine, std::make_shared<CallScope>(), nullptr});
    machine->Begin(handle_);
  }
  bool done() const { return handle_.done(); }
  T Take() { return handle_.promise().Take(); }

  // As a branch of `join`, in the scope of the body that awaits the join.
  void BeginBranch(const Place& place, Join* join) {
    handle_.promise().SetPlace({place.machine, place.scope, join});
    handle_.promise().SetJoin(join);
    place.machine->Push(handle_);
  }

 private:
  Handle handle_;
  bool shares_scope_ = false;
};

namespace flow_internal {

template <typename T>
Flow<T> Promise<T>::get_return_object() {
  return Flow<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}

inline Flow<void> Promise<void>::get_return_object() {
  return Flow<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace flow_internal
}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FLOW_H_
