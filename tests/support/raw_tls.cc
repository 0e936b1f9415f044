#include "tests/support/raw_tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>

namespace flowmesh::testing {

RawTls::RawTls(int socket, const RawTlsOptions& options)
    : socket_(socket),
      context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
      ssl_(nullptr, &SSL_free),
      incoming_(BIO_new(BIO_s_mem())),
      outgoing_(BIO_new(BIO_s_mem())) {
  SSL_CTX_set_max_proto_version(context_.get(), options.max_version);
  if (options.max_version < TLS1_2_VERSION) SSL_CTX_set_security_level(context_.get(), 0);
  BIO* const pem = BIO_new_mem_buf(options.authorities.data(), static_cast<int>(options.authorities.size()));
  if (X509* const authority = PEM_read_bio_X509(pem, nullptr, nullptr, nullptr); authority != nullptr) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), authority);
    X509_free(authority);
  }
  BIO_free(pem);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_bio(ssl_.get(), incoming_, outgoing_);
  SSL_set_connect_state(ssl_.get());
  if (!options.protocol.empty()) {
    const std::string list = std::string(1, static_cast<char>(options.protocol.size())) + options.protocol;
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
}

bool RawTls::Flush() {
  char bytes[16 * 1024];
  int size = 0;
  while ((size = BIO_read(outgoing_, bytes, sizeof bytes)) > 0) {
    for (ssize_t sent = 0, more = 0; sent < size; sent += more) {
      more = send(socket_, bytes + sent, static_cast<size_t>(size - sent), MSG_NOSIGNAL);
      if (more <= 0) return false;
    }
  }
  return true;
}

bool RawTls::Fill() {
  char bytes[16 * 1024];
  const ssize_t size = recv(socket_, bytes, sizeof bytes, 0);
  return size > 0 && BIO_write(incoming_, bytes, static_cast<int>(size)) == size;
}

bool RawTls::Handshake() {
  while (true) {
    const int done = SSL_do_handshake(ssl_.get());
    const int error = SSL_get_error(ssl_.get(), done);
    ERR_clear_error();
    const bool sent = Flush();
    if (done == 1) return sent;
    if (error != SSL_ERROR_WANT_READ || !sent || !Fill()) return false;
  }
}

bool RawTls::Send(const std::string& bytes) {
  const int written = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  ERR_clear_error();
  return written == static_cast<int>(bytes.size()) && Flush();
}

ssize_t RawTls::Receive(char* bytes, size_t size) {
  while (true) {
    const int read = SSL_read(ssl_.get(), bytes, static_cast<int>(size));
    const int error = SSL_get_error(ssl_.get(), read);
    ERR_clear_error();
    if (read > 0) return read;
    if (error == SSL_ERROR_ZERO_RETURN) return 0;
    if (error != SSL_ERROR_WANT_READ || !Flush() || !Fill()) return -1;
  }
}

std::string RawTls::server_name() const {
  X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  char name[256] = "";
  if (certificate != nullptr) {
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  }
  return name;
}

std::string RawTls::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return std::string(reinterpret_cast<const char*>(name), size);
}

}  // namespace flowmesh::testing
