// What a transaction takes: idempotency keys, runnable tasks, due timers. Errors as FailureStatus says; after one the
// transaction must be rolled back.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_CLAIMS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_CLAIMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/store/postgres/connection.h"
#include "server/store/store.h"

namespace flowmesh::store::postgres {

// Waits for transactions that are about to insert the same key. In sorted order, so that two batches do not wait for
// each other.
absl::StatusOr<std::vector<ClaimedKey>> ClaimIdempotencyKeys(Connection& connection,
                                                             absl::Span<const IdempotencyRow> rows, absl::Time now);

// Passes over rows that another transaction is taking. When only such rows are left, `exhausted` stays false: whether
// they are gone is not known yet.
absl::StatusOr<ClaimedReady> ClaimReady(Connection& connection, const std::string& queue, uint64_t cursor, int limit);

absl::StatusOr<std::vector<TimerRow>> ClaimDueTimers(Connection& connection, absl::Time now, int limit);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_CLAIMS_H_
