#ifndef FLOWMESH_WORKERS_SDK_FLOW_PROMISE_H_
#define FLOWMESH_WORKERS_SDK_FLOW_PROMISE_H_

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "workers/sdk/place.h"

namespace flowmesh::sdk {

template <typename T>
class Flow;

// What every flow's frame holds: where it runs, who waits for it, and how it failed.
class FlowPromise {
 public:
  struct AtEnd {
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> body) const noexcept {
      body.promise().TellEnd();
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  AtEnd final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { exception_ = std::current_exception(); }

  // Where the calls of this body are made.
  const Place& place() const { return place_; }
  void SetPlace(Place place) { place_ = std::move(place); }

  // Who goes on when the body has ended: another body, or the join whose branch this is.
  void SetWaiter(std::coroutine_handle<> waiter) { waiter_ = waiter; }
  void SetJoin(Join* join) { join_ = join; }

 protected:
  void RethrowFailure() {
    if (exception_) std::rethrow_exception(std::exchange(exception_, nullptr));
  }

 private:
  void TellEnd() noexcept;

  Place place_;
  std::coroutine_handle<> waiter_;
  Join* join_ = nullptr;
  std::exception_ptr exception_;
};

namespace flow_internal {

template <typename T>
class Promise : public FlowPromise {
 public:
  Flow<T> get_return_object();
  template <typename U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  T Take() {
    RethrowFailure();
    return *std::move(value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class Promise<void> : public FlowPromise {
 public:
  Flow<void> get_return_object();
  void return_void() {}
  void Take() { RethrowFailure(); }
};

}  // namespace flow_internal
}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FLOW_PROMISE_H_
