#ifndef FLOWMESH_WORKERS_SDK_ALL_H_
#define FLOWMESH_WORKERS_SDK_ALL_H_

#include <coroutine>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "workers/sdk/branch.h"
#include "workers/sdk/join.h"

namespace flowmesh::sdk {

// What FlowContext::All gives for a fixed number of branches.
template <Awaitable... Ops>
class AllOf {
 public:
  using Result = std::tuple<ResultOf<Ops>...>;

  explicit AllOf(Ops... ops) : ops_(std::move(ops)...) {}

  void Bind(const Place& place) { BindIn(place, place.scope); }
  void BindAs(const Place& place, const std::string& name) { BindIn(place, CallScope::Below(name)); }

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    if (branches_ == nullptr) Bind(waiter.promise().place());
    branches_->ops = &ops_;
    branches_->Begin(waiter);
  }
  Result await_resume() {
    const std::unique_ptr<Branches> branches = std::move(branches_);
    branches->RethrowFailure();
    return branches->Take(std::index_sequence_for<Ops...>());
  }

 private:
  struct Branches : public Join {
    explicit Branches(const Place& place) : Join(place) {}

    size_t BeginBranches() override {
      BeginLastFirst(std::index_sequence_for<Ops...>());
      return sizeof...(Ops);
    }
    template <size_t... kIndex>
    void BeginLastFirst(std::index_sequence<kIndex...>) {
      (BeginOne<sizeof...(Ops) - 1 - kIndex>(), ...);
    }
    template <size_t kIndex>
    void BeginOne() {
      auto& flow = std::get<kIndex>(flows);
      flow.emplace(flow_internal::BranchBody(std::move(std::get<kIndex>(*ops))));
      flow->BeginBranch(place(), this);
    }
    template <size_t... kIndex>
    Result Take(std::index_sequence<kIndex...>) {
      return Result(std::get<kIndex>(flows)->Take()...);
    }

    std::tuple<Ops...>* ops = nullptr;
    std::tuple<std::optional<Flow<ResultOf<Ops>>>...> flows;
  };

  // Keys are given here, from left to right.
  void BindIn(const Place& place, std::shared_ptr<CallScope> scope) {
    branches_ = std::make_unique<Branches>(place);
    const Place inside{place.machine, std::move(scope), branches_.get()};
    std::apply([&](Ops&... op) { (op.Bind(inside), ...); }, ops_);
  }

  std::tuple<Ops...> ops_;
  std::unique_ptr<Branches> branches_;  // null until bound
};

// What FlowContext::All gives for a list of branches.
template <Awaitable Op>
class AllOfList {
 public:
  using Result = std::vector<ResultOf<Op>>;

  explicit AllOfList(std::vector<Op> ops) : ops_(std::move(ops)) {}

  void Bind(const Place& place) { BindIn(place, place.scope); }
  void BindAs(const Place& place, const std::string& name) { BindIn(place, CallScope::Below(name)); }

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    if (branches_ == nullptr) Bind(waiter.promise().place());
    branches_->ops = std::move(ops_);
    branches_->Begin(waiter);
  }
  Result await_resume() {
    const std::unique_ptr<Branches> branches = std::move(branches_);
    branches->RethrowFailure();
    Result results;
    results.reserve(branches->flows.size());
    for (auto flow = branches->flows.rbegin(); flow != branches->flows.rend(); ++flow) results.push_back(flow->Take());
    return results;
  }

 private:
  struct Branches : public Join {
    explicit Branches(const Place& place) : Join(place) {}

    size_t BeginBranches() override {
      flows.reserve(ops.size());
      for (auto op = ops.rbegin(); op != ops.rend(); ++op) {
        flows.push_back(flow_internal::BranchBody(std::move(*op)));
        flows.back().BeginBranch(place(), this);
      }
      ops.clear();
      return flows.size();
    }

    std::vector<Op> ops;
    std::vector<Flow<ResultOf<Op>>> flows;  // the last first
  };

  void BindIn(const Place& place, std::shared_ptr<CallScope> scope) {
    branches_ = std::make_unique<Branches>(place);
    const Place inside{place.machine, std::move(scope), branches_.get()};
    for (Op& op : ops_) op.Bind(inside);
  }

  std::vector<Op> ops_;
  std::unique_ptr<Branches> branches_;  // null until bound
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_ALL_H_
