// One execution per key.
#include <string>
#include <vector>

#include "server/base/error.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::StatusIs;
using store::ExecutionState;
using ::testing::SizeIs;

class IdempotencyTest : public CommitLoopTest {
 protected:
  using Reply = std::shared_ptr<Heard<SubmitResult>>;

  Reply SubmitKeyed(const std::string& key, const std::string& digest = "digest", const std::string& owner = "ann") {
    store::ExecutionRow row = NewRow(owner);
    store::IdempotencyRow claim{
        .owner = owner, .method = "CreateExecution", .key = key, .object_id = row.id, .digest = digest};
    return Submit(std::move(row), /*start=*/true, std::move(claim));
  }

  int Executions() {
    store::ExecutionFilter filter;
    filter.limit = 1000;
    const auto page = database_->ListExecutions(filter);
    EXPECT_OK(page);
    return page.ok() ? static_cast<int>(page->rows.size()) : -1;
  }

  static void ExpectReplayOf(const Reply& first, const Reply& again) {
    ASSERT_TRUE(first->ok() && again->ok());
    EXPECT_TRUE(again->value().replayed);
    EXPECT_EQ(again->value().row.id, first->value().row.id);
  }
};

TEST_F(IdempotencyTest, TwoOfOneBatchAreOneExecution) {
  const Reply first = SubmitKeyed("k");
  const Reply again = SubmitKeyed("k");
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  ExpectReplayOf(first, again);
  EXPECT_FALSE(first->value().replayed);
  EXPECT_EQ(first->times, 1);
  EXPECT_EQ(again->times, 1);
  EXPECT_EQ(Executions(), 1);
}

TEST_F(IdempotencyTest, ALaterOneIsAReplayThatShowsTheStateOfNow) {
  const Worker worker = Attach();
  const Reply first = SubmitKeyed("k");
  Run();
  Say(worker, {{first->value().row.id, 0}, 1}, 1, FinishedWith("poem"));
  Run();
  const Reply again = SubmitKeyed("k");
  Run();
  ExpectReplayOf(first, again);
  EXPECT_EQ(again->value().row.state, ExecutionState::kCompleted);
  EXPECT_EQ(again->value().row.root.output.bytes, "poem");
  EXPECT_EQ(Executions(), 1);
}

TEST_F(IdempotencyTest, SameKeyWithOtherInputIsRefused) {
  const Reply first = SubmitKeyed("k", "one");
  const Reply in_batch = SubmitKeyed("k", "other");
  Run();
  const Reply later = SubmitKeyed("k", "other");
  Run();
  for (const Reply& refused : {in_batch, later}) {
    EXPECT_THAT(refused->status(), StatusIs(absl::StatusCode::kAlreadyExists));
    EXPECT_EQ(base::GetReason(refused->status()), "IDEMPOTENCY_KEY_REUSED");
    EXPECT_EQ(base::GetMetadata(refused->status())["execution_id"], first->value().row.id.ToString());
  }
  EXPECT_EQ(Executions(), 1);
}

TEST_F(IdempotencyTest, OwnersDoNotShareKeys) {
  const Reply ann = SubmitKeyed("k", "one", "ann");
  const Reply bob = SubmitKeyed("k", "other", "bob");
  Run();
  ASSERT_TRUE(ann->ok() && bob->ok());
  EXPECT_NE(ann->value().row.id, bob->value().row.id);
}

TEST_F(IdempotencyTest, AKeyOutlivesARestart) {
  const Reply first = SubmitKeyed("k");
  Run();
  Restart();
  const Reply again = SubmitKeyed("k");
  Run();
  ExpectReplayOf(first, again);
  EXPECT_EQ(Executions(), 1);
}

TEST_F(IdempotencyTest, AnExpiredKeyStandsForANewExecution) {
  const Reply first = SubmitKeyed("k", "one");
  Run();
  clock_.Advance(absl::Hours(24) - absl::Seconds(1));
  const Reply alive = SubmitKeyed("k", "one");
  Run();
  ExpectReplayOf(first, alive);
  clock_.Advance(absl::Seconds(2));
  const Reply fresh = SubmitKeyed("k", "other");
  Run();
  ASSERT_TRUE(fresh->ok());
  EXPECT_FALSE(fresh->value().replayed);
  EXPECT_NE(fresh->value().row.id, first->value().row.id);
  const Reply again = SubmitKeyed("k", "other");
  Run();
  ExpectReplayOf(fresh, again);
}

TEST_F(IdempotencyTest, AKeyOfACommandThatWasNotCommittedIsFree) {
  store_->Next({Fault::kOutOfSpaceAtCommit});
  const Reply refused = SubmitKeyed("k", "one");
  Run();
  EXPECT_THAT(refused->status(), StatusIs(absl::StatusCode::kResourceExhausted));
  RunAfter(absl::Seconds(5));
  const Reply later = SubmitKeyed("k", "other");
  Run();
  ASSERT_TRUE(later->ok());
  EXPECT_FALSE(later->value().replayed);
}

TEST_F(IdempotencyTest, TwoInABatchThatIsTriedAgainAreStillOneExecution) {
  store_->Next({Fault::kConflictAtCommit, Fault::kConflictAtApply});
  const Reply first = SubmitKeyed("k");
  const Reply again = SubmitKeyed("k");
  Run();
  ExpectReplayOf(first, again);
  EXPECT_EQ(Executions(), 1);
}

}  // namespace
}  // namespace flowmesh::engine
