#include "server/engine/draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/store/ready_order.h"
#include "tests/support/row_builders.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::NewExecutionRow;
using flowmesh::testing::PayloadOf;
using flowmesh::testing::Unpacked;
using store::ExecutionState;
using store::TaskState;
using store::TimerKind;
using store::Writes;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

store::ExecutionRow Ready() {
  store::ExecutionRow row = NewExecutionRow();
  row.state = ExecutionState::kQueued;
  row.root.type = "poem";
  row.root.state = TaskState::kReady;
  row.root.ready_time = kNow;
  row.root.priority = 3;
  row.event_head = 2;
  return row;
}

store::ExecutionRow Assigned() {
  store::ExecutionRow row = Ready();
  row.state = ExecutionState::kRunning;
  row.root.state = TaskState::kAssigned;
  row.root.attempt = 1;
  row.root.replica_id = 5;
  row.root.session = 8;
  return row;
}

Writes Collected(Draft& draft) {
  Writes writes;
  draft.Collect(&writes);
  return writes;
}

TEST(DraftTest, ANewExecutionIsInsertedAndALockedOneIsUpdated) {
  Draft fresh = Draft::New(NewExecutionRow());
  Writes writes = Collected(fresh);
  EXPECT_EQ(writes.insert_executions.size(), 1u);
  EXPECT_TRUE(writes.update_executions.empty());

  Draft locked = Draft::Locked(Ready());
  locked.Touch();
  writes = Collected(locked);
  EXPECT_TRUE(writes.insert_executions.empty());
  EXPECT_EQ(writes.update_executions.size(), 1u);
}

TEST(DraftTest, ALockedExecutionThatNobodyTouchedIsNotWritten) {
  Draft draft = Draft::Locked(Ready());
  EXPECT_TRUE(Collected(draft).empty());
}

TEST(DraftTest, AReadyTaskHasOneReadyRowThatServesInOrder) {
  Draft draft = Draft::New(Ready());
  EXPECT_THAT(draft.BecameReady(), ::testing::ElementsAre(0));
  const Writes writes = Collected(draft);
  ASSERT_EQ(writes.insert_ready.size(), 1u);
  const store::ReadyRow& row = writes.insert_ready[0];
  EXPECT_EQ(row.queue, "poem");
  EXPECT_EQ(row.owner_hash, store::OwnerHash("ann"));
  EXPECT_EQ(row.priority, 3);
  EXPECT_EQ(row.key, (store::TaskKey{draft.row().id, 0}));
  EXPECT_EQ(row.since, kNow);
  EXPECT_TRUE(writes.insert_assigned.empty());
  EXPECT_TRUE(writes.insert_timers.empty());
}

TEST(DraftTest, APinnedCodeVersionHasAQueueOfItsOwn) {
  store::TaskRow task = Ready().root;
  EXPECT_EQ(QueueOf(task), "poem");
  task.code_version = 4;
  EXPECT_EQ(QueueOf(task), "poem@4");
}

TEST(DraftTest, ATaskAssignedInItsOwnBatchNeverHasAReadyRow) {
  Draft draft = Draft::New(Ready());
  draft.row().root.state = TaskState::kAssigned;
  draft.row().root.replica_id = 5;
  draft.row().root.session = 8;
  const Writes writes = Collected(draft);
  EXPECT_TRUE(writes.insert_ready.empty());
  EXPECT_TRUE(writes.delete_ready.empty());
  ASSERT_EQ(writes.insert_assigned.size(), 1u);
  EXPECT_EQ(writes.insert_assigned[0].replica_id, 5u);
  EXPECT_EQ(writes.insert_assigned[0].session, 8u);
  EXPECT_EQ(writes.insert_assigned[0].key, (store::TaskKey{draft.row().id, 0}));
}

TEST(DraftTest, AClaimedReadyRowIsNotDeletedASecondTime) {
  Draft draft = Draft::Locked(Ready());
  draft.MarkReadyClaimed(0);
  draft.row().root.state = TaskState::kAssigned;
  draft.Touch();
  const Writes writes = Collected(draft);
  EXPECT_TRUE(writes.delete_ready.empty());
  EXPECT_TRUE(writes.insert_ready.empty());
  EXPECT_EQ(writes.insert_assigned.size(), 1u);
}

TEST(DraftTest, AClaimedReadyRowIsWrittenAgainWhenTheTaskIsStillReady) {
  Draft draft = Draft::Locked(Ready());
  EXPECT_THAT(draft.BecameReady(), ::testing::IsEmpty());
  draft.MarkReadyClaimed(0);
  EXPECT_THAT(draft.BecameReady(), ::testing::ElementsAre(0));
  const Writes writes = Collected(draft);
  ASSERT_EQ(writes.insert_ready.size(), 1u);
  EXPECT_EQ(writes.insert_ready[0].since, kNow);
  EXPECT_TRUE(writes.delete_ready.empty());
  EXPECT_TRUE(writes.update_executions.empty());
}

