#include "server/engine/artifact.h"

#include "server/base/error.h"
#include "server/engine/limits.h"
#include "tests/server/engine/transition_fixture.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::engine {
namespace {

using ::flowmesh::testing::StatusIs;

class ArtifactTest : public TransitionTest {
 protected:
  static NewArtifact ArtifactOf(const store::ExecutionRow& row, int32_t attempt) {
    return {.row = {.id = flowmesh::testing::IdNumber(50),
                    .execution_id = row.id,
                    .attempt = attempt,
                    .name = "a.ogg",
                    .media_type = "audio/ogg",
                    .size = 7,
                    .digest = std::string(32, 'd')},
            .notice = "the notice"};
  }

  // Nothing changes and the reason is STALE_ATTEMPT.
  void ExpectRefused(const store::ExecutionRow& row, NewArtifact artifact) {
    Draft draft = Draft::Locked(row);
    const absl::Status status = AddArtifact(draft, artifact, world_);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(base::GetReason(status), "STALE_ATTEMPT");
    store::Writes writes;
    draft.Collect(&writes);
    EXPECT_TRUE(writes.empty());
    EXPECT_EQ(draft.row(), row);
  }
};

TEST_F(ArtifactTest, TheCurrentAttemptAddsARowAndAnEvent) {
  const store::ExecutionRow row = Running();
  Draft draft = Draft::Locked(row);
  NewArtifact artifact = ArtifactOf(row, 1);
  ASSERT_OK(AddArtifact(draft, artifact, world_));
  EXPECT_EQ(artifact.row.owner, row.owner);
  EXPECT_EQ(artifact.row.create_time, world_.now);
  const auto events = EventsOf(draft);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, EventKind::kArtifact);
  EXPECT_EQ(events[0].seq, row.event_head + 1);
  EXPECT_EQ(events[0].attempt, 1);
  EXPECT_EQ(events[0].payload, "the notice");
  EXPECT_EQ(draft.row().root.acked, row.root.acked) << "it is no entry of the attempt";
}

TEST_F(ArtifactTest, AnArtifactIsASignOfLife) {
  store::ExecutionRow row = Running();
  row.root.losses = 9;
  Draft draft = Draft::Locked(row);
  NewArtifact artifact = ArtifactOf(row, 1);
  ASSERT_OK(AddArtifact(draft, artifact, world_));
  EXPECT_EQ(draft.row().root.losses, 0);
}

TEST_F(ArtifactTest, AStaleAttemptIsRefusedAndChangesNothing) {
  store::ExecutionRow row = Running();
  ExpectRefused(row, ArtifactOf(row, 2));
  row.root.attempt = 2;
  ExpectRefused(row, ArtifactOf(row, 1));
}

TEST_F(ArtifactTest, ATaskThatNobodyHasWritesNothing) {
  const store::ExecutionRow queued = Queued();
  ExpectRefused(queued, ArtifactOf(queued, 0));

  const store::ExecutionRow running = Running();
  Draft draft = Draft::Locked(running);
  ASSERT_EQ(ApplyEntry(draft, NextEntry(running, flowmesh::testing::FinishedWith("x")), world_),
            EntryVerdict::kApplied);
  const store::ExecutionRow finished = Committed(draft);
  ExpectRefused(finished, ArtifactOf(finished, 1));
}

TEST_F(ArtifactTest, AnUnknownTaskIsRefused) {
  const store::ExecutionRow row = Running();
  NewArtifact artifact = ArtifactOf(row, 1);
  artifact.row.task = 4;
  ExpectRefused(row, artifact);
}

TEST_F(ArtifactTest, ACancelledTaskMayStillWriteUntilItStops) {
  const store::ExecutionRow row = Cancelling();
  Draft draft = Draft::Locked(row);
  NewArtifact artifact = ArtifactOf(row, 1);
  EXPECT_OK(AddArtifact(draft, artifact, world_));
}

TEST_F(ArtifactTest, AFullStreamTakesNoMore) {
  store::ExecutionRow row = Running();
  row.event_bytes = kMaxEventBytes + kEventReserveBytes;
  Draft draft = Draft::Locked(row);
  NewArtifact artifact = ArtifactOf(row, 1);
  const absl::Status status = AddArtifact(draft, artifact, world_);
  EXPECT_EQ(base::GetReason(status), "LIMIT");
  EXPECT_EQ(draft.row(), row);
}

}  // namespace
}  // namespace flowmesh::engine
