// How executions travel through the commit loop: one commit where one is enough, and fairly where capacity is short.
#include "server/engine/commit_loop.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "server/engine/limits.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Events;
using flowmesh::testing::FailedWith;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::LogLine;
using flowmesh::testing::PayloadOf;
using flowmesh::testing::StatusIs;
using store::ExecutionState;
using store::TaskState;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(CommitLoopTest, CreateStartAndAssignmentAreOneCommit) {
  const Worker worker = Attach();
  const int64_t commits = loop_->counters().commits;
  const store::ExecutionRow row = NewRow();
  const auto heard = Submit(row);
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  EXPECT_EQ(loop_->counters().commits, commits + 1);

  ASSERT_TRUE(heard->ok());
  EXPECT_EQ(heard->value().row.state, ExecutionState::kRunning);
  EXPECT_FALSE(heard->value().replayed);
  ASSERT_THAT(worker.Assignments(), SizeIs(1));
  EXPECT_EQ(worker.Assignments()[0].attempt, (AttemptKey{{row.id, 0}, 1}));
  EXPECT_EQ(worker.Assignments()[0].input.bytes, "roses");

  EXPECT_EQ(Read(row.id), heard->value().row);
  const auto chunks = database_->ReadEvents(row.id, 0, 1 << 20);
  ASSERT_OK(chunks);
  ASSERT_THAT(*chunks, SizeIs(1));
  EXPECT_EQ((*chunks)[0].count, 3);
  EXPECT_THAT(StatesOf(row.id),
              ElementsAre(ExecutionState::kCreated, ExecutionState::kQueued, ExecutionState::kRunning));
  EXPECT_EQ(WaitingIn("poem"), 0);
  const auto assigned = database_->ReadAssigned(Read(row.id).root.replica_id, std::nullopt, 10);
  ASSERT_OK(assigned);
  ASSERT_THAT(*assigned, SizeIs(1));
  EXPECT_EQ((*assigned)[0].session, worker.session);
}

TEST_F(CommitLoopTest, AResultIsOneCommitThatLeavesNothingBehind) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  const uint64_t replica = Read(id).root.replica_id;
  std::vector<store::ExecutionState> finals;
  waiters_.Await(id, [&](const store::ExecutionRow& row) {
    finals.push_back(row.state);
    EXPECT_EQ(row.root.output.bytes, "poem");
  });
  const int64_t commits = loop_->counters().commits;
  const auto committed = Say(worker, {{id, 0}, 1}, 1, FinishedWith("poem"));
  Run();
  EXPECT_EQ(loop_->counters().commits, commits + 1);
  EXPECT_EQ(*committed, 1);
  EXPECT_THAT(finals, ElementsAre(ExecutionState::kCompleted));
  ASSERT_THAT(worker.Acks(), SizeIs(1));
  EXPECT_EQ(worker.Acks()[0].number, 1);
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_THAT(*database_->ReadAssigned(replica, std::nullopt, 10), IsEmpty());
  EXPECT_EQ(loop_->sessions().attempts(), 0u);
}

