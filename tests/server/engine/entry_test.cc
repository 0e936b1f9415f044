// What a worker says meets the fence, its number, and the rules.
#include <string>

#include "absl/strings/str_cat.h"
#include "server/engine/limits.h"
#include "tests/server/engine/transition_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Events;
using flowmesh::testing::FailedWith;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::LogLine;
using flowmesh::testing::OutputChunk;
using flowmesh::testing::ProgressOf;
using store::ExecutionState;
using store::TaskState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class EntryTest : public TransitionTest {
 protected:
  // Applies it and requires that nothing changed.
  void ExpectRefused(const store::ExecutionRow& row, const Entry& entry, EntryVerdict verdict) {
    Draft draft = Draft::Locked(row);
    EXPECT_EQ(ApplyEntry(draft, entry, world_), verdict);
    EXPECT_EQ(draft.row(), row);
    store::Writes writes;
    draft.Collect(&writes);
    EXPECT_TRUE(writes.empty());
    EXPECT_THAT(draft.TakeReleased(), IsEmpty());
  }

  store::ExecutionRow Applied(const store::ExecutionRow& row, EntryBody body) {
    Draft draft = Draft::Locked(row);
    EXPECT_EQ(ApplyEntry(draft, NextEntry(row, std::move(body)), world_), EntryVerdict::kApplied);
    return Committed(draft);
  }
};

using FenceTest = EntryTest;

TEST_F(FenceTest, AnotherAttemptIsStale) {
  const store::ExecutionRow row = Running();
  for (int32_t attempt : {0, 2, -1}) {
    Entry entry = NextEntry(row, FinishedWith("late"));
    entry.attempt.attempt = attempt;
    ExpectRefused(row, entry, EntryVerdict::kStale);
  }
}

TEST_F(FenceTest, AnotherSessionIsStale) {
  const store::ExecutionRow row = Running();
  Entry entry = NextEntry(row, FinishedWith("not mine"));
  entry.session = kSession + 2;
  ExpectRefused(row, entry, EntryVerdict::kStale);
}

TEST_F(FenceTest, AnUnknownTaskIsStale) {
  const store::ExecutionRow row = Running();
  Entry entry = NextEntry(row, FinishedWith("what"));
  entry.attempt.task.task = 5;
  ExpectRefused(row, entry, EntryVerdict::kStale);
}

TEST_F(FenceTest, ATaskThatNobodyHasTakesNoEntries) {
  store::ExecutionRow row = Running();
  row.root.state = TaskState::kReady;
  ExpectRefused(row, NextEntry(row, FinishedWith("late")), EntryVerdict::kStale);
}

TEST_F(FenceTest, AFinalExecutionTakesNoEntries) {
  const store::ExecutionRow running = Running();
  const store::ExecutionRow done = Applied(running, FinishedWith("poem"));
  Entry entry = NextEntry(running, FinishedWith("another poem"));
  entry.number = 2;
  ExpectRefused(done, entry, EntryVerdict::kStale);
}

TEST_F(EntryTest, ARepeatIsAlreadyAppliedAndChangesNothing) {
  const store::ExecutionRow running = Running();
  const Entry first = NextEntry(running, Events({LogLine("once")}));
  const store::ExecutionRow row = Applied(running, first.body);
  EXPECT_EQ(row.root.acked, 1);
  ExpectRefused(row, first, EntryVerdict::kAlreadyApplied);
}

TEST_F(EntryTest, ARepeatedResultOfAFinishedAttemptIsAlreadyApplied) {
  const store::ExecutionRow running = Running();
  const Entry result = NextEntry(running, FinishedWith("poem"));
  const store::ExecutionRow done = Applied(running, result.body);
  ExpectRefused(done, result, EntryVerdict::kAlreadyApplied);
}

TEST_F(EntryTest, ANumberBeyondTheNextIsAGap) {
  const store::ExecutionRow row = Running();
  Entry entry = NextEntry(row, Events({LogLine("third")}));
  entry.number = 2;
  ExpectRefused(row, entry, EntryVerdict::kGap);
}

TEST_F(EntryTest, ANumberBelowOneIsNeverARepeat) {
  const store::ExecutionRow row = Running();
  Entry entry = NextEntry(row, Events({LogLine("zeroth")}));
  for (int64_t number : {0, -1}) {
    entry.number = number;
    ExpectRefused(row, entry, EntryVerdict::kGap);
  }
}

