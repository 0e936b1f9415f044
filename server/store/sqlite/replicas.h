// Who works on the database, and the mail between them.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_REPLICAS_H_
#define FLOWMESH_SERVER_STORE_SQLITE_REPLICAS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "server/store/replica_rows.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/writer.h"

namespace flowmesh::store {

// Store::Join. Unless the database is `shared`, all other replicas are dead from now on.
absl::StatusOr<std::vector<uint64_t>> JoinReplica(Writer& writer, uint64_t replica_id, bool shared);

// Of Store and Transaction, each on a connection that is the caller's for the time. Errors as FailureStatus says.
absl::StatusOr<bool> DeclareDead(Connection& connection, uint64_t replica_id, uint64_t batch);
absl::StatusOr<std::vector<ReplicaRow>> ReadReplicas(Connection& connection);
absl::StatusOr<std::vector<base::Id>> ClaimMail(Connection& connection, uint64_t replica_id, int limit);
absl::StatusOr<bool> HasMail(Connection& connection, uint64_t replica_id);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_REPLICAS_H_
