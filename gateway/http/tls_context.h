#ifndef FLOWMESH_GATEWAY_HTTP_TLS_CONTEXT_H_
#define FLOWMESH_GATEWAY_HTTP_TLS_CONTEXT_H_

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "absl/status/statusor.h"
#include "server/tls/live_identity.h"

namespace flowmesh::gateway {

// OpenSSL's side of a door with a certificate: TLS 1.2 or later, ciphers with forward secrecy and authenticated
// encryption alone, HTTP/1.1 by ALPN. Follows the identity when that changes. Not thread-safe.
class TlsContext {
 public:
  // INVALID_ARGUMENT says why OpenSSL does not take the identity.
  static absl::StatusOr<std::unique_ptr<TlsContext>> Create(std::shared_ptr<const tls::LiveIdentity> identity);

  // For the next connection. Good until the next call; connections keep what they need. An identity that OpenSSL does
  // not take is logged once, and the one before stays.
  boost::asio::ssl::context& Current();

 private:
  using Context = std::unique_ptr<boost::asio::ssl::context>;

  explicit TlsContext(std::shared_ptr<const tls::LiveIdentity> identity) : identity_(std::move(identity)) {}
  static absl::StatusOr<Context> Make(const tls::KeyPair& pair);

  const std::shared_ptr<const tls::LiveIdentity> identity_;
  std::shared_ptr<const tls::Identity> seen_;  // the last one that was tried
  Context context_;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_TLS_CONTEXT_H_
