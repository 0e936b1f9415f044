#ifndef FLOWMESH_SERVER_DOOR_WORKER_CERTIFICATE_H_
#define FLOWMESH_SERVER_DOOR_WORKER_CERTIFICATE_H_

#include <grpcpp/server_context.h>

#include "absl/status/status.h"

namespace flowmesh::door {

// Whether the call came through Server::InProcessChannel.
bool IsInProcess(const grpc::ServerContextBase& context);

// OK or PERMISSION_DENIED with reason WORKER_CERTIFICATE_REQUIRED: the caller, who is outside of this process, showed
// no certificate that was verified.
absl::Status RequireWorkerCertificate(const grpc::ServerContextBase& context);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_WORKER_CERTIFICATE_H_