TEST_F(EntryTest, EventsOfABatchFollowEachOther) {
  Draft draft = Draft::Locked(Running());
  const int64_t head = draft.row().event_head;
  ASSERT_EQ(ApplyEntry(draft, NextEntry(draft.row(), Events({LogLine("a"), OutputChunk(0, "b"), ProgressOf(40, "c")})),
                       world_),
            EntryVerdict::kApplied);
  ASSERT_EQ(ApplyEntry(draft, NextEntry(draft.row(), Events({LogLine("d")})), world_), EntryVerdict::kApplied);
  EXPECT_EQ(draft.row().progress.percent, 40);
  EXPECT_EQ(draft.row().root.acked, 2);
  const auto events = EventsOf(draft);
  ASSERT_THAT(events, SizeIs(4));
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].seq, head + 1 + static_cast<int64_t>(i));
    EXPECT_EQ(events[i].attempt, 1);
    EXPECT_EQ(events[i].payload, std::string(1, static_cast<char>('a' + i)));
  }
}

TEST_F(EntryTest, AnEventEndsARowOfLosses) {
  store::ExecutionRow row = Running();
  row.root.losses = 7;
  EXPECT_EQ(Applied(row, Events({LogLine("alive")})).root.losses, 0);
}

TEST_F(EntryTest, OutputContinuesWhereItsStreamEnds) {
  store::ExecutionRow row = Applied(Running(), Events({OutputChunk(0, "roses "), OutputChunk(0, "abc", "audio")}));
  row = Applied(row, Events({OutputChunk(6, "are red"), OutputChunk(3, "de", "audio")}));
  EXPECT_EQ(row.root.output_ends["text"], 13);
  EXPECT_EQ(row.root.output_ends["audio"], 5);
}

TEST_F(EntryTest, ALowerOffsetRewritesTheStreamFromThere) {
  store::ExecutionRow row = Applied(Running(), Events({OutputChunk(0, "roses are red")}));
  row = Applied(row, Events({OutputChunk(6, "grow")}));
  EXPECT_EQ(row.root.output_ends["text"], 10);
  EXPECT_EQ(row.root.state, TaskState::kAssigned);
}

TEST_F(EntryTest, AHoleInAnOutputStreamEndsTheExecutionAndFencesTheAttempt) {
  for (const auto& wrong : {OutputChunk(4, "x"), OutputChunk(-1, "x")}) {
    Draft draft = Draft::Locked(Applied(Running(), Events({OutputChunk(0, "abc")})));
    ASSERT_EQ(ApplyEntry(draft, NextEntry(draft.row(), Events({wrong})), world_), EntryVerdict::kApplied);
    EXPECT_EQ(draft.row().state, ExecutionState::kFailed);
    EXPECT_EQ(draft.row().root.failure.reason, "OUTPUT_GAP");
    EXPECT_THAT(draft.row().root.failure.message, HasSubstr("ends at 3"));
    const auto fenced = Messages<FencedMessage>(draft);
    ASSERT_THAT(fenced, SizeIs(1));
    EXPECT_EQ(fenced[0].first, kSession);
    EXPECT_EQ(fenced[0].second.attempt.attempt, 1);
    EXPECT_THAT(draft.TakeReleased(), SizeIs(1));
  }
}

TEST_F(EntryTest, ATaskHasALimitedNumberOfOutputStreams) {
  std::vector<WorkerEvent> streams;
  for (size_t i = 0; i < kMaxOutputStreams; ++i) streams.push_back(OutputChunk(0, "x", absl::StrCat("stream", i)));
  const store::ExecutionRow full = Applied(Running(), Events(streams));
  EXPECT_EQ(full.state, ExecutionState::kRunning);
  EXPECT_EQ(Applied(full, Events({OutputChunk(1, "y", "stream0")})).state, ExecutionState::kRunning);
  EXPECT_EQ(Applied(full, Events({OutputChunk(0, "y", "one more")})).state, ExecutionState::kFailed);
}

TEST_F(EntryTest, BeyondTheEventLimitLogLinesAreDroppedAndCounted) {
  store::ExecutionRow row = Running();
  row.event_bytes = kMaxEventBytes - 10;
  const int64_t head = row.event_head;
  row = Applied(row, Events({LogLine(std::string(11, 'x')), LogLine("short"), LogLine(std::string(100, 'x'))}));
  EXPECT_EQ(row.dropped_logs, 2);
  EXPECT_EQ(row.event_head, head + 1);
  EXPECT_EQ(row.state, ExecutionState::kRunning);
}

TEST_F(EntryTest, BeyondTheEventLimitOutputHasAReserveAndThenFailsTheTask) {
  store::ExecutionRow row = Running();
  row.event_bytes = kMaxEventBytes;
  EXPECT_EQ(Applied(row, Events({OutputChunk(0, "x")})).state, ExecutionState::kRunning);
  row.event_bytes = kMaxEventBytes + kEventReserveBytes;
  row = Applied(row, Events({OutputChunk(0, "x")}));
  EXPECT_EQ(row.state, ExecutionState::kFailed);
  EXPECT_EQ(row.root.failure.reason, "LIMIT");
}

