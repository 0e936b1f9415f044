#ifndef FLOWMESH_WORKERS_SDK_ACCESS_H_
#define FLOWMESH_WORKERS_SDK_ACCESS_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/base/clock.h"
#include "workers/sdk/channel_credentials.h"

namespace flowmesh::sdk {

// What one dial needs.
struct Access {
  std::shared_ptr<grpc::Channel> channel;
  std::string token;  // bearer token; empty = none is sent
};

// Gives it anew before every dial. May block on files.
using AccessSource = std::function<absl::StatusOr<Access>()>;

struct AccessOptions {
  std::shared_ptr<grpc::Channel> channel;  // used as it is; null = one to `server`
  std::string server;                      // as in server_address.h
  std::string token;                       // empty = token_file
  std::string token_file;                  // white space around the token is ignored; empty = no token
  TlsFiles tls;
  grpc::ChannelArguments arguments;
};

// Reads token and certificates from their files, so that both may be replaced while a worker runs. The channel stays
// the same until the certificates differ: its connection is used again. Not thread-safe.
class FileAccess {
 public:
  // `clock` must outlive it.
  FileAccess(AccessOptions options, base::Clock* clock);

  // Errors name the file and say what to do.
  absl::StatusOr<Access> Read();

 private:
  absl::Status RenewChannel();
  absl::StatusOr<std::string> ReadToken() const;

  const AccessOptions options_;
  base::Clock* const clock_;
  TlsMaterial material_;  // of channel_
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_ACCESS_H_
