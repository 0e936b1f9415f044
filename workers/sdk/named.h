#ifndef FLOWMESH_WORKERS_SDK_NAMED_H_
#define FLOWMESH_WORKERS_SDK_NAMED_H_

#include <coroutine>
#include <string>
#include <utility>

#include "workers/sdk/branch.h"
#include "workers/sdk/failure.h"

namespace flowmesh::sdk {

// What FlowContext::Named gives: awaits `op` under a name of the author's.
template <Awaitable Op>
class [[nodiscard]] NamedOf {
 public:
  using Result = typename Op::Result;

  NamedOf(std::string name, Op op) : name_(std::move(name)), op_(std::move(op)) {}

  void Bind(const Place& place) {
    bound_ = true;
    if (absl::Status status = CheckCallName(name_); !status.ok()) {
      place.machine->Fail(FlowFailure("KEY_INVALID", std::string(status.message())).failure());
    }
    op_.BindAs(place, place.scope->Named(name_));
  }
  void BindAs(const Place& place, const std::string& name) {
    Bind({place.machine, CallScope::Below(name), place.join});
  }

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  auto await_suspend(std::coroutine_handle<Promise> waiter) {
    if (!bound_) Bind(waiter.promise().place());
    return op_.await_suspend(waiter);
  }
  Result await_resume() { return op_.await_resume(); }

 private:
  std::string name_;
  Op op_;
  bool bound_ = false;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_NAMED_H_
