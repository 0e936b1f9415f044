// Failures: the retry policy, its jitter, and attempts that take too long.
#include "tests/server/engine/transition_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::FailedWith;
using store::ExecutionState;
using store::TaskState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FailTest : public TransitionTest {
 protected:
  store::ExecutionRow FailedOnce(const store::ExecutionRow& row, Failed failed = FailedWith("BROKEN")) {
    Draft draft = Draft::Locked(row);
    EXPECT_EQ(ApplyEntry(draft, NextEntry(row, std::move(failed)), world_), EntryVerdict::kApplied);
    return Committed(draft);
  }

  // From BACKOFF into the next attempt.
  store::ExecutionRow Retried(store::ExecutionRow row) {
    world_.now = row.root.ready_time;
    Draft draft = Draft::Locked(std::move(row));
    RetryDue(draft, 0, world_);
    return AssignedFrom(Committed(draft));
  }
};

TEST_F(FailTest, ARetryableFailureGoesIntoBackoffAndItsWatchersLearnWhy) {
  Draft draft = Draft::Locked(Running());
  ASSERT_EQ(ApplyEntry(draft, NextEntry(draft.row(), FailedWith("RATE_LIMITED")), world_), EntryVerdict::kApplied);
  EXPECT_EQ(draft.row().state, ExecutionState::kRunning);
  EXPECT_EQ(draft.row().root.state, TaskState::kBackoff);
  EXPECT_EQ(draft.row().root.failures, 1);
  EXPECT_EQ(draft.row().root.session, 0u);
  EXPECT_EQ(draft.row().root.replica_id, 0u);
  EXPECT_EQ(draft.row().root.failure.reason, "RATE_LIMITED");
  EXPECT_THAT(draft.TakeReleased(), ElementsAre(::testing::Pair(kSession, draft.KeyOf(0))));
  EXPECT_THAT(Messages<FencedMessage>(draft), IsEmpty());
  const auto events = EventsOf(draft);
  ASSERT_THAT(events, SizeIs(1));
  const auto change = UnpackStateChange(events[0].payload);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->state, ExecutionState::kRunning);
  EXPECT_EQ(change->failure.reason, "RATE_LIMITED");
}

TEST_F(FailTest, ThePolicysLastFailureIsFinal) {
  store::ExecutionRow row = Running();
  for (int failure = 1; failure < 3; ++failure) {
    row = FailedOnce(row);
    ASSERT_EQ(row.root.state, TaskState::kBackoff) << failure;
    row = Retried(row);
    ASSERT_EQ(row.root.attempt, failure + 1);
  }
  row = FailedOnce(row);
  EXPECT_EQ(row.state, ExecutionState::kFailed);
  EXPECT_EQ(row.root.state, TaskState::kFailed);
  EXPECT_EQ(row.root.failures, 3);
  EXPECT_EQ(row.root.failure.reason, "BROKEN");
}

TEST_F(FailTest, AFailureWithoutRetryIsFinalAtOnce) {
  const store::ExecutionRow row = FailedOnce(Running(), FailedWith("BAD_INPUT", /*retryable=*/false));
  EXPECT_EQ(row.state, ExecutionState::kFailed);
  EXPECT_EQ(row.root.failures, 1);
}

TEST_F(FailTest, ThePolicyComesWithTheTaskType) {
  types_.Set("poem", {.retry = {.max_failures = 1}});
  EXPECT_EQ(FailedOnce(Running()).state, ExecutionState::kFailed);
  types_.Set("poem", {.retry = {.max_failures = 2, .initial = absl::Minutes(1)}});
  EXPECT_EQ(FailedOnce(Running()).root.ready_time, world_.now + absl::Seconds(30));
}

TEST_F(FailTest, TheDelayHasFullJitterUnderABoundThatDoublesUpToItsCap) {
  types_.Set("poem",
             {.retry = {.max_failures = 100, .initial = absl::Seconds(1), .multiplier = 2, .cap = absl::Seconds(5)}});
  const int64_t bounds[] = {1, 2, 4, 5, 5};
  for (double jitter : {0.0, 0.25, 0.999}) {
    world_.jitter = jitter;
    store::ExecutionRow row = Running();
    for (int64_t bound : bounds) {
      row = FailedOnce(row);
      const absl::Duration delay = row.root.ready_time - world_.now;
      EXPECT_GE(delay, absl::ZeroDuration());
      EXPECT_LT(delay, absl::Seconds(bound));
      EXPECT_NEAR(absl::ToDoubleSeconds(delay), jitter * static_cast<double>(bound), 1e-5);
      row = Retried(row);
    }
  }
}

TEST_F(FailTest, ARetryRunsWhenItIsDueAndNotBefore) {
  const store::ExecutionRow waiting = FailedOnce(Running());
  world_.now = waiting.root.ready_time - absl::Microseconds(1);
  Draft early = Draft::Locked(waiting);
  RetryDue(early, 0, world_);
  EXPECT_EQ(early.row().root.state, TaskState::kBackoff);

  world_.now = waiting.root.ready_time;
  Draft due = Draft::Locked(waiting);
  RetryDue(due, 0, world_);
  EXPECT_EQ(due.row().root.state, TaskState::kReady);
  EXPECT_THAT(due.BecameReady(), ::testing::ElementsAre(0));
}

TEST_F(FailTest, ARetryTimerThatComesTooLateChangesNothing) {
  const store::ExecutionRow row = Running();
  Draft draft = Draft::Locked(row);
  RetryDue(draft, 0, world_);
  EXPECT_EQ(draft.row(), row);
}

using AttemptTimeoutTest = FailTest;

TEST_F(AttemptTimeoutTest, AnAttemptThatTakesTooLongFailsIsFencedAndTriedAgain) {
  Draft draft = Draft::Locked(Running());
  AttemptTimedOut(draft, AttemptOf(draft.row()), world_);
  EXPECT_EQ(draft.row().root.state, TaskState::kBackoff);
  EXPECT_EQ(draft.row().root.failures, 1);
  EXPECT_EQ(draft.row().root.failure.reason, "TIMEOUT");
  const auto fenced = Messages<FencedMessage>(draft);
  ASSERT_THAT(fenced, SizeIs(1));
  EXPECT_EQ(fenced[0].first, kSession);
  EXPECT_EQ(fenced[0].second.attempt, (AttemptKey{draft.KeyOf(0), 1}));
  EXPECT_THAT(draft.TakeReleased(), SizeIs(1));
}

TEST_F(AttemptTimeoutTest, AnotherAttemptIsNotTouched) {
  const store::ExecutionRow row = Retried(FailedOnce(Running()));
  Draft draft = Draft::Locked(row);
  AttemptTimedOut(draft, {{row.id, 0}, 1}, world_);
  EXPECT_EQ(draft.row(), row);
}

TEST_F(AttemptTimeoutTest, AnAttemptThatIsOverIsNotTouched) {
  const store::ExecutionRow row = FailedOnce(Running());
  Draft draft = Draft::Locked(row);
  AttemptTimedOut(draft, AttemptOf(row), world_);
  EXPECT_EQ(draft.row(), row);
}

TEST_F(AttemptTimeoutTest, WhileCancellingItIsCancelled) {
  Draft draft = Draft::Locked(Cancelling());
  AttemptTimedOut(draft, AttemptOf(draft.row()), world_);
  EXPECT_EQ(draft.row().state, ExecutionState::kCancelled);
}

}  // namespace
}  // namespace flowmesh::engine
