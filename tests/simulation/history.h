// What was seen from outside while a simulation ran, and the promises that it must keep.
#ifndef FLOWMESH_TESTS_SIMULATION_HISTORY_H_
#define FLOWMESH_TESTS_SIMULATION_HISTORY_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/engine/session_message.h"
#include "server/store/store.h"

namespace flowmesh::simulation {

// The executions carry this label with the key under which a client created them.
inline constexpr char kKeyLabel[] = "key";
// And this one with their concurrency key.
inline constexpr char kMutexLabel[] = "mutex";
// They have a resource of this kind, and of their result a record of that one is kept: its digest.
inline constexpr char kTreeKind[] = "tree";
inline constexpr char kFruitKind[] = "fruit";

class History {
 public:
  // ---- while it runs
  // A create was acknowledged.
  void Created(const std::string& key, const store::Id& id);
  // One was refused because its concurrency key is held.
  void Refused(store::Store& store, const store::Id& id);
  void CancelAcknowledged(const store::Id& id) { cancelled_.insert(id); }
  // A client saw this row.
  void Saw(const store::ExecutionRow& row);
  // A client was told that `id` retries `old`.
  void Retried(const store::Id& old, const store::Id& id, store::Store& store);
  void DeleteAsked(const store::Id& id) { maybe_deleted_.insert(id); }
  void Deleted(const store::Id& id) { deleted_.insert(id); }
  void Assigned(const engine::AssignmentMessage& assignment, store::Store& store);
  void Recorded(const store::TaskKey& flow, int32_t number, const std::string& key, const std::string& outcome);
  // A worker sent, and got acknowledged, an event with this text of its own.
  void EventAcknowledged(const store::Id& id, const std::string& text) { events_[id].insert(text); }

  // A worker was told that this is the artifact that it wrote under a name of its own.
  void ArtifactAcknowledged(const std::string& name, const store::ArtifactRow& row);

  void Break(const std::string& promise, const std::string& what);

  // After each commit.
  void CheckExclusion(store::Store& store);

  // ---- at the end, when all work has ended
  void CheckStore(store::Store& store, uint64_t replica_id, uint64_t batch);

  const std::vector<std::string>& broken() const { return broken_; }
  int64_t checks() const { return checks_; }

 private:
  void CheckExecution(store::Store& store, const store::ExecutionRow& row);
  void CheckEvents(store::Store& store, const store::ExecutionRow& row);
  void CheckArtifacts(store::Store& store, const store::ExecutionRow& row, const std::set<std::string>& events);
  void CheckTasks(store::Store& store, const store::ExecutionRow& row);
  void CheckResources(store::Store& store, const store::ExecutionRow& row);
  void CheckLeftovers(store::Store& store, uint64_t replica_id, uint64_t batch, const std::set<store::Id>& all);
  void CheckDeleted(store::Store& store, const std::set<store::Id>& there);
  // The calls of an execution by the names that lead to them.
  static std::map<std::string, store::TaskRow> CallsOf(const store::Id& id, store::Store& store);
  bool Hold(bool holds) {
    ++checks_;
    return holds;
  }

  std::map<std::string, store::Id> created_;
  std::set<store::Id> cancelled_;
  std::map<store::Id, store::ExecutionRow> finals_;
  std::map<store::TaskKey, std::map<int32_t, std::string>> records_;  // flow -> number -> key and outcome
  std::map<store::Id, std::set<std::string>> events_;
  std::map<store::Id, std::map<std::string, store::ArtifactRow>> artifacts_;
  std::map<store::Id, std::map<std::string, store::TaskRow>> done_before_;  // by retry: the old one's calls
  std::map<store::Id, store::Id> chain_of_;  // of retries: the execution that began their chain
  std::set<store::Id> maybe_deleted_;
  std::set<store::Id> deleted_;
  std::vector<std::string> broken_;
  int64_t checks_ = 0;
};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_HISTORY_H_
