// Lost sessions and resumed ones.
#include "server/engine/limits.h"
#include "tests/server/engine/transition_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Events;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::LogLine;
using store::ExecutionState;
using store::TaskState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using LoseTest = TransitionTest;
using ResumeTest = TransitionTest;

constexpr uint64_t kNewSession = 10;

TEST_F(LoseTest, TheTaskIsReadyAgainWithoutAFailure) {
  Draft draft = Draft::Locked(Running());
  Lose(draft, AttemptOf(draft.row()), kSession, /*by_worker=*/true, world_);
  EXPECT_EQ(draft.row().state, ExecutionState::kRunning);
  EXPECT_EQ(draft.row().root.state, TaskState::kReady);
  EXPECT_EQ(draft.row().root.failures, 0);
  EXPECT_EQ(draft.row().root.losses, 1);
  EXPECT_EQ(draft.row().root.session, 0u);
  EXPECT_THAT(draft.TakeReleased(), ElementsAre(::testing::Pair(kSession, draft.KeyOf(0))));
  EXPECT_THAT(EventsOf(draft), IsEmpty());
}

TEST_F(LoseTest, ALostServerDoesNotCount) {
  Draft draft = Draft::Locked(Running());
  Lose(draft, {{draft.row().id, 0}, 0}, kSession, /*by_worker=*/false, world_);
  EXPECT_EQ(draft.row().root.state, TaskState::kReady);
  EXPECT_EQ(draft.row().root.losses, 0);
}

TEST_F(LoseTest, TheRowDecidesWhetherThatSessionStillHasIt) {
  const store::ExecutionRow row = Running();
  Draft other_session = Draft::Locked(row);
  Lose(other_session, AttemptOf(row), kNewSession, true, world_);
  EXPECT_EQ(other_session.row(), row);

  Draft other_attempt = Draft::Locked(row);
  Lose(other_attempt, {{row.id, 0}, 2}, kSession, true, world_);
  EXPECT_EQ(other_attempt.row(), row);
}

TEST_F(LoseTest, TheTenthWorkerLostInARowIsTheEnd) {
  store::ExecutionRow row = Queued();
  for (int loss = 1; loss < kMaxLosses; ++loss) {
    row = AssignedFrom(row);
    Draft draft = Draft::Locked(row);
    Lose(draft, AttemptOf(row), kSession, true, world_);
    row = Committed(draft);
    ASSERT_EQ(row.root.state, TaskState::kReady) << loss;
  }
  row = AssignedFrom(row);
  Draft last = Draft::Locked(row);
  Lose(last, AttemptOf(row), kSession, true, world_);
  EXPECT_EQ(last.row().state, ExecutionState::kFailed);
  EXPECT_EQ(last.row().root.failure.reason, "WORKER_LOST");
}

TEST_F(LoseTest, AnEventInBetweenBeginsTheCountAnew) {
  store::ExecutionRow row = Running();
  row.root.losses = kMaxLosses - 1;
  Draft spoke = Draft::Locked(row);
  ApplyEntry(spoke, NextEntry(row, Events({LogLine("still here")})), world_);
  row = Committed(spoke);
  Draft draft = Draft::Locked(row);
  Lose(draft, AttemptOf(row), kSession, true, world_);
  EXPECT_EQ(draft.row().root.state, TaskState::kReady);
  EXPECT_EQ(draft.row().root.losses, 1);
}

TEST_F(LoseTest, WhileCancellingItIsCancelled) {
  Draft draft = Draft::Locked(Cancelling());
  Lose(draft, AttemptOf(draft.row()), kSession, true, world_);
  EXPECT_EQ(draft.row().state, ExecutionState::kCancelled);
  EXPECT_THAT(draft.TakeReleased(), SizeIs(1));
}

