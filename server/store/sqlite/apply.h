// Writes to statements.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_APPLY_H_
#define FLOWMESH_SERVER_STORE_SQLITE_APPLY_H_

#include <cstdint>

#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/row_codec.h"
#include "server/store/state_changes.h"
#include "server/store/store.h"

namespace flowmesh::store {

// SQLITE_OK or the error of the first statement that failed; SQLITE_NOTFOUND: an updated row is not there.
int ApplyWrites(Connection& connection, uint64_t replica_id, const Writes& writes, StateChanges& states);

// With `run` of the statement for that table. A row that is not there is no error. False: see run.code().
bool DeleteReady(const ReadyRow& row, Run& run);
bool DeleteTimer(const TimerRow& row, Run& run);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_APPLY_H_
