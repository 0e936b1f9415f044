#include "server/engine/event_chunk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flowmesh::engine {
namespace {

using store::ExecutionState;
using store::TaskState;

constexpr int64_t kMicros = 1'700'000'000'123'456;

TEST(EventChunkTest, EventsComeBackAsTheyWentInWithConsecutiveNumbers) {
  EventChunkWriter writer;
  writer.Add(EventKind::kLog, 0, 1, absl::FromUnixMicros(kMicros), "one");
  writer.Add(EventKind::kOutput, 7, 2, absl::FromUnixMicros(kMicros + 1), std::string("t\0o", 3));
  writer.Add(EventKind::kProgress, 0, 1, absl::FromUnixMicros(kMicros + 5'000'000), "");
  EXPECT_EQ(writer.count(), 3);
  const std::string bytes = writer.Take();

  EventChunkReader reader(41, bytes);
  EventView event;
  ASSERT_TRUE(reader.Next(&event));
  EXPECT_EQ(event.seq, 41);
  EXPECT_EQ(event.kind, EventKind::kLog);
  EXPECT_EQ(event.task, 0);
  EXPECT_EQ(event.attempt, 1);
  EXPECT_EQ(event.time, absl::FromUnixMicros(kMicros));
  EXPECT_EQ(event.payload, "one");
  ASSERT_TRUE(reader.Next(&event));
  EXPECT_EQ(event.seq, 42);
  EXPECT_EQ(event.kind, EventKind::kOutput);
  EXPECT_EQ(event.task, 7);
  EXPECT_EQ(event.attempt, 2);
  EXPECT_EQ(event.time, absl::FromUnixMicros(kMicros + 1));
  EXPECT_EQ(event.payload, std::string_view("t\0o", 3));
  ASSERT_TRUE(reader.Next(&event));
  EXPECT_EQ(event.seq, 43);
  EXPECT_EQ(event.time, absl::FromUnixMicros(kMicros + 5'000'000));
  EXPECT_EQ(event.payload, "");
  EXPECT_FALSE(reader.Next(&event));
  EXPECT_FALSE(reader.Next(&event));
}

TEST(EventChunkTest, TimesMayStepBack) {
  EventChunkWriter writer;
  writer.Add(EventKind::kLog, 0, 1, absl::FromUnixMicros(kMicros), "a");
  writer.Add(EventKind::kLog, 0, 1, absl::FromUnixMicros(kMicros - 7), "b");
  const std::string bytes = writer.Take();
  EventChunkReader reader(1, bytes);
  EventView event;
  ASSERT_TRUE(reader.Next(&event));
  ASSERT_TRUE(reader.Next(&event));
  EXPECT_EQ(event.time, absl::FromUnixMicros(kMicros - 7));
}

TEST(EventChunkTest, AWriterIsEmptyAfterTakeAndItsNextChunkStandsAlone) {
  EventChunkWriter writer;
  writer.Add(EventKind::kLog, 0, 1, absl::FromUnixMicros(kMicros), "first");
  (void)writer.Take();
  EXPECT_EQ(writer.count(), 0);
  EXPECT_EQ(writer.size(), 0u);
  writer.Add(EventKind::kLog, 0, 1, absl::FromUnixMicros(kMicros + 9), "second");
  const std::string bytes = writer.Take();
  EventChunkReader reader(2, bytes);
  EventView event;
  ASSERT_TRUE(reader.Next(&event));
  EXPECT_EQ(event.time, absl::FromUnixMicros(kMicros + 9));
  EXPECT_EQ(event.payload, "second");
}

TEST(EventChunkTest, AnEmptyChunkHasNoEvents) {
  EventChunkReader reader(1, "");
  EventView event;
  EXPECT_FALSE(reader.Next(&event));
}

TEST(EventChunkTest, ATornChunkEndsAtItsLastWholeEvent) {
  EventChunkWriter writer;
  writer.Add(EventKind::kLog, 0, 1, absl::FromUnixMicros(kMicros), "whole");
  const size_t whole = writer.size();
  writer.Add(EventKind::kLog, 0, 1, absl::FromUnixMicros(kMicros), "torn off");
  const std::string bytes = writer.Take();
  for (size_t size = whole; size < bytes.size(); ++size) {
    EventChunkReader reader(1, std::string_view(bytes).substr(0, size));
    EventView event;
    EXPECT_TRUE(reader.Next(&event)) << size;
    EXPECT_EQ(event.payload, "whole");
    EXPECT_FALSE(reader.Next(&event)) << size;
    EXPECT_FALSE(reader.Next(&event)) << size;
  }
}

TEST(EventChunkTest, AnUnknownKindEndsTheChunk) {
  base::Packer packer;
  packer.Varint(99).SignedVarint(0).SignedVarint(1).SignedVarint(0).Bytes("?");
  const std::string bytes = packer.Take();
  EventChunkReader reader(1, bytes);
  EventView event;
  EXPECT_FALSE(reader.Next(&event));
}

TEST(StateChangeTest, KeepsStateAndFailure) {
  for (int state = 1; state <= static_cast<int>(ExecutionState::kTimedOut); ++state) {
    const StateChange change{.state = static_cast<ExecutionState>(state),
                             .failure = {.reason = "TIMEOUT", .message = "too slow", .retryable = state % 2 == 0}};
    const auto back = UnpackStateChange(PackStateChange(change));
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->state, change.state);
    EXPECT_EQ(back->failure, change.failure);
  }
}

TEST(StateChangeTest, RefusesUnknownStatesTornAndSurplusBytes) {
  const std::string packed = PackStateChange({.state = ExecutionState::kFailed, .failure = {.reason = "X"}});
  for (size_t size = 0; size < packed.size(); ++size) {
    EXPECT_FALSE(UnpackStateChange(std::string_view(packed).substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(UnpackStateChange(packed + "!").has_value());
  base::Packer packer;
  packer.Varint(10).Bytes("").Bytes("").Bool(false);
  EXPECT_FALSE(UnpackStateChange(packer.Take()).has_value());
}

TEST(ChildChangeTest, KeepsEveryField) {
  const ChildChange change{.task = 12,
                           .call_key = "all/verse#3",
                           .state = TaskState::kBackoff,
                           .attempt = 4,
                           .failure = {.reason = "RATE_LIMITED", .message = "slow down", .retryable = true}};
  const auto back = UnpackChildChange(PackChildChange(change));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->task, change.task);
  EXPECT_EQ(back->call_key, change.call_key);
  EXPECT_EQ(back->state, change.state);
  EXPECT_EQ(back->attempt, change.attempt);
  EXPECT_EQ(back->failure, change.failure);
}

TEST(ChildChangeTest, RefusesTornAndSurplusBytes) {
  const std::string packed = PackChildChange({.task = 1, .call_key = "k", .attempt = 1});
  for (size_t size = 0; size < packed.size(); ++size) {
    EXPECT_FALSE(UnpackChildChange(std::string_view(packed).substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(UnpackChildChange(packed + "!").has_value());
}

}  // namespace
}  // namespace flowmesh::engine