TEST_F(CommitLoopTest, ALargeInputAndOutputStandApartAndArriveWhole) {
  const std::string large(100'000, 'x');
  store::ExecutionRow row = NewRow();
  row.root.input = PayloadOf(large);
  const store::Id id = row.id;
  Submit(std::move(row));
  Run();
  const Worker worker = Attach();
  ASSERT_THAT(worker.Assignments(), SizeIs(1));
  EXPECT_EQ(worker.Assignments()[0].input.bytes, large);
  EXPECT_TRUE(Read(id).root.input.apart);
  EXPECT_TRUE(Read(id).root.input.bytes.empty());

  Say(worker, {{id, 0}, 1}, 1, FinishedWith(large + "!"));
  Run();
  EXPECT_EQ(*database_->ReadPayload({id, 0}, store::PayloadDirection::kOutput), large + "!");
  EXPECT_EQ(*database_->ReadPayload({id, 0}, store::PayloadDirection::kInput), large);
}

TEST_F(CommitLoopTest, WithoutAWorkerAnExecutionWaitsInTheStore) {
  const store::Id id = Submitted();
  EXPECT_EQ(Read(id).state, ExecutionState::kQueued);
  EXPECT_EQ(WaitingIn("poem"), 1);
  const Worker worker = Attach();
  EXPECT_THAT(worker.Assignments(), SizeIs(1));
  EXPECT_EQ(WaitingIn("poem"), 0);
  EXPECT_EQ(Read(id).state, ExecutionState::kRunning);
}

TEST_F(CommitLoopTest, AnExecutionThatIsNotStartedIsNotHandedOut) {
  const Worker worker = Attach();
  const store::ExecutionRow row = NewRow();
  Submit(row, /*start=*/false);
  Run();
  EXPECT_THAT(worker.Assignments(), IsEmpty());
  const auto started = Start(row.id);
  Run();
  ASSERT_TRUE(started->ok());
  EXPECT_EQ(started->value().state, ExecutionState::kRunning);
  EXPECT_THAT(worker.Assignments(), SizeIs(1));
}

TEST_F(CommitLoopTest, SomebodyElsesExecutionIsAsUnknownAsOneThatNeverWas) {
  const store::Id id = Submitted("ann");
  const auto theirs = Cancel(id, "bob");
  const auto never = Start(flowmesh::testing::IdNumber(999), "bob");
  Run();
  EXPECT_THAT(theirs->status(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(never->status(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Read(id).state, ExecutionState::kQueued);
}

TEST_F(CommitLoopTest, NobodyGetsMoreThanItsCapacity) {
  const Worker one = Attach({.id = "w1", .slots = 2});
  const Worker two = Attach({.id = "w2", .slots = 1});
  std::vector<store::Id> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(Submitted());
  EXPECT_THAT(one.Assignments(), SizeIs(2));
  EXPECT_THAT(two.Assignments(), SizeIs(1));
  EXPECT_EQ(WaitingIn("poem"), 7);

  const AttemptKey done = two.Assignments()[0].attempt;
  Say(two, done, 1, FinishedWith("poem"));
  Run();
  EXPECT_THAT(two.Assignments(), SizeIs(2));
  EXPECT_THAT(one.Assignments(), SizeIs(2));
  EXPECT_EQ(WaitingIn("poem"), 6);
}

TEST_F(CommitLoopTest, ARaisedCapacityTakesWhatWaits) {
  const Worker worker = Attach({.slots = 1});
  for (int i = 0; i < 6; ++i) Submitted();
  EXPECT_THAT(worker.Assignments(), SizeIs(1));
  ASSERT_TRUE(lanes_->OfferWorker(SessionCommand(CapacityCommand{.session = worker.session, .slots = 4})));
  Run();
  EXPECT_THAT(worker.Assignments(), SizeIs(4));
  EXPECT_EQ(WaitingIn("poem"), 2);
}

TEST_F(CommitLoopTest, ADrainingWorkerFinishesWhatItHasAndGetsNothingNew) {
  const Worker worker = Attach({.slots = 2});
  const store::Id id = Submitted();
  ASSERT_TRUE(lanes_->OfferWorker(SessionCommand(DrainSessionCommand{.session = worker.session})));
  const store::Id later = Submitted();
  EXPECT_THAT(worker.Assignments(), SizeIs(1));
  Say(worker, {{id, 0}, 1}, 1, FinishedWith("poem"));
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_EQ(Read(later).state, ExecutionState::kQueued);
}

TEST_F(CommitLoopTest, AfterStopAssigningNothingIsHandedOutNotEvenToNewWorkers) {
  const Worker worker = Attach({.slots = 5});
  const store::Id id = Submitted();
  ASSERT_TRUE(lanes_->OfferWorker(SessionCommand(StopAssigningCommand{})));
  const store::Id later = Submitted();
  const Worker late = Attach({.id = "w2", .slots = 5});
  EXPECT_THAT(worker.Assignments(), SizeIs(1));
  EXPECT_THAT(late.Assignments(), IsEmpty());
  const auto committed = Say(worker, {{id, 0}, 1}, 1, FinishedWith("poem"));
  Run();
  EXPECT_EQ(*committed, 1);
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_EQ(Read(later).state, ExecutionState::kQueued);
}

class FairnessTest : public CommitLoopTest {
 protected:
  // Lets the worker finish everything it gets; answers the owners in the order of service.
  std::vector<std::string> Serve(const Worker& worker) {
    std::vector<std::string> owners;
    while (true) {
      Run();
      std::vector<AttemptKey> got;
      for (const SessionMessage& message : worker.channel->Take()) {
        const auto* assignment = std::get_if<AssignmentMessage>(&message);
        if (assignment == nullptr) continue;
        owners.push_back(assignment->owner);
        got.push_back(assignment->attempt);
      }
      if (got.empty()) return owners;
      for (const AttemptKey& attempt : got) Say(worker, attempt, 1, FinishedWith("poem"));
    }
  }
};

TEST_F(FairnessTest, AFloodOfOneOwnerDoesNotStarveAnother) {
  for (int i = 0; i < 60; ++i) Submit(NewRow("flood"));
  for (int i = 0; i < 5; ++i) Submit(NewRow("ann"));
  Run();
  const Worker worker = Attach({.slots = 1});
  const std::vector<std::string> owners = Serve(worker);
  ASSERT_THAT(owners, SizeIs(65));
  const auto last_of_ann = std::find(owners.rbegin(), owners.rend(), "ann");
  EXPECT_LE(owners.rend() - last_of_ann, 5 * 5);
}

TEST_F(FairnessTest, WhileOthersWaitAnOwnerGetsAtMostFourOfOneRound) {
  for (int i = 0; i < 60; ++i) Submit(NewRow("flood"));
  for (int i = 0; i < 30; ++i) Submit(NewRow("ann"));
  Run();
  const Worker worker = Attach({.slots = 8});
  const std::vector<std::string> owners = Serve(worker);
  ASSERT_THAT(owners, SizeIs(90));
  for (int round = 0; round < 7; ++round) {
    EXPECT_EQ(std::count(owners.begin() + 8 * round, owners.begin() + 8 * round + 8, "flood"), 4) << round;
  }
}

TEST_F(FairnessTest, ANewcomerLinesUpBehindWhatWaits) {
  const Worker worker = Attach({.slots = 1});
  for (int i = 0; i < 3; ++i) Submit(NewRow("ann"));
  Run();
  const store::ExecutionRow newcomer = NewRow("ann");
  Submit(newcomer);
  const AttemptKey first = worker.Assignments()[0].attempt;
  Say(worker, first, 1, FinishedWith("poem"));
  Run();
  ASSERT_THAT(worker.Assignments(), SizeIs(2));
  EXPECT_NE(worker.Assignments()[1].attempt.task.execution_id, newcomer.id);
}

TEST_F(FairnessTest, AmongOneOwnersWorkPriorityGoesFirstThenAge) {
  std::map<store::Id, int> priority;
  for (int one : {9, 5, 0, 5, 0}) {
    store::ExecutionRow row = NewRow();
    row.root.priority = one;
    priority[row.id] = one;
    Submit(row);
  }
  Run();
  const Worker worker = Attach({.slots = 1});
  std::vector<int> served;
  std::vector<store::Id> order;
  for (size_t i = 0; i < priority.size(); ++i) {
    ASSERT_THAT(worker.Assignments(), SizeIs(i + 1));
    const AttemptKey attempt = worker.Assignments()[i].attempt;
    served.push_back(priority[attempt.task.execution_id]);
    order.push_back(attempt.task.execution_id);
    Say(worker, attempt, 1, FinishedWith("poem"));
    Run();
  }
  EXPECT_THAT(served, ElementsAre(0, 0, 5, 5, 9));
  EXPECT_LT(order[0], order[1]);
  EXPECT_LT(order[2], order[3]);
}

using TimersTest = CommitLoopTest;

TEST_F(TimersTest, AFailedAttemptIsTriedAgainWhenItsBackoffIsOver) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  Say(worker, {{id, 0}, 1}, 1, FailedWith("RATE_LIMITED"));
  Run();
  const store::ExecutionRow waiting = Read(id);
  ASSERT_EQ(waiting.root.state, TaskState::kBackoff);
  EXPECT_THAT(worker.Assignments(), SizeIs(1));
  clock_.SetTime(waiting.root.ready_time);
  Run();
  ASSERT_THAT(worker.Assignments(), SizeIs(2));
  EXPECT_EQ(worker.Assignments()[1].attempt.attempt, 2);
  EXPECT_EQ(worker.Assignments()[1].failures, 1);
}

// The database's clock is that of another machine.
class ForeignClockTest : public CommitLoopTest, public ::testing::WithParamInterface<int> {
 protected:
  ForeignClockTest() : theirs_(clock_.Now() + absl::Hours(GetParam())) { database_clock_ = &theirs_; }

  void Pass(absl::Duration time) {
    clock_.Advance(time);
    theirs_.Advance(time);
    Run();  // fails if the loop does not come to rest
  }

  flowmesh::testing::ManualClock theirs_;
};
INSTANTIATE_TEST_SUITE_P(Hours, ForeignClockTest, ::testing::Values(-3, 0, 3));

TEST_P(ForeignClockTest, WhatIsTimedTakesAsLongAsItShould) {
  const Worker worker = Attach({.rules = [](store::FlowRow& row) {
    row.attempt_timeout = absl::Seconds(20);
    row.retry_initial = absl::Seconds(8);
  }});
  const store::Id id = Submitted();
  Say(worker, {{id, 0}, 1}, 1, FailedWith("RATE_LIMITED"));
  Run();
  const absl::Duration backoff = Read(id).root.ready_time - theirs_.Now();
  ASSERT_GT(backoff, absl::Milliseconds(1));
  Pass(backoff - absl::Milliseconds(1));
  EXPECT_THAT(worker.Assignments(), SizeIs(1));
  Pass(absl::Milliseconds(20));
  ASSERT_THAT(worker.Assignments(), SizeIs(2));
  Pass(absl::Seconds(19));
  EXPECT_EQ(Read(id).root.state, TaskState::kAssigned);
  Pass(absl::Seconds(2));
  EXPECT_NE(Read(id).root.state, TaskState::kAssigned) << "the attempt took longer than it may";
}

TEST_F(TimersTest, ABackoffOutlivesARestart) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  Say(worker, {{id, 0}, 1}, 1, FailedWith("RATE_LIMITED"));
  Run();
  const absl::Time due = Read(id).root.ready_time;
  Restart();
  const Worker again = Attach();
  EXPECT_THAT(again.Assignments(), IsEmpty());
  clock_.SetTime(due + absl::Microseconds(1));
  Run();
  ASSERT_THAT(again.Assignments(), SizeIs(1));
  EXPECT_EQ(again.Assignments()[0].attempt.attempt, 2);
}

TEST_F(TimersTest, ADeadlineFiresWithoutAnyoneAsking) {
  const Worker worker = Attach({.slots = 1});
  std::vector<store::Id> ids;
  for (int i = 0; i < 2; ++i) {
    store::ExecutionRow row = NewRow();
    row.timeout = absl::Minutes(1);
    ids.push_back(row.id);
    Submit(row);
  }
  Run();
  RunAfter(absl::Seconds(59));
  EXPECT_EQ(Read(ids[0]).state, ExecutionState::kRunning);
  RunAfter(absl::Seconds(1));
  for (const store::Id& id : ids) {
    EXPECT_EQ(Read(id).state, ExecutionState::kTimedOut);
    EXPECT_EQ(StatesOf(id).back(), ExecutionState::kTimedOut);
  }
  EXPECT_THAT(worker.Fenced(), SizeIs(1));
  EXPECT_EQ(loop_->sessions().attempts(), 0u);
  EXPECT_EQ(WaitingIn("poem"), 0);

  Say(worker, {{ids[0], 0}, 1}, 1, FinishedWith("too late"));
  Run();
  EXPECT_EQ(Read(ids[0]).state, ExecutionState::kTimedOut);
  EXPECT_EQ(StatesOf(ids[0]).back(), ExecutionState::kTimedOut);
}

TEST_F(TimersTest, MoreDueTimersThanOneBatchTakesAllFire) {
  const int count = kMaxTimersPerBatch + 50;
  for (int i = 0; i < count; ++i) {
    store::ExecutionRow row = NewRow();
    row.timeout = absl::Minutes(1);
    Submit(row);
  }
  Run();
  RunAfter(absl::Minutes(1));
  EXPECT_THAT(*database_->CountUnfinished(), Each(::testing::Pair(::testing::_, 0)));
  EXPECT_EQ(Read(flowmesh::testing::IdNumber(count)).state, ExecutionState::kTimedOut);
}

TEST_F(TimersTest, AnAttemptTimeoutFreesTheSlotAndFencesTheWorker) {
  const Worker worker = Attach({.rules = [](store::FlowRow& row) { row.attempt_timeout = absl::Seconds(20); }});
  const store::Id id = Submitted();
  RunAfter(absl::Seconds(20));
  EXPECT_EQ(Read(id).root.state, TaskState::kBackoff);
  EXPECT_EQ(Read(id).root.failure.reason, "TIMEOUT");
  ASSERT_THAT(worker.Fenced(), SizeIs(1));
  EXPECT_EQ(worker.Fenced()[0].attempt.attempt, 1);
  EXPECT_EQ(loop_->sessions().attempts(), 0u);
}

using CancelThroughLoopTest = CommitLoopTest;

TEST_F(CancelThroughLoopTest, AWaitingExecutionIsGoneAtOnceAndNeverHandedOut) {
  const store::Id id = Submitted();
  const auto heard = Cancel(id);
  Run();
  ASSERT_TRUE(heard->ok());
  EXPECT_EQ(heard->value().state, ExecutionState::kCancelled);
  EXPECT_EQ(WaitingIn("poem"), 0);
  EXPECT_THAT(Attach().Assignments(), IsEmpty());
}

TEST_F(CancelThroughLoopTest, ACancelAndTheClaimOfTheSameRowMayMeetInOneBatch) {
  const store::Id id = Submitted();
  const Worker worker = Hello({});
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));  // the welcome
  Cancel(id);
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelled);
  EXPECT_THAT(worker.Assignments(), IsEmpty());
  EXPECT_EQ(WaitingIn("poem"), 0);
}

