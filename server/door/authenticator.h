#ifndef FLOWMESH_SERVER_DOOR_AUTHENTICATOR_H_
#define FLOWMESH_SERVER_DOOR_AUTHENTICATOR_H_

#include <grpcpp/server_context.h>

#include "absl/status/statusor.h"
#include "server/door/call_metadata.h"
#include "server/door/caller.h"
#include "server/door/token_verifier.h"

namespace flowmesh::door {

// Tells who makes a call. Implementations are thread-safe and do not block.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // UNAUTHENTICATED with reason TOKEN_MISSING, TOKEN_EXPIRED, TOKEN_INVALID, or TICKET_NOT_ACCEPTED (ticket.h).
  virtual absl::StatusOr<Caller> Authenticate(const Metadata& metadata) = 0;

  absl::StatusOr<Caller> Authenticate(const grpc::ServerContextBase& context) {
    return Authenticate(context.client_metadata());
  }
};

// Believes signed tokens in the metadata `authorization: Bearer <token>`.
class TokenAuthenticator : public Authenticator {
 public:
  // What a call without a token is.
  enum class Anonymous {
    kRefused,
    kDeveloper,  // owner `dev` with all roles; for servers that only the own machine can reach
  };

  // `verifier` must outlive the authenticator.
  TokenAuthenticator(TokenVerifier* verifier, Anonymous anonymous) : verifier_(verifier), anonymous_(anonymous) {}

  using Authenticator::Authenticate;
  absl::StatusOr<Caller> Authenticate(const Metadata& metadata) override;

 private:
  TokenVerifier* const verifier_;
  const Anonymous anonymous_;
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_AUTHENTICATOR_H_
