// A whole server on a port of its own, and clients of it.
#ifndef FLOWMESH_TESTS_SERVER_RPC_SERVICES_REPLICA_FIXTURE_H_
#define FLOWMESH_TESTS_SERVER_RPC_SERVICES_REPLICA_FIXTURE_H_

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "flowmesh/v1/log_stream.grpc.pb.h"
#include "flowmesh/v1/orchestrator.grpc.pb.h"
#include "server/base/error.h"
#include "server/cli/replica.h"
#include "server/door/status.h"
#include "tests/support/raw_worker.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::rpc {

// The flow of these tests: takes a Progress, gives a LogLine, which have no rules of their own.
inline constexpr char kFlow[] = "echo";

class ReplicaTest : public ::testing::Test {
 protected:
  // A developer's server: everybody without a token is its owner `dev` with all roles.
  void StartDeveloper(absl::Duration grace = absl::Seconds(10));
  // A server that wants tokens, see Token; a worker's stream outlives its token by 200 ms.
  void StartServer();
  cli::ReplicaOptions ServerOptions() const;
  // Signed at `signed_at`, by default now.
  static std::string Token(const std::string& subject, const std::set<std::string>& roles = {},
                           absl::Duration ttl = absl::Hours(1), absl::Time signed_at = absl::Now());

  // A connection of its own.
  std::shared_ptr<grpc::Channel> Connect() const;

  // A worker `worker_id` that serves kFlow with retries that wait about a millisecond.
  static v1::Hello HelloOf(const std::string& worker_id, int slots = 1);
  // Attached and welcomed.
  std::unique_ptr<testing::RawWorker> Attach(const v1::Hello& hello, const std::string& token = "");

  // Each expects OK.
  static v1::CreateExecutionRequest EchoRequest(bool start = true);
  v1::Execution Create(const v1::CreateExecutionRequest& request);
  v1::Execution CreateEcho() { return Create(EchoRequest()); }
  v1::Execution Get(const std::string& id);
  v1::Execution Cancel(const std::string& id);
  // Blocks until it is final.
  v1::Execution WaitForEnd(const std::string& id);
  // Blocks for the first event after `after` that is a state; tells its seq.
  v1::Event WaitForState(const std::string& id, v1::Execution::State state, int64_t after = 0);
  v1::Task RootTask(const std::string& id);
  v1::Stats Stats();
  v1::WorkerInfo OnlyWorker();

  testing::TemporaryDirectory directory_{testing::TemporaryDirectory::On::kMemory};
  std::unique_ptr<cli::Replica> replica_;
  std::unique_ptr<v1::Orchestrator::Stub> orchestrator_;
  std::unique_ptr<v1::LogStream::Stub> log_stream_;
};

// A call's context, with a deadline and a token.
class Call : public grpc::ClientContext {
 public:
  explicit Call(const std::string& token = "", std::chrono::seconds patience = std::chrono::seconds(20)) {
    set_deadline(std::chrono::system_clock::now() + patience);
    if (!token.empty()) AddMetadata("authorization", "Bearer " + token);
  }
};

v1::LogLine Line(const std::string& text);
// The value of this initial metadata; empty = none.
std::string HeaderOf(const grpc::ClientContext& call, const std::string& name);
// The reason in a status' ErrorInfo; empty = none.
std::string ReasonOf(const grpc::Status& status);

// EXPECT_THAT(status, Refuses(grpc::StatusCode::NOT_FOUND, "FLOW_UNKNOWN"));
MATCHER_P2(Refuses, code, reason, "") {
  *result_listener << arg.error_code() << " " << ReasonOf(arg) << ": " << arg.error_message();
  return arg.error_code() == code && ReasonOf(arg) == std::string(reason);
}
MATCHER(Succeeds, "") {
  *result_listener << arg.error_code() << " " << ReasonOf(arg) << ": " << arg.error_message();
  return arg.ok();
}

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_TESTS_SERVER_RPC_SERVICES_REPLICA_FIXTURE_H_
