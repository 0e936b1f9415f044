// What a transaction takes: runnable tasks, due timers. Errors as FailureStatus says.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_CLAIMS_H_
#define FLOWMESH_SERVER_STORE_SQLITE_CLAIMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/store/sqlite/connection.h"
#include "server/store/store.h"

namespace flowmesh::store {

// Of Transaction, inside the one that is open on the connection.
absl::StatusOr<ClaimedReady> ClaimReady(Connection& connection, const std::string& queue, uint64_t cursor, int limit);
absl::StatusOr<std::vector<TimerRow>> ClaimDueTimers(Connection& connection, absl::Time now, int limit);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_CLAIMS_H_
