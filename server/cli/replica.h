// One running server: a store, the engine over it and the gRPC services in front. The place where the parts are put
// together.
#ifndef FLOWMESH_SERVER_CLI_REPLICA_H_
#define FLOWMESH_SERVER_CLI_REPLICA_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace flowmesh::cli {

struct ReplicaOptions {
  std::string grpc_address = "127.0.0.1:7350";  // port 0 = any free one
  std::string data_directory = ".flowmesh";
  std::string
      keys;  // text of a key set; empty: in developer mode a secret made once in the data directory, else refused
  bool developer = false;                        // calls without a token are those of the owner `dev`; loopback only
  bool allow_plaintext = false;                  // serve others than loopback without TLS
  absl::Duration grace = absl::Seconds(10);      // how long a worker's session outlives its stream
  absl::Duration keepalive = absl::Seconds(30);  // a silent connection is asked this often whether it lives
  absl::Duration keepalive_timeout = absl::Seconds(10);
};

// Start and Stop are symmetric; Stop is idempotent. Not thread-safe.
class Replica {
 public:
  // Opens the store and serves. Errors say what to change: address in use or not allowed, keys missing, directory
  // taken.
  static absl::StatusOr<std::unique_ptr<Replica>> Start(const ReplicaOptions& options);
  ~Replica();

  // `host:port` that clients reach.
  const std::string& address() const;
  // A channel to this server inside the process.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // From here on health says NOT_SERVING and nothing is assigned. Does not block.
  void Drain();
  // Drains, ends all streams with UNAVAILABLE, commits what was accepted and closes the store.
  void Stop();

 private:
  struct Parts;
  explicit Replica(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_REPLICA_H_
