// Concurrency keys as clients meet them.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "tests/server/rpc/services/replica_fixture.h"

namespace flowmesh::rpc {
namespace {

using testing::FinishedEntry;
using ::testing::HasSubstr;
using testing::RawWorker;

class ConcurrencyKeysTest : public ReplicaTest {
 protected:
  void SetUp() override {
    StartDeveloper();
    worker_ = Attach(HelloOf("worker-one", /*slots=*/10));
  }

  static v1::CreateExecutionRequest Keyed(v1::ConcurrencyPolicy policy) {
    v1::CreateExecutionRequest request = EchoRequest();
    request.set_concurrency_key("one at a time");
    request.set_concurrency_policy(policy);
    return request;
  }

  grpc::Status TryCreate(const v1::CreateExecutionRequest& request, v1::Execution* execution, Call* call) {
    return orchestrator_->CreateExecution(call, request, execution);
  }
  grpc::Status TryCreate(const v1::CreateExecutionRequest& request) {
    Call call;
    v1::Execution execution;
    return TryCreate(request, &execution, &call);
  }

  std::unique_ptr<RawWorker> worker_;
};

TEST_F(ConcurrencyKeysTest, ARefusalNamesTheHolder) {
  const v1::Execution holder = Create(Keyed(v1::REJECT));
  for (const auto policy : {v1::REJECT, v1::CONCURRENCY_POLICY_UNSPECIFIED}) {
    const grpc::Status status = TryCreate(Keyed(policy));
    ASSERT_THAT(status, Refuses(grpc::StatusCode::FAILED_PRECONDITION, "CONCURRENCY_KEY_HELD"));
    EXPECT_EQ(base::GetMetadata(door::FromGrpcStatus(status))["execution_id"], holder.id());
    EXPECT_THAT(status.error_message(), HasSubstr("QUEUE or JOIN"));
  }
}

TEST_F(ConcurrencyKeysTest, AJoinIsToldByMetadata) {
  v1::CreateExecutionRequest large = Keyed(v1::QUEUE);
  v1::Progress input;
  input.set_message(std::string(100'000, 'x'));  // beyond what rows hold inline
  large.mutable_input()->PackFrom(input);
  const v1::Execution holder = Create(large);
  v1::CreateExecutionRequest request = Keyed(v1::JOIN);
  request.set_idempotency_key("join-once");
  for (const char* replayed : {"", "true"}) {
    Call call;
    v1::Execution joined;
    ASSERT_THAT(TryCreate(request, &joined, &call), Succeeds());
    EXPECT_EQ(joined.id(), holder.id());
    EXPECT_EQ(joined.input().SerializeAsString(), large.input().SerializeAsString());
    EXPECT_EQ(HeaderOf(call, "concurrency-joined"), *replayed == 0 ? "true" : "");
    EXPECT_EQ(HeaderOf(call, "idempotency-replayed"), replayed);
    EXPECT_EQ(HeaderOf(call, "x-http-status"), "200");
  }
}

TEST_F(ConcurrencyKeysTest, ABatchTellsWhatWasJoined) {
  v1::BatchCreateExecutionsRequest request;
  *request.add_requests() = Keyed(v1::QUEUE);
  *request.add_requests() = Keyed(v1::JOIN);
  *request.add_requests() = Keyed(v1::REJECT);
  *request.add_requests() = Keyed(v1::QUEUE);
  v1::BatchCreateExecutionsResponse response;
  Call call;
  ASSERT_THAT(orchestrator_->BatchCreateExecutions(&call, request, &response), Succeeds());
  ASSERT_EQ(response.results_size(), 4);
  EXPECT_FALSE(response.results(0).joined());
  EXPECT_TRUE(response.results(1).joined());
  EXPECT_FALSE(response.results(1).replayed());
  EXPECT_EQ(response.results(1).execution().id(), response.results(0).execution().id());
  EXPECT_EQ(response.results(2).error().code(), static_cast<int>(grpc::StatusCode::FAILED_PRECONDITION));
  EXPECT_NE(response.results(3).execution().id(), response.results(0).execution().id());
}

TEST_F(ConcurrencyKeysTest, RunJoinsTheResultOfTheHolder) {
  const v1::Execution holder = Create(Keyed(v1::REJECT));
  v1::RunExecutionRequest request;
  *request.mutable_execution() = Keyed(v1::JOIN);
  request.mutable_execution()->set_idempotency_key("join-once");
  {
    Call call;
    call.AddMetadata("prefer", "wait=0");
    v1::Execution joined;
    ASSERT_THAT(orchestrator_->RunExecution(&call, request, &joined), Succeeds());
    EXPECT_EQ(joined.id(), holder.id());
    EXPECT_EQ(HeaderOf(call, "concurrency-joined"), "true");
    EXPECT_EQ(HeaderOf(call, "x-http-status"), "202");
  }
  worker_->Send(FinishedEntry(worker_->NextAssignment().attempt(), 1, Line("done")));
  Call call;
  v1::Execution joined;
  ASSERT_THAT(orchestrator_->RunExecution(&call, request, &joined), Succeeds());
  EXPECT_EQ(joined.id(), holder.id());
  EXPECT_EQ(joined.state(), v1::Execution::COMPLETED);
  EXPECT_EQ(HeaderOf(call, "idempotency-replayed"), "true");
}

TEST_F(ConcurrencyKeysTest, AWaiterTellsWhoHoldsItsKeyAndHowManyStandBefore) {
  const v1::Execution holder = Create(Keyed(v1::QUEUE));
  const v1::Execution first = Create(Keyed(v1::QUEUE));
  EXPECT_EQ(first.state(), v1::Execution::QUEUED);
  EXPECT_EQ(first.blocked_on().reason(), "CONCURRENCY_KEY");
  const v1::Execution second = Create(Keyed(v1::QUEUE));
  EXPECT_EQ(RootTask(second.id()).state(), v1::Task::WAITING);
  const v1::BlockedOn blocked = Get(second.id()).blocked_on();
  EXPECT_EQ(blocked.reason(), "CONCURRENCY_KEY");
  EXPECT_THAT(blocked.message(), HasSubstr("'one at a time'"));
  EXPECT_THAT(blocked.message(), HasSubstr(holder.id()));
  EXPECT_THAT(blocked.message(), HasSubstr("1 wait before it"));
  EXPECT_FALSE(Get(holder.id()).has_blocked_on());

  worker_->Send(FinishedEntry(worker_->NextAssignment().attempt(), 1, Line("done")));
  const v1::Assignment next = worker_->NextAssignment();
  EXPECT_EQ(next.attempt().execution_id(), first.id());
  EXPECT_THAT(Get(second.id()).blocked_on().message(), HasSubstr(first.id()));
}

TEST_F(ConcurrencyKeysTest, APolicyIsKnownAndBelongsToAKey) {
  v1::CreateExecutionRequest unknown = Keyed(static_cast<v1::ConcurrencyPolicy>(9));
  v1::CreateExecutionRequest keyless = Keyed(v1::QUEUE);
  keyless.clear_concurrency_key();
  v1::CreateExecutionRequest long_key = Keyed(v1::QUEUE);
  long_key.set_concurrency_key(std::string(257, 'k'));
  v1::CreateExecutionRequest application_key = Keyed(v1::JOIN);
  application_key.set_concurrency_key("flowmesh.blueprint/x");
  for (const auto& [request, field] :
       {std::pair(application_key, "concurrency_key"), std::pair(unknown, "concurrency_policy"),
        std::pair(keyless, "concurrency_policy"), std::pair(long_key, "concurrency_key")}) {
    const grpc::Status status = TryCreate(request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    const auto violations = base::GetViolations(door::FromGrpcStatus(status));
    ASSERT_EQ(violations.size(), 1u);
    EXPECT_EQ(violations[0].field, field);
  }
}

}  // namespace
}  // namespace flowmesh::rpc
