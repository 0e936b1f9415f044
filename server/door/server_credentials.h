#ifndef FLOWMESH_SERVER_DOOR_SERVER_CREDENTIALS_H_
#define FLOWMESH_SERVER_DOOR_SERVER_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_context.h>

#include <memory>

#include "server/tls/live_identity.h"

namespace flowmesh::door {

// TLS 1.2 or later with the identity that is current when a connection is made; connections that are there stay as they
// are. With client authorities a client is asked for a certificate and may have none; one that these authorities did
// not sign ends the handshake.
std::shared_ptr<grpc::ServerCredentials> TlsServerCredentials(std::shared_ptr<const tls::LiveIdentity> identity);

// Whether the peer of this call showed a certificate that was verified (so: one of the client authorities signed it).
bool HasVerifiedCertificate(const grpc::ServerContextBase& context);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_SERVER_CREDENTIALS_H_