TEST(DraftTest, AReadyTaskThatEndsUnclaimedLosesItsReadyRow) {
  Draft draft = Draft::Locked(Ready());
  draft.row().root.state = TaskState::kCancelled;
  draft.row().state = ExecutionState::kCancelled;
  draft.Touch();
  const Writes writes = Collected(draft);
  ASSERT_EQ(writes.delete_ready.size(), 1u);
  EXPECT_EQ(writes.delete_ready[0].queue, "poem");
  EXPECT_EQ(writes.delete_ready[0].priority, 3);
  EXPECT_TRUE(draft.became_final());
}

TEST(DraftTest, AnAssignedTaskThatEndsLosesItsAssignedRow) {
  Draft draft = Draft::Locked(Assigned());
  draft.row().state = ExecutionState::kCompleted;
  draft.row().root.state = TaskState::kCompleted;
  draft.row().root.session = 0;
  draft.row().root.replica_id = 0;
  draft.Touch();
  const Writes writes = Collected(draft);
  ASSERT_EQ(writes.delete_assigned.size(), 1u);
  EXPECT_EQ(writes.delete_assigned[0].session, 8u);
  EXPECT_EQ(writes.delete_assigned[0].replica_id, 5u);
  EXPECT_TRUE(writes.insert_assigned.empty());
}

TEST(DraftTest, AMoveToAnotherSessionReplacesTheAssignedRow) {
  Draft draft = Draft::Locked(Assigned());
  draft.row().root.session = 10;
  draft.Touch();
  const Writes writes = Collected(draft);
  ASSERT_EQ(writes.delete_assigned.size(), 1u);
  EXPECT_EQ(writes.delete_assigned[0].session, 8u);
  ASSERT_EQ(writes.insert_assigned.size(), 1u);
  EXPECT_EQ(writes.insert_assigned[0].session, 10u);
}

TEST(DraftTest, ATaskThatComesBackToItsSessionKeepsItsAssignedRow) {
  Draft draft = Draft::Locked(Assigned());
  draft.row().root.attempt = 2;
  draft.Touch();
  const Writes writes = Collected(draft);
  EXPECT_TRUE(writes.delete_assigned.empty());
  EXPECT_TRUE(writes.insert_assigned.empty());
  EXPECT_EQ(writes.update_executions.size(), 1u);
}

TEST(DraftTest, BackoffHasARetryTimerAndNoOtherRow) {
  Draft draft = Draft::Locked(Assigned());
  draft.row().root.state = TaskState::kBackoff;
  draft.row().root.ready_time = kNow + absl::Seconds(2);
  draft.Touch();
  const Writes writes = Collected(draft);
  EXPECT_EQ(writes.delete_assigned.size(), 1u);
  EXPECT_TRUE(writes.insert_ready.empty());
  ASSERT_EQ(writes.insert_timers.size(), 1u);
  EXPECT_EQ(writes.insert_timers[0].kind, TimerKind::kRetry);
  EXPECT_EQ(writes.insert_timers[0].due, kNow + absl::Seconds(2));
}

TEST(DraftTest, AClaimedRetryTimerIsNotDeletedASecondTime) {
  store::ExecutionRow row = Ready();
  row.root.state = TaskState::kBackoff;
  Draft draft = Draft::Locked(row);
  draft.MarkTimerClaimed(0, TimerKind::kRetry);
  draft.row().root.state = TaskState::kReady;
  draft.Touch();
  const Writes writes = Collected(draft);
  EXPECT_TRUE(writes.delete_timers.empty());
  EXPECT_EQ(writes.insert_ready.size(), 1u);
}

TEST(DraftTest, AClaimedTimerThatIsStillWantedIsWrittenAgain) {
  store::ExecutionRow row = Assigned();
  row.deadline = kNow + absl::Hours(1);
  Draft draft = Draft::Locked(row);
  draft.MarkTimerClaimed(0, TimerKind::kDeadline);
  const Writes writes = Collected(draft);
  ASSERT_EQ(writes.insert_timers.size(), 1u);
  EXPECT_EQ(writes.insert_timers[0].due, row.deadline);
  EXPECT_TRUE(writes.delete_timers.empty());
}

TEST(DraftTest, ADeadlineHasATimerUntilTheExecutionIsFinal) {
  store::ExecutionRow row = Ready();
  row.deadline = kNow + absl::Hours(1);
  Draft fresh = Draft::New(row);
  const Writes begun = Collected(fresh);
  ASSERT_EQ(begun.insert_timers.size(), 1u);
  EXPECT_EQ(begun.insert_timers[0].kind, TimerKind::kDeadline);
  EXPECT_EQ(begun.insert_timers[0].due, row.deadline);

  Draft ending = Draft::Locked(row);
  ending.row().state = ExecutionState::kCancelled;
  ending.row().root.state = TaskState::kCancelled;
  ending.Touch();
  const Writes ended = Collected(ending);
  ASSERT_EQ(ended.delete_timers.size(), 1u);
  EXPECT_EQ(ended.delete_timers[0].due, row.deadline);
  EXPECT_TRUE(ended.insert_timers.empty());
}

