#include "server/rpc/blocked_on.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/engine/draft.h"
#include "server/rpc/wait_words.h"
#include "server/store/ready_order.h"

namespace flowmesh::rpc {
namespace {

constexpr int kCountedAhead = 1000;
constexpr int kChildrenLookedAt = 100;

using Callback = std::function<void(v1::BlockedOn)>;
using SharedCallback = std::shared_ptr<Callback>;

Service ServiceOf(const std::vector<engine::SessionSummary>& sessions, const store::TaskRow& task) {
  Service service;
  for (const engine::SessionSummary& session : sessions) {
    const auto type = session.types.find(task.type);
    if (type == session.types.end()) continue;
    if (task.code_version == 0 || task.code_version == type->second) return {.served = true};
    service.versions.push_back(type->second);
  }
  std::sort(service.versions.begin(), service.versions.end());
  service.versions.erase(std::unique(service.versions.begin(), service.versions.end()), service.versions.end());
  return service;
}

// Adds how many of the owner's own stand before it.
void ExplainBusy(engine::Engine& engine, const store::ExecutionRow& row, const v1::BlockedOn& busy,
                 const SharedCallback& done) {
  const store::ReadyRow place{.queue = engine::QueueOf(row.root),
                              .owner_hash = store::OwnerHash(row.owner),
                              .priority = row.root.priority,
                              .key = {row.id, 0},
                              .since = row.root.ready_time};
  auto count = [&engine, place, busy, done] {
    const auto ahead = engine.store().CountAhead(place, kCountedAhead);
    if (!ahead.ok()) return (*done)(busy);
    v1::BlockedOn blocked = busy;
    blocked.set_message(absl::StrCat(busy.message(), "; ", *ahead, *ahead == kCountedAhead ? " or more" : "",
                                     " of your own stand before it"));
    (*done)(std::move(blocked));
  };
  if (!engine.readers().Post(count)) (*done)(busy);
}

void ExplainReady(engine::Engine& engine, const store::ExecutionRow& row, const SharedCallback& done) {
  const bool asked = engine.Inspect([&engine, row, done](const engine::CommitLoop& loop) {
    const v1::BlockedOn blocked = WaitForWorker(row.root, ServiceOf(engine.SessionsOfMesh(loop), row.root));
    if (blocked.reason() == "WORKERS_BUSY") return ExplainBusy(engine, row, blocked, done);
    (*done)(blocked);
  });
  if (!asked) (*done)({});
}

// Names the holder of the key and the place in its queue.
void ExplainKey(engine::Engine& engine, const store::ExecutionRow& row, const SharedCallback& done) {
  auto read = [&engine, row, done] {
    v1::BlockedOn blocked = WaitOf(row);
    const auto place = engine.store().ReadKeyPlace(row.id);
    if (place.ok() && place->has_value()) {
      blocked.set_message(absl::StrCat("it waits for concurrency key '", row.concurrency_key, "', which execution ",
                                       (*place)->holder.ToString(), " holds; ", (*place)->ahead, " wait before it"));
    }
    (*done)(std::move(blocked));
  };
  if (!engine.readers().Post(read)) (*done)(WaitOf(row));
}

void ExplainFlow(engine::Engine& engine, const store::Id& id, const SharedCallback& done) {
  auto read = [&engine, id, done] {
    auto listed = engine.store().ListUnfinishedTasks(id, kChildrenLookedAt);
    if (!listed.ok() || listed->empty()) return (*done)({});
    auto tasks = std::make_shared<std::vector<store::TaskRow>>(*std::move(listed));
    const bool asked = engine.Inspect([&engine, tasks, done](const engine::CommitLoop& loop) {
      const std::vector<engine::SessionSummary> sessions = engine.SessionsOfMesh(loop);
      std::map<int32_t, Service> services;
      for (const store::TaskRow& task : *tasks) {
        if (task.state == store::TaskState::kReady) services[task.task] = ServiceOf(sessions, task);
      }
      (*done)(WaitForChildren(*tasks, services));
    });
    if (!asked) (*done)(WaitForChildren(*tasks, {}));
  };
  if (!engine.readers().Post(read)) (*done)({});
}

}  // namespace

void ShowBlocked(const store::ExecutionRow& row, v1::Execution* execution) {
  v1::BlockedOn blocked = WaitOf(row);
  if (!blocked.reason().empty()) *execution->mutable_blocked_on() = std::move(blocked);
}

void ExplainBlocked(engine::Engine& engine, const store::ExecutionRow& row, Callback done) {
  v1::BlockedOn blocked = WaitOf(row);
  auto shared = std::make_shared<Callback>(std::move(done));
  if (blocked.reason() == "CONCURRENCY_KEY") return ExplainKey(engine, row, shared);
  if (!blocked.reason().empty()) return (*shared)(std::move(blocked));
  const store::TaskState state = row.root.state;
  if (state == store::TaskState::kReady) return ExplainReady(engine, row, shared);
  const bool in_flow = state == store::TaskState::kAssigned || state == store::TaskState::kParked;
  const bool may_wait = in_flow && row.root.records < row.next_task - 1;  // some of its calls have no outcome yet
  if (may_wait && row.state != store::ExecutionState::kCancelling) return ExplainFlow(engine, row.id, shared);
  (*shared)({});
}

}  // namespace flowmesh::rpc
