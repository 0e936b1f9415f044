#ifndef FLOWMESH_WORKERS_SDK_CANCEL_WAIT_H_
#define FLOWMESH_WORKERS_SDK_CANCEL_WAIT_H_

#include <coroutine>
#include <utility>

#include "workers/sdk/flow_machine.h"
#include "workers/sdk/place.h"

namespace flowmesh::sdk {

// co_await flow.Cancelled(): waits until the flow shall stop. It is no durable call: nothing is recorded, and a flow
// that waits for it stays in memory.
class CancelWait {
 public:
  using Result = void;

  CancelWait() = default;
  CancelWait(CancelWait&& other) noexcept : place_(std::move(other.place_)) {}
  CancelWait& operator=(CancelWait&&) = delete;
  ~CancelWait() {
    if (waiter_) place_.machine->Forget(this);
  }

  void Bind(const Place& place) { place_ = place; }
  void BindAs(const Place& place, const std::string& /*name*/) { place_ = place; }

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  bool await_suspend(std::coroutine_handle<Promise> waiter) {
    place_ = waiter.promise().place();
    if (place_.machine->cancelling()) return false;
    waiter_ = waiter;
    place_.machine->AwaitCancel(this);
    return true;
  }
  void await_resume() const {}

  std::coroutine_handle<> waiter() const { return waiter_; }
  const Join* join() const { return place_.join; }

 private:
  Place place_;
  std::coroutine_handle<> waiter_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_CANCEL_WAIT_H_
