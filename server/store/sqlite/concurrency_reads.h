// What is read of concurrency keys, by batches and beside them. Errors as FailureStatus says.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_CONCURRENCY_READS_H_
#define FLOWMESH_SERVER_STORE_SQLITE_CONCURRENCY_READS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/store/sqlite/connection.h"
#include "server/store/store.h"

namespace flowmesh::store {

// Transaction::FindConcurrencyKeys.
absl::StatusOr<std::vector<std::optional<ConcurrencyRow>>> FindKeys(Connection& connection, absl::Span<const Id> ids);
// Transaction::LockConcurrencyKeys, without the locks.
absl::StatusOr<std::vector<LockedKey>> ReadKeys(Connection& connection, absl::Span<const ConcurrencyName> names);
absl::StatusOr<std::vector<ConcurrencyRow>> ReadKeyWaiters(Connection& connection, const ConcurrencyName& name,
                                                           int64_t after, int limit);
// Store::ReadKeyPlace.
absl::StatusOr<std::optional<KeyPlace>> ReadKeyPlace(Connection& connection, const Id& id);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_CONCURRENCY_READS_H_
