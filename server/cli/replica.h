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
#include "server/apps/blueprints/blueprints_service.h"
#include "server/apps/quizzes/quizzes_service.h"
#include "server/cli/open_store.h"
#include "server/metrics/registry.h"
#include "server/tls/live_identity.h"

namespace flowmesh::cli {

struct ReplicaOptions {
  std::string grpc_address = "127.0.0.1:7350";  // port 0 = any free one
  StoreChoice store{.url = "", .data_directory = ".flowmesh"};
  std::string artifacts_directory;  // of their contents; empty = `artifacts` in the store's data directory
  std::string keys_file;            // of a key set (door::KeySet); followed when it changes
  // Text of a key set, used when there is no file. Neither: in developer mode a secret made once in the data directory,
  // else refused.
  std::string keys;
  // Certificate of the door, and the authorities of workers' certificates: then every worker outside of this process
  // must show one. Followed when they change. Nothing named = plain text.
  tls::IdentityFiles tls;
  bool developer = false;                         // calls without a token are those of the owner `dev`; loopback only
  bool allow_plaintext = false;                   // serve others than loopback without TLS
  absl::Duration token_grace = absl::Minutes(1);  // a worker's stream ends this long after its token expired
  absl::Duration grace = absl::Seconds(10);       // how long a worker's session outlives its stream
  absl::Duration retention = absl::InfiniteDuration();  // how long executions stay after their end
  // On a shared store: how often it shows that it is alive; the same for all replicas. Another one that does not for
  // eight times that long is declared dead.
  absl::Duration heartbeat = absl::Seconds(2);
  absl::Duration keepalive = absl::Seconds(30);  // a silent connection is asked this often whether it lives
  absl::Duration keepalive_timeout = absl::Seconds(10);
  // Connections end after about so long, so that clients dial anew and spread over all replicas.
  absl::Duration connection_age = absl::InfiniteDuration();
  apps::QuizOptions quiz;
  apps::BlueprintLimits blueprint;
  metrics::Registry* metrics = nullptr;  // shows the replica while it serves; must outlive it; null = nobody asks
  bool access_log = false;               // one line for each call and each execution that ends
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
  // What the door presents; null = plain text. Lives as long as the replica.
  std::shared_ptr<const tls::LiveIdentity> identity() const;
  // Reads the key set and the certificates again at once, and logs what is wrong with them; otherwise that happens
  // within a second of a change. Blocks on the files.
  void ReadFilesAgain();
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