TEST_F(ResumeTest, TheAttemptMovesToTheNewSessionWithItsNumbers) {
  store::ExecutionRow row = Running();
  row.root.acked = 6;
  Draft draft = Draft::Locked(row);
  const WelcomeMessage::Held answer = Resume(draft, AttemptOf(row), kNewSession, kCancelGrace, world_);
  EXPECT_FALSE(answer.fenced);
  EXPECT_FALSE(answer.cancel);
  EXPECT_EQ(answer.acked, 6);
  EXPECT_EQ(draft.row().root.session, kNewSession);
  EXPECT_EQ(draft.row().root.attempt, 1);
  EXPECT_EQ(draft.row().root.acked, 6);
  EXPECT_THAT(draft.TakeReleased(), ElementsAre(::testing::Pair(kSession, draft.KeyOf(0))));
}

TEST_F(ResumeTest, AfterwardsTheOldSessionIsFencedAndItsGraceChangesNothing) {
  const store::ExecutionRow running = Running();
  Draft resumed = Draft::Locked(running);
  Resume(resumed, AttemptOf(running), kNewSession, kCancelGrace, world_);
  const store::ExecutionRow row = Committed(resumed);

  Draft late = Draft::Locked(row);
  EXPECT_EQ(ApplyEntry(late, NextEntry(running, FinishedWith("zombie")), world_), EntryVerdict::kStale);
  Lose(late, AttemptOf(running), kSession, true, world_);
  EXPECT_EQ(late.row(), row);

  Draft now = Draft::Locked(row);
  EXPECT_EQ(ApplyEntry(now, NextEntry(row, FinishedWith("poem")), world_), EntryVerdict::kApplied);
}

TEST_F(ResumeTest, AnAttemptThatWasTakenAwayIsFenced) {
  const store::ExecutionRow running = Running();
  Draft lost = Draft::Locked(running);
  Lose(lost, AttemptOf(running), kSession, true, world_);
  const store::ExecutionRow ready = Committed(lost);
  const store::ExecutionRow elsewhere = AssignedFrom(ready, kSession + 4);
  for (const store::ExecutionRow& row : {ready, elsewhere}) {
    Draft draft = Draft::Locked(row);
    EXPECT_TRUE(Resume(draft, AttemptOf(running), kNewSession, kCancelGrace, world_).fenced);
    EXPECT_EQ(draft.row(), row);
  }
}

TEST_F(ResumeTest, AFinishedAttemptIsFencedButKnowsItsResultWasTaken) {
  const store::ExecutionRow running = Running();
  Draft finished = Draft::Locked(running);
  ApplyEntry(finished, NextEntry(running, FinishedWith("poem")), world_);
  Draft draft = Draft::Locked(Committed(finished));
  const WelcomeMessage::Held answer = Resume(draft, AttemptOf(running), kNewSession, kCancelGrace, world_);
  EXPECT_TRUE(answer.fenced);
  EXPECT_EQ(answer.acked, 1);
}

TEST_F(ResumeTest, APendingCancelIsSaidAgainAndItsGraceIsWatchedAgain) {
  Draft draft = Draft::Locked(Cancelling());
  const WelcomeMessage::Held answer = Resume(draft, AttemptOf(draft.row()), kNewSession, absl::Seconds(30), world_);
  EXPECT_FALSE(answer.fenced);
  EXPECT_TRUE(answer.cancel);
  const auto timers = draft.TakeTimers();
  ASSERT_THAT(timers, SizeIs(1));
  EXPECT_EQ(timers[0].kind, AttemptTimer::Kind::kGraceOver);
  EXPECT_EQ(timers[0].due, world_.now + absl::Seconds(30));
}

TEST_F(ResumeTest, ItsAttemptTimeoutIsWatchedHereToo) {
  types_.Set("poem", {.attempt_timeout = absl::Seconds(90)});
  Draft draft = Draft::Locked(Running());
  Resume(draft, AttemptOf(draft.row()), kNewSession, kCancelGrace, world_);
  const auto timers = draft.TakeTimers();
  ASSERT_THAT(timers, SizeIs(1));
  EXPECT_EQ(timers[0].kind, AttemptTimer::Kind::kAttemptTimeout);
}

}  // namespace
}  // namespace flowmesh::engine
