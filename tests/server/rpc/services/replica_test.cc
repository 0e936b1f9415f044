// How a server starts, says how it is, and stops.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "tests/server/rpc/services/replica_fixture.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::rpc {
namespace {

using testing::FinishedEntry;
using ::testing::HasSubstr;
using testing::HelloEntry;
using testing::RawWorker;
using testing::StatusIs;

constexpr int kServing = 1;  // grpc.health.v1.HealthCheckResponse.ServingStatus
constexpr int kNotServing = 2;

class ServerTest : public ReplicaTest {
 protected:
  // What grpc.health.v1.Health answers about the whole server; the protocol's messages are one field each.
  int Health() {
    Call call;
    grpc::GenericStub stub(Connect());
    grpc::CompletionQueue queue;
    const grpc::Slice empty;
    const auto asked =
        stub.PrepareUnaryCall(&call, "/grpc.health.v1.Health/Check", grpc::ByteBuffer(&empty, 1), &queue);
    asked->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    asked->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    EXPECT_THAT(status, Succeeds());
    grpc::Slice slice;
    if (!response.DumpToSingleSlice(&slice).ok() || slice.size() != 2) return -1;
    return slice.begin()[1];
  }
};

TEST_F(ServerTest, HealthTurnsWhenItDrains) {
  StartDeveloper();
  EXPECT_EQ(Health(), kServing);
  replica_->Drain();
  EXPECT_EQ(Health(), kNotServing);
}

TEST_F(ServerTest, ADrainingServerAssignsNothingMoreAndStillTakesResults) {
  StartDeveloper();
  const auto worker = Attach(HelloOf("worker-one", 2));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  replica_->Drain();
  const std::string waiting = CreateEcho().id();
  EXPECT_EQ(Get(waiting).state(), v1::Execution::QUEUED);
  worker->Send(FinishedEntry(attempt, 1, Line("done")));
  EXPECT_EQ(worker->NextAck().number(), 1);
  EXPECT_EQ(Get(attempt.execution_id()).state(), v1::Execution::COMPLETED);
  EXPECT_EQ(Get(waiting).state(), v1::Execution::QUEUED);
}

TEST_F(ServerTest, StopEndsWhatIsOpenWithUnavailableInUnderTenSeconds) {
  StartDeveloper();
  const auto worker = Attach(HelloOf("worker-one"));
  Call run_call;
  grpc::Status run_status;
  std::thread run([&] {
    v1::RunExecutionRequest request;
    *request.mutable_execution() = EchoRequest();
    v1::Execution execution;
    run_status = orchestrator_->RunExecution(&run_call, request, &execution);
  });
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  Call tail_call;
  v1::TailRequest request;
  request.set_execution_id(attempt.execution_id());
  auto events = log_stream_->Tail(&tail_call, request);
  v1::Event event;
  ASSERT_TRUE(events->Read(&event));
  const auto before = std::chrono::steady_clock::now();
  replica_->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  EXPECT_EQ(worker->Next().entry_case(), v1::OrchestratorEntry::kDrain);
  EXPECT_THAT(worker->Finish(), Refuses(grpc::StatusCode::UNAVAILABLE, "STOPPING"));
  while (events->Read(&event)) {
  }
  EXPECT_THAT(events->Finish(), Refuses(grpc::StatusCode::UNAVAILABLE, "STOPPING"));
  run.join();
  EXPECT_THAT(run_status, Refuses(grpc::StatusCode::UNAVAILABLE, "STOPPING"));
  replica_->Stop();
}

TEST_F(ServerTest, AWorkerGoesOnAfterARestart) {
  StartDeveloper();
  auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  replica_.reset();
  StartDeveloper();
  v1::Hello hello = HelloOf("worker-one");
  *hello.add_held()->mutable_attempt() = attempt;
  worker = std::make_unique<RawWorker>(Connect());
  worker->Send(HelloEntry(hello));
  const v1::Welcome welcome = worker->NextWelcome();
  ASSERT_EQ(welcome.held_size(), 1);
  EXPECT_FALSE(welcome.held(0).fenced());
  worker->Send(FinishedEntry(attempt, 1, Line("done")));
  EXPECT_EQ(WaitForEnd(attempt.execution_id()).state(), v1::Execution::COMPLETED);
}

TEST_F(ServerTest, AWorkerAttachesInsideTheProcessToo) {
  StartDeveloper();
  RawWorker worker(replica_->InProcessChannel());
  worker.Send(HelloEntry(HelloOf("worker-one")));
  worker.NextWelcome();
  const std::string id = CreateEcho().id();
  worker.Send(FinishedEntry(worker.NextAssignment().attempt(), 1, Line("done")));
  EXPECT_EQ(WaitForEnd(id).state(), v1::Execution::COMPLETED);
}

TEST_F(ServerTest, ATokenThatExpiresEndsTheWorkersStream) {
  StartServer();
  const auto worker = Attach(HelloOf("worker-one"), Token("farm", {"worker"}, absl::Seconds(1)));
  Call call(Token("ann"));
  v1::Execution execution;
  ASSERT_THAT(orchestrator_->CreateExecution(&call, EchoRequest(), &execution), Succeeds());
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  // Says the same and hears the same until it is refused.
  while (worker->Send(testing::LogEntry(attempt, 1, "still here")) && worker->Next().has_ack()) {
  }
  EXPECT_THAT(worker->Finish(), Refuses(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_EXPIRED"));
}

TEST_F(ServerTest, PlainTextBeyondLoopbackMustBeAllowed) {
  cli::ReplicaOptions options = ServerOptions();
  options.grpc_address = "0.0.0.0:0";
  EXPECT_THAT(cli::Replica::Start(options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("plain text")));
  options.allow_plaintext = true;
  EXPECT_OK(cli::Replica::Start(options));
}

TEST_F(ServerTest, ADevelopersServerStaysOnLoopback) {
  cli::ReplicaOptions options{
      .grpc_address = "0.0.0.0:0", .store = {.data_directory = directory_.path()}, .developer = true};
  options.allow_plaintext = true;
  EXPECT_THAT(cli::Replica::Start(options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("loopback")));
}

TEST_F(ServerTest, AServerNeedsKeys) {
  cli::ReplicaOptions options = ServerOptions();
  options.keys.clear();
  EXPECT_THAT(cli::Replica::Start(options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("keys")));
  options.keys = "short";
  EXPECT_THAT(cli::Replica::Start(options), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ServerTest, ATakenPortIsNamed) {
  StartDeveloper();
  testing::TemporaryDirectory other(testing::TemporaryDirectory::On::kMemory);
  const auto second = cli::Replica::Start(
      {.grpc_address = replica_->address(), .store = {.data_directory = other.path()}, .developer = true});
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kUnavailable, HasSubstr(replica_->address())));
}

TEST_F(ServerTest, ATakenDirectoryIsNamed) {
  StartDeveloper();
  const auto second = cli::Replica::Start(
      {.grpc_address = "127.0.0.1:0", .store = {.data_directory = directory_.path()}, .developer = true});
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(directory_.path()));
}

TEST_F(ServerTest, ADevelopersTokenIsVerifiedWhenItIsSent) {
  StartDeveloper();
  Call call("not.a.token");
  v1::ListFlowsResponse response;
  EXPECT_EQ(orchestrator_->ListFlows(&call, {}, &response).error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

}  // namespace
}  // namespace flowmesh::rpc
