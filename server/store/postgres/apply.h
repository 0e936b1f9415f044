// Writes to statements: one for each list that holds rows, all in one round trip.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_APPLY_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_APPLY_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "server/store/postgres/connection.h"
#include "server/store/state_changes.h"
#include "server/store/store.h"

namespace flowmesh::store::postgres {

// In the open transaction of `connection`. INTERNAL when an updated row is not there; otherwise as FailureStatus says.
// `locked_keys` are the concurrency keys that the transaction has locked.
absl::Status ApplyWrites(Connection& connection, uint64_t replica_id, const Writes& writes,
                         absl::Span<const ConcurrencyName> locked_keys, StateChanges& states);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_APPLY_H_
