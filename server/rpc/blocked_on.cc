#include "server/rpc/blocked_on.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/draft.h"
#include "server/store/ready_order.h"

namespace flowmesh::rpc {
namespace {

constexpr int kCountedAhead = 1000;

v1::BlockedOn Because(const std::string& reason, const std::string& message) {
  v1::BlockedOn blocked;
  blocked.set_reason(reason);
  blocked.set_message(message);
  return blocked;
}

void ExplainWaiting(engine::Engine& engine, store::ReadyRow place, std::function<void(v1::BlockedOn)> done) {
  auto shared = std::make_shared<std::function<void(v1::BlockedOn)>>(std::move(done));
  auto count = [&engine, place, shared] {
    auto ahead = engine.store().CountAhead(place, kCountedAhead);
    std::string message = "all workers that serve it are busy";
    if (ahead.ok()) {
      message = absl::StrCat(message, "; ", *ahead, *ahead == kCountedAhead ? " or more" : "",
                             " of your own stand before it");
    }
    (*shared)(Because("WORKERS_BUSY", message));
  };
  if (!engine.readers().Post(count)) (*shared)(Because("WORKERS_BUSY", "all workers that serve it are busy"));
}

}  // namespace

void ExplainBlocked(engine::Engine& engine, const store::ExecutionRow& row, std::function<void(v1::BlockedOn)> done) {
  const store::TaskRow& task = row.root;
  if (row.state == store::ExecutionState::kCreated) {
    return done(Because("NOT_STARTED", "it was created without `start`: call StartExecution"));
  }
  if (task.state == store::TaskState::kBackoff) {
    return done(Because(
        "BACKOFF", absl::StrCat("attempt ", task.attempt, " failed (", task.failure.reason, ": ", task.failure.message,
                                "); it is tried again at ", absl::FormatTime(task.ready_time, absl::UTCTimeZone()))));
  }
  if (task.state != store::TaskState::kReady) return done({});
  store::ReadyRow place{.queue = engine::QueueOf(task),
                        .owner_hash = store::OwnerHash(row.owner),
                        .priority = task.priority,
                        .key = {row.id, task.task},
                        .since = task.ready_time};
  const bool asked = engine.Inspect([&engine, place, type = task.type, done](const engine::CommitLoop& loop) {
    if (loop.dispatcher().Served(place.queue)) return ExplainWaiting(engine, place, done);
    done(Because("NO_WORKER", absl::StrCat("no worker that serves '", type, "' is attached: start one")));
  });
  if (!asked) done({});
}

}  // namespace flowmesh::rpc
