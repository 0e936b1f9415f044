// Concurrency keys, in batches and beside them. Errors as FailureStatus says.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_CONCURRENCY_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_CONCURRENCY_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/store/postgres/connection.h"
#include "server/store/store.h"

namespace flowmesh::store::postgres {

// Transaction::FindConcurrencyKeys.
absl::StatusOr<std::vector<std::optional<ConcurrencyRow>>> FindKeys(Connection& connection, absl::Span<const Id> ids);
// Transaction::LockConcurrencyKeys. ABORTED: whoever has one of them did not let go within the lock timeout.
absl::StatusOr<std::vector<LockedKey>> LockKeys(Connection& connection, absl::Span<const ConcurrencyName> names);
absl::StatusOr<std::vector<ConcurrencyRow>> ReadKeyWaiters(Connection& connection, const ConcurrencyName& name,
                                                           int64_t after, int limit);
// Store::ReadKeyPlace.
absl::StatusOr<std::optional<KeyPlace>> ReadKeyPlace(Connection& connection, const Id& id);

// The parameters of a statement over lists of names.
Parameters BoundNames(Sql sql, absl::Span<const ConcurrencyName> names);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_CONCURRENCY_H_
