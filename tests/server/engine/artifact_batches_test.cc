// Artifacts through the commit loop: fence, row and event in one commit, and the same one once.
#include "server/base/error.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using ::flowmesh::testing::Fault;
using ::flowmesh::testing::IdNumber;
using ::flowmesh::testing::StatusIs;
using ::testing::Optional;

class ArtifactBatchesTest : public CommitLoopTest {
 protected:
  store::ArtifactRow RowOf(const AttemptKey& attempt, uint64_t id, const std::string& name = "a.ogg") {
    return {.id = IdNumber(1000 + id),
            .execution_id = attempt.task.execution_id,
            .task = attempt.task.task,
            .attempt = attempt.attempt,
            .name = name,
            .media_type = "audio/ogg",
            .digest = std::string(32, 'd')};
  }

  std::shared_ptr<Heard<store::ArtifactRow>> Offer(const store::ArtifactRow& row) {
    auto heard = std::make_shared<Heard<store::ArtifactRow>>();
    lanes_->OfferClient(WriteArtifactCommand{.artifact = {.row = row, .notice = row.name},
                                             .reply =
                                                 [heard](absl::StatusOr<store::ArtifactRow> answer) {
                                                   ++heard->times;
                                                   heard->answer = std::move(answer);
                                                 }},
                        0);
    return heard;
  }

  int ArtifactEvents(const store::Id& id) {
    int count = 0;
    for (const auto& event : EventsOf(id)) count += event.kind == EventKind::kArtifact ? 1 : 0;
    return count;
  }

  // The first attempt of a new execution.
  AttemptKey Assigned(const Worker& worker) {
    Submitted();
    return worker.Assignments().back().attempt;
  }
};

TEST_F(ArtifactBatchesTest, RowAndEventAreThereOnceItIsAnswered) {
  const AttemptKey attempt = Assigned(Attach());
  const auto written = Offer(RowOf(attempt, 1));
  Run();
  ASSERT_OK(written->status());
  EXPECT_EQ(written->value().owner, "ann");
  EXPECT_THAT(*store_->ReadArtifact(IdNumber(1001)), Optional(written->value()));
  EXPECT_EQ(ArtifactEvents(attempt.task.execution_id), 1);
}

TEST_F(ArtifactBatchesTest, TheSameOneInOneBatchAndLaterIsThereOnce) {
  const AttemptKey attempt = Assigned(Attach());
  const auto first = Offer(RowOf(attempt, 1));
  const auto beside = Offer(RowOf(attempt, 2));
  Run();
  const auto later = Offer(RowOf(attempt, 3));
  const auto other = Offer(RowOf(attempt, 4, "b.ogg"));
  Run();
  ASSERT_OK(first->status());
  ASSERT_OK(beside->status());
  ASSERT_OK(later->status());
  ASSERT_OK(other->status());
  EXPECT_EQ(first->value().id, IdNumber(1001));
  EXPECT_EQ(beside->value(), first->value());
  EXPECT_EQ(later->value(), first->value());
  EXPECT_EQ(other->value().id, IdNumber(1004));
  EXPECT_EQ(ArtifactEvents(attempt.task.execution_id), 2);
}

TEST_F(ArtifactBatchesTest, AnotherAttemptThatWritesTheSameGetsTheSame) {
  const Worker worker = Attach();
  const AttemptKey first = Assigned(worker);
  const auto written = Offer(RowOf(first, 1));
  Run();
  Say(worker, first, 1, flowmesh::testing::FailedWith("AGAIN"));
  Run();
  RunAfter(absl::Minutes(1));
  const AttemptKey second = worker.Assignments().back().attempt;
  ASSERT_EQ(second.attempt, 2);
  const auto again = Offer(RowOf(second, 2));
  const auto stale = Offer(RowOf(first, 3));
  Run();
  ASSERT_OK(again->status());
  EXPECT_EQ(again->value(), written->value());
  EXPECT_EQ(base::GetReason(stale->status()), "STALE_ATTEMPT") << "also when it would change nothing";
  EXPECT_EQ(ArtifactEvents(first.task.execution_id), 1);
}

TEST_F(ArtifactBatchesTest, AStaleAttemptOfTheSameBatchIsRefused) {
  const Worker worker = Attach();
  const AttemptKey attempt = Assigned(worker);
  Say(worker, attempt, 1, flowmesh::testing::FinishedWith("done"));
  const auto late = Offer(RowOf(attempt, 1));
  Run();
  // Clients and workers have lanes of their own, so either order is right; never half of it.
  const bool first = late->ok();
  EXPECT_EQ(ArtifactEvents(attempt.task.execution_id), first ? 1 : 0);
  const auto later = Offer(RowOf(attempt, 2, "b.ogg"));
  Run();
  EXPECT_THAT(later->status(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(*store_->ReadArtifact(IdNumber(1002)), std::nullopt);
}

TEST_F(ArtifactBatchesTest, AnUnknownExecutionTakesNone) {
  const auto written = Offer(RowOf({{IdNumber(77), 0}, 1}, 1));
  Run();
  EXPECT_EQ(base::GetReason(written->status()), "EXECUTION_UNKNOWN");
}

TEST_F(ArtifactBatchesTest, AnUploadBelongsToItsOwnerAndIsThereOnce) {
  store::ArtifactRow row = RowOf({{}, 0}, 1);
  row.owner = "ann";
  const auto hers = Offer(row);
  row.id = IdNumber(1002);
  const auto again = Offer(row);
  row.id = IdNumber(1003);
  row.owner = "bob";
  const auto his = Offer(row);
  Run();
  ASSERT_OK(hers->status());
  ASSERT_OK(again->status());
  ASSERT_OK(his->status());
  EXPECT_EQ(again->value().id, IdNumber(1001));
  EXPECT_EQ(his->value().id, IdNumber(1003));
  EXPECT_EQ(his->value().create_time, hers->value().create_time);
}

TEST_F(ArtifactBatchesTest, ACommitThatIsTriedAgainWritesItOnce) {
  const AttemptKey attempt = Assigned(Attach());
  store_->Next({Fault::kConflictAtCommit, Fault::kConflictAtApply});
  const auto written = Offer(RowOf(attempt, 1));
  Run();
  ASSERT_OK(written->status());
  EXPECT_EQ(written->times, 1);
  EXPECT_EQ(ArtifactEvents(attempt.task.execution_id), 1);
}

TEST_F(ArtifactBatchesTest, OutOfSpaceWritesNothing) {
  const AttemptKey attempt = Assigned(Attach());
  store_->Next({Fault::kOutOfSpaceAtCommit});
  const auto written = Offer(RowOf(attempt, 1));
  Run();
  EXPECT_EQ(base::GetReason(written->status()), "OUT_OF_SPACE");
  EXPECT_EQ(*store_->ReadArtifact(IdNumber(1001)), std::nullopt);
  EXPECT_EQ(ArtifactEvents(attempt.task.execution_id), 0);
}

}  // namespace
}  // namespace flowmesh::engine