TEST(DraftTest, EventsOfABatchBecomeOneChunkBehindTheHead) {
  Draft draft = Draft::Locked(Assigned());
  draft.Emit(EventKind::kLog, 0, 1, kNow, "a");
  draft.Emit(EventKind::kLog, 0, 1, kNow, "b");
  const Writes writes = Collected(draft);
  ASSERT_EQ(writes.insert_chunks.size(), 1u);
  EXPECT_EQ(writes.insert_chunks[0].first_seq, 3);
  EXPECT_EQ(writes.insert_chunks[0].count, 2);
  const auto events = Unpacked(writes.insert_chunks);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].seq, 3);
  EXPECT_EQ(events[1].seq, 4);
  EXPECT_EQ(events[1].payload, "b");
  ASSERT_EQ(writes.update_executions.size(), 1u);
  EXPECT_EQ(writes.update_executions[0].event_head, 4);
  EXPECT_EQ(writes.update_executions[0].event_bytes, static_cast<int64_t>(writes.insert_chunks[0].bytes.size()));
  ASSERT_TRUE(draft.chunk().has_value());
  EXPECT_EQ(draft.chunk()->first_seq, 3);
}

TEST(DraftTest, AFirstChunkBeginsAtOne) {
  Draft draft = Draft::New(NewExecutionRow());
  draft.Emit(EventKind::kState, 0, 0, kNow, "");
  const Writes writes = Collected(draft);
  ASSERT_EQ(writes.insert_chunks.size(), 1u);
  EXPECT_EQ(writes.insert_chunks[0].first_seq, 1);
}

TEST(DraftTest, SmallPayloadsStayInTheRowAndLargeOnesStandApart) {
  store::ExecutionRow row = NewExecutionRow();
  row.root.input = PayloadOf(std::string(store::Payload::kInlineBytes, 'x'));
  Draft small = Draft::New(row);
  EXPECT_TRUE(Collected(small).insert_payloads.empty());
  EXPECT_FALSE(small.row().root.input.apart);

  row.root.input = PayloadOf(std::string(store::Payload::kInlineBytes + 1, 'x'));
  Draft large = Draft::New(row);
  const Writes writes = Collected(large);
  ASSERT_EQ(writes.insert_payloads.size(), 1u);
  EXPECT_EQ(writes.insert_payloads[0].direction, store::PayloadDirection::kInput);
  EXPECT_EQ(writes.insert_payloads[0].bytes.size(), store::Payload::kInlineBytes + 1);
  ASSERT_EQ(writes.insert_executions.size(), 1u);
  EXPECT_TRUE(writes.insert_executions[0].root.input.apart);
}

TEST(DraftTest, APayloadThatStandsApartIsWrittenOnce) {
  store::ExecutionRow row = Assigned();
  row.root.input = {.type = "poem.Request", .bytes = "", .apart = true};
  Draft draft = Draft::Locked(row);
  draft.row().root.input.bytes = std::string(5000, 'x');  // loaded for an assignment
  draft.row().root.output = PayloadOf(std::string(3000, 'y'), "poem.Poem");
  draft.Touch();
  const Writes writes = Collected(draft);
  ASSERT_EQ(writes.insert_payloads.size(), 1u);
  EXPECT_EQ(writes.insert_payloads[0].direction, store::PayloadDirection::kOutput);
  EXPECT_TRUE(writes.update_executions[0].root.input.apart);
  EXPECT_TRUE(writes.update_executions[0].root.output.apart);
}

TEST(DraftTest, OnlyTheBatchThatEndsAnExecutionSeesItBecomeFinal) {
  store::ExecutionRow row = Assigned();
  row.state = ExecutionState::kCompleted;
  row.root.state = TaskState::kCompleted;
  Draft before = Draft::Locked(row);
  EXPECT_FALSE(before.became_final());
  Draft now = Draft::Locked(Assigned());
  now.row().state = ExecutionState::kFailed;
  EXPECT_TRUE(now.became_final());
}

TEST(DraftTest, ReleasedTasksMessagesAndTimersAreHandedOutOnce) {
  Draft draft = Draft::Locked(Assigned());
  draft.Release(draft.row().root);
  draft.Say(draft.row().root, FencedMessage{.attempt = {draft.KeyOf(0), 1}, .reason = "TIMEOUT"});
  draft.Watch({.due = kNow, .attempt = {draft.KeyOf(0), 1}});
  const auto released = draft.TakeReleased();
  ASSERT_EQ(released.size(), 1u);
  EXPECT_EQ(released[0].first, 8u);
  EXPECT_EQ(released[0].second, draft.KeyOf(0));
  EXPECT_EQ(draft.TakeMessages().size(), 1u);
  EXPECT_EQ(draft.TakeTimers().size(), 1u);
  EXPECT_TRUE(draft.TakeReleased().empty());
  EXPECT_TRUE(draft.TakeMessages().empty());
  EXPECT_TRUE(draft.TakeTimers().empty());
}

}  // namespace
}  // namespace flowmesh::engine
