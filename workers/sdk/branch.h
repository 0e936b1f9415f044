#ifndef FLOWMESH_WORKERS_SDK_BRANCH_H_
#define FLOWMESH_WORKERS_SDK_BRANCH_H_

#include <exception>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "workers/sdk/flow.h"

namespace flowmesh::sdk {

// What a flow may await: an inert object that is given its place by Bind or BindAs (once) and then awaited where it is.
template <typename Op>
concept Awaitable = std::is_nothrow_move_constructible_v<Op> && requires(Op op, const Place& place, std::string name) {
  typename Op::Result;
  op.Bind(place);
  op.BindAs(place, name);
  op.await_ready();
  op.await_resume();
};

// What it gives, where nothing is a value too.
template <Awaitable Op>
using ResultOf = std::conditional_t<std::is_void_v<typename Op::Result>, std::monostate, typename Op::Result>;

namespace flow_internal {

// GCC thinks that the frame of such a body is visible everywhere even if the flow's types are its file's own.
#pragma GCC diagnostic push
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wsubobject-linkage"
#endif

// The body of one branch of a join.
template <Awaitable Op>
Flow<ResultOf<Op>> BranchBody(Op op) {
  if constexpr (std::is_void_v<typename Op::Result>) {
    co_await op;
    co_return std::monostate();
  } else {
    co_return co_await op;
  }
}

template <typename T>
[[noreturn]] T Throw(const std::exception_ptr& failure) {
  std::rethrow_exception(failure);
}

// The body of a branch that could not be made.
template <typename T>
Flow<T> FailedBranch(std::exception_ptr failure) {
  co_return Throw<T>(failure);
}

#pragma GCC diagnostic pop

}  // namespace flow_internal
}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_BRANCH_H_
