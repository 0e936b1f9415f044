#include "tests/simulation/history.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "tests/simulation/plan.h"
#include "tests/support/row_builders.h"

namespace flowmesh::simulation {
namespace {

constexpr size_t kAllBytes = size_t{1} << 30;
constexpr int kAll = 1'000'000;

std::string NameOf(const store::TaskKey& key) { return absl::StrCat(key.execution_id.ToString(), "/", key.task); }

}  // namespace

void History::Break(const std::string& promise, const std::string& what) {
  broken_.push_back(absl::StrCat(promise, ": ", what));
}

void History::Created(const std::string& key, const store::Id& id) {
  const auto [known, fresh] = created_.emplace(key, id);
  if (!Hold(fresh || known->second == id)) Break("I1", absl::StrCat("key ", key, " made two executions"));
}

void History::Refused(store::Store& store, const store::Id& id) {
  auto row = store.ReadExecution(id);
  if (!row.ok()) return Break("store", std::string(row.status().message()));
  if (!Hold(!row->has_value())) {
    Break("concurrency", absl::StrCat("the create of ", id.ToString(), " was refused, and it is there"));
  }
}

void History::CheckExclusion(store::Store& store) {
  auto page = store.ListExecutions(
      {.states = {store::ExecutionState::kQueued, store::ExecutionState::kRunning, store::ExecutionState::kCancelling},
       .limit = kAll});
  if (!page.ok()) return Break("store", std::string(page.status().message()));
  std::map<std::pair<std::string, std::string>, store::Id> running;
  for (const store::ExecutionRow& row : page->rows) {
    const auto mutex = row.labels.find(kMutexLabel);
    if (mutex == row.labels.end() || row.root.state == store::TaskState::kWaiting) continue;
    const auto [other, alone] = running.emplace(std::pair(row.owner, mutex->second), row.id);
    if (!Hold(alone)) {
      Break("concurrency", absl::StrCat(row.id.ToString(), " and ", other->second.ToString(), " run at the same time"));
    }
  }
}

void History::Saw(const store::ExecutionRow& row) {
  if (!store::IsFinal(row.state)) return;
  const auto [known, fresh] = finals_.emplace(row.id, row);
  if (!Hold(fresh || (known->second.state == row.state && known->second.event_head == row.event_head))) {
    Break("I12", absl::StrCat("the final execution ", row.id.ToString(), " changed"));
  }
}

std::map<std::string, store::TaskRow> History::CallsOf(const store::Id& id, store::Store& store) {
  std::map<std::string, store::TaskRow> calls;
  auto tasks = store.ListTasks(id, 0, kAll);
  if (!tasks.ok()) return calls;
  std::map<int32_t, std::string> paths;
  for (store::TaskRow& task : *tasks) {
    const std::string& path = paths[task.task] = absl::StrCat(paths[task.parent], " > ", task.call_key);
    if (task.kind == store::TaskKind::kCall) calls.emplace(path, std::move(task));
  }
  return calls;
}

void History::Retried(const store::Id& old, const store::Id& id, store::Store& store) {
  done_before_.emplace(id, CallsOf(old, store));
  auto row = store.ReadExecution(id);
  if (row.ok() && row->has_value()) chain_of_[id] = (*row)->first_of_chain;
}

void History::Assigned(const engine::AssignmentMessage& assignment, store::Store& store) {
  const store::TaskKey& task = assignment.attempt.task;
  if (!Hold(!deleted_.contains(task.execution_id))) {
    Break("I12", absl::StrCat("an attempt of ", NameOf(task), " began after its execution was deleted"));
  }
  if (const auto old = done_before_.find(task.execution_id); old != done_before_.end() && task.task != 0) {
    for (const auto& [path, call] : CallsOf(task.execution_id, store)) {
      if (call.task != task.task) continue;
      const auto before = old->second.find(path);
      const bool done = before != old->second.end() && before->second.state == store::TaskState::kCompleted &&
                        before->second.type == call.type && before->second.input == call.input;
      if (!Hold(!done)) Break("I8", absl::StrCat("the retry does", path, " again, which was done before"));
    }
  }
  if (!Hold(!cancelled_.contains(task.execution_id))) {
    Break("I11", absl::StrCat("an attempt of ", NameOf(task), " began after its cancel was acknowledged"));
  }
  if (!Hold(!finals_.contains(task.execution_id))) {
    Break("I12", absl::StrCat("an attempt of ", NameOf(task), " began after its execution was final"));
  }
  const auto& records = records_[task];
  if (!Hold(records.empty() || records.rbegin()->first <= assignment.records)) {
    Break("I8", absl::StrCat("an attempt of ", NameOf(task), " lacks records that were told before"));
  }
}

void History::Recorded(const store::TaskKey& flow, int32_t number, const std::string& key, const std::string& outcome) {
  const std::string told = absl::StrCat(key, outcome);
  const auto [known, fresh] = records_[flow].emplace(number, told);
  if (!Hold(fresh || known->second == told)) {
    Break("I8", absl::StrCat("record ", number, " of ", NameOf(flow), " was ", known->second, " and is ", told));
  }
}

void History::ArtifactAcknowledged(const std::string& name, const store::ArtifactRow& row) {
  const auto [known, fresh] = artifacts_[row.execution_id].emplace(name, row);
  if (!Hold(fresh || known->second == row))
    Break("I3", absl::StrCat("writing '", name, "' again made another artifact"));
}

void History::CheckArtifacts(store::Store& store, const store::ExecutionRow& row, const std::set<std::string>& events) {
  for (const auto& [name, artifact] : artifacts_[row.id]) {
    const auto found = store.ReadArtifact(artifact.id);
    if (!Hold(found.ok() && *found == artifact && events.contains(name))) {
      Break("I5", absl::StrCat("'", name, "' was acknowledged and is lost"));
    }
    if (!Hold(absl::EndsWith(name, absl::StrCat(" attempt ", artifact.attempt)))) {
      Break("I4", absl::StrCat("'", name, "' was taken for attempt ", artifact.attempt));
    }
  }
}

void History::CheckStore(store::Store& store, uint64_t replica_id, uint64_t batch) {
  auto page = store.ListExecutions({.limit = kAll});
  if (!page.ok()) return Break("store", std::string(page.status().message()));
  std::map<std::string, int> by_key;
  std::set<store::Id> there;
  for (const store::ExecutionRow& row : page->rows) {
    there.insert(row.id);
    const auto key = row.labels.find(kKeyLabel);
    if (key != row.labels.end() && row.retry_of.is_zero()) ++by_key[key->second];
    CheckExecution(store, row);
  }
  for (const auto& [key, count] : by_key) {
    if (!Hold(count == 1)) Break("I1", absl::StrCat("key ", key, " made ", count, " executions"));
  }
  for (const auto& [key, id] : created_) {
    if (!Hold(there.contains(id) || maybe_deleted_.contains(id)))
      Break("I5", absl::StrCat("execution ", id.ToString(), " was acknowledged and is lost"));
  }
  CheckDeleted(store, there);
  CheckLeftovers(store, replica_id, batch, there);
}

void History::CheckDeleted(store::Store& store, const std::set<store::Id>& there) {
  for (const store::Id& id : deleted_) {
    if (!Hold(!there.contains(id))) Break("I12", absl::StrCat("the deleted execution ", id.ToString(), " came back"));
    auto tasks = store.ListTasks(id, 0, 1);
    auto chunks = store.ReadEvents(id, 0, 1);
    const bool empty = tasks.ok() && tasks->empty() && chunks.ok() && chunks->empty();
    if (!Hold(empty)) Break("leftovers", absl::StrCat("the deleted execution ", id.ToString(), " left rows"));
  }
  auto unpurged = store.HasUnpurged();
  if (!Hold(unpurged.ok() && !*unpurged)) Break("leftovers", "deleted executions are not purged");
}

void History::CheckExecution(store::Store& store, const store::ExecutionRow& row) {
  if (!Hold(store::IsFinal(row.state))) {
    std::string stands = engine::StateName(row.state);
    auto tasks = store.ListTasks(row.id, 0, kAll);
    if (tasks.ok()) {
      tasks->push_back(row.root);
      for (const store::TaskRow& task : *tasks) {
        if (store::IsFinal(task.state)) continue;
        absl::StrAppend(&stands, ", task ", task.task, " (", task.type, ", ", task.call_key, ") is in state ",
                        static_cast<int>(task.state), " after attempt ", task.attempt);
      }
    }
    return Break("liveness", absl::StrCat("execution ", row.id.ToString(), " never ended: ", stands));
  }
  Saw(row);
  CheckEvents(store, row);
  CheckTasks(store, row);
  CheckResources(store, row);
}

void History::CheckResources(store::Store& store, const store::ExecutionRow& row) {
  const store::Id& own = row.first_of_chain;
  auto kept = store.ListResources({.kind = kFruitKind, .owner = row.owner, .parent = own, .execution_id = row.id});
  if (!kept.ok()) return Break("store", std::string(kept.status().message()));
  const bool completed = row.root.state == store::TaskState::kCompleted;
  if (!Hold(kept->rows.size() == (completed ? 1 : 0))) {
    return Break("I8", absl::StrCat(kept->rows.size(), " records are kept of the result of ", row.id.ToString(),
                                    ", which is ", engine::StateName(row.state)));
  }
  if (completed) {
    std::string bytes = row.root.output.bytes;
    if (row.root.output.apart) bytes = store.ReadPayload({row.id, 0}, store::PayloadDirection::kOutput).value_or("");
    if (!Hold(kept->rows[0].payload == base::Sha256(bytes))) {
      Break("I8", absl::StrCat("the record of ", row.id.ToString(), " is not that of its result"));
    }
  }
  auto resource = store.ReadResource(own);
  const bool there = resource.ok() && resource->has_value() && (*resource)->kind == kTreeKind;
  // It goes with the newest execution of the chain.
  const bool may_be_gone = std::any_of(maybe_deleted_.begin(), maybe_deleted_.end(), [&](const store::Id& id) {
    const auto chain = chain_of_.find(id);
    return id == own || (chain != chain_of_.end() && chain->second == own);
  });
  if (!Hold(there || may_be_gone)) {
    Break("I5", absl::StrCat("the resource of ", row.id.ToString(), " is lost"));
  }
}

void History::CheckEvents(store::Store& store, const store::ExecutionRow& row) {
  auto chunks = store.ReadEvents(row.id, 0, kAllBytes);
  if (!chunks.ok()) return Break("store", std::string(chunks.status().message()));
  const auto events = testing::Unpacked(*chunks);
  int64_t seq = 0;
  std::set<std::string> texts;
  std::set<std::string> artifacts;
  int terminal = 0;
  for (const auto& event : events) {
    if (!Hold(event.seq == ++seq))
      return Break("I10", absl::StrCat("event ", seq, " of ", row.id.ToString(), " is missing"));
    if (event.kind == engine::EventKind::kLog && !Hold(texts.insert(event.payload).second)) {
      Break("I10", absl::StrCat("event '", event.payload, "' stands twice in ", row.id.ToString()));
    }
    if (event.kind == engine::EventKind::kArtifact && !Hold(artifacts.insert(event.payload).second)) {
      Break("I10", absl::StrCat("'", event.payload, "' stands twice in ", row.id.ToString()));
    }
    if (event.kind != engine::EventKind::kState) continue;
    const auto change = engine::UnpackStateChange(event.payload);
    if (change && store::IsFinal(change->state)) ++terminal;
  }
  if (!Hold(seq == row.event_head))
    Break("I10", absl::StrCat("the last events of ", row.id.ToString(), " are missing"));
  const auto states = testing::StatesIn(events);
  const bool ends_well =
      terminal == 1 && !events.empty() && events.back().kind == engine::EventKind::kState && states.back() == row.state;
  if (!Hold(ends_well)) Break("I10", absl::StrCat(row.id.ToString(), " does not end with its one terminal event"));
  for (const std::string& text : events_[row.id]) {
    if (!Hold(texts.contains(text))) Break("I5", absl::StrCat("event '", text, "' was acknowledged and is lost"));
  }
  CheckArtifacts(store, row, artifacts);
}

void History::CheckTasks(store::Store& store, const store::ExecutionRow& row) {
  auto listed = store.ListTasks(row.id, 0, kAll);
  if (!listed.ok()) return Break("store", std::string(listed.status().message()));
  std::vector<store::TaskRow> tasks = *std::move(listed);
  tasks.push_back(row.root);
  std::map<int32_t, std::map<std::string, std::string>> outcomes;  // by flow
  std::map<int32_t, std::set<int32_t>> numbers;
  for (const store::TaskRow& task : tasks) {
    const store::TaskKey key{row.id, task.task};
    if (!Hold(store::IsFinal(task.state))) Break("I12", absl::StrCat("task ", NameOf(key), " outlived its execution"));
    if (task.record == 0) continue;
    const bool fresh = numbers[task.parent].insert(task.record).second;
    if (!Hold(fresh)) Break("I8", absl::StrCat("two outcomes have record ", task.record, " of ", row.id.ToString()));
    const store::Failure failure = task.state == store::TaskState::kCompleted ? store::Failure{} : task.failure;
    outcomes[task.parent][task.call_key] = OutcomeText(task.output, failure);
    Recorded({row.id, task.parent}, task.record, task.call_key, OutcomeText(task.output, failure));
  }
  for (const store::TaskRow& task : tasks) {
    const store::TaskKey key{row.id, task.task};
    if (!Hold(static_cast<int32_t>(numbers[task.task].size()) == task.records)) {
      Break("I8", absl::StrCat("the records of ", NameOf(key), " have gaps"));
    }
    if (task.state != store::TaskState::kCompleted || task.reused) continue;
    if (task.type == kLeaf && !Hold(absl::EndsWith(task.output.bytes, absl::StrCat(" attempt ", task.attempt)))) {
      Break("I4", absl::StrCat("the result of ", NameOf(key), " comes from another attempt: ", task.output.bytes));
    }
    const bool is_flow = task.kind == store::TaskKind::kRoot || task.type == kBranch;
    if (is_flow && !Hold(task.output == ResultOf(outcomes[task.task]))) {
      Break("I8", absl::StrCat("the result of ", NameOf(key), " is not made of its records"));
    }
  }
}

void History::CheckLeftovers(store::Store& store, uint64_t replica_id, uint64_t batch, const std::set<store::Id>& all) {
  auto queues = store.ReadyQueues();
  auto assigned = store.ReadAssigned(replica_id, std::nullopt, kAll);
  auto transaction = store.Begin(replica_id, batch);
  if (!queues.ok() || !assigned.ok() || !transaction.ok()) return Break("store", "it cannot be read at the end");
  if (!Hold(queues->empty())) Break("leftovers", absl::StrCat("rows wait in queue ", queues->front()));
  if (!Hold(assigned->empty())) Break("leftovers", absl::StrCat(NameOf(assigned->front().key), " is still assigned"));
  auto timer = (*transaction)->NextTimer();
  if (!Hold(timer.ok() && *timer == absl::InfiniteFuture())) Break("leftovers", "timers are left");
  const std::vector<store::Id> ids(all.begin(), all.end());
  auto places = (*transaction)->FindConcurrencyKeys(ids);
  if (!places.ok()) return Break("store", std::string(places.status().message()));
  for (const auto& place : *places) {
    if (!Hold(!place.has_value())) {
      Break("leftovers", absl::StrCat(place->execution_id.ToString(), " still stands at its concurrency key"));
    }
  }
}

}  // namespace flowmesh::simulation
