#ifndef FLOWMESH_WORKERS_SDK_WORKER_H_
#define FLOWMESH_WORKERS_SDK_WORKER_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/base/backoff.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/base/random.h"
#include "workers/sdk/access.h"
#include "workers/sdk/outbox.h"
#include "workers/sdk/served_type.h"
#include "workers/sdk/session.h"
#include "workers/sdk/task_runner.h"
#include "workers/sdk/worker_observer.h"

namespace flowmesh::sdk {

struct WorkerOptions {
  // Where the orchestrator is, one address or several (server_address.h): of several, the worker attaches to one that
  // answers, and to another when that one is gone.
  std::string server = "127.0.0.1:7350";
  std::string token = {};       // bearer token of the role `worker`; empty = the one in token_file
  std::string token_file = {};  // read before every dial, so it may be replaced; empty = no token is sent
  std::string name = "worker";  // for people
  std::string version = {};     // of the program, for people
  int slots = 0;                // functions at once, a thread each; 0 = one per hardware thread
  int flows = 10'000;           // flows in memory at once
  int step_threads = 8;         // local steps of flows at once
  absl::Duration park_after = absl::Seconds(10);  // a flow that only waits for longer is released from memory

  // Plain text unless it says otherwise. For a server that demands certificates of workers (`--worker-ca`):
  // {.authorities = "ca.pem", .certificates = "worker.pem", .private_key = "worker-key.pem"}. The files are read before
  // every dial, so they may be replaced.
  TlsFiles tls = {};
  std::shared_ptr<grpc::Channel> channel = nullptr;      // used instead of server, tls and keepalive
  absl::Duration keepalive = absl::Seconds(30);          // a silent connection is asked this often whether it lives
  absl::Duration keepalive_timeout = absl::Seconds(10);  // and is given up when it does not answer for this long

  base::RetryPolicy reconnect = {.initial = absl::Milliseconds(50), .multiplier = 2, .cap = absl::Seconds(2)};
  absl::Duration welcome_timeout = absl::Seconds(30);  // from dialling to the orchestrator's answer
  // An attached worker whose token is no longer accepted dials for this long, with what is in token_file each time.
  absl::Duration token_patience = absl::Minutes(1);
  absl::Duration drain_timeout = absl::Seconds(8);  // running work gets this long to end in Stop
  OutboxLimits outbox = {};                         // per attempt
  WorkerObserver* observer = nullptr;               // must outlive the worker; null = nobody listens
};

// A process's membership in the mesh: serves task types until it is stopped.
//
//   flowmesh::sdk::Worker worker({.server = "127.0.0.1:7350", .token = token, .name = "poet", .slots = 8});
//   worker.Serve("poem", WritePoem);
//   return worker.Run();
//
// Thread-safe, except that everything is served before Start.
class Worker {
 public:
  explicit Worker(WorkerOptions options);
  // Stops.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Serves a blocking function absl::StatusOr<Out>(TaskContext&, const In&); Out and In are Protobuf messages.
  template <typename Code>
  void Serve(std::string name, Code code, const TaskOptions& options = {}) {
    Add(ServeFunction(std::move(name), std::move(code), options));
  }

  // Serves a flow, a coroutine Flow<Out>(FlowContext&, In).
  template <typename Code>
  void ServeFlow(std::string name, Code code, const TaskOptions& options = {}) {
    Add(ServeCoroutine(std::move(name), std::move(code), options));
  }

  // The same under the name and with the contract of `type`.
  template <typename In, typename Out>
  void Serve(const TaskType<In, Out>& type,
             std::type_identity_t<std::function<absl::StatusOr<Out>(TaskContext&, const In&)>> code,
             const TaskOptions& options = {}) {
    Add(ServeFunction(type.name, std::move(code), options));
  }
  template <typename In, typename Out>
  void ServeFlow(const TaskType<In, Out>& type, std::type_identity_t<std::function<Flow<Out>(FlowContext&, In)>> code,
                 const TaskOptions& options = {}) {
    Add(ServeCoroutine(type.name, std::move(code), options));
  }

  void Add(ServedType type);

  // Begins to dial and returns; nothing if it was started. INVALID_ARGUMENT: a type or option is not acceptable, the
  // message says which and why; NOT_FOUND or PERMISSION_DENIED: a file that an option names cannot be read. A stopped
  // worker may be started again.
  absl::Status Start() ABSL_LOCKS_EXCLUDED(lifecycle_);

  // Takes no more work; what runs goes on. Does not block.
  void Drain() ABSL_LOCKS_EXCLUDED(lifecycle_);

  // Drains, waits up to drain_timeout for what runs, hands the rest back and closes. Returns when every function has
  // returned, so functions must heed cancelled(). Nothing if it is not started.
  void Stop() ABSL_LOCKS_EXCLUDED(lifecycle_);

  // Blocks until Stop (OK) or until the orchestrator has refused the worker (its status).
  absl::Status Wait() ABSL_LOCKS_EXCLUDED(lifecycle_);

  // What the attempts that run keep until it is acknowledged; nothing while stopped.
  Outbox::Kept kept() ABSL_LOCKS_EXCLUDED(lifecycle_);

  // A whole main(): starts, serves until SIGTERM, SIGINT, Stop or a refusal, stops, and returns the exit code: 0, or 1
  // after an error, which is logged.
  int Run();

 private:
  struct Running;

  absl::Status CheckOptions() const;
  v1::Hello MakeHello() const;
  AccessSource MakeAccess();
  std::shared_ptr<Running> running() ABSL_LOCKS_EXCLUDED(lifecycle_);

  const WorkerOptions options_;
  base::SystemClock clock_;
  base::SecureRandom random_;
  const std::string worker_id_;
  TaskRunner::Types types_;
  absl::Status types_status_;  // the first type that was not acceptable

  base::Mutex lifecycle_;
  std::shared_ptr<Running> running_ ABSL_GUARDED_BY(lifecycle_);  // null while stopped
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_WORKER_H_
