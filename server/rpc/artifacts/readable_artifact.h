// Whether a caller may read an artifact.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_READABLE_ARTIFACT_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_READABLE_ARTIFACT_H_

#include "absl/status/statusor.h"
#include "flowmesh/v1/artifact.pb.h"
#include "server/door/caller.h"
#include "server/store/store.h"

namespace flowmesh::rpc {

// The row, if it is the caller's or the caller is an admin; otherwise NOT_FOUND with reason ARTIFACT_UNKNOWN, the same
// for an unknown id and somebody else's. Blocks on the store; its codes.
absl::StatusOr<store::ArtifactRow> ReadReadableArtifact(store::Store& store, const door::Caller& caller,
                                                        const store::Id& id);

// What the owner sees of it.
v1::Artifact ToProto(const store::ArtifactRow& row);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_READABLE_ARTIFACT_H_
