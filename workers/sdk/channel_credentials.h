#ifndef FLOWMESH_WORKERS_SDK_CHANNEL_CREDENTIALS_H_
#define FLOWMESH_WORKERS_SDK_CHANNEL_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace flowmesh::sdk {

// How a client speaks TLS, as names of PEM files. Naming one of them turns TLS on.
struct TlsFiles {
  bool enabled = false;           // TLS, trusting the system's authorities unless `authorities` names others
  std::string authorities = {};   // certificates of those who may sign the server's
  std::string certificates = {};  // to show to servers that demand one: the chain, the leaf first
  std::string private_key = {};   // of that leaf; not encrypted
  std::string server_name = {};   // no file: the name in the servers' certificates; empty = the host that is dialled

  bool on() const {
    return enabled || !authorities.empty() || !certificates.empty() || !private_key.empty() || !server_name.empty();
  }
};

// The content of these files, checked.
struct TlsMaterial {
  bool on = false;
  std::string authorities;
  std::string certificates;
  std::string private_key;
  std::string server_name;

  friend bool operator==(const TlsMaterial&, const TlsMaterial&) = default;
};

// Errors name the file and say what to do: one that cannot be read or is no such PEM, a certificate without its key, a
// certificate that is not good at `now`, no authorities in the system. Blocks on the files.
absl::StatusOr<TlsMaterial> ReadTlsMaterial(const TlsFiles& files, absl::Time now);

// For channels: TLS 1.2 or later with the server's name checked, or plain text if it is off.
std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const TlsMaterial& material);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_CHANNEL_CREDENTIALS_H_
