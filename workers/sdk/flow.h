#ifndef FLOWMESH_WORKERS_SDK_FLOW_H_
#define FLOWMESH_WORKERS_SDK_FLOW_H_

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace flowmesh::sdk {

template <typename T>
class Flow;

namespace flow_internal {

// What every flow's frame holds: who waits for it, and how it failed.
class PromiseBase {
 public:
  struct ResumeWaiter {
    bool await_ready() noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) noexcept {
      const std::coroutine_handle<> waiter = done.promise().waiter_;
      if (waiter) return waiter;
      return std::noop_coroutine();
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  ResumeWaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { exception_ = std::current_exception(); }

  void set_waiter(std::coroutine_handle<> waiter) { waiter_ = waiter; }

 protected:
  void RethrowFailure() {
    if (exception_) std::rethrow_exception(std::exchange(exception_, nullptr));
  }

 private:
  std::coroutine_handle<> waiter_;
  std::exception_ptr exception_;
};

template <typename T>
class Promise : public PromiseBase {
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
class Promise<void> : public PromiseBase {
 public:
  Flow<void> get_return_object();
  void return_void() {}
  void Take() { RethrowFailure(); }
};

}  // namespace flow_internal

// A flow body: a coroutine that runs when it is awaited and gives a T, or throws FlowFailure.
//
//   Flow<Verse> WriteVerse(FlowContext& flow, std::string theme);
//   Flow<Song> WriteSong(FlowContext& flow, SongRequest request) {
//     Flow<Verse> writing = WriteVerse(flow, request.theme());
//     Verse verse = co_await std::move(writing);
//     ...
//
// Take parameters by value (the context aside): a reference may be gone when the body resumes. Destroying a flow that
// waits destroys everything it holds. Not thread-safe: a flow runs on one thread at a time.
template <typename T>
class [[nodiscard]] Flow {
 public:
  using promise_type = flow_internal::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Flow(Handle handle) : handle_(handle) {}
  Flow(Flow&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Flow& operator=(Flow&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Flow() {
    if (handle_) handle_.destroy();
  }

  // Runs the body now, on this thread, and resumes the awaiting flow when it has ended. Await a flow once.
  auto operator co_await() && noexcept {
    struct Awaiter {
      Handle body;
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) noexcept {
        body.promise().set_waiter(waiter);
        return body;
      }
      T await_resume() { return body.promise().Take(); }
    };
    return Awaiter{handle_};
  }

  // For whoever runs a flow from outside any flow: resume the handle to begin; once done(), Take gives the result or
  // throws.
  std::coroutine_handle<> handle() const { return handle_; }
  bool done() const { return handle_.done(); }
  T Take() { return handle_.promise().Take(); }

 private:
  Handle handle_;
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
