// Resources and aliases, in batches and beside them. Errors as FailureStatus says.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_RESOURCES_H_
#define FLOWMESH_SERVER_STORE_SQLITE_RESOURCES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/store/sqlite/connection.h"
#include "server/store/store.h"

namespace flowmesh::store {

// Of Store and Transaction, each on a connection that is the caller's for the time.
absl::StatusOr<std::vector<ClaimedAlias>> ClaimAliases(Connection& connection, absl::Span<const AliasRow> rows);
absl::StatusOr<int64_t> CountUp(Connection& connection, const ResourceRow& counter);
absl::StatusOr<std::vector<std::optional<ResourceRow>>> ReadResources(Connection& connection, absl::Span<const Id> ids);
absl::StatusOr<ResourcePage> ListResources(Connection& connection, const ResourceFilter& filter);
absl::StatusOr<std::optional<Id>> ReadAlias(Connection& connection, const AliasRow& name);

// Those lists of `writes` that tell of resources and aliases. SQLITE_OK or the error of the first statement that
// failed.
int WriteResources(Connection& connection, const Writes& writes);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_RESOURCES_H_