TEST_F(EntryTest, AResultCompletesTheExecutionWithOneTerminalEvent) {
  Draft draft = Draft::Locked(Running());
  ASSERT_EQ(ApplyEntry(draft, NextEntry(draft.row(), FinishedWith("poem")), world_), EntryVerdict::kApplied);
  const store::ExecutionRow& row = draft.row();
  EXPECT_EQ(row.state, ExecutionState::kCompleted);
  EXPECT_EQ(row.root.state, TaskState::kCompleted);
  EXPECT_EQ(row.root.output.bytes, "poem");
  EXPECT_EQ(row.root.session, 0u);
  EXPECT_EQ(row.end_time, world_.now);
  EXPECT_EQ(row.root.end_time, world_.now);
  EXPECT_EQ(row.result_bytes, 4);
  EXPECT_EQ(row.progress.percent, 100);
  EXPECT_THAT(Messages<FencedMessage>(draft), IsEmpty());
  EXPECT_THAT(draft.TakeReleased(), ElementsAre(::testing::Pair(kSession, draft.KeyOf(0))));
  EXPECT_THAT(StatesOf(draft), ElementsAre(ExecutionState::kCompleted));
}

TEST_F(EntryTest, AResultWithErrorsIsCompletedWithErrors) {
  Finished finished = FinishedWith("half a poem");
  finished.with_errors = true;
  const store::ExecutionRow row = Applied(Running(), finished);
  EXPECT_EQ(row.state, ExecutionState::kCompletedWithErrors);
  EXPECT_EQ(row.root.state, TaskState::kCompleted);
  EXPECT_TRUE(row.with_errors);
}

TEST_F(EntryTest, AResultOfTheWrongTypeFailsWithoutRetry) {
  types_.Set("poem", {.output_type = "poem.Poem"});
  const store::ExecutionRow wrong = Applied(Running(), FinishedWith("{}", "quiz.Quiz"));
  EXPECT_EQ(wrong.state, ExecutionState::kFailed);
  EXPECT_EQ(wrong.root.failure.reason, "CONTRACT");
  EXPECT_THAT(wrong.root.failure.message, HasSubstr("quiz.Quiz"));
  EXPECT_TRUE(wrong.root.output.bytes.empty());
  EXPECT_EQ(Applied(Running(), FinishedWith("poem")).state, ExecutionState::kCompleted);
}

TEST_F(EntryTest, AResultOfOneMebibyteIsTakenAndALargerOneFailsWithoutRetry) {
  EXPECT_EQ(Applied(Running(), FinishedWith(std::string(kMaxPayloadBytes, 'x'))).state, ExecutionState::kCompleted);
  const store::ExecutionRow row = Applied(Running(), FinishedWith(std::string(kMaxPayloadBytes + 1, 'x')));
  EXPECT_EQ(row.state, ExecutionState::kFailed);
  EXPECT_EQ(row.root.failure.reason, "LIMIT");
  EXPECT_TRUE(row.root.output.bytes.empty());
}

TEST_F(EntryTest, AResultAfterACancelIsCancelled) {
  const store::ExecutionRow row = Applied(Cancelling(), FinishedWith("too late"));
  EXPECT_EQ(row.state, ExecutionState::kCancelled);
  EXPECT_EQ(row.root.state, TaskState::kCancelled);
  EXPECT_TRUE(row.root.output.bytes.empty());
}

TEST_F(EntryTest, AFailureAfterACancelIsCancelledHoweverItCame) {
  Failed returned;
  returned.returned = true;
  for (const Failed& failed : {FailedWith("BROKEN"), FailedWith("BROKEN", false), returned}) {
    EXPECT_EQ(Applied(Cancelling(), failed).state, ExecutionState::kCancelled);
  }
}

TEST_F(EntryTest, ATaskGivenBackIsReadyAtOnceAndNoFailureIsCounted) {
  Draft draft = Draft::Locked(Running());
  Failed returned;
  returned.returned = true;
  ASSERT_EQ(ApplyEntry(draft, NextEntry(draft.row(), returned), world_), EntryVerdict::kApplied);
  EXPECT_EQ(draft.row().root.state, TaskState::kReady);
  EXPECT_EQ(draft.row().root.failures, 0);
  EXPECT_EQ(draft.row().root.losses, 0);
  EXPECT_THAT(draft.BecameReady(), ::testing::ElementsAre(0));
  EXPECT_THAT(draft.TakeReleased(), ElementsAre(::testing::Pair(kSession, draft.KeyOf(0))));
}

}  // namespace
}  // namespace flowmesh::engine
