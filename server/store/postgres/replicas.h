// Who works on the database, and the mail between them.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_REPLICAS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_REPLICAS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "server/store/postgres/writer.h"
#include "server/store/replica_rows.h"

namespace flowmesh::store::postgres {

// Store::Join.
absl::StatusOr<std::vector<uint64_t>> JoinReplica(Writer& writer, uint64_t replica_id);

// Of Store and Transaction, each on a connection that is the caller's for the time. Errors as FailureStatus says.
//
// A replica's row is locked from the begin of each of its batches to the end. DeclareDead takes it only if it is free,
// so no batch is under way then, none can begin before the commit, and replicas never wait for each other's rows.
absl::StatusOr<bool> DeclareDead(Connection& connection, uint64_t replica_id, uint64_t batch);
absl::StatusOr<std::vector<ReplicaRow>> ReadReplicas(Connection& connection);
absl::StatusOr<std::vector<base::Id>> ClaimMail(Connection& connection, uint64_t replica_id, int limit);
absl::StatusOr<bool> HasMail(Connection& connection, uint64_t replica_id);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_REPLICAS_H_
