#ifndef FLOWMESH_TESTS_SUPPORT_RAW_TLS_H_
#define FLOWMESH_TESTS_SUPPORT_RAW_TLS_H_

#include <openssl/ssl.h>
#include <sys/types.h>

#include <memory>
#include <string>

namespace flowmesh::testing {

// How a test client speaks TLS.
struct RawTlsOptions {
  std::string authorities;            // PEM of whom it trusts
  int max_version = TLS1_3_VERSION;   // TLS1_1_VERSION and earlier with all that OpenSSL still has
  std::string protocol = "http/1.1";  // offered by ALPN; empty = no ALPN
};

// The client's side of TLS on a connected socket that blocks. Sends with MSG_NOSIGNAL, so that a SIGPIPE in a test is
// the server's. Not thread-safe.
class RawTls {
 public:
  RawTls(int socket, const RawTlsOptions& options);

  // False: the server refused, or its certificate is not one that is trusted.
  bool Handshake();
  // False: the connection has ended.
  bool Send(const std::string& bytes);
  // As recv. 0 = the server said goodbye; -1 = it left without, or said nothing in time.
  ssize_t Receive(char* bytes, size_t size);

  // After the handshake: the common name of the server's certificate, and what was agreed on.
  std::string server_name() const;
  std::string version() const { return SSL_get_version(ssl_.get()); }
  std::string protocol() const;

 private:
  bool Flush();
  bool Fill();

  const int socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  BIO* const incoming_;  // both of ssl_
  BIO* const outgoing_;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_RAW_TLS_H_
