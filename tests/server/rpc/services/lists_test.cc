// Reading many things, and who may.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/server/rpc/services/replica_fixture.h"

namespace flowmesh::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::RawWorker;
using ::testing::UnorderedElementsAre;

constexpr char kSomeId[] = "0192f0c4-8d1e-7001-9abc-0123456789ab";

class ListsTest : public ReplicaTest {
 protected:
  void SetUp() override { StartDeveloper(); }

  // The first page's ids, newest first.
  std::vector<std::string> Ids(const v1::ListExecutionsRequest& request, std::string* next = nullptr) {
    Call call;
    v1::ListExecutionsResponse response;
    EXPECT_THAT(orchestrator_->ListExecutions(&call, request, &response), Succeeds());
    std::vector<std::string> ids;
    for (const v1::Execution& execution : response.executions()) ids.push_back(execution.id());
    if (next != nullptr) *next = response.next_page_token();
    return ids;
  }
};

TEST_F(ListsTest, ExecutionsAreListedNewestFirstInPages) {
  Attach(HelloOf("worker-one", 0));
  const std::string a = CreateEcho().id();
  const std::string b = CreateEcho().id();
  const std::string c = CreateEcho().id();
  v1::ListExecutionsRequest request;
  request.set_page_size(2);
  std::string next;
  EXPECT_THAT(Ids(request, &next), ElementsAre(c, b));
  request.set_page_token(next);
  EXPECT_THAT(Ids(request, &next), ElementsAre(a));
  EXPECT_EQ(next, "");
}

TEST_F(ListsTest, FiltersNarrowTheList) {
  Attach(HelloOf("worker-one", 0));
  v1::CreateExecutionRequest blue = EchoRequest(/*start=*/false);
  (*blue.mutable_labels())["team"] = "blue";
  const std::string created = Create(blue).id();
  const std::string queued = CreateEcho().id();
  v1::ListExecutionsRequest by_label;
  (*by_label.mutable_labels())["team"] = "blue";
  EXPECT_THAT(Ids(by_label), ElementsAre(created));
  v1::ListExecutionsRequest by_state;
  by_state.add_states(v1::Execution::QUEUED);
  EXPECT_THAT(Ids(by_state), ElementsAre(queued));
  v1::ListExecutionsRequest by_flow;
  by_flow.set_flow("poem");
  EXPECT_THAT(Ids(by_flow), IsEmpty());
}

