#include "server/door/convert/event_bytes.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "server/door/convert/event_proto.h"

namespace flowmesh::door {
namespace {

using google::protobuf::util::MessageDifferencer;

const store::Id kId = *store::Id::Parse("0192f0c4-8d1e-7001-9abc-0123456789ab");

std::vector<std::pair<engine::EventKind, std::string>> OnePayloadOfEachKind() {
  v1::LogLine log;
  log.set_level(v1::LogLine::ERROR);
  log.set_message("ein Zeichen: \u00e4");
  (*log.mutable_attributes())["k"] = "v";
  v1::OutputChunk output;
  output.set_stream("verse");
  output.set_offset(1234567890123);
  output.set_text(std::string(70'000, 'x'));
  v1::Progress progress;
  progress.set_percent(50);
  (*progress.mutable_counters())["n"] = -3;
  v1::Usage usage;
  usage.set_model("m");
  usage.set_cost(0.25);
  v1::ArtifactNotice artifact;
  artifact.set_uri("file:///a");
  artifact.set_size(5);
  return {{engine::EventKind::kLog, log.SerializeAsString()},
          {engine::EventKind::kOutput, output.SerializeAsString()},
          {engine::EventKind::kProgress, progress.SerializeAsString()},
          {engine::EventKind::kState,
           engine::PackStateChange({.state = store::ExecutionState::kTimedOut, .failure = {.reason = "TIMEOUT"}})},
          {engine::EventKind::kChild, engine::PackChildChange({.task = 3, .call_key = "c", .attempt = 1})},
          {engine::EventKind::kUsage, usage.SerializeAsString()},
          {engine::EventKind::kArtifact, artifact.SerializeAsString()}};
}

TEST(EventBytesTest, EqualTheParsedPathForEveryKindAndHead) {
  const std::vector<absl::Time> times = {absl::UnixEpoch(), absl::FromUnixMicros(1'700'000'000'999'999),
                                         absl::FromUnixSeconds(1'700'000'000), absl::FromUnixMicros(-1)};
  for (const auto& [kind, payload] : OnePayloadOfEachKind()) {
    for (const absl::Time time : times) {
      for (const auto& [task, attempt] : {std::pair(0, 0), std::pair(1, 2), std::pair(2147483647, 2147483647)}) {
        const engine::EventView view{
            .seq = int64_t{1} << 40, .kind = kind, .task = task, .attempt = attempt, .time = time, .payload = payload};
        v1::Event parsed;
        ASSERT_TRUE(ToProto(kId, view, &parsed));
        std::string bytes;
        ASSERT_TRUE(AppendEventBytes(kId.ToString(), view, &bytes));
        EXPECT_EQ(bytes, parsed.SerializeAsString());
        v1::Event again;
        ASSERT_TRUE(again.ParseFromString(bytes));
        EXPECT_TRUE(MessageDifferencer::Equals(again, parsed)) << again.DebugString() << parsed.DebugString();
      }
    }
  }
}

TEST(EventBytesTest, EmptyPayloadStillNamesItsKind) {
  std::string bytes;
  ASSERT_TRUE(AppendEventBytes(kId.ToString(), {.seq = 1, .kind = engine::EventKind::kUsage, .time = absl::UnixEpoch()},
                               &bytes));
  v1::Event event;
  ASSERT_TRUE(event.ParseFromString(bytes));
  EXPECT_TRUE(event.has_usage());
}

TEST(EventBytesTest, AppendsAndLeavesTheRestAloneWhenMalformed) {
  std::string bytes = "head";
  EXPECT_FALSE(
      AppendEventBytes(kId.ToString(), {.seq = 1, .kind = engine::EventKind::kState, .payload = "\xff"}, &bytes));
  EXPECT_EQ(bytes, "head");
  EXPECT_TRUE(
      AppendEventBytes(kId.ToString(), {.seq = 1, .kind = engine::EventKind::kLog, .time = absl::UnixEpoch()}, &bytes));
  EXPECT_EQ(bytes.substr(0, 4), "head");
  EXPECT_GT(bytes.size(), 40u);
}

}  // namespace
}  // namespace flowmesh::door
