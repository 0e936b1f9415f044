// How one batch changes the numbers of executions in each state.
#ifndef FLOWMESH_SERVER_STORE_STATE_CHANGES_H_
#define FLOWMESH_SERVER_STORE_STATE_CHANGES_H_

#include <cstdint>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "server/store/rows.h"

namespace flowmesh::store {

// Which executions changed their state in a transaction, for the table `totals`: one row for each state, written once
// for a batch, costs nothing where an index on the state would cost every update. Not thread-safe.
class StateChanges {
 public:
  // The state of a row as it stands in the database now.
  void Found(const Id& id, ExecutionState state) { found_[id] = state; }
  bool Knows(const Id& id) const { return found_.contains(id); }
  // The row now has this state. False: its old one is not known.
  bool Changed(const Id& id, ExecutionState state) {
    const auto found = found_.find(id);
    if (found == found_.end()) return false;
    --added_[found->second];
    ++added_[state];
    found->second = state;
    return true;
  }
  void Inserted(const Id& id, ExecutionState state) {
    ++added_[state];
    found_[id] = state;
  }

  // The differences since the last call: states that are not final, without those whose number stayed the same.
  std::map<ExecutionState, int64_t> Take() {
    std::map<ExecutionState, int64_t> taken;
    added_.swap(taken);
    std::erase_if(taken, [](const auto& one) { return one.second == 0 || IsFinal(one.first); });
    return taken;
  }

 private:
  absl::flat_hash_map<Id, ExecutionState> found_;
  std::map<ExecutionState, int64_t> added_;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_STATE_CHANGES_H_
