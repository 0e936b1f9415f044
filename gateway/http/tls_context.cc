#include "gateway/http/tls_context.h"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "spdlog/spdlog.h"

namespace flowmesh::gateway {
namespace {

namespace net = boost::asio;

// Of TLS 1.2; those of 1.3 are all as they should be.
constexpr char kCiphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr unsigned char kProtocols[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// RFC 7301, section 3.2: a client that offers only others is told so.
int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                   unsigned int offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, kProtocols, sizeof kProtocols, offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

absl::StatusOr<TlsContext::Context> TlsContext::Make(const tls::KeyPair& pair) {
  auto context = std::make_unique<net::ssl::context>(net::ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // a quiet viewer costs 34 KiB less
  SSL_CTX_set_cipher_list(native, kCiphers);
  SSL_CTX_set_alpn_select_cb(native, &ChooseProtocol, nullptr);
  boost::system::error_code error;
  context->use_certificate_chain(net::buffer(pair.certificates), error);
  if (!error) context->use_private_key(net::buffer(pair.private_key), net::ssl::context::pem, error);
  if (error) {
    return absl::InvalidArgumentError(absl::StrCat("OpenSSL does not take the certificate: ", error.message()));
  }
  return context;
}

absl::StatusOr<std::unique_ptr<TlsContext>> TlsContext::Create(std::shared_ptr<const tls::LiveIdentity> identity) {
  std::unique_ptr<TlsContext> made(new TlsContext(std::move(identity)));
  made->seen_ = made->identity_->current();
  absl::StatusOr<Context> context = Make(made->seen_->key_pair);
  if (!context.ok()) return context.status();
  made->context_ = *std::move(context);
  return made;
}

net::ssl::context& TlsContext::Current() {
  std::shared_ptr<const tls::Identity> current = identity_->current();
  if (current == seen_) return *context_;
  seen_ = std::move(current);
  absl::StatusOr<Context> context = Make(seen_->key_pair);
  if (context.ok()) {
    context_ = *std::move(context);
  } else {
    spdlog::error("gateway: {}; the one before stays in use", std::string(context.status().message()));
  }
  return *context_;
}

}  // namespace flowmesh::gateway
