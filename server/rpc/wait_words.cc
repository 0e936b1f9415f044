#include "server/rpc/wait_words.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace flowmesh::rpc {
namespace {

using store::TaskKind;
using store::TaskState;

constexpr size_t kNamed = 3;  // of the tasks that are waited for
constexpr int kDeepest = 4;   // flows that wait for flows

v1::BlockedOn Because(const std::string& reason, std::string message) {
  v1::BlockedOn blocked;
  blocked.set_reason(reason);
  blocked.set_message(std::move(message));
  return blocked;
}

std::string At(absl::Time time) { return absl::FormatTime(time, absl::UTCTimeZone()); }

std::string AfterFailure(const store::TaskRow& task) {
  return absl::StrCat("attempt ", task.attempt, " failed (", task.failure.reason, ": ", task.failure.message,
                      "); it is tried again at ", At(task.ready_time));
}

std::string UntilItFails(const store::TaskRow& task) {
  return task.ready_time == absl::InfiniteFuture()
             ? ""
             : absl::StrCat("; without it the task fails at ", At(task.ready_time));
}

// The order in which waits are told.
enum class Rank { kChild, kExternal, kSignal, kTimer };

Rank RankOf(const store::TaskRow& task) {
  switch (task.kind) {
    case TaskKind::kExternal:
      return Rank::kExternal;
    case TaskKind::kSignal:
      return Rank::kSignal;
    case TaskKind::kSleep:
      return Rank::kTimer;
    default:
      return Rank::kChild;
  }
}

constexpr const char* kReasons[] = {"CHILD", "EXTERNAL", "SIGNAL", "TIMER"};

class Waits {
 public:
  Waits(const std::vector<store::TaskRow>& unfinished, const std::map<int32_t, Service>& services)
      : services_(services) {
    for (const store::TaskRow& task : unfinished) children_[task.parent].push_back(&task);
    for (auto& [parent, children] : children_) {
      std::stable_sort(children.begin(), children.end(),
                       [](const auto* a, const auto* b) { return RankOf(*a) < RankOf(*b); });
    }
  }

  const store::TaskRow* First(int32_t parent) const {
    const auto found = children_.find(parent);
    return found == children_.end() ? nullptr : found->second.front();
  }

  // Of a flow that has unfinished children.
  std::string Of(int32_t parent, int depth) const {
    const auto& children = children_.at(parent);
    std::vector<std::string> named;
    for (size_t i = 0; i < std::min(children.size(), kNamed); ++i) named.push_back(Describe(*children[i], depth));
    const size_t more = children.size() - named.size();
    return absl::StrCat(absl::StrJoin(named, "; "), more == 0 ? "" : absl::StrCat("; and ", more, " more"));
  }

 private:
  std::string Describe(const store::TaskRow& task, int depth) const {
    const std::string name = absl::StrCat("task ", task.task, " '", task.call_key, "'");
    switch (RankOf(task)) {
      case Rank::kExternal:
        return absl::StrCat(name, ", an outcome from outside by its token", UntilItFails(task));
      case Rank::kSignal:
        return absl::StrCat(name, ", a signal '", task.type, "'");
      case Rank::kTimer:
        return absl::StrCat(name, ", a sleep until ", At(task.ready_time));
      default:
        return absl::StrCat(name, " of type '", task.type, "', ", OfCall(task, depth));
    }
  }

  std::string OfCall(const store::TaskRow& task, int depth) const {
    switch (task.state) {
      case TaskState::kReady: {
        const auto service = services_.find(task.task);
        return service == services_.end() ? "which waits for a worker" : WaitForWorker(task, service->second).message();
      }
      case TaskState::kBackoff:
        return AfterFailure(task);
      case TaskState::kExternal:
        return absl::StrCat("whose outcome comes from outside by its token", UntilItFails(task));
      default:
        if (First(task.task) == nullptr) return "which a worker has";
        return depth == kDeepest ? "which waits too" : absl::StrCat("which waits for ", Of(task.task, depth + 1));
    }
  }

  const std::map<int32_t, Service>& services_;
  std::map<int32_t, std::vector<const store::TaskRow*>> children_;
};

}  // namespace

v1::BlockedOn WaitOf(const store::ExecutionRow& row) {
  if (store::IsFinal(row.state)) return {};
  if (row.state == store::ExecutionState::kCreated) {
    return Because("NOT_STARTED", "it was created without `start`: call StartExecution");
  }
  if (row.behind_key) {
    return Because("CONCURRENCY_KEY", absl::StrCat("it waits for concurrency key '", row.concurrency_key,
                                                   "', which another execution of yours holds"));
  }
  if (row.root.state == TaskState::kBackoff) return Because("BACKOFF", AfterFailure(row.root));
  if (row.root.state == TaskState::kExternal) {
    return Because("EXTERNAL", absl::StrCat("its outcome comes from outside, by CompleteTask", UntilItFails(row.root)));
  }
  return {};
}

v1::BlockedOn WaitForWorker(const store::TaskRow& task, const Service& service) {
  if (service.served) return Because("WORKERS_BUSY", "all workers that serve it are busy");
  if (task.code_version == 0) {
    return Because("NO_WORKER", absl::StrCat("no worker that serves '", task.type, "' is attached: start one"));
  }
  const std::string needed = absl::StrCat("it began with code_version ", task.code_version, " of '", task.type,
                                          "', which no attached worker serves");
  if (service.versions.empty()) return Because("NO_WORKER", absl::StrCat(needed, ": start one that does"));
  return Because("CODE_VERSION", absl::StrCat(needed, " (they serve ", absl::StrJoin(service.versions, ", "),
                                              "): start one that does, or cancel it"));
}

v1::BlockedOn WaitForChildren(const std::vector<store::TaskRow>& unfinished,
                              const std::map<int32_t, Service>& services) {
  const Waits waits(unfinished, services);
  const store::TaskRow* first = waits.First(0);
  if (first == nullptr) return {};
  return Because(kReasons[static_cast<int>(RankOf(*first))], absl::StrCat("its flow waits for ", waits.Of(0, 1)));
}

}  // namespace flowmesh::rpc
