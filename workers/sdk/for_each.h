#ifndef FLOWMESH_WORKERS_SDK_FOR_EACH_H_
#define FLOWMESH_WORKERS_SDK_FOR_EACH_H_

#include <algorithm>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "workers/sdk/branch.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/join.h"

namespace flowmesh::sdk {

// What FlowContext::ForEach gives: does `work` for every item, some of them at once.
//
//   co_await flow.ForEach(projects, [&](const Project& project) { return flow.Call(kScore, ScoreRequest(project)); })
//       .Limit(5)
//       .Key([](const Project& project) { return project.id(); });
template <typename Item, Awaitable Op>
class ForEachOf {
 public:
  using Work = std::function<Op(const Item&)>;
  using Result = std::vector<ResultOf<Op>>;

  ForEachOf(std::vector<Item> items, Work work)
      : branches_(std::make_unique<Branches>(std::move(items), std::move(work))) {}

  // At most this many at once; the others begin, in order, as these end.
  ForEachOf Limit(size_t limit) && {
    branches_->limit = std::max<size_t>(limit, 1);
    return std::move(*this);
  }

  // Names the elements: a call that is all the work of an element has this name as its key, a flow has it as its scope.
  // Otherwise elements are numbered. Names must differ.
  template <typename KeyOf>
  ForEachOf Key(KeyOf key_of) && {
    branches_->key_of = std::move(key_of);
    return std::move(*this);
  }

  void Bind(const Place& place) {
    branches_->scope = place.scope;
    if (!branches_->key_of) branches_->name = place.scope->Next("each");
    BindIn(place);
  }
  void BindAs(const Place& place, const std::string& name) {
    branches_->scope = CallScope::Below(name);
    branches_->name = name;
    BindIn(place);
  }

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    if (!bound_) Bind(waiter.promise().place());
    branches_->Begin(waiter);
  }
  Result await_resume() {
    const std::unique_ptr<Branches> branches = std::move(branches_);
    branches->RethrowFailure();
    Result results;
    results.reserve(branches->flows.size());
    for (Flow<ResultOf<Op>>& flow : branches->flows) results.push_back(flow.Take());
    return results;
  }

 private:
  struct Branches : public Join {
    Branches(std::vector<Item> all, Work code) : Join(Place()), items(std::move(all)), work(std::move(code)) {}

    size_t BeginBranches() override {
      const size_t first = std::min(limit, items.size());
      // The stack turns the order round, so all are made before the first is pushed.
      while (flows.size() < first) MakeNext();
      for (auto flow = flows.rbegin(); flow != flows.rend(); ++flow) flow->BeginBranch(place(), this);
      return items.size();
    }
    void BeginNext() override {
      if (flows.size() == items.size()) return;
      MakeNext();
      flows.back().BeginBranch(place(), this);
    }
    // What the author's functions throw is the failure of the element.
    void MakeNext() {
      const size_t index = flows.size();
      try {
        Op op = work(items[index]);
        op.BindAs({place().machine, scope, this}, NameOf(index));
        flows.push_back(flow_internal::BranchBody(std::move(op)));
      } catch (...) {
        flows.push_back(flow_internal::FailedBranch<ResultOf<Op>>(std::current_exception()));
      }
    }
    std::string NameOf(size_t index) {
      if (!key_of) return absl::StrCat(name, "/", index);
      std::string key = key_of(items[index]);
      if (absl::Status status = CheckCallName(key); !status.ok()) {
        place().machine->Fail(FlowFailure("KEY_INVALID", std::string(status.message())).failure());
      }
      return scope->Named(key);
    }

    const std::vector<Item> items;
    Work work;
    size_t limit = std::numeric_limits<size_t>::max();
    std::function<std::string(const Item&)> key_of;
    std::shared_ptr<CallScope> scope;
    std::string name;                      // of the whole, in keys of numbered elements
    std::deque<Flow<ResultOf<Op>>> flows;  // of the elements that have begun
  };

  void BindIn(const Place& place) {
    branches_->SetPlace(place);
    bound_ = true;
  }

  std::unique_ptr<Branches> branches_;
  bool bound_ = false;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FOR_EACH_H_
