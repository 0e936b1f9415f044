// How a worker and its server live together: credit, acknowledgements, fences, reconnects, drains.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "tests/server/rpc/services/replica_fixture.h"

namespace flowmesh::rpc {
namespace {

using testing::CapacityEntry;
using testing::DrainEntry;
using testing::FailedEntry;
using testing::FinishedEntry;
using testing::FrameOf;
using testing::HelloEntry;
using ::testing::IsEmpty;
using testing::LogEntry;
using testing::RawWorker;

class WorkerLifeTest : public ReplicaTest {
 protected:
  void SetUp() override { StartDeveloper(); }

  static void Hold(v1::Hello* hello, const v1::AttemptId& attempt) { *hello->add_held()->mutable_attempt() = attempt; }

  static v1::Hello Holding(const std::string& worker_id, const v1::AttemptId& attempt) {
    v1::Hello hello = HelloOf(worker_id);
    Hold(&hello, attempt);
    return hello;
  }

  // Attaches and answers with the welcome.
  std::unique_ptr<RawWorker> Attach(const v1::Hello& hello, v1::Welcome* welcome) {
    auto worker = std::make_unique<RawWorker>(Connect());
    worker->Send(HelloEntry(hello));
    *welcome = worker->NextWelcome();
    return worker;
  }
  using ReplicaTest::Attach;
};

TEST_F(WorkerLifeTest, AssignmentsComeOnlyIntoFreeSlots) {
  const auto worker = Attach(HelloOf("worker-one", 2));
  for (int i = 0; i < 5; ++i) CreateEcho();
  const v1::AttemptId first = worker->NextAssignment().attempt();
  worker->NextAssignment();
  EXPECT_EQ(OnlyWorker().slots_used(), 2);
  EXPECT_EQ(Stats().assigned(), 2);
  // One result makes room for one more.
  worker->Send(FinishedEntry(first, 1, Line("done")));
  EXPECT_EQ(worker->Next().entry_case(), v1::OrchestratorEntry::kAck);
  worker->NextAssignment();
  EXPECT_EQ(OnlyWorker().slots_used(), 2);
}

TEST_F(WorkerLifeTest, MoreCapacityBringsMoreWork) {
  const auto worker = Attach(HelloOf("worker-one", 0));
  for (int i = 0; i < 3; ++i) CreateEcho();
  EXPECT_EQ(OnlyWorker().slots_used(), 0);
  worker->Send(CapacityEntry(2));
  worker->NextAssignment();
  worker->NextAssignment();
  EXPECT_EQ(OnlyWorker().slots_used(), 2);
  worker->Send(CapacityEntry(3));
  worker->NextAssignment();
  EXPECT_EQ(OnlyWorker().slots_used(), 3);
}

TEST_F(WorkerLifeTest, AnAckNamesTheHighestNumberOfItsAttempt) {
  const auto worker = Attach(HelloOf("worker-one", 2));
  CreateEcho();
  CreateEcho();
  const v1::AttemptId one = worker->NextAssignment().attempt();
  const v1::AttemptId two = worker->NextAssignment().attempt();
  worker->Send(FrameOf({LogEntry(one, 1, "a"), LogEntry(two, 1, "b"), LogEntry(one, 2, "c"), LogEntry(one, 3, "d")}));
  const v1::Ack first = worker->NextAck();
  const v1::Ack second = worker->NextAck();
  const bool in_order = first.attempt().execution_id() == one.execution_id();
  EXPECT_EQ((in_order ? first : second).number(), 3);
  EXPECT_EQ((in_order ? second : first).number(), 1);
  EXPECT_EQ((in_order ? second : first).attempt().execution_id(), two.execution_id());
}

TEST_F(WorkerLifeTest, WhatIsSentAgainIsAcknowledgedAgainAndChangesNothing) {
  const auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  worker->Send(LogEntry(attempt, 1, "once"));
  EXPECT_EQ(worker->NextAck().number(), 1);
  const int64_t seq = Get(attempt.execution_id()).last_seq();
  worker->Send(LogEntry(attempt, 1, "once"));
  EXPECT_EQ(worker->NextAck().number(), 1);
  EXPECT_EQ(Get(attempt.execution_id()).last_seq(), seq);
}

TEST_F(WorkerLifeTest, AFinishedEntrySentAgainIsAcknowledgedAgain) {
  const auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  worker->Send(FinishedEntry(attempt, 1, Line("first")));
  EXPECT_EQ(worker->NextAck().number(), 1);
  worker->Send(FinishedEntry(attempt, 1, Line("second")));
  EXPECT_EQ(worker->NextAck().number(), 1);
  v1::LogLine output;
  ASSERT_TRUE(Get(attempt.execution_id()).output().UnpackTo(&output));
  EXPECT_EQ(output.message(), "first");
}

TEST_F(WorkerLifeTest, AWordAfterTheEndIsFenced) {
  const auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  worker->Send(FrameOf({FinishedEntry(attempt, 1, Line("done")), LogEntry(attempt, 2, "and another thing")}));
  EXPECT_EQ(worker->NextFenced().attempt().execution_id(), attempt.execution_id());
  EXPECT_EQ(WaitForEnd(attempt.execution_id()).state(), v1::Execution::COMPLETED);
}

TEST_F(WorkerLifeTest, AnOldAttemptIsFenced) {
  const auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId first = worker->NextAssignment().attempt();
  worker->Send(FailedEntry(first, 1, "AGAIN", /*retryable=*/true));
  const v1::AttemptId second = worker->NextAssignment().attempt();
  EXPECT_EQ(second.attempt(), 2);
  worker->Send(FinishedEntry(first, 2, Line("from the grave")));
  EXPECT_EQ(worker->NextFenced().attempt().attempt(), 1);
  EXPECT_EQ(Get(first.execution_id()).state(), v1::Execution::RUNNING);
}

TEST_F(WorkerLifeTest, ACancelIsToldAndAnsweredByFailedCancelled) {
  const auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  EXPECT_EQ(Cancel(attempt.execution_id()).state(), v1::Execution::CANCELLING);
  const v1::Cancel cancel = worker->Next(v1::OrchestratorEntry::kCancel).cancel();
  EXPECT_EQ(cancel.reason(), "CANCELLED");
  EXPECT_EQ(cancel.grace().seconds(), 30);
  v1::WorkerEntry stopped = FailedEntry(attempt, 1, "STOPPED", false);
  stopped.mutable_failed()->set_cancelled(true);
  worker->Send(stopped);
  EXPECT_EQ(worker->NextAck().number(), 1);
  EXPECT_EQ(WaitForEnd(attempt.execution_id()).state(), v1::Execution::CANCELLED);
  EXPECT_EQ(OnlyWorker().slots_used(), 0);
}

TEST_F(WorkerLifeTest, WhatWaitsIsCancelledWithoutAWorker) {
  Attach(HelloOf("worker-one", 0));
  const v1::Execution execution = CreateEcho();
  EXPECT_EQ(Cancel(execution.id()).state(), v1::Execution::CANCELLED);
  EXPECT_EQ(Cancel(execution.id()).state(), v1::Execution::CANCELLED) << "again does nothing";
}

TEST_F(WorkerLifeTest, ADeadlineFencesTheWorker) {
  const auto worker = Attach(HelloOf("worker-one"));
  v1::CreateExecutionRequest request = EchoRequest();
  request.mutable_timeout()->set_nanos(100'000'000);
  const std::string id = Create(request).id();
  const v1::Assignment assignment = worker->NextAssignment();
  EXPECT_TRUE(assignment.has_deadline());
  EXPECT_EQ(worker->NextFenced().reason(), "TIMEOUT");
  const v1::Execution execution = WaitForEnd(id);
  EXPECT_EQ(execution.state(), v1::Execution::TIMED_OUT);
  EXPECT_EQ(execution.failure().reason(), "TIMEOUT");
}

TEST_F(WorkerLifeTest, AnAttemptTimeoutFencesAndCountsAsAFailure) {
  v1::Hello hello = HelloOf("worker-one");
  hello.mutable_types(0)->mutable_attempt_timeout()->set_nanos(50'000'000);
  hello.mutable_types(0)->mutable_retry()->set_max_failures(2);
  const auto worker = Attach(hello);
  CreateEcho();
  const v1::Assignment first = worker->NextAssignment();
  EXPECT_EQ(first.attempt_timeout().nanos(), 50'000'000);
  EXPECT_EQ(worker->NextFenced().attempt().attempt(), 1);
  EXPECT_EQ(worker->NextAssignment().failures(), 1);
  EXPECT_EQ(worker->NextFenced().attempt().attempt(), 2);
  const v1::Execution execution = WaitForEnd(first.attempt().execution_id());
  EXPECT_EQ(execution.state(), v1::Execution::FAILED);
  EXPECT_EQ(execution.failure().reason(), "TIMEOUT");
}

TEST_F(WorkerLifeTest, AWorkerThatComesBackGoesOnWhereItWas) {
  auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  worker->Send(FrameOf({LogEntry(attempt, 1, "one"), LogEntry(attempt, 2, "two")}));
  EXPECT_EQ(worker->NextAck().number(), 2);
  worker->Cut();
  worker->Finish();
  v1::Welcome welcome;
  worker = Attach(Holding("worker-one", attempt), &welcome);
  EXPECT_THAT(welcome.session(), ::testing::Not(IsEmpty()));
  EXPECT_EQ(welcome.grace().seconds(), 10);
  ASSERT_EQ(welcome.held_size(), 1);
  EXPECT_EQ(welcome.held(0).attempt().execution_id(), attempt.execution_id());
  EXPECT_EQ(welcome.held(0).acked(), 2);
  EXPECT_FALSE(welcome.held(0).fenced());
  EXPECT_FALSE(welcome.held(0).cancel());
  worker->Send(FinishedEntry(attempt, 3, Line("done")));
  EXPECT_EQ(worker->NextAck().number(), 3);
  EXPECT_EQ(WaitForEnd(attempt.execution_id()).state(), v1::Execution::COMPLETED);
}

TEST_F(WorkerLifeTest, AWelcomeTellsOfACancelThatCameMeanwhile) {
  auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  worker->Cut();
  worker->Finish();
  Cancel(attempt.execution_id());
  v1::Welcome welcome;
  worker = Attach(Holding("worker-one", attempt), &welcome);
  ASSERT_EQ(welcome.held_size(), 1);
  EXPECT_TRUE(welcome.held(0).cancel());
  EXPECT_FALSE(welcome.held(0).fenced());
}

TEST_F(WorkerLifeTest, AWelcomeFencesWhatIsOverOrUnknown) {
  auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId over = worker->NextAssignment().attempt();
  worker->Send(FinishedEntry(over, 1, Line("done")));
  EXPECT_EQ(worker->NextAck().number(), 1);
  v1::Hello hello = Holding("worker-one", over);
  v1::AttemptId unknown = over;
  unknown.set_execution_id("0192f0c4-8d1e-7001-9abc-0123456789ab");
  Hold(&hello, unknown);
  v1::Welcome welcome;
  worker = Attach(hello, &welcome);
  ASSERT_EQ(welcome.held_size(), 2);
  EXPECT_TRUE(welcome.held(0).fenced());
  EXPECT_EQ(welcome.held(0).acked(), 1) << "so that it may forget its entries";
  EXPECT_TRUE(welcome.held(1).fenced());
}

TEST_F(WorkerLifeTest, AWorkerCannotTakeWhatAnotherOneHolds) {
  const auto holder = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = holder->NextAssignment().attempt();
  v1::Welcome welcome;
  const auto thief = Attach(Holding("worker-two", attempt), &welcome);
  ASSERT_EQ(welcome.held_size(), 1);
  EXPECT_TRUE(welcome.held(0).fenced());
  holder->Send(FinishedEntry(attempt, 1, Line("mine")));
  EXPECT_EQ(holder->NextAck().number(), 1);
}

TEST_F(WorkerLifeTest, AForeignSessionIsFenced) {
  const auto holder = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = holder->NextAssignment().attempt();
  const auto other = Attach(HelloOf("worker-two"));
  other->Send(FinishedEntry(attempt, 1, Line("not mine")));
  EXPECT_EQ(other->NextFenced().reason(), "STALE_ATTEMPT");
  holder->Send(FinishedEntry(attempt, 1, Line("mine")));
  EXPECT_EQ(holder->NextAck().number(), 1);
  v1::LogLine output;
  ASSERT_TRUE(Get(attempt.execution_id()).output().UnpackTo(&output));
  EXPECT_EQ(output.message(), "mine");
}

TEST_F(WorkerLifeTest, TheOldStreamEndsWhenTheWorkerAttachesAgain) {
  const auto old_stream = Attach(HelloOf("worker-one"));
  const auto new_stream = Attach(HelloOf("worker-one"));
  EXPECT_THAT(old_stream->Finish(), Refuses(grpc::StatusCode::UNAVAILABLE, "SESSION_REPLACED"));
  EXPECT_FALSE(OnlyWorker().detached());
  CreateEcho();
  new_stream->NextAssignment();
}

TEST_F(WorkerLifeTest, WhatAWorkerDoesNotNameIsHandedOutAtOnce) {
  auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  worker = Attach(HelloOf("worker-one"));
  const v1::Assignment again = worker->NextAssignment();
  EXPECT_EQ(again.attempt().execution_id(), attempt.execution_id());
  EXPECT_EQ(again.attempt().attempt(), 2);
  EXPECT_EQ(again.failures(), 0);
}

TEST_F(WorkerLifeTest, ADrainingWorkerGetsNothingNewAndHandsItsWorkBackWhenItCloses) {
  const auto leaving = Attach(HelloOf("worker-one", 2));
  CreateEcho();
  const v1::AttemptId attempt = leaving->NextAssignment().attempt();
  leaving->Send(FrameOf({DrainEntry(), LogEntry(attempt, 1, "leaving")}));
  EXPECT_EQ(leaving->NextAck().number(), 1);
  leaving->Send(LogEntry(attempt, 2, "the drain was taken before this"));
  EXPECT_EQ(leaving->NextAck().number(), 2);
  EXPECT_TRUE(OnlyWorker().draining());
  CreateEcho();
  EXPECT_EQ(OnlyWorker().slots_used(), 1);
  leaving->Close();
  EXPECT_THAT(leaving->Finish(), Succeeds());
  const auto next = Attach(HelloOf("worker-two", 2));
  std::set<std::string> ids = {next->NextAssignment().attempt().execution_id(),
                               next->NextAssignment().attempt().execution_id()};
  EXPECT_TRUE(ids.contains(attempt.execution_id()));
  EXPECT_EQ(ids.size(), 2);
  EXPECT_EQ(OnlyWorker().name(), "raw@test");
}

TEST_F(WorkerLifeTest, LeavingElevenTimesInGoodOrderIsNoLoss) {
  Attach(HelloOf("worker-one", 0));  // so that the flow is known
  const std::string id = CreateEcho().id();
  for (int i = 1; i <= 11; ++i) {
    const auto worker = Attach(HelloOf("worker-" + std::to_string(100 + i)));
    EXPECT_EQ(worker->NextAssignment().attempt().attempt(), i);
    worker->Send(DrainEntry());
    worker->Close();
    EXPECT_THAT(worker->Finish(), Succeeds());
  }
  EXPECT_EQ(RootTask(id).attempt(), 11);
  EXPECT_NE(Get(id).state(), v1::Execution::FAILED);
}

TEST_F(WorkerLifeTest, AResultJustBeforeTheGoodbyeCounts) {
  const auto worker = Attach(HelloOf("worker-one"));
  const std::string id = CreateEcho().id();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  worker->Send(FinishedEntry(attempt, 1, Line("last words")));
  worker->Send(DrainEntry());
  worker->Close();
  EXPECT_THAT(worker->Finish(), Succeeds());
  EXPECT_EQ(WaitForEnd(id).state(), v1::Execution::COMPLETED);
}

class LostWorkerTest : public WorkerLifeTest {
 protected:
  void SetUp() override { StartDeveloper(/*grace=*/absl::Milliseconds(50)); }
};

TEST_F(LostWorkerTest, WorkOfAWorkerThatDoesNotComeBackGoesToAnother) {
  const auto lost = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = lost->NextAssignment().attempt();
  const auto other = Attach(HelloOf("worker-two"));
  lost->Cut();
  const v1::Assignment again = other->NextAssignment();
  EXPECT_EQ(again.attempt().execution_id(), attempt.execution_id());
  EXPECT_EQ(again.attempt().attempt(), 2);
  // Too late.
  v1::Welcome welcome;
  Attach(Holding("worker-one", attempt), &welcome);
  ASSERT_EQ(welcome.held_size(), 1);
  EXPECT_TRUE(welcome.held(0).fenced());
}

}  // namespace
}  // namespace flowmesh::rpc
