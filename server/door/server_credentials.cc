#include "server/door/server_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <string>
#include <utility>

#include "server/base/mutex.h"

namespace flowmesh::door {
namespace {

// gRPC's own file watcher hands a broken pair to the handshaker and forgets the good one before. Here gRPC asks for the
// identity before each handshake and gets one that was checked, or none that is new.
class LiveCredentials : public grpc::ServerCredentials {
 public:
  explicit LiveCredentials(std::shared_ptr<const tls::LiveIdentity> identity) : identity_(std::move(identity)) {
    const bool asks = !identity_->current()->client_authorities.empty();
    credentials_ =
        grpc_ssl_server_credentials_create_with_options(grpc_ssl_server_credentials_create_options_using_config_fetcher(
            asks ? GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
            &LiveCredentials::Fetch, this));
  }
  ~LiveCredentials() override { grpc_server_credentials_release(credentials_); }

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  static grpc_ssl_certificate_config_reload_status Fetch(void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<LiveCredentials*>(self)->FetchCurrent(config);
  }

  grpc_ssl_certificate_config_reload_status FetchCurrent(grpc_ssl_server_certificate_config** config)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    std::shared_ptr<const tls::Identity> current = identity_->current();
    if (current == given_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    grpc_ssl_pem_key_cert_pair pair{current->key_pair.private_key.c_str(), current->key_pair.certificates.c_str()};
    // gRPC insists on some authorities here, also where no client is asked for a certificate and none is used.
    const std::string& authorities =
        current->client_authorities.empty() ? current->key_pair.certificates : current->client_authorities;
    *config = grpc_ssl_server_certificate_config_create(authorities.c_str(), &pair, 1);
    given_ = std::move(current);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const std::shared_ptr<const tls::LiveIdentity> identity_;
  grpc_server_credentials* credentials_ = nullptr;
  base::Mutex mutex_;
  std::shared_ptr<const tls::Identity> given_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> TlsServerCredentials(std::shared_ptr<const tls::LiveIdentity> identity) {
  return std::make_shared<LiveCredentials>(std::move(identity));
}

bool HasVerifiedCertificate(const grpc::ServerContextBase& context) {
  const std::shared_ptr<const grpc::AuthContext> peer = context.auth_context();
  return peer != nullptr && !peer->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME).empty();
}

}  // namespace flowmesh::door
