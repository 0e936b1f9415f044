// What becomes of an execution through what its worker says of it.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "flowmesh/v1/execution.pb.h"
#include "tests/server/rpc/services/replica_fixture.h"

namespace flowmesh::rpc {
namespace {

using testing::FailedEntry;
using testing::FinishedEntry;
using ::testing::HasSubstr;
using testing::LogEntry;
using testing::OutputEntry;
using testing::ProgressEntry;
using testing::RawWorker;

class WorkerOutcomesTest : public ReplicaTest {
 protected:
  void SetUp() override {
    StartDeveloper();
    worker_ = Attach(HelloOf("worker-one"));
  }

  v1::AttemptId Assigned() {
    CreateEcho();
    return worker_->NextAssignment().attempt();
  }

  std::unique_ptr<RawWorker> worker_;
};

TEST_F(WorkerOutcomesTest, AResultCompletesTheExecution) {
  const v1::AttemptId attempt = Assigned();
  worker_->Send(FinishedEntry(attempt, 1, Line("done")));
  const v1::Execution execution = WaitForEnd(attempt.execution_id());
  EXPECT_EQ(execution.state(), v1::Execution::COMPLETED);
  EXPECT_EQ(execution.progress().percent(), 100);
  EXPECT_TRUE(execution.has_end_time());
  v1::LogLine output;
  ASSERT_TRUE(execution.output().UnpackTo(&output));
  EXPECT_EQ(output.message(), "done");
}

TEST_F(WorkerOutcomesTest, AResultWithErrorsSaysSo) {
  v1::WorkerEntry entry = FinishedEntry(Assigned(), 1, Line("mostly"));
  entry.mutable_finished()->set_with_errors(true);
  worker_->Send(entry);
  EXPECT_EQ(WaitForEnd(entry.attempt().execution_id()).state(), v1::Execution::COMPLETED_WITH_ERRORS);
}

TEST_F(WorkerOutcomesTest, AnAssignmentBearsWhatTheClientSent) {
  v1::CreateExecutionRequest request = EchoRequest();
  v1::Progress input;
  input.set_percent(42);
  request.mutable_input()->PackFrom(input);
  (*request.mutable_labels())["team"] = "blue";
  const std::string id = Create(request).id();
  const v1::Assignment assignment = worker_->NextAssignment();
  EXPECT_EQ(assignment.attempt().execution_id(), id);
  EXPECT_EQ(assignment.attempt().task(), 0);
  EXPECT_EQ(assignment.attempt().attempt(), 1);
  EXPECT_EQ(assignment.type(), kFlow);
  EXPECT_EQ(assignment.owner(), "dev");
  EXPECT_EQ(assignment.labels().at("team"), "blue");
  EXPECT_EQ(assignment.records(), 0);
  EXPECT_FALSE(assignment.has_deadline());
  EXPECT_FALSE(assignment.idempotency_key().empty());
  v1::Progress got;
  ASSERT_TRUE(assignment.input().UnpackTo(&got));
  EXPECT_EQ(got.percent(), 42);
}

TEST_F(WorkerOutcomesTest, ProgressIsShown) {
  const v1::AttemptId attempt = Assigned();
  worker_->Send(ProgressEntry(attempt, 1, 37, "second verse"));
  EXPECT_EQ(worker_->NextAck().number(), 1);
  const v1::Execution execution = Get(attempt.execution_id());
  EXPECT_EQ(execution.progress().percent(), 37);
  EXPECT_EQ(execution.progress().message(), "second verse");
  EXPECT_FALSE(execution.has_blocked_on());
}

TEST_F(WorkerOutcomesTest, FailuresAreRetriedUntilTheLastOneStands) {
  v1::Assignment assignment;
  const std::string id = CreateEcho().id();
  std::string idempotency_key;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    assignment = worker_->NextAssignment();
    EXPECT_EQ(assignment.attempt().attempt(), attempt);
    EXPECT_EQ(assignment.failures(), attempt - 1);
    if (attempt > 1) {
      EXPECT_EQ(assignment.idempotency_key(), idempotency_key) << "the same work";
    }
    idempotency_key = assignment.idempotency_key();
    worker_->Send(FailedEntry(assignment.attempt(), 1, "BAD_" + std::to_string(attempt), /*retryable=*/true));
  }
  const v1::Execution execution = WaitForEnd(id);
  EXPECT_EQ(execution.state(), v1::Execution::FAILED);
  EXPECT_EQ(execution.failure().reason(), "BAD_3");
  const v1::Task task = RootTask(id);
  EXPECT_EQ(task.state(), v1::Task::FAILED);
  EXPECT_EQ(task.attempt(), 3);
  EXPECT_EQ(task.failures(), 3);
}

TEST_F(WorkerOutcomesTest, AFailureThatCannotBeRetriedIsFinalAtOnce) {
  const v1::AttemptId attempt = Assigned();
  worker_->Send(FailedEntry(attempt, 1, "HOPELESS", /*retryable=*/false));
  const v1::Execution execution = WaitForEnd(attempt.execution_id());
  EXPECT_EQ(execution.state(), v1::Execution::FAILED);
  EXPECT_EQ(execution.failure().reason(), "HOPELESS");
  EXPECT_EQ(RootTask(attempt.execution_id()).attempt(), 1);
}

TEST_F(WorkerOutcomesTest, BackoffIsExplained) {
  v1::Hello hello = HelloOf("worker-one");
  hello.mutable_types(0)->mutable_retry()->mutable_initial()->set_seconds(3600);
  hello.mutable_types(0)->mutable_retry()->mutable_cap()->set_seconds(3600);
  worker_ = Attach(hello);
  const v1::AttemptId attempt = Assigned();
  worker_->Send(FailedEntry(attempt, 1, "LATER", /*retryable=*/true));
  EXPECT_EQ(worker_->NextAck().number(), 1);
  const v1::Execution execution = Get(attempt.execution_id());
  EXPECT_EQ(execution.state(), v1::Execution::RUNNING);
  EXPECT_EQ(execution.failure().reason(), "LATER");
  EXPECT_EQ(execution.blocked_on().reason(), "BACKOFF");
  EXPECT_EQ(RootTask(attempt.execution_id()).state(), v1::Task::BACKOFF);
}

TEST_F(WorkerOutcomesTest, WorkGivenBackCountsNoFailure) {
  const v1::AttemptId attempt = Assigned();
  v1::WorkerEntry entry = FailedEntry(attempt, 1, "", false);
  entry.mutable_failed()->set_returned(true);
  worker_->Send(entry);
  const v1::Assignment again = worker_->NextAssignment();
  EXPECT_EQ(again.attempt().attempt(), 2);
  EXPECT_EQ(again.failures(), 0);
}

TEST_F(WorkerOutcomesTest, OutputWithAGapFailsTheAttempt) {
  const v1::AttemptId attempt = Assigned();
  worker_->Send(OutputEntry(attempt, 1, 0, "abc"));
  EXPECT_EQ(worker_->NextAck().number(), 1);
  worker_->Send(OutputEntry(attempt, 2, 4, "gap"));
  EXPECT_EQ(worker_->NextFenced().reason(), "OUTPUT_GAP");
  const v1::Execution execution = WaitForEnd(attempt.execution_id());
  EXPECT_EQ(execution.state(), v1::Execution::FAILED);
  EXPECT_EQ(execution.failure().reason(), "OUTPUT_GAP");
}

TEST_F(WorkerOutcomesTest, OutputMayBeReplacedFromBelowAndANewAttemptKnowsItsEnd) {
  const v1::AttemptId attempt = Assigned();
  worker_->Send(OutputEntry(attempt, 1, 0, "abcdef"));
  EXPECT_EQ(worker_->NextAck().number(), 1);
  worker_->Send(OutputEntry(attempt, 2, 2, "X"));
  EXPECT_EQ(worker_->NextAck().number(), 2);
  worker_->Send(FailedEntry(attempt, 3, "AGAIN", /*retryable=*/true));
  const v1::Assignment again = worker_->NextAssignment();
  ASSERT_EQ(again.output_ends_size(), 1);
  EXPECT_EQ(again.output_ends(0).offset(), 3);
}

TEST_F(WorkerOutcomesTest, AResultOfAnotherTypeBreaksTheContract) {
  const v1::AttemptId attempt = Assigned();
  worker_->Send(FinishedEntry(attempt, 1, v1::Failure()));
  const v1::Execution execution = WaitForEnd(attempt.execution_id());
  EXPECT_EQ(execution.state(), v1::Execution::FAILED);
  EXPECT_EQ(execution.failure().reason(), "CONTRACT");
  EXPECT_THAT(execution.failure().message(), HasSubstr("flowmesh.v1.LogLine"));
}

TEST_F(WorkerOutcomesTest, AResultHasAtMostOneMebibyte) {
  constexpr size_t kLimit = size_t{1} << 20;
  const size_t header = Line(std::string(kLimit, 'x')).ByteSizeLong() - kLimit;
  v1::AttemptId attempt = Assigned();
  worker_->Send(FinishedEntry(attempt, 1, Line(std::string(kLimit - header, 'x'))));
  EXPECT_EQ(worker_->NextAck().number(), 1);
  const v1::Execution whole = WaitForEnd(attempt.execution_id());
  EXPECT_EQ(whole.state(), v1::Execution::COMPLETED);
  EXPECT_EQ(whole.output().value().size(), kLimit);
  attempt = Assigned();
  worker_->Send(FinishedEntry(attempt, 1, Line(std::string(kLimit - header + 1, 'x'))));
  const v1::Execution execution = WaitForEnd(attempt.execution_id());
  EXPECT_EQ(execution.state(), v1::Execution::FAILED);
  EXPECT_EQ(execution.failure().reason(), "LIMIT");
}

TEST_F(WorkerOutcomesTest, ALineOfMoreThan64KiBIsAgainstTheProtocol) {
  const v1::AttemptId attempt = Assigned();
  worker_->Send(LogEntry(attempt, 1, std::string(64 << 10, 'x')));
  EXPECT_EQ(worker_->NextAck().number(), 1);
  worker_->Send(LogEntry(attempt, 2, std::string((64 << 10) + 1, 'x')));
  EXPECT_THAT(worker_->Finish(), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "PROTOCOL_VIOLATION"));
}

TEST_F(WorkerOutcomesTest, AResultAfterACancelDoesNotWin) {
  const v1::AttemptId attempt = Assigned();
  Cancel(attempt.execution_id());
  worker_->Send(FinishedEntry(attempt, 1, Line("too late")));
  EXPECT_EQ(worker_->NextAck().number(), 1);
  const v1::Execution execution = WaitForEnd(attempt.execution_id());
  EXPECT_EQ(execution.state(), v1::Execution::CANCELLED);
  EXPECT_FALSE(execution.has_output());
}

}  // namespace
}  // namespace flowmesh::rpc
