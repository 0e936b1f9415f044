// Submit, start and assign: how an execution comes into a worker's hands.
#include "server/base/error.h"
#include "tests/server/engine/transition_fixture.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::NewExecutionRow;
using flowmesh::testing::StatusIs;
using store::ExecutionState;
using store::TaskState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using SubmitTest = TransitionTest;
using StartTest = TransitionTest;
using AssignTest = TransitionTest;

TEST_F(SubmitTest, WithoutStartItIsCreatedAndWaits) {
  Draft draft = Draft::New(NewExecutionRow());
  Submit(draft, /*start=*/false, world_);
  EXPECT_EQ(draft.row().state, ExecutionState::kCreated);
  EXPECT_EQ(draft.row().root.state, TaskState::kWaiting);
  EXPECT_EQ(draft.row().root.type, "poem");
  EXPECT_EQ(draft.row().create_time, world_.now);
  EXPECT_EQ(draft.row().start_time, absl::InfinitePast());
  EXPECT_THAT(draft.BecameReady(), ::testing::IsEmpty());
  EXPECT_THAT(StatesOf(draft), ElementsAre(ExecutionState::kCreated));
}

TEST_F(SubmitTest, WithStartItIsQueuedAndReady) {
  Draft draft = Draft::New(NewExecutionRow());
  Submit(draft, /*start=*/true, world_);
  EXPECT_EQ(draft.row().state, ExecutionState::kQueued);
  EXPECT_EQ(draft.row().root.state, TaskState::kReady);
  EXPECT_EQ(draft.row().start_time, world_.now);
  EXPECT_THAT(draft.BecameReady(), ::testing::ElementsAre(0));
  EXPECT_THAT(StatesOf(draft), ElementsAre(ExecutionState::kCreated, ExecutionState::kQueued));
}

TEST_F(SubmitTest, AnExecutionWithoutAPredecessorBeginsItsChain) {
  Draft alone = Draft::New(NewExecutionRow(1));
  Submit(alone, false, world_);
  EXPECT_EQ(alone.row().first_of_chain, alone.row().id);

  store::ExecutionRow row = NewExecutionRow(2);
  row.first_of_chain = alone.row().id;
  Draft second = Draft::New(row);
  Submit(second, false, world_);
  EXPECT_EQ(second.row().first_of_chain, alone.row().id);
}

TEST_F(StartTest, TheDeadlineCountsFromTheStartNotFromTheCreate) {
  store::ExecutionRow row = NewExecutionRow();
  row.timeout = absl::Minutes(5);
  Draft created = Draft::New(row);
  Submit(created, /*start=*/false, world_);
  EXPECT_EQ(created.row().deadline, absl::InfiniteFuture());

  world_.now += absl::Hours(1);
  Draft draft = Draft::Locked(Committed(created));
  ASSERT_OK(Start(draft, world_));
  EXPECT_EQ(draft.row().deadline, world_.now + absl::Minutes(5));
}

TEST_F(StartTest, ASecondStartChangesNothing) {
  Draft draft = Draft::Locked(Running());
  ASSERT_OK(Start(draft, world_));
  EXPECT_EQ(draft.row().state, ExecutionState::kRunning);
  store::Writes writes;
  draft.Collect(&writes);
  EXPECT_TRUE(writes.empty());
}

TEST_F(StartTest, WhatWasCancelledBeforeItsStartIsRefused) {
  Draft cancelled = Draft::Locked(Waiting());
  ASSERT_OK(Cancel(cancelled, "", world_));
  Draft draft = Draft::Locked(Committed(cancelled));
  const absl::Status status = Start(draft, world_);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("CANCELLED")));
  EXPECT_EQ(base::GetReason(status), "WRONG_STATE");
  store::Writes writes;
  draft.Collect(&writes);
  EXPECT_TRUE(writes.empty());
}

