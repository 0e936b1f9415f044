// Stores that fail: nothing is half done, and nothing is acknowledged that is not there.
#include <algorithm>
#include <vector>

#include "server/base/error.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Events;
using flowmesh::testing::Fault;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::LogLine;
using flowmesh::testing::StatusIs;
using store::ExecutionState;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kLongerThanThePause = absl::Seconds(1);

using OutOfSpaceTest = CommitLoopTest;

TEST_F(OutOfSpaceTest, ClientsAreRefusedAndNothingIsThere) {
  for (Fault fault : {Fault::kOutOfSpaceAtApply, Fault::kOutOfSpaceAtCommit}) {
    const store::ExecutionRow row = NewRow();
    store_->Next({fault});
    const auto heard = Submit(row);
    Run();
    EXPECT_EQ(heard->times, 1);
    EXPECT_THAT(heard->status(), StatusIs(absl::StatusCode::kResourceExhausted));
    const auto stored = database_->ReadExecution(row.id);
    ASSERT_OK(stored);
    EXPECT_FALSE(stored->has_value());
    RunAfter(kLongerThanThePause);
    EXPECT_EQ(heard->times, 1);
  }
  EXPECT_THAT(fatal_, IsEmpty());
}

TEST_F(OutOfSpaceTest, DuringThePauseClientsAreRefusedWithoutTouchingTheStore) {
  store_->Next({Fault::kOutOfSpaceAtCommit});
  Submit(NewRow());
  Run();
  const int64_t transactions = store_->transactions();
  const auto heard = Submit(NewRow());
  Run();
  EXPECT_THAT(heard->status(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(base::GetRetryDelay(heard->status()).has_value());
  EXPECT_EQ(store_->transactions(), transactions);
}

TEST_F(OutOfSpaceTest, ServiceResumesWhenThereIsRoom) {
  store_->Next({Fault::kOutOfSpaceAtCommit});
  Submit(NewRow());
  Run();
  clock_.Advance(kLongerThanThePause);
  const store::Id id = Submitted();
  EXPECT_EQ(Read(id).state, ExecutionState::kQueued);
}

TEST_F(OutOfSpaceTest, AWorkersFrameWaitsAndIsAppliedOnceThereIsRoom) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  const store::ExecutionRow before = Read(id);
  store_->Next({Fault::kOutOfSpaceAtCommit, Fault::kOutOfSpaceAtApply});
  const auto committed = Say(worker, {{{{id, 0}, 1}, worker.session, 1, Events({LogLine("a")})},
                                      {{{id, 0}, 1}, worker.session, 2, FinishedWith("poem")}});
  Run();
  EXPECT_EQ(*committed, 0);
  EXPECT_THAT(worker.Acks(), IsEmpty());
  EXPECT_EQ(Read(id), before);
  RunAfter(kLongerThanThePause);
  EXPECT_EQ(*committed, 0);
  RunAfter(kLongerThanThePause);
  EXPECT_EQ(*committed, 1);
  ASSERT_THAT(worker.Acks(), SizeIs(1));
  EXPECT_EQ(worker.Acks()[0].number, 2);
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_THAT(EventsOf(id), SizeIs(5));
}

TEST_F(OutOfSpaceTest, AnAssignmentThatWasNotCommittedHoldsNoSlotAndIsNotSaid) {
  const Worker worker = Attach();
  store_->Next({Fault::kOutOfSpaceAtCommit});
  Submit(NewRow());
  Run();
  EXPECT_THAT(worker.Assignments(), IsEmpty());
  EXPECT_EQ(loop_->sessions().attempts(), 0u);
  RunAfter(kLongerThanThePause);
  EXPECT_THAT(worker.Assignments(), IsEmpty());
  Submitted();
  EXPECT_THAT(worker.Assignments(), SizeIs(1));
}

TEST_F(OutOfSpaceTest, AResultThatWasNotCommittedKeepsItsSlot) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  Submitted();
  store_->Next({Fault::kOutOfSpaceAtCommit});
  Say(worker, {{id, 0}, 1}, 1, FinishedWith("poem"));
  Run();
  EXPECT_EQ(loop_->sessions().attempts(), 1u);
  EXPECT_THAT(worker.Assignments(), SizeIs(1));
  RunAfter(kLongerThanThePause);
  EXPECT_THAT(worker.Assignments(), SizeIs(2));
  EXPECT_EQ(loop_->sessions().attempts(), 1u);
}

TEST_F(OutOfSpaceTest, AHelloIsWelcomedOnceThereIsRoom) {
  store_->Next({Fault::kOutOfSpaceAtCommit});
  const Worker worker = Attach();
  EXPECT_THAT(worker.channel->Take(), IsEmpty());
  RunAfter(kLongerThanThePause);
  EXPECT_THAT(worker.channel->Said<WelcomeMessage>(), SizeIs(1));
}

