#include "server/door/worker_certificate.h"

#include <string>

#include "absl/strings/match.h"
#include "server/base/error.h"
#include "server/door/server_credentials.h"

namespace flowmesh::door {

// gRPC knows no address of a peer in the process.
bool IsInProcess(const grpc::ServerContextBase& context) {
  const std::string peer = context.peer();
  return !absl::StartsWith(peer, "ipv4:") && !absl::StartsWith(peer, "ipv6:") && !absl::StartsWith(peer, "unix");
}

absl::Status RequireWorkerCertificate(const grpc::ServerContextBase& context) {
  if (IsInProcess(context) || HasVerifiedCertificate(context)) return absl::OkStatus();
  return base::Error(absl::StatusCode::kPermissionDenied, "WORKER_CERTIFICATE_REQUIRED",
                     "workers of this server show a certificate that its --worker-ca signed: start the worker with "
                     "--tls-cert FILE and --tls-key FILE");
}

}  // namespace flowmesh::door
