// Writes to statements.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_APPLY_H_
#define FLOWMESH_SERVER_STORE_SQLITE_APPLY_H_

#include <array>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/row_codec.h"
#include "server/store/store.h"

namespace flowmesh::store {

// Which executions changed their state in a transaction, for the table `totals`: one row for each state, written once
// for a batch, costs nothing where an index on the state would cost every update.
class StateChanges {
 public:
  // The state of a row as it stands in the database now.
  void Found(const Id& id, ExecutionState state) { found_[id] = state; }
  // The row now has this state. False: its old one is not known.
  bool Changed(const Id& id, ExecutionState state);
  void Inserted(const Id& id, ExecutionState state);

  // Adds the differences since the last call to `totals`. SQLITE_OK or the error.
  int Write(Connection& connection);

 private:
  absl::flat_hash_map<Id, ExecutionState> found_;
  std::array<int64_t, 16> added_ = {};  // by state
};

// SQLITE_OK or the error of the first statement that failed; SQLITE_NOTFOUND: an updated row is not there.
int ApplyWrites(Connection& connection, const Writes& writes, StateChanges& states);

// With `run` of the statement for that table. A row that is not there is no error. False: see run.code().
bool DeleteReady(const ReadyRow& row, Run& run);
bool DeleteTimer(const TimerRow& row, Run& run);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_APPLY_H_
