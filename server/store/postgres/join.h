// Who works on the database.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_JOIN_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_JOIN_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "server/store/postgres/writer.h"

namespace flowmesh::store::postgres {

// Store::Join. A writer that is `alone` declares all other replicas dead; their batches that are under way end first.
absl::StatusOr<std::vector<uint64_t>> JoinReplica(Writer& writer, uint64_t replica_id);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_JOIN_H_
