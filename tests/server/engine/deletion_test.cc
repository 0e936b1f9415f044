// Executions that go: by their owners, and by their age.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/limits.h"
#include "server/engine/retry.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::FinishedWith;
using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using store::ExecutionState;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeletionTest : public CommitLoopTest {
 protected:
  void SetUp() override {
    clock_.SetTime(flowmesh::testing::IdNumber(1).time() + absl::Hours(1));
    CommitLoopTest::SetUp();
  }

  std::shared_ptr<absl::Status> Offer(const store::Id& id, const std::string& owner = "ann") {
    auto answer = std::make_shared<absl::Status>(absl::UnknownError("no reply yet"));
    EXPECT_TRUE(lanes_->OfferClient(
        DeleteCommand{.id = id, .owner = owner, .reply = [answer](const absl::Status& status) { *answer = status; }},
        0));
    return answer;
  }
  absl::Status Delete(const store::Id& id, const std::string& owner = "ann") {
    const auto answer = Offer(id, owner);
    Run();
    return *answer;
  }

  std::shared_ptr<Heard<SubmitResult>> OfferRetry(const store::Id& id) {
    auto heard = std::make_shared<Heard<SubmitResult>>();
    RetryCommand command{.id = id, .owner = "ann", .wish = {.id = flowmesh::testing::IdNumber(++executions_)}};
    command.reply = [heard](absl::StatusOr<SubmitResult> result) {
      ++heard->times;
      heard->answer = std::move(result);
    };
    EXPECT_TRUE(lanes_->OfferClient(std::move(command), 0));
    return heard;
  }

  // One that is CANCELLED.
  store::Id Ended(const std::string& owner = "ann") {
    const store::Id id = Submitted(owner);
    const auto heard = Cancel(id, owner);
    Run();
    EXPECT_TRUE(heard->ok());
    return id;
  }

  bool IsThere(const store::Id& id) { return database_->ReadExecution(id)->has_value(); }
};

