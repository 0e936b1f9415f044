// Closed loops of ListFlows (brief), the cheapest read there is, over HTTP and over gRPC.
#ifndef FLOWMESH_TESTS_BENCH_REST_LOOP_H_
#define FLOWMESH_TESTS_BENCH_REST_LOOP_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/v1/orchestrator.grpc.pb.h"
#include "server/base/mutex.h"
#include "tests/bench/http_socket.h"
#include "tests/bench/mesh.h"

namespace flowmesh::bench {

// Of one round: when it is over, no call is in flight.
struct RoundTime {
  absl::Duration warm_up;   // not measured
  absl::Duration measured;  // after it
};

struct RoundCount {
  int64_t measured = 0;  // calls that ended well inside the measured time
  int64_t all = 0;       // warm-up included
};

// GET /v1/flows?brief=true over HTTP/1.1 connections that are kept, a request in flight on each. Not thread-safe.
class RestLoop {
 public:
  static absl::StatusOr<std::unique_ptr<RestLoop>> Connect(const std::string& address, int connections);
  ~RestLoop();
  RestLoop(const RestLoop&) = delete;
  RestLoop& operator=(const RestLoop&) = delete;

  // Blocks. Errors: the first answer that is none with status 200 and a body, or none within 20 s.
  absl::StatusOr<RoundCount> Run(const RoundTime& time);

 private:
  struct Lane {
    HttpSocket socket;
    std::string inbox;
  };

  RestLoop(std::string address, int poller) : address_(std::move(address)), poller_(poller) {}
  absl::Status Open(size_t lane);
  // True: a whole answer was there and is taken from the inbox.
  absl::StatusOr<bool> TakeAnswer(size_t lane);

  const std::string address_;
  const int poller_;
  std::string request_;
  std::vector<std::optional<Lane>> lanes_;
};

// The same call by generated stub over one connection. Not thread-safe.
class DirectLoop {
 public:
  // `mesh` must outlive the loop.
  DirectLoop(Mesh* mesh, int in_flight);

  // Blocks. Errors: of the first call that failed.
  absl::StatusOr<RoundCount> Run(const RoundTime& time) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Lane {
    std::optional<grpc::ClientContext> context;
    v1::ListFlowsResponse response;
    RoundCount count;
  };

  void Begin(Lane& lane);
  void End(Lane& lane, const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<v1::Orchestrator::Stub> stub_;
  v1::ListFlowsRequest request_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  int64_t measured_from_ = 0;  // both set before the first call of a round
  int64_t measured_to_ = 0;

  base::Mutex mutex_;
  base::CondVar ended_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_REST_LOOP_H_
