#include "server/rpc/blocked_on.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/draft.h"
#include "server/store/ready_order.h"

namespace flowmesh::rpc {
namespace {

constexpr int kCountedAhead = 1000;
constexpr int kTasksInAPage = 1000;

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

std::string UtcText(absl::Time time) { return absl::FormatTime(time, absl::UTCTimeZone()); }

// What a parked flow waits for, by the first of its tasks that has not ended.
v1::BlockedOn WaitsFor(const store::TaskRow& task, int others) {
  const std::string more = others == 0 ? "" : absl::StrCat(", and ", others, " more");
  const std::string call = absl::StrCat("'", task.call_key, "'");
  switch (task.kind) {
    case store::TaskKind::kSleep:
      return Because("TIMER", absl::StrCat("it sleeps in ", call, " until ", UtcText(task.ready_time), more));
    case store::TaskKind::kSignal:
      return Because("SIGNAL", absl::StrCat("it waits for the signal '", task.type, "' in ", call, more));
    case store::TaskKind::kExternal:
      return Because("EXTERNAL", absl::StrCat("it waits in ", call, " for somebody to call CompleteTask", more));
    default:
      return Because("CHILD", absl::StrCat("it waits for the task ", task.task, " that it called as ", call,
                                           " of type '", task.type, "'", more));
  }
}

absl::StatusOr<v1::BlockedOn> ReadWaitsFor(store::Store& store, const store::Id& id) {
  std::optional<store::TaskRow> first;
  int others = 0;
  for (int32_t after = 0;;) {
    const auto page = store.ListTasks(id, after, kTasksInAPage);
    if (!page.ok()) return page.status();
    for (const store::TaskRow& task : *page) {
      if (task.parent != 0 || store::IsFinal(task.state)) continue;
      if (first) {
        ++others;
      } else {
        first = task;
      }
    }
    if (page->size() < kTasksInAPage) break;
    after = page->back().task;
  }
  return first ? WaitsFor(*first, others) : v1::BlockedOn();  // it is about to go on
}

void ExplainParked(engine::Engine& engine, const store::Id& id, std::function<void(v1::BlockedOn)> done) {
  auto shared = std::make_shared<std::function<void(v1::BlockedOn)>>(std::move(done));
  const bool posted = engine.readers().Post([&engine, id, shared] {
    const absl::StatusOr<v1::BlockedOn> blocked = ReadWaitsFor(engine.store(), id);
    (*shared)(blocked.value_or(v1::BlockedOn()));
  });
  if (!posted) (*shared)({});
}

v1::BlockedOn ExplainUnserved(const store::TaskRow& task, const engine::Dispatcher& dispatcher) {
  if (task.code_version == 0) {
    return Because("NO_WORKER", absl::StrCat("no worker that serves '", task.type, "' is attached: start one"));
  }
  const std::string needed = absl::StrCat("it began with code_version ", task.code_version, " of '", task.type,
                                          "', which no attached worker serves: start one that does");
  return Because(dispatcher.Served(task.type) ? "CODE_VERSION" : "NO_WORKER", needed);
}

}  // namespace

void ExplainBlocked(engine::Engine& engine, const store::ExecutionRow& row, std::function<void(v1::BlockedOn)> done) {
  const store::TaskRow& task = row.root;
  if (row.state == store::ExecutionState::kCreated) {
    return done(Because("NOT_STARTED", "it was created without `start`: call StartExecution"));
  }
  if (task.state == store::TaskState::kBackoff) {
    return done(
        Because("BACKOFF", absl::StrCat("attempt ", task.attempt, " failed (", task.failure.reason, ": ",
                                        task.failure.message, "); it is tried again at ", UtcText(task.ready_time))));
  }
  if (task.state == store::TaskState::kExternal) {
    return done(Because("EXTERNAL", "it waits for somebody to call CompleteTask with its token"));
  }
  if (task.state == store::TaskState::kParked) return ExplainParked(engine, row.id, std::move(done));
  if (task.state != store::TaskState::kReady) return done({});
  store::ReadyRow place{.queue = engine::QueueOf(task),
                        .owner_hash = store::OwnerHash(row.owner),
                        .priority = task.priority,
                        .key = {row.id, task.task},
                        .since = task.ready_time};
  const bool asked = engine.Inspect([&engine, place, task, done](const engine::CommitLoop& loop) {
    if (loop.dispatcher().Served(place.queue)) return ExplainWaiting(engine, place, done);
    done(ExplainUnserved(task, loop.dispatcher()));
  });
  if (!asked) done({});
}

}  // namespace flowmesh::rpc