TEST_F(DeletionTest, AFinalExecutionGoesWithItsEvents) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  Say(worker, {{id, 0}, 1}, 1, FinishedWith("done"));
  Run();
  ASSERT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_OK(Delete(id));
  EXPECT_FALSE(IsThere(id));
  EXPECT_THAT(database_->ReadEvents(id, 0, 1 << 20), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(database_->HasUnpurged(), IsOkAndHolds(false));
  EXPECT_THAT(Delete(id), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(loop_->counters().deleted, 1);
}

TEST_F(DeletionTest, OneThatIsNotFinalStays) {
  const store::Id id = Submitted();
  EXPECT_THAT(Delete(id), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is QUEUED")));
  EXPECT_TRUE(IsThere(id));
}

TEST_F(DeletionTest, SomebodyElsesIsUnknown) {
  const store::Id id = Ended();
  EXPECT_THAT(Delete(id, "bob"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_TRUE(IsThere(id));
}

TEST_F(DeletionTest, InOneBatchOnlyTheFirstDeletesAndNothingFindsItAfterwards) {
  const store::Id id = Ended();
  const auto first = Offer(id);
  const auto second = Offer(id);
  const auto cancel = Cancel(id);
  const auto retry = OfferRetry(id);
  Run();
  EXPECT_OK(*first);
  EXPECT_THAT(*second, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(cancel->status(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(retry->status(), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DeletionTest, OneThatEndsInTheSameBatchLeavesNothing) {
  const store::Id id = Submitted();
  ASSERT_EQ(WaitingIn("poem"), 1);
  const auto cancel = Cancel(id);
  const auto gone = Offer(id);
  Run();
  EXPECT_TRUE(cancel->ok());
  EXPECT_OK(*gone);
  EXPECT_FALSE(IsThere(id));
  EXPECT_EQ(WaitingIn("poem"), 0);
  EXPECT_THAT(database_->CountUnfinished(), IsOkAndHolds(IsEmpty()));
}

TEST_F(DeletionTest, ALiveRetryKeepsItAlsoWithinOneBatch) {
  const store::Id id = Ended();
  const auto retry = OfferRetry(id);
  const auto too_early = Offer(id);
  Run();
  ASSERT_TRUE(retry->ok());
  const store::Id retry_id = retry->value().row.id;
  EXPECT_THAT(*too_early, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(retry_id.ToString())));
  EXPECT_THAT(Delete(id), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(retry_id.ToString())));
  Cancel(retry_id);
  Run();
  EXPECT_OK(Delete(id));
  EXPECT_OK(Delete(retry_id));
}

TEST_F(DeletionTest, TheKeyThatMadeItSaysThatItIsGone) {
  const store::IdempotencyRow key{.owner = "ann", .method = "CreateExecution", .key = "k", .digest = "d"};
  const auto made = Submit(NewRow(), /*start=*/false, key);
  Run();
  const store::Id id = made->value().row.id;
  Cancel(id);
  Run();
  ASSERT_OK(Delete(id));
  const auto again = Submit(NewRow(), /*start=*/false, key);
  store::IdempotencyRow other = key;
  other.digest = "e";
  const auto reused = Submit(NewRow(), /*start=*/false, other);
  Run();
  EXPECT_THAT(again->status(), StatusIs(absl::StatusCode::kNotFound, HasSubstr("was deleted: use a new key")));
  EXPECT_THAT(reused->status(), StatusIs(absl::StatusCode::kAlreadyExists));
  clock_.Advance(absl::Hours(25));
  const auto anew = Submit(NewRow(), /*start=*/false, key);
  Run();
  EXPECT_TRUE(anew->ok());
}

TEST_F(DeletionTest, TheHubForgetsItsChunks) {
  const auto subscription = hub_.Subscribe(flowmesh::testing::IdNumber(executions_ + 1), [](int64_t) {});
  const store::Id id = Ended();
  ASSERT_NE(hub_.Find(id, 1), nullptr);
  ASSERT_OK(Delete(id));
  EXPECT_EQ(hub_.Find(id, 1), nullptr);
}

TEST_F(DeletionTest, WhatAProcessDidNotPurgeTheNextOneDoes) {
  const store::Id id = Ended();
  const auto gone = Offer(id);
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  ASSERT_OK(*gone);
  ASSERT_THAT(database_->HasUnpurged(), IsOkAndHolds(true));
  Restart();
  Run();
  EXPECT_THAT(database_->HasUnpurged(), IsOkAndHolds(false));
  EXPECT_THAT(database_->ReadEvents(id, 0, 1 << 20), IsOkAndHolds(IsEmpty()));
}

TEST_F(DeletionTest, ExpiredKeysArePurged) {
  const store::IdempotencyRow key{.owner = "ann", .method = "CreateExecution", .key = "k", .digest = "d"};
  Submit(NewRow(), /*start=*/false, key);
  Run();
  ASSERT_THAT(database_->ListExpiredKeys({}, absl::InfiniteFuture(), 10)->rows, SizeIs(1));
  RunAfter(absl::Hours(23));
  EXPECT_THAT(database_->ListExpiredKeys({}, absl::InfiniteFuture(), 10)->rows, SizeIs(1));
  RunAfter(absl::Hours(2));
  EXPECT_THAT(database_->ListExpiredKeys({}, absl::InfiniteFuture(), 10)->rows, IsEmpty());
}

class RetentionTest : public DeletionTest {
 protected:
  static constexpr absl::Duration kRetention = absl::Hours(24);

  void SetUp() override {
    retention_ = kRetention;
    DeletionTest::SetUp();
  }
};

TEST_F(RetentionTest, OnlyWhatEndedLongAgoGoes) {
  const store::Id unfinished = Submitted();
  const store::Id old = Ended();
  RunAfter(kRetention - absl::Hours(1));
  const store::Id young = Ended();
  EXPECT_TRUE(IsThere(old));
  RunAfter(absl::Hours(2));
  EXPECT_FALSE(IsThere(old));
  EXPECT_TRUE(IsThere(young));
  EXPECT_TRUE(IsThere(unfinished));
  EXPECT_THAT(database_->HasUnpurged(), IsOkAndHolds(false));
}

TEST_F(RetentionTest, ALiveRetryKeepsItsOriginalUntilItEnds) {
  const store::Id old = Ended();
  const auto retry = OfferRetry(old);
  Run();
  RunAfter(kRetention * 2);
  EXPECT_TRUE(IsThere(old));
  Cancel(retry->value().row.id);
  Run();
  RunAfter(absl::Hours(1));
  EXPECT_FALSE(IsThere(old));
  EXPECT_TRUE(IsThere(retry->value().row.id));
}

TEST_F(RetentionTest, NothingIsReadBetweenTwoSweeps) {
  Ended();
  const int64_t before = store_->transactions();
  RunAfter(absl::Milliseconds(1));
  EXPECT_EQ(store_->transactions(), before);
  EXPECT_FALSE(loop_->Step(absl::ZeroDuration()));
}

TEST_F(RetentionTest, ALargeBacklogGoesInBoundedCommits) {
  constexpr int kExecutions = 20'000;
  constexpr int kChunksEach = 2;
  base::IdMaker ids(&clock_, [this] { return random_.Next(); });
  std::vector<store::Id> all;
  for (int begin = 0; begin < kExecutions; begin += 1000) {
    store::Writes writes;
    for (int i = 0; i < 1000; ++i) {
      store::ExecutionRow row;
      row.id = row.first_of_chain = ids.Make("ann");
      row.owner = "ann";
      row.flow = row.root.type = "poem";
      row.state = ExecutionState::kCompleted;
      row.root.state = store::TaskState::kCompleted;
      row.create_time = row.root.create_time = row.end_time = clock_.Now();
      all.push_back(row.id);
      for (int64_t seq = 1; seq <= kChunksEach; ++seq) writes.insert_chunks.push_back({row.id, seq, 1, "event"});
      writes.insert_executions.push_back(std::move(row));
    }
    auto transaction = database_->Begin(loop_->replica_id(), uint64_t{1} << 40);
    ASSERT_OK(transaction);
    ASSERT_OK((*transaction)->Apply(writes));
    ASSERT_OK((*transaction)->Commit());
  }
  Restart();  // with batch numbers of its own
  clock_.Advance(kRetention + absl::Hours(1));
  int64_t deleted = 0;
  int64_t purged = 0;
  int64_t commits = 0;
  for (int turn = 0; loop_->Step(absl::ZeroDuration()); ++turn) {
    ASSERT_LT(turn, 1000);
    const CommitCounters& now = loop_->counters();
    ASSERT_LE(now.commits - commits, 1);
    EXPECT_LE(now.deleted - deleted, kMaxSweptExecutions);
    EXPECT_LE(now.purged - purged, kMaxPurgedRows + 1);
    commits = now.commits;
    deleted = now.deleted;
    purged = now.purged;
  }
  EXPECT_EQ(deleted, kExecutions);
  EXPECT_EQ(purged, kExecutions * (kChunksEach + 1));
  EXPECT_FALSE(IsThere(all.front()));
  EXPECT_FALSE(IsThere(all.back()));
  EXPECT_THAT(database_->HasUnpurged(), IsOkAndHolds(false));
}

}  // namespace
}  // namespace flowmesh::engine
