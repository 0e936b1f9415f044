#ifndef FLOWMESH_WORKERS_SDK_TRY_H_
#define FLOWMESH_WORKERS_SDK_TRY_H_

#include <coroutine>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "workers/sdk/attempt_context.h"
#include "workers/sdk/branch.h"
#include "workers/sdk/failure.h"

namespace flowmesh::sdk {

// What FlowContext::Try gives: awaits `op`, whose failure becomes a value.
template <Awaitable Op>
class TryOf {
 public:
  using Result = std::conditional_t<std::is_void_v<typename Op::Result>, absl::Status, absl::StatusOr<ResultOf<Op>>>;

  TryOf(AttemptContext* flow, Op op) : flow_(flow), op_(std::move(op)) {}

  void Bind(const Place& place) {
    machine_ = place.machine;
    op_.Bind(place);
  }
  void BindAs(const Place& place, const std::string& name) {
    machine_ = place.machine;
    op_.BindAs(place, name);
  }

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  auto await_suspend(std::coroutine_handle<Promise> waiter) {
    if (machine_ == nullptr) Bind(waiter.promise().place());
    return op_.await_suspend(waiter);
  }
  Result await_resume() {
    try {
      if constexpr (std::is_void_v<typename Op::Result>) {
        op_.await_resume();
        return absl::OkStatus();
      } else {
        return op_.await_resume();
      }
    } catch (const FlowFailure& failure) {
      if (machine_->cancelling()) throw;  // the whole flow shall stop, not this part of it
      flow_->SetWithErrors(true);
      return StatusFrom(failure.failure());
    }
  }

 private:
  AttemptContext* flow_;
  FlowMachine* machine_ = nullptr;  // null until bound
  Op op_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_TRY_H_
