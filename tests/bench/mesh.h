#ifndef FLOWMESH_TESTS_BENCH_MESH_H_
#define FLOWMESH_TESTS_BENCH_MESH_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/v1/orchestrator.grpc.pb.h"
#include "tests/bench/child_process.h"
#include "tests/bench/shared_counter.h"

namespace flowmesh::bench {

struct MeshOptions {
  std::string flowmesh;                   // path of the server's binary
  std::string self;                       // path of this binary, which is the worker too
  std::string directory;                  // for data and logs; a fresh one under it is used for every server
  std::vector<std::string> server_flags;  // beyond the ones that are always given
  int replicas = 1;                       // servers; several need a --store among the flags
};

// Server processes, with a fresh store unless the flags name one, on loopback, and a worker process for each when
// wanted. Not thread-safe unless said.
class Mesh {
 public:
  enum class BuiltInWorker { kNone, kRuns };
  enum class Gateway {
    kNone,
    kInside,  // of the server's process, called without a socket
    kApart,   // a process of its own
  };

  // Starts the server and returns once it has announced its address.
  static absl::StatusOr<std::unique_ptr<Mesh>> Start(const MeshOptions& options,
                                                     BuiltInWorker built_in = BuiltInWorker::kNone,
                                                     Gateway gateway = Gateway::kNone);
  // Stops all and removes the data.
  ~Mesh();

  // Starts the workers, with so many slots together, and returns once the server lists them.
  absl::Status AttachWorker(int slots);
  // Returns once the server lists no worker any more.
  absl::Status DetachWorker();

  // A connection of its own, to each replica in turn. Thread-safe.
  std::shared_ptr<grpc::Channel> NewChannel() const;

  // A connection for calls on the side. Thread-safe.
  v1::Orchestrator::Stub& orchestrator() { return *orchestrator_; }

  // Functions that workers have begun. Thread-safe.
  int64_t begun() const { return counter_->value(); }

  // Blocks until no execution is live, which is asked every few milliseconds.
  absl::Status AwaitAllFinal(absl::Duration timeout);

  // IP:PORT of the gateway's HTTP door; empty without one. Thread-safe.
  const std::string& http_address() const { return http_address_; }

  // Blocks until so many Tail calls are open in the server, which is asked every millisecond.
  absl::Status AwaitTails(int count, absl::Duration timeout);

  int64_t ServerResidentBytes() const { return servers_.front()->ResidentBytes(); }  // of the first one

  // Of the process that the gateway runs in.
  int64_t GatewayResidentBytes() const {
    return gateway_ == nullptr ? ServerResidentBytes() : gateway_->ResidentBytes();
  }

  // Processor time used so far by all of a kind; the workers' is 0 while none is attached.
  double ServerProcessorSeconds() const { return ProcessorSeconds(servers_); }
  double GatewayProcessorSeconds() const { return gateway_ == nullptr ? 0 : gateway_->ProcessorSeconds(); }  // if apart
  double WorkerProcessorSeconds() const { return ProcessorSeconds(workers_); }

 private:
  using Processes = std::vector<std::unique_ptr<ChildProcess>>;

  Mesh() = default;
  static double ProcessorSeconds(const Processes& processes);
  absl::Status StartServer(BuiltInWorker built_in, Gateway gateway, int number);
  absl::Status AwaitWorkers(int count);
  absl::Status StartGateway();
  // The address of the HTTP door as the process announces it in its log.
  absl::StatusOr<std::string> AwaitHttpAddress(const std::string& log_file) const;

  MeshOptions options_;
  std::string directory_;
  std::vector<std::string> addresses_;  // of the servers
  mutable std::atomic<size_t> next_address_ = 0;
  std::string http_address_;
  std::unique_ptr<SharedCounter> counter_;
  Processes servers_;
  std::unique_ptr<ChildProcess> gateway_;
  Processes workers_;
  std::unique_ptr<v1::Orchestrator::Stub> orchestrator_;
};

// Sets a deadline `from_now`, so that no call can hang a measurement.
void SetDeadline(grpc::ClientContext* context, absl::Duration from_now);

// OK, or the code's name and the message.
absl::Status ToStatus(const grpc::Status& status);

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_MESH_H_
