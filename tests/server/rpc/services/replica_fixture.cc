#include "tests/server/rpc/services/replica_fixture.h"

#include <utility>

#include "server/door/key_set.h"
#include "server/door/token_signer.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::rpc {
namespace {

constexpr char kSecret[] = "a secret of these tests, long enough to sign with";

}  // namespace

void ReplicaTest::StartDeveloper(absl::Duration grace) {
  auto started = cli::Replica::Start({.grpc_address = "127.0.0.1:0",
                                      .store = {.data_directory = directory_.path()},
                                      .developer = true,
                                      .grace = grace});
  ASSERT_OK(started);
  replica_ = *std::move(started);
  orchestrator_ = v1::Orchestrator::NewStub(Connect());
  log_stream_ = v1::LogStream::NewStub(Connect());
}

cli::ReplicaOptions ReplicaTest::ServerOptions() const {
  return {.grpc_address = "127.0.0.1:0",
          .store = {.data_directory = directory_.path()},
          .keys = kSecret,
          .token_grace = absl::Milliseconds(200)};
}

void ReplicaTest::StartServer() {
  auto started = cli::Replica::Start(ServerOptions());
  ASSERT_OK(started);
  replica_ = *std::move(started);
  orchestrator_ = v1::Orchestrator::NewStub(Connect());
  log_stream_ = v1::LogStream::NewStub(Connect());
}

std::string ReplicaTest::Token(const std::string& subject, const std::set<std::string>& roles, absl::Duration ttl,
                               absl::Time signed_at) {
  testing::ManualClock clock(signed_at);
  const auto keys = door::KeySet::Parse(kSecret);
  const auto signer = door::TokenSigner::Create(*keys, &clock);
  return *signer->Sign(subject, roles, ttl);
}

std::shared_ptr<grpc::Channel> ReplicaTest::Connect() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(replica_->address(), grpc::InsecureChannelCredentials(), arguments);
}

v1::Hello ReplicaTest::HelloOf(const std::string& worker_id, int slots) {
  v1::Hello hello;
  hello.set_worker("raw@test");
  hello.set_worker_id(worker_id);
  hello.set_version("1");
  hello.mutable_capacity()->set_slots(slots);
  v1::TaskType* type = hello.add_types();
  type->set_name(kFlow);
  type->set_flow(true);
  type->set_input_type("flowmesh.v1.Progress");
  type->set_output_type("flowmesh.v1.LogLine");
  type->mutable_retry()->mutable_initial()->set_nanos(1'000'000);
  type->mutable_retry()->mutable_cap()->set_nanos(1'000'000);
  return hello;
}

std::unique_ptr<testing::RawWorker> ReplicaTest::Attach(const v1::Hello& hello, const std::string& token) {
  auto worker = std::make_unique<testing::RawWorker>(Connect(), token);
  EXPECT_TRUE(worker->Send(testing::HelloEntry(hello)));
  EXPECT_EQ(worker->Next().entry_case(), v1::OrchestratorEntry::kWelcome);
  return worker;
}

v1::CreateExecutionRequest ReplicaTest::EchoRequest(bool start) {
  v1::CreateExecutionRequest request;
  request.set_flow(kFlow);
  request.set_start(start);
  return request;
}

v1::Execution ReplicaTest::Create(const v1::CreateExecutionRequest& request) {
  Call call;
  v1::Execution execution;
  EXPECT_THAT(orchestrator_->CreateExecution(&call, request, &execution), Succeeds());
  return execution;
}

v1::Execution ReplicaTest::Get(const std::string& id) {
  Call call;
  v1::GetExecutionRequest request;
  request.set_id(id);
  v1::Execution execution;
  EXPECT_THAT(orchestrator_->GetExecution(&call, request, &execution), Succeeds());
  return execution;
}

v1::Execution ReplicaTest::Cancel(const std::string& id) {
  Call call;
  v1::CancelExecutionRequest request;
  request.set_id(id);
  v1::Execution execution;
  EXPECT_THAT(orchestrator_->CancelExecution(&call, request, &execution), Succeeds());
  return execution;
}

v1::Execution ReplicaTest::WaitForEnd(const std::string& id) {
  Call call;
  v1::TailRequest request;
  request.set_execution_id(id);
  request.add_kinds("state");
  auto events = log_stream_->Tail(&call, request);
  v1::Event event;
  while (events->Read(&event)) {
  }
  EXPECT_THAT(events->Finish(), Succeeds());
  return Get(id);
}

v1::Event ReplicaTest::WaitForState(const std::string& id, v1::Execution::State state, int64_t after) {
  Call call;
  v1::TailRequest request;
  request.set_execution_id(id);
  request.set_after(after);
  request.add_kinds("state");
  auto events = log_stream_->Tail(&call, request);
  v1::Event event;
  while (events->Read(&event)) {
    if (event.state().state() != state) continue;
    call.TryCancel();
    return event;
  }
  ADD_FAILURE() << "the execution never was " << v1::Execution::State_Name(state);
  return {};
}

v1::Task ReplicaTest::RootTask(const std::string& id) {
  Call call;
  v1::ListTasksRequest request;
  request.set_execution_id(id);
  v1::ListTasksResponse response;
  EXPECT_THAT(orchestrator_->ListTasks(&call, request, &response), Succeeds());
  EXPECT_EQ(response.tasks_size(), 1);
  return response.tasks_size() == 1 ? response.tasks(0) : v1::Task();
}

v1::Stats ReplicaTest::Stats() {
  Call call;
  v1::Stats stats;
  EXPECT_THAT(orchestrator_->GetStats(&call, {}, &stats), Succeeds());
  return stats;
}

v1::WorkerInfo ReplicaTest::OnlyWorker() {
  Call call;
  v1::ListWorkersResponse response;
  EXPECT_THAT(orchestrator_->ListWorkers(&call, {}, &response), Succeeds());
  EXPECT_EQ(response.workers_size(), 1);
  return response.workers_size() == 1 ? response.workers(0) : v1::WorkerInfo();
}

v1::LogLine Line(const std::string& text) {
  v1::LogLine line;
  line.set_message(text);
  return line;
}

std::string HeaderOf(const grpc::ClientContext& call, const std::string& name) {
  const auto found = call.GetServerInitialMetadata().find(name);
  return found == call.GetServerInitialMetadata().end() ? "" : std::string(found->second.data(), found->second.size());
}

std::string ReasonOf(const grpc::Status& status) {
  const auto details = base::GetErrorDetails(door::FromGrpcStatus(status));
  return details ? details->reason : "";
}

}  // namespace flowmesh::rpc
