// Creating and running executions.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "tests/server/rpc/services/replica_fixture.h"

namespace flowmesh::rpc {
namespace {

using testing::FinishedEntry;
using ::testing::HasSubstr;
using testing::RawWorker;

constexpr char kSomeId[] = "0192f0c4-8d1e-7001-9abc-0123456789ab";

class ExecutionsTest : public ReplicaTest {
 protected:
  void SetUp() override {
    StartDeveloper();
    worker_ = Attach(HelloOf("worker-one"));
  }

  grpc::Status TryCreate(const v1::CreateExecutionRequest& request) {
    Call call;
    v1::Execution execution;
    return orchestrator_->CreateExecution(&call, request, &execution);
  }

  // The only field that CreateExecution finds wrong.
  std::string WrongField(const v1::CreateExecutionRequest& request) {
    const grpc::Status status = TryCreate(request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    const auto violations = base::GetViolations(door::FromGrpcStatus(status));
    return violations.size() == 1 ? violations[0].field : "";
  }

  static v1::RunExecutionRequest RunRequest() {
    v1::RunExecutionRequest request;
    *request.mutable_execution() = EchoRequest();
    return request;
  }

  std::unique_ptr<RawWorker> worker_;
};

TEST_F(ExecutionsTest, WhatIsNotStartedWaits) {
  const v1::Execution execution = Create(EchoRequest(/*start=*/false));
  EXPECT_EQ(execution.state(), v1::Execution::CREATED);
  EXPECT_EQ(execution.owner(), "dev");
  EXPECT_EQ(execution.priority(), 5);
  EXPECT_FALSE(execution.has_start_time());
  EXPECT_EQ(Get(execution.id()).blocked_on().reason(), "NOT_STARTED");
  for (int i = 0; i < 2; ++i) {
    Call call;
    v1::StartExecutionRequest request;
    request.set_id(execution.id());
    v1::Execution started;
    ASSERT_THAT(orchestrator_->StartExecution(&call, request, &started), Succeeds()) << "also the second time";
    EXPECT_TRUE(started.has_start_time());
  }
  EXPECT_EQ(worker_->NextAssignment().attempt().execution_id(), execution.id());
}

TEST_F(ExecutionsTest, AnUnknownFlowIsNamed) {
  v1::CreateExecutionRequest request;
  request.set_flow("nobody-brought-it");
  EXPECT_THAT(TryCreate(request), Refuses(grpc::StatusCode::NOT_FOUND, "FLOW_UNKNOWN"));
}

TEST_F(ExecutionsTest, AnUnknownIdIsNotFoundAndNoIdIsInvalid) {
  for (const auto& [id, code] :
       {std::pair(kSomeId, grpc::StatusCode::NOT_FOUND), std::pair("7", grpc::StatusCode::INVALID_ARGUMENT),
        std::pair("", grpc::StatusCode::INVALID_ARGUMENT)}) {
    v1::Execution execution;
    v1::GetExecutionRequest get;
    get.set_id(id);
    v1::StartExecutionRequest start;
    start.set_id(id);
    v1::CancelExecutionRequest cancel;
    cancel.set_id(id);
    v1::ListTasksRequest tasks;
    tasks.set_execution_id(id);
    v1::ListTasksResponse listed;
    EXPECT_EQ(orchestrator_->GetExecution(std::make_unique<Call>().get(), get, &execution).error_code(), code);
    EXPECT_EQ(orchestrator_->StartExecution(std::make_unique<Call>().get(), start, &execution).error_code(), code);
    EXPECT_EQ(orchestrator_->CancelExecution(std::make_unique<Call>().get(), cancel, &execution).error_code(), code);
    EXPECT_EQ(orchestrator_->ListTasks(std::make_unique<Call>().get(), tasks, &listed).error_code(), code);
  }
}

TEST_F(ExecutionsTest, ACompletedOneCannotBeCancelledOrChanged) {
  const std::string id = CreateEcho().id();
  worker_->Send(FinishedEntry(worker_->NextAssignment().attempt(), 1, Line("done")));
  WaitForEnd(id);
  Call call;
  v1::CancelExecutionRequest request;
  request.set_id(id);
  v1::Execution execution;
  EXPECT_THAT(orchestrator_->CancelExecution(&call, request, &execution),
              Refuses(grpc::StatusCode::FAILED_PRECONDITION, "WRONG_STATE"));
}

TEST_F(ExecutionsTest, TheSameKeyAnswersWithTheSameExecutionAndSaysSo) {
  v1::CreateExecutionRequest request = EchoRequest();
  request.set_idempotency_key("once");
  const std::string id = Create(request).id();
  Call call;
  v1::Execution again;
  ASSERT_THAT(orchestrator_->CreateExecution(&call, request, &again), Succeeds());
  EXPECT_EQ(again.id(), id);
  EXPECT_EQ(HeaderOf(call, "idempotency-replayed"), "true");
  EXPECT_EQ(HeaderOf(call, "x-http-status"), "200");
}

TEST_F(ExecutionsTest, AFreshExecutionIsNoReplay) {
  Call call;
  v1::Execution execution;
  v1::CreateExecutionRequest request = EchoRequest();
  request.set_idempotency_key("first");
  ASSERT_THAT(orchestrator_->CreateExecution(&call, request, &execution), Succeeds());
  EXPECT_EQ(HeaderOf(call, "idempotency-replayed"), "");
  EXPECT_EQ(HeaderOf(call, "x-http-status"), "");
}

TEST_F(ExecutionsTest, TheSameKeyForAnotherRequestIsRefused) {
  v1::CreateExecutionRequest request = EchoRequest();
  request.set_idempotency_key("once");
  Create(request);
  v1::Progress input;
  input.set_percent(1);
  request.mutable_input()->PackFrom(input);
  EXPECT_THAT(TryCreate(request), Refuses(grpc::StatusCode::ALREADY_EXISTS, "IDEMPOTENCY_KEY_REUSED"));
}

TEST_F(ExecutionsTest, AKeyInTheMetadataDoesTheSame) {
  std::string ids[2];
  for (std::string& id : ids) {
    Call call;
    call.AddMetadata("x-idempotency-key", "from-metadata");
    v1::Execution execution;
    ASSERT_THAT(orchestrator_->CreateExecution(&call, EchoRequest(), &execution), Succeeds());
    id = execution.id();
  }
  EXPECT_EQ(ids[0], ids[1]);
}

TEST_F(ExecutionsTest, TwoDifferentKeysInOneCallAreRefused) {
  Call call;
  call.AddMetadata("x-idempotency-key", "one");
  v1::CreateExecutionRequest request = EchoRequest();
  request.set_idempotency_key("two");
  v1::Execution execution;
  EXPECT_THAT(orchestrator_->CreateExecution(&call, request, &execution),
              Refuses(grpc::StatusCode::INVALID_ARGUMENT, "IDEMPOTENCY_KEY_CONFLICT"));
}

TEST_F(ExecutionsTest, WorkflowAndRequestIdsBecomeLabelsAndAreEchoed) {
  Call call;
  call.AddMetadata("x-workflow-id", "wf-7");
  call.AddMetadata("x-request-id", "rq-9");
  v1::Execution execution;
  ASSERT_THAT(orchestrator_->CreateExecution(&call, EchoRequest(), &execution), Succeeds());
  EXPECT_EQ(execution.labels().at("x-workflow-id"), "wf-7");
  EXPECT_EQ(execution.labels().at("x-request-id"), "rq-9");
  EXPECT_EQ(HeaderOf(call, "x-workflow-id"), "wf-7");
  EXPECT_EQ(HeaderOf(call, "x-request-id"), "rq-9");
}

TEST_F(ExecutionsTest, ATimeoutIsMoreThanZeroAndAtMostTenYears) {
  v1::CreateExecutionRequest request = EchoRequest();
  request.mutable_timeout()->set_seconds(0);
  EXPECT_EQ(WrongField(request), "timeout");
  request.mutable_timeout()->set_seconds(-1);
  EXPECT_EQ(WrongField(request), "timeout");
  request.mutable_timeout()->set_seconds(int64_t{11} * 366 * 86'400);
  EXPECT_EQ(WrongField(request), "timeout");
  request.mutable_timeout()->set_seconds(int64_t{9} * 365 * 86'400);
  EXPECT_TRUE(Create(request).has_deadline());
}

TEST_F(ExecutionsTest, AKeyLivesAtMostThirtyDays) {
  v1::CreateExecutionRequest request = EchoRequest();
  request.set_idempotency_key("long");
  request.mutable_idempotency_ttl()->set_seconds(31 * 86'400);
  EXPECT_EQ(WrongField(request), "idempotency_ttl");
  request.mutable_idempotency_ttl()->set_seconds(30 * 86'400);
  Create(request);
}

TEST_F(ExecutionsTest, LabelsHaveLimits) {
  v1::CreateExecutionRequest request = EchoRequest();
  for (int i = 0; i < 64; ++i) (*request.mutable_labels())["label-" + std::to_string(i)] = std::string(256, 'v');
  EXPECT_EQ(Create(request).labels_size(), 64);
  (*request.mutable_labels())["one too many"] = "";
  EXPECT_EQ(WrongField(request), "labels");
  request.clear_labels();
  (*request.mutable_labels())[std::string(257, 'k')] = "";
  EXPECT_THAT(WrongField(request), HasSubstr("labels"));
  request.clear_labels();
  (*request.mutable_labels())["k"] = std::string(257, 'v');
  EXPECT_THAT(WrongField(request), HasSubstr("labels"));
  request.clear_labels();
  (*request.mutable_labels())[""] = "nameless";
  EXPECT_THAT(WrongField(request), HasSubstr("labels"));
}

TEST_F(ExecutionsTest, APriorityIsZeroToNine) {
  v1::CreateExecutionRequest request = EchoRequest();
  request.set_priority(10);
  EXPECT_EQ(WrongField(request), "priority");
  request.set_priority(-1);
  EXPECT_EQ(WrongField(request), "priority");
  request.set_priority(0);
  EXPECT_EQ(Create(request).priority(), 0);
  request.set_priority(9);
  EXPECT_EQ(Create(request).priority(), 9);
}

TEST_F(ExecutionsTest, ABatchHasOneToAThousandRequests) {
  v1::BatchCreateExecutionsRequest request;
  v1::BatchCreateExecutionsResponse response;
  EXPECT_EQ(orchestrator_->BatchCreateExecutions(std::make_unique<Call>().get(), request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  for (int i = 0; i < 1000; ++i) *request.add_requests() = EchoRequest(/*start=*/false);
  ASSERT_THAT(orchestrator_->BatchCreateExecutions(std::make_unique<Call>().get(), request, &response), Succeeds());
  ASSERT_EQ(response.results_size(), 1000);
  for (const auto& result : response.results()) EXPECT_EQ(result.execution().state(), v1::Execution::CREATED);
  *request.add_requests() = EchoRequest(/*start=*/false);
  EXPECT_EQ(orchestrator_->BatchCreateExecutions(std::make_unique<Call>().get(), request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ExecutionsTest, EachRequestOfABatchIsJudgedForItself) {
  v1::BatchCreateExecutionsRequest request;
  *request.add_requests() = EchoRequest();
  request.mutable_requests(0)->set_idempotency_key("twin");
  request.add_requests()->set_flow("unknown");
  *request.add_requests() = request.requests(0);
  v1::BatchCreateExecutionsResponse response;
  Call call;
  ASSERT_THAT(orchestrator_->BatchCreateExecutions(&call, request, &response), Succeeds());
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_FALSE(response.results(0).replayed());
  EXPECT_EQ(response.results(1).error().code(), static_cast<int>(grpc::StatusCode::NOT_FOUND));
  EXPECT_TRUE(response.results(2).replayed());
  EXPECT_EQ(response.results(2).execution().id(), response.results(0).execution().id());
}

TEST_F(ExecutionsTest, ABatchOfErrorsOnlyIsAnswered) {
  v1::BatchCreateExecutionsRequest request;
  request.add_requests()->set_flow("unknown");
  v1::BatchCreateExecutionsResponse response;
  Call call;
  ASSERT_THAT(orchestrator_->BatchCreateExecutions(&call, request, &response), Succeeds());
  EXPECT_TRUE(response.results(0).has_error());
}

TEST_F(ExecutionsTest, RunAnswersWithTheResult) {
  std::thread work([this] { worker_->Send(FinishedEntry(worker_->NextAssignment().attempt(), 1, Line("done"))); });
  Call call;
  v1::Execution execution;
  const grpc::Status status = orchestrator_->RunExecution(&call, RunRequest(), &execution);
  work.join();
  ASSERT_THAT(status, Succeeds());
  EXPECT_EQ(execution.state(), v1::Execution::COMPLETED);
  EXPECT_EQ(HeaderOf(call, "x-http-status"), "");
  v1::LogLine output;
  ASSERT_TRUE(execution.output().UnpackTo(&output));
  EXPECT_EQ(output.message(), "done");
}

TEST_F(ExecutionsTest, RunAgainWithTheKeyOfAFinishedOneAnswersAtOnce) {
  v1::RunExecutionRequest request = RunRequest();
  request.mutable_execution()->set_idempotency_key("run-once");
  // Beyond what rows hold inline, so that the payload is read for the replay.
  std::thread work([this] {
    worker_->Send(FinishedEntry(worker_->NextAssignment().attempt(), 1, Line(std::string(200'000, 'x'))));
  });
  v1::Execution first;
  EXPECT_THAT(orchestrator_->RunExecution(std::make_unique<Call>().get(), request, &first), Succeeds());
  work.join();
  Call call;
  v1::Execution again;
  ASSERT_THAT(orchestrator_->RunExecution(&call, request, &again), Succeeds());
  EXPECT_EQ(again.id(), first.id());
  EXPECT_EQ(again.output().SerializeAsString(), first.output().SerializeAsString());
  EXPECT_EQ(HeaderOf(call, "idempotency-replayed"), "true");
}

TEST_F(ExecutionsTest, RunAnswers202WhenTheWaitIsOver) {
  v1::RunExecutionRequest request = RunRequest();
  request.mutable_wait()->set_nanos(20'000'000);
  Call call;
  v1::Execution execution;
  ASSERT_THAT(orchestrator_->RunExecution(&call, request, &execution), Succeeds());
  EXPECT_EQ(HeaderOf(call, "x-http-status"), "202");
  EXPECT_EQ(execution.state(), v1::Execution::RUNNING);
}

TEST_F(ExecutionsTest, PreferWaitIsTheSame) {
  Call call;
  call.AddMetadata("prefer", "wait=0");
  v1::Execution execution;
  ASSERT_THAT(orchestrator_->RunExecution(&call, RunRequest(), &execution), Succeeds());
  EXPECT_EQ(HeaderOf(call, "x-http-status"), "202");
}

TEST_F(ExecutionsTest, AWaitOutOfRangeIsRefused) {
  for (int64_t seconds : {int64_t{-1}, int64_t{86'401}}) {
    v1::RunExecutionRequest request = RunRequest();
    request.mutable_wait()->set_seconds(seconds);
    Call call;
    v1::Execution execution;
    EXPECT_EQ(orchestrator_->RunExecution(&call, request, &execution).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
}

TEST_F(ExecutionsTest, ACallerThatGoesAwayLeavesTheExecutionRunning) {
  Call call;
  v1::Execution ignored;
  grpc::Status status;
  std::thread run([&] { status = orchestrator_->RunExecution(&call, RunRequest(), &ignored); });
  const v1::AttemptId attempt = worker_->NextAssignment().attempt();
  call.TryCancel();
  run.join();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(Get(attempt.execution_id()).state(), v1::Execution::RUNNING);
  worker_->Send(FinishedEntry(attempt, 1, Line("done")));
  EXPECT_EQ(WaitForEnd(attempt.execution_id()).state(), v1::Execution::COMPLETED);
}

TEST_F(ExecutionsTest, CallersThatGoAwayAtAnyMomentDoNoHarm) {
  v1::RunExecutionRequest request = RunRequest();
  request.mutable_execution()->set_idempotency_key("the-same-for-all");
  for (int i = 0; i < 200; ++i) {
    grpc::ClientContext call;
    call.set_deadline(std::chrono::system_clock::now() + std::chrono::microseconds(20 * i));
    v1::Execution execution;
    EXPECT_FALSE(orchestrator_->RunExecution(&call, request, &execution).ok());
  }
  const v1::AttemptId attempt = worker_->NextAssignment().attempt();
  worker_->Send(FinishedEntry(attempt, 1, Line("done")));
  v1::Execution execution;
  Call call;
  ASSERT_THAT(orchestrator_->RunExecution(&call, request, &execution), Succeeds());
  EXPECT_EQ(execution.state(), v1::Execution::COMPLETED);
}

}  // namespace
}  // namespace flowmesh::rpc
