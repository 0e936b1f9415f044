#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/base/broken_pipe.h"
#include "tests/support/manual_cancellation.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"
#include "workers/models/provider/http_client.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

// One TLS connection at a time on 127.0.0.1 with a certificate that it signed itself, valid for that address alone;
// answers everything with 200.
class SelfSignedServer {
 public:
  explicit SelfSignedServer(const std::string& certificate_file) : context_(SSL_CTX_new(TLS_server_method())) {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* const address = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate, address, -1);
    X509_EXTENSION_free(address);
    X509_sign(certificate, key, EVP_sha256());
    EXPECT_EQ(SSL_CTX_use_certificate(context_, certificate), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_, key), 1);
    FILE* const file = std::fopen(certificate_file.c_str(), "w");
    EXPECT_EQ(PEM_write_X509(file, certificate), 1);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);

    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in any = {};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&any), sizeof(any)), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    socklen_t size = sizeof(any);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&any), &size);
    port_ = ntohs(any.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~SelfSignedServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
    SSL_CTX_free(context_);
  }

  int port() const { return port_; }

 private:
  void Serve() {
    const base::BrokenPipeIsAnError guard;  // clients that refuse the certificate go away in the middle
    for (int socket = accept(listener_, nullptr, nullptr); socket >= 0; socket = accept(listener_, nullptr, nullptr)) {
      SSL* const ssl = SSL_new(context_);
      SSL_set_fd(ssl, socket);
      std::string seen;
      char bytes[4096];
      if (SSL_accept(ssl) == 1) {
        while (seen.find("\r\n\r\n{}") == std::string::npos) {
          const int got = SSL_read(ssl, bytes, sizeof(bytes));
          if (got <= 0) break;
          seen.append(bytes, static_cast<size_t>(got));
        }
        const std::string answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
        SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
        SSL_shutdown(ssl);
      }
      SSL_free(ssl);
      close(socket);
    }
  }

  SSL_CTX* const context_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

class BodyReader : public HttpReader {
 public:
  absl::Status OnHead(const HttpHead&) override { return absl::OkStatus(); }
  absl::Status OnBody(absl::string_view bytes) override {
    body.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }
  bool Complete() const override { return false; }

  std::string body;
};

class HttpClientTlsTest : public ::testing::Test {
 protected:
  absl::Status Post(const std::string& host, const std::string& ca_file) {
    const auto client = *HttpClient::Open({.who = "fake/one", .ca_file = ca_file});
    return client->Post({.url = absl::StrCat("https://", host, ":", server_.port()),
                         .headers = {{"Authorization", "Bearer sk-1"}},
                         .body = "{}"},
                        reader_, never_);
  }

  testing::TemporaryDirectory directory_;
  const std::string certificate_ = absl::StrCat(std::string(directory_.path()), "/certificate.pem");
  SelfSignedServer server_{certificate_};
  testing::ManualCancellation never_;
  BodyReader reader_;
};

TEST_F(HttpClientTlsTest, ATrustedCertificateForTheHostIsAccepted) {
  ASSERT_OK(Post("127.0.0.1", certificate_));
  EXPECT_EQ(reader_.body, "ok");
}

TEST_F(HttpClientTlsTest, ACertificateThatNobodyVouchesForIsRefused) {
  const absl::Status status = Post("127.0.0.1", "");
  EXPECT_EQ(ModelFailureOf(status), ModelFailure::kProviderMisconfigured) << status;
  EXPECT_TRUE(reader_.body.empty());
}

TEST_F(HttpClientTlsTest, ATrustedCertificateForAnotherHostIsRefused) {
  const absl::Status status = Post("localhost", certificate_);
  EXPECT_EQ(ModelFailureOf(status), ModelFailure::kProviderMisconfigured) << status;
  EXPECT_TRUE(reader_.body.empty());
}

}  // namespace
}  // namespace flowmesh::models