TEST_F(ListsTest, AForeignPageTokenOrAStateThatIsNoneIsRefused) {
  Attach(HelloOf("worker-one", 0));
  CreateEcho();
  CreateEcho();
  v1::ListExecutionsRequest request;
  request.set_page_size(1);
  std::string next;
  Ids(request, &next);
  request.set_page_token(next);
  request.set_flow(kFlow);
  v1::ListExecutionsResponse response;
  EXPECT_EQ(orchestrator_->ListExecutions(std::make_unique<Call>().get(), request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  request.Clear();
  request.add_states(static_cast<v1::Execution::State>(77));
  EXPECT_EQ(orchestrator_->ListExecutions(std::make_unique<Call>().get(), request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  request.Clear();
  request.set_page_size(-1);
  EXPECT_EQ(orchestrator_->ListExecutions(std::make_unique<Call>().get(), request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ListsTest, TasksCountTheirAttempts) {
  const auto worker = Attach(HelloOf("worker-one"));
  const std::string id = CreateEcho().id();
  EXPECT_EQ(worker->NextAssignment().attempt().attempt(), 1);
  v1::Task task = RootTask(id);
  EXPECT_EQ(task.task(), 0);
  EXPECT_FALSE(task.has_parent());
  EXPECT_EQ(task.kind(), v1::Task::ROOT);
  EXPECT_EQ(task.type(), kFlow);
  EXPECT_EQ(task.state(), v1::Task::ASSIGNED);
  EXPECT_EQ(task.attempt(), 1);
  EXPECT_EQ(task.failures(), 0);
}

TEST_F(ListsTest, TheHundredAndFirstPollIsToldWhenToComeBack) {
  v1::GetExecutionRequest request;
  request.set_id(kSomeId);
  v1::Execution execution;
  grpc::Status status;
  for (int poll = 1; poll <= 100; ++poll) {
    Call call;
    ASSERT_EQ(orchestrator_->GetExecution(&call, request, &execution).error_code(), grpc::StatusCode::NOT_FOUND);
  }
  // The bucket fills while it is emptied, by one in 100 ms.
  for (int poll = 0; poll < 1000 && status.error_code() != grpc::StatusCode::RESOURCE_EXHAUSTED; ++poll) {
    Call call;
    status = orchestrator_->GetExecution(&call, request, &execution);
  }
  EXPECT_THAT(status, Refuses(grpc::StatusCode::RESOURCE_EXHAUSTED, "POLLS_LIMITED"));
  const auto details = base::GetErrorDetails(door::FromGrpcStatus(status));
  ASSERT_TRUE(details && details->retry_delay);
  EXPECT_GT(*details->retry_delay, absl::ZeroDuration());
  EXPECT_LE(*details->retry_delay, absl::Milliseconds(100));
  Attach(HelloOf("worker-one", 0));
  Get(CreateEcho().id());  // another execution has a bucket of its own
}

TEST_F(ListsTest, FlowsComeWithDescriptorsThatHoldTheirMessages) {
  const auto worker = Attach(HelloOf("worker-one"));
  Call call;
  v1::ListFlowsResponse response;
  ASSERT_THAT(orchestrator_->ListFlows(&call, {}, &response), Succeeds());
  std::map<std::string, int> sessions;
  for (const v1::Flow& flow : response.flows()) {
    sessions[flow.name()] = flow.sessions();
    EXPECT_EQ(flow.code_version(), 1);
  }
  EXPECT_THAT(sessions, UnorderedElementsAre(Pair("blueprint", 0), Pair(kFlow, 1), Pair("poem", 0), Pair("quiz", 0)));
  for (const v1::Flow& flow : response.flows()) {
    google::protobuf::FileDescriptorSet files;
    ASSERT_TRUE(files.ParseFromString(flow.descriptors()));
    google::protobuf::SimpleDescriptorDatabase database;
    for (const auto& file : files.file()) database.Add(file);
    google::protobuf::DescriptorPool whole(&database);
    EXPECT_NE(whole.FindMessageTypeByName(flow.input_type()), nullptr);
    EXPECT_NE(whole.FindMessageTypeByName(flow.output_type()), nullptr);
  }
}

TEST_F(ListsTest, ABriefListOfFlowsHasNoDescriptors) {
  Call call;
  v1::ListFlowsRequest request;
  request.set_brief(true);
  v1::ListFlowsResponse response;
  ASSERT_THAT(orchestrator_->ListFlows(&call, request, &response), Succeeds());
  EXPECT_EQ(response.flows_size(), 3);
  for (const v1::Flow& flow : response.flows()) EXPECT_EQ(flow.descriptors(), "") << flow.name();
}

TEST_F(ListsTest, BlockedOnTellsABusyWorkerFromNone) {
  v1::CreateExecutionRequest poem;
  poem.set_flow("poem");
  poem.set_start(true);
  poem.mutable_input()->set_type_url("type.googleapis.com/flowmesh.poem.v1.WritePoem");
  poem.mutable_input()->set_value(std::string("\x0a\x03Sea", 5));
  EXPECT_EQ(Get(Create(poem).id()).blocked_on().reason(), "NO_WORKER");
  Attach(HelloOf("worker-one", 0));
  const auto worker = Attach(HelloOf("worker-two", 1));
  CreateEcho();
  worker->NextAssignment();
  EXPECT_EQ(Get(CreateEcho().id()).blocked_on().reason(), "WORKERS_BUSY");
}

TEST_F(ListsTest, StatsCountWhatIsThere) {
  const auto worker = Attach(HelloOf("worker-one", 1));
  CreateEcho();
  worker->NextAssignment();
  CreateEcho();
  const v1::Stats stats = Stats();
  EXPECT_EQ(stats.sessions(), 1);
  EXPECT_EQ(stats.assigned(), 1);
  EXPECT_EQ(stats.executions().at("RUNNING"), 1);
  EXPECT_EQ(stats.executions().at("QUEUED"), 1);
  ASSERT_EQ(stats.queues_size(), 1);
  EXPECT_EQ(stats.queues(0).queue(), kFlow);
  EXPECT_EQ(stats.queues(0).depth(), 1);
  EXPECT_GT(stats.commits(), 0);
  EXPECT_FALSE(stats.version().empty());
}

class RolesTest : public ReplicaTest {
 protected:
  void SetUp() override {
    StartServer();
    worker_ = Attach(HelloOf("worker-one", 0), Token("farm", {"worker"}));
  }

  std::string CreateFor(const std::string& owner) {
    Call call(Token(owner));
    v1::Execution execution;
    EXPECT_THAT(orchestrator_->CreateExecution(&call, EchoRequest(), &execution), Succeeds());
    EXPECT_EQ(execution.owner(), owner);
    return execution.id();
  }

  grpc::Status List(const std::string& token, const std::string& owner, std::vector<std::string>* ids) {
    Call call(token);
    v1::ListExecutionsRequest request;
    request.set_owner(owner);
    v1::ListExecutionsResponse response;
    grpc::Status status = orchestrator_->ListExecutions(&call, request, &response);
    ids->clear();
    for (const v1::Execution& execution : response.executions()) ids->push_back(execution.id());
    return status;
  }

  std::unique_ptr<RawWorker> worker_;
};

TEST_F(RolesTest, WithoutATokenNothingIsAnswered) {
  Call call;
  v1::ListExecutionsResponse response;
  EXPECT_EQ(orchestrator_->ListExecutions(&call, {}, &response).error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(RolesTest, WorkersAndStatsNeedTheRoleAdmin) {
  for (const std::string& token : {Token("ann"), Token("ann", {"worker"})}) {
    v1::ListWorkersResponse workers;
    v1::Stats stats;
    EXPECT_EQ(orchestrator_->ListWorkers(std::make_unique<Call>(token).get(), {}, &workers).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(orchestrator_->GetStats(std::make_unique<Call>(token).get(), {}, &stats).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
  }
  Call call(Token("root", {"admin"}));
  v1::ListWorkersResponse workers;
  EXPECT_THAT(orchestrator_->ListWorkers(&call, {}, &workers), Succeeds());
  ASSERT_EQ(workers.workers_size(), 1);
  EXPECT_EQ(workers.workers(0).name(), "raw@test");
  EXPECT_THAT(workers.workers(0).types(), ElementsAre(kFlow));
}

TEST_F(RolesTest, SomebodyElsesIdIsAnsweredLikeAnUnknownOne) {
  const std::string id = CreateFor("ann");
  std::string messages[2];
  const std::string ids[2] = {id, kSomeId};
  for (int i = 0; i < 2; ++i) {
    Call call(Token("bob"));
    v1::CancelExecutionRequest request;
    request.set_id(ids[i]);
    v1::Execution execution;
    const grpc::Status status = orchestrator_->CancelExecution(&call, request, &execution);
    EXPECT_THAT(status, Refuses(grpc::StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN"));
    messages[i] = status.error_message();
    messages[i].replace(messages[i].find(ids[i]), ids[i].size(), "ID");
    Call get(Token("bob"));
    v1::GetExecutionRequest get_request;
    get_request.set_id(ids[i]);
    EXPECT_THAT(orchestrator_->GetExecution(&get, get_request, &execution),
                Refuses(grpc::StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN"));
  }
  EXPECT_EQ(messages[0], messages[1]);
}

TEST_F(RolesTest, ListsHoldOnesOwnAndAnAdminMayAskForOthers) {
  const std::string anns = CreateFor("ann");
  const std::string bobs = CreateFor("bob");
  std::vector<std::string> ids;
  EXPECT_THAT(List(Token("ann"), "", &ids), Succeeds());
  EXPECT_THAT(ids, ElementsAre(anns));
  EXPECT_THAT(List(Token("ann"), "ann", &ids), Succeeds());
  EXPECT_THAT(ids, ElementsAre(anns));
  EXPECT_EQ(List(Token("ann"), "bob", &ids).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(List(Token("ann"), "*", &ids).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  const std::string admin = Token("root", {"admin"});
  EXPECT_THAT(List(admin, "", &ids), Succeeds());
  EXPECT_THAT(ids, IsEmpty());
  EXPECT_THAT(List(admin, "bob", &ids), Succeeds());
  EXPECT_THAT(ids, ElementsAre(bobs));
  EXPECT_THAT(List(admin, "*", &ids), Succeeds());
  EXPECT_THAT(ids, ElementsAre(bobs, anns));
}

TEST_F(RolesTest, TheSameKeyOfTwoOwnersMakesTwoExecutions) {
  v1::CreateExecutionRequest request = EchoRequest();
  request.set_idempotency_key("mine");
  std::string ids[2];
  const std::string owners[2] = {"ann", "bob"};
  for (int i = 0; i < 2; ++i) {
    Call call(Token(owners[i]));
    v1::Execution execution;
    ASSERT_THAT(orchestrator_->CreateExecution(&call, request, &execution), Succeeds());
    ids[i] = execution.id();
  }
  EXPECT_NE(ids[0], ids[1]);
}

}  // namespace
}  // namespace flowmesh::rpc