TEST_F(AssignTest, TheFirstAssignmentMakesItRunning) {
  Draft draft = Draft::Locked(Queued());
  Assign(draft, 0, kSession, world_);
  const store::ExecutionRow& row = draft.row();
  EXPECT_EQ(row.state, ExecutionState::kRunning);
  EXPECT_EQ(row.root.state, TaskState::kAssigned);
  EXPECT_EQ(row.root.attempt, 1);
  EXPECT_EQ(row.root.replica_id, kReplica);
  EXPECT_EQ(row.root.session, kSession);
  EXPECT_EQ(row.root.start_time, world_.now);
  EXPECT_THAT(StatesOf(draft), ElementsAre(ExecutionState::kRunning));
}

TEST_F(AssignTest, TheWorkerGetsEverythingThatItNeeds) {
  store::ExecutionRow row = NewExecutionRow();
  row.timeout = absl::Minutes(1);
  row.labels = {{"team", "verse"}};
  row.traceparent = "00-trace-01";
  Draft draft = Draft::New(row);
  Submit(draft, true, world_);
  Assign(draft, 0, kSession, world_);
  const auto said = Messages<AssignmentMessage>(draft);
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_EQ(said[0].first, kSession);
  const AssignmentMessage& message = said[0].second;
  EXPECT_EQ(message.attempt, AttemptOf(draft.row()));
  EXPECT_EQ(message.type, "poem");
  EXPECT_EQ(message.input.bytes, "roses");
  EXPECT_EQ(message.owner, "ann");
  EXPECT_EQ(message.labels, row.labels);
  EXPECT_EQ(message.traceparent, "00-trace-01");
  EXPECT_EQ(message.deadline, world_.now + absl::Minutes(1));
  EXPECT_EQ(message.attempt_timeout, absl::InfiniteDuration());
  EXPECT_FALSE(message.idempotency_key.empty());
}

TEST_F(AssignTest, ALaterAttemptStaysRunningWithNewNumbersAndTheSameIdempotencyKey) {
  Draft first = Draft::Locked(Queued());
  Assign(first, 0, kSession, world_);
  const std::string key = Messages<AssignmentMessage>(first)[0].second.idempotency_key;

  store::ExecutionRow row = Committed(first);
  row.root.acked = 9;
  Draft lost = Draft::Locked(row);
  Lose(lost, AttemptOf(row), kSession, true, world_);
  world_.now += absl::Seconds(5);
  Draft second = Draft::Locked(Committed(lost));
  Assign(second, 0, kSession + 2, world_);
  EXPECT_EQ(second.row().root.attempt, 2);
  EXPECT_EQ(second.row().root.acked, 0);
  EXPECT_EQ(second.row().root.start_time, world_.now - absl::Seconds(5));
  EXPECT_EQ(Messages<AssignmentMessage>(second)[0].second.idempotency_key, key);
  EXPECT_THAT(EventsOf(second), IsEmpty());
}

TEST_F(AssignTest, OtherChainsHaveOtherIdempotencyKeysAndRetriesTheSame) {
  auto key_of = [&](store::ExecutionRow row) {
    Draft draft = Draft::New(std::move(row));
    Submit(draft, true, world_);
    Assign(draft, 0, kSession, world_);
    return Messages<AssignmentMessage>(draft)[0].second.idempotency_key;
  };
  store::ExecutionRow retry = NewExecutionRow(3);
  retry.first_of_chain = NewExecutionRow(1).id;
  EXPECT_NE(key_of(NewExecutionRow(1)), key_of(NewExecutionRow(2)));
  EXPECT_EQ(key_of(NewExecutionRow(1)), key_of(retry));
}

TEST_F(AssignTest, AnAttemptTimeoutIsWatched) {
  types_.Set("poem", {.attempt_timeout = absl::Seconds(90)});
  Draft draft = Draft::Locked(Queued());
  Assign(draft, 0, kSession, world_);
  const auto timers = draft.TakeTimers();
  ASSERT_THAT(timers, SizeIs(1));
  EXPECT_EQ(timers[0].kind, AttemptTimer::Kind::kAttemptTimeout);
  EXPECT_EQ(timers[0].due, world_.now + absl::Seconds(90));
  EXPECT_EQ(timers[0].attempt, AttemptOf(draft.row()));
  EXPECT_EQ(Messages<AssignmentMessage>(draft)[0].second.attempt_timeout, absl::Seconds(90));
}

}  // namespace
}  // namespace flowmesh::engine
