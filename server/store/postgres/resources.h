// Resources and aliases, in batches and beside them. Errors as FailureStatus says.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_RESOURCES_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_RESOURCES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/store/postgres/connection.h"
#include "server/store/store.h"

namespace flowmesh::store::postgres {

// Of Store and Transaction, each on a connection that is the caller's for the time. Names are claimed in sorted order,
// so that two batches do not wait for each other.
absl::StatusOr<std::vector<ClaimedAlias>> ClaimAliases(Connection& connection, absl::Span<const AliasRow> rows);
absl::StatusOr<int64_t> CountUp(Connection& connection, const ResourceRow& counter);
absl::StatusOr<std::vector<std::optional<ResourceRow>>> ReadResources(Connection& connection, absl::Span<const Id> ids);
absl::StatusOr<ResourcePage> ListResources(Connection& connection, const ResourceFilter& filter);
absl::StatusOr<std::optional<Id>> ReadAlias(Connection& connection, const AliasRow& name);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_RESOURCES_H_