TEST_F(CancelThroughLoopTest, AnAssignedExecutionIsCancelledWhenItsWorkerAnswers) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  const auto heard = Cancel(id);
  Run();
  ASSERT_TRUE(heard->ok());
  EXPECT_EQ(heard->value().state, ExecutionState::kCancelling);
  ASSERT_THAT(worker.channel->Said<CancelMessage>(), SizeIs(1));
  Failed stopped;
  stopped.cancelled = true;
  Say(worker, {{id, 0}, 1}, 1, stopped);
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelled);
  RunAfter(kCancelGrace);
  EXPECT_THAT(worker.Fenced(), IsEmpty());
}

TEST_F(CancelThroughLoopTest, AWorkerThatDoesNotListenIsFencedAfterTheGrace) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  Cancel(id);
  Run();
  RunAfter(kCancelGrace - absl::Seconds(1));
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelling);
  RunAfter(absl::Seconds(1));
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelled);
  EXPECT_THAT(worker.Fenced(), SizeIs(1));
  EXPECT_EQ(loop_->sessions().attempts(), 0u);
}

TEST_F(CancelThroughLoopTest, ASuccessWinsOnlyIfItWasCommittedFirst) {
  const Worker worker = Attach({.slots = 2});
  const store::Id late = Submitted();
  const store::Id early = Submitted();
  Cancel(late);
  Run();
  Say(worker, {{late, 0}, 1}, 1, FinishedWith("too late"));
  Say(worker, {{early, 0}, 1}, 1, FinishedWith("in time"));
  Run();
  const auto refused = Cancel(early);
  Run();
  EXPECT_EQ(Read(late).state, ExecutionState::kCancelled);
  EXPECT_EQ(Read(early).state, ExecutionState::kCompleted);
  EXPECT_THAT(refused->status(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace flowmesh::engine
