#include "workers/sdk/channel_credentials.h"

#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/tls/key_pair.h"

namespace flowmesh::sdk {
namespace {

// Where distributions keep the authorities that they trust; SSL_CERT_FILE stands before them, as for OpenSSL's own
// tools.
constexpr const char* kSystemAuthorities[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                              "/etc/ssl/cert.pem"};

absl::StatusOr<std::string> ReadSystemAuthorities() {
  if (const char* named = std::getenv("SSL_CERT_FILE"); named != nullptr) return tls::ReadAuthorities(named);
  for (const char* path : kSystemAuthorities) {
    if (access(path, R_OK) == 0) return tls::ReadAuthorities(path);
  }
  return absl::FailedPreconditionError(
      "this system has no list of trusted authorities: install ca-certificates, or name a file of your own");
}

}  // namespace

absl::StatusOr<TlsMaterial> ReadTlsMaterial(const TlsFiles& files, absl::Time now) {
  TlsMaterial material{.on = files.on(), .server_name = files.server_name};
  if (!material.on) return material;
  absl::StatusOr<std::string> authorities =
      files.authorities.empty() ? ReadSystemAuthorities() : tls::ReadAuthorities(files.authorities);
  if (!authorities.ok()) return authorities.status();
  material.authorities = *std::move(authorities);
  if (files.certificates.empty() && files.private_key.empty()) return material;
  if (files.certificates.empty() || files.private_key.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("a client's certificate and its key go together: only ",
                                                   files.certificates.empty() ? files.private_key : files.certificates,
                                                   " is given"));
  }
  absl::StatusOr<tls::KeyPair> pair =
      tls::ReadKeyPair({.certificates = files.certificates, .private_key = files.private_key}, now);
  if (!pair.ok()) return pair.status();
  material.certificates = std::move(pair->certificates);
  material.private_key = std::move(pair->private_key);
  return material;
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const TlsMaterial& material) {
  if (!material.on) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials({.pem_root_certs = material.authorities,
                               .pem_private_key = material.private_key,
                               .pem_cert_chain = material.certificates});
}

}  // namespace flowmesh::sdk