TEST_F(OutOfSpaceTest, AWorkerThatGoesDuringThePauseLosesWhatItWouldHaveResumed) {
  const Worker before = Attach({.id = "w1"});
  const store::Id id = Submitted();
  store_->Next({Fault::kOutOfSpaceAtCommit});
  const Worker after = Attach({.id = "w1", .held = {{{id, 0}, 1}}});
  Detach(after, /*gone=*/true);
  Run();
  RunAfter(kLongerThanThePause);
  const Worker other = Attach({.id = "w2"});
  ASSERT_THAT(other.Assignments(), SizeIs(1));
  EXPECT_EQ(other.Assignments()[0].attempt.attempt, 2);
}

TEST_F(OutOfSpaceTest, ADeadlineThatFellIntoThePauseFiresAfterIt) {
  store::ExecutionRow row = NewRow();
  row.timeout = absl::Minutes(1);
  Submit(row);
  Run();
  store_->Next({Fault::kOutOfSpaceAtCommit});
  RunAfter(absl::Minutes(1));
  EXPECT_EQ(Read(row.id).state, ExecutionState::kQueued);
  RunAfter(kLongerThanThePause);
  EXPECT_EQ(Read(row.id).state, ExecutionState::kTimedOut);
}

using ConflictTest = CommitLoopTest;

TEST_F(ConflictTest, ABatchThatMetAConflictIsTriedAgainAndHasOneEffect) {
  const Worker worker = Attach({.slots = 3});
  store_->Next({Fault::kConflictAtBegin, Fault::kConflictAtApply, Fault::kConflictAtCommit});
  const store::ExecutionRow row = NewRow();
  const auto heard = Submit(row);
  Run();
  EXPECT_EQ(heard->times, 1);
  EXPECT_TRUE(heard->ok());
  ASSERT_THAT(worker.Assignments(), SizeIs(1));
  EXPECT_EQ(worker.Assignments()[0].attempt.attempt, 1);
  EXPECT_EQ(loop_->sessions().attempts(), 1u);
  EXPECT_THAT(EventsOf(row.id), SizeIs(3));

  store_->Next({Fault::kConflictAtCommit});
  const auto committed = Say(worker, {{row.id, 0}, 1}, 1, FinishedWith("poem"));
  Run();
  EXPECT_EQ(*committed, 1);
  EXPECT_THAT(worker.Acks(), SizeIs(1));
  EXPECT_EQ(loop_->sessions().attempts(), 0u);
  EXPECT_THAT(EventsOf(row.id), SizeIs(4));
}

TEST_F(ConflictTest, AClaimThatMetAConflictHandsEachTaskOutOnce) {
  for (int i = 0; i < 5; ++i) Submitted();
  store_->Next({Fault::kNone, Fault::kConflictAtCommit, Fault::kConflictAtApply});
  const Worker worker = Attach({.slots = 5});
  std::vector<AttemptKey> attempts;
  for (const AssignmentMessage& assignment : worker.Assignments()) attempts.push_back(assignment.attempt);
  std::sort(attempts.begin(), attempts.end());
  EXPECT_EQ(std::unique(attempts.begin(), attempts.end()), attempts.end());
  ASSERT_THAT(attempts, SizeIs(5));
  for (const AttemptKey& attempt : attempts) EXPECT_EQ(attempt.attempt, 1);
}

using DataLossTest = CommitLoopTest;

TEST_F(DataLossTest, NothingIsAcknowledgedAndTheProcessIsToldOnce) {
  for (Fault fault : {Fault::kLostBeforeCommit, Fault::kLostAfterCommit}) {
    Restart();
    fatal_.clear();
    const Worker worker = Attach({.id = "w1"});
    const store::Id id = Submitted();
    const size_t said = worker.channel->Take().size();
    ASSERT_GE(said, 1u);
    store_->Next({fault});
    const auto heard = Submit(NewRow());
    const auto committed = Say(worker, {{id, 0}, Read(id).root.attempt}, 1, FinishedWith("poem"));
    Run();
    Run();
    ASSERT_THAT(fatal_, SizeIs(1));
    EXPECT_THAT(fatal_[0], StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_EQ(*committed, 0);
    EXPECT_THAT(worker.channel->Take(), IsEmpty());
    EXPECT_EQ(heard->times, 1);
    EXPECT_THAT(heard->status(), StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_FALSE(lanes_->OfferClient(CancelCommand{.id = id}, 0));
  }
}

}  // namespace
}  // namespace flowmesh::engine
