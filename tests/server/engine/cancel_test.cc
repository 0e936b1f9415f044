// Cancels and deadlines.
#include "server/base/error.h"
#include "server/engine/limits.h"
#include "tests/server/engine/transition_fixture.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::FailedWith;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::NewExecutionRow;
using flowmesh::testing::StatusIs;
using store::ExecutionState;
using store::TaskState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using CancelTest = TransitionTest;
using DeadlineTest = TransitionTest;

TEST_F(CancelTest, WhatNoWorkerHasIsCancelledAtOnce) {
  store::ExecutionRow backoff = Running();
  Draft failed = Draft::Locked(backoff);
  ApplyEntry(failed, NextEntry(backoff, FailedWith("BROKEN")), world_);
  backoff = Committed(failed);
  ASSERT_EQ(backoff.root.state, TaskState::kBackoff);
  for (const store::ExecutionRow& row : {Waiting(), Queued(), backoff}) {
    Draft draft = Draft::Locked(row);
    ASSERT_OK(Cancel(draft, "changed my mind", world_));
    EXPECT_EQ(draft.row().state, ExecutionState::kCancelled);
    EXPECT_EQ(draft.row().root.state, TaskState::kCancelled);
    EXPECT_EQ(draft.row().root.failure.message, "changed my mind");
    EXPECT_EQ(draft.row().end_time, world_.now);
    EXPECT_THAT(Messages<CancelMessage>(draft), IsEmpty());
    EXPECT_THAT(StatesOf(draft), ElementsAre(ExecutionState::kCancelled));
  }
}

TEST_F(CancelTest, AnAssignedTaskIsAskedToStopAndItsGraceIsWatched) {
  Draft draft = Draft::Locked(Running());
  ASSERT_OK(Cancel(draft, "changed my mind", world_));
  EXPECT_EQ(draft.row().state, ExecutionState::kCancelling);
  EXPECT_EQ(draft.row().root.state, TaskState::kAssigned);
  const auto said = Messages<CancelMessage>(draft);
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_EQ(said[0].first, kSession);
  EXPECT_EQ(said[0].second.attempt, AttemptOf(draft.row()));
  EXPECT_EQ(said[0].second.grace, kCancelGrace);
  const auto timers = draft.TakeTimers();
  ASSERT_THAT(timers, SizeIs(1));
  EXPECT_EQ(timers[0].kind, AttemptTimer::Kind::kGraceOver);
  EXPECT_EQ(timers[0].due, world_.now + kCancelGrace);
  EXPECT_THAT(StatesOf(draft), ElementsAre(ExecutionState::kCancelling));
}

TEST_F(CancelTest, ASecondCancelChangesNothing) {
  const store::ExecutionRow cancelling = Cancelling();
  Draft over = Draft::Locked(Queued());
  ASSERT_OK(Cancel(over, "", world_));
  for (const store::ExecutionRow& row : {cancelling, Committed(over)}) {
    Draft draft = Draft::Locked(row);
    EXPECT_OK(Cancel(draft, "again", world_));
    EXPECT_EQ(draft.row(), row);
    EXPECT_THAT(draft.TakeMessages(), IsEmpty());
  }
}

TEST_F(CancelTest, AFinalExecutionCannotBeCancelled) {
  Draft done = Draft::Locked(Running());
  ApplyEntry(done, NextEntry(done.row(), FinishedWith("poem")), world_);
  const store::ExecutionRow row = Committed(done);
  Draft draft = Draft::Locked(row);
  const absl::Status status = Cancel(draft, "", world_);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is COMPLETED")));
  EXPECT_EQ(base::GetReason(status), "WRONG_STATE");
  EXPECT_EQ(draft.row(), row);
}

TEST_F(CancelTest, AfterItsGraceItIsCancelledAndTheWorkerIsFenced) {
  Draft draft = Draft::Locked(Cancelling());
  CancelGraceOver(draft, AttemptOf(draft.row()), world_);
  EXPECT_EQ(draft.row().state, ExecutionState::kCancelled);
  const auto fenced = Messages<FencedMessage>(draft);
  ASSERT_THAT(fenced, SizeIs(1));
  EXPECT_EQ(fenced[0].first, kSession);
  EXPECT_EQ(fenced[0].second.reason, "CANCELLED");
  EXPECT_THAT(draft.TakeReleased(), ElementsAre(::testing::Pair(kSession, draft.KeyOf(0))));
}

TEST_F(CancelTest, AGraceThatEndsTooLateChangesNothing) {
  const store::ExecutionRow running = Running();
  Draft never_cancelled = Draft::Locked(running);
  CancelGraceOver(never_cancelled, AttemptOf(running), world_);
  EXPECT_EQ(never_cancelled.row(), running);

  Draft answered = Draft::Locked(Cancelling());
  ApplyEntry(answered, NextEntry(answered.row(), FinishedWith("late")), world_);
  const store::ExecutionRow cancelled = Committed(answered);
  Draft draft = Draft::Locked(cancelled);
  CancelGraceOver(draft, AttemptOf(cancelled), world_);
  EXPECT_EQ(draft.row(), cancelled);
}

TEST_F(DeadlineTest, AtItsDeadlineAnExecutionIsFinalAtOnceWhoeverHasIt) {
  for (store::ExecutionRow row : {Queued(), Running(), Cancelling()}) {
    row.deadline = world_.now;
    const bool held = row.root.state == TaskState::kAssigned;
    Draft draft = Draft::Locked(row);
    DeadlinePassed(draft, world_);
    EXPECT_EQ(draft.row().state, ExecutionState::kTimedOut);
    EXPECT_EQ(draft.row().root.state, TaskState::kTimedOut);
    EXPECT_EQ(draft.row().root.failure.reason, "TIMEOUT");
    EXPECT_THAT(draft.TakeReleased(), SizeIs(held ? 1 : 0));
    EXPECT_THAT(Messages<FencedMessage>(draft), SizeIs(held ? 1 : 0));
    EXPECT_THAT(StatesOf(draft), ElementsAre(ExecutionState::kTimedOut));
  }
}

TEST_F(DeadlineTest, BeforeItsDeadlineNothingHappens) {
  store::ExecutionRow row = Running();
  row.deadline = world_.now + absl::Microseconds(1);
  Draft draft = Draft::Locked(row);
  DeadlinePassed(draft, world_);
  EXPECT_EQ(draft.row(), row);
}

TEST_F(DeadlineTest, AFinalStateNeverChanges) {
  store::ExecutionRow row = Running();
  row.deadline = world_.now;
  Draft done = Draft::Locked(row);
  ApplyEntry(done, NextEntry(row, FinishedWith("just in time")), world_);
  row = Committed(done);
  Draft draft = Draft::Locked(row);
  DeadlinePassed(draft, world_);
  EXPECT_EQ(draft.row(), row);
}

}  // namespace
}  // namespace flowmesh::engine
