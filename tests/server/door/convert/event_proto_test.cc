#include "server/door/convert/event_proto.h"

#include <gtest/gtest.h>

#include <string>

#include "server/door/time_conversion.h"

namespace flowmesh::door {
namespace {

const store::Id kId = *store::Id::Parse("0192f0c4-8d1e-7001-9abc-0123456789ab");

engine::EventView View(engine::EventKind kind, const std::string& payload) {
  return {.seq = 7,
          .kind = kind,
          .task = 2,
          .attempt = 3,
          .time = absl::FromUnixMicros(1'700'000'000'000'001),
          .payload = payload};
}

TEST(EventProtoTest, HeadAndLogLineAreThere) {
  v1::LogLine line;
  line.set_level(v1::LogLine::WARNING);
  line.set_message("careful");
  const std::string payload = line.SerializeAsString();
  v1::Event event;
  ASSERT_TRUE(ToProto(kId, View(engine::EventKind::kLog, payload), &event));
  EXPECT_EQ(event.execution_id(), kId.ToString());
  EXPECT_EQ(event.seq(), 7);
  EXPECT_EQ(event.task(), 2);
  EXPECT_EQ(event.attempt(), 3);
  EXPECT_EQ(*FromProto(event.time(), ""), absl::FromUnixMicros(1'700'000'000'000'001));
  EXPECT_EQ(event.log().message(), "careful");
  EXPECT_EQ(event.log().level(), v1::LogLine::WARNING);
}

TEST(EventProtoTest, StateComesFromTheEnginesPacking) {
  const std::string payload =
      engine::PackStateChange({.state = store::ExecutionState::kFailed,
                               .failure = {.reason = "LIMIT", .message = "too much", .retryable = true}});
  v1::Event event;
  ASSERT_TRUE(ToProto(kId, View(engine::EventKind::kState, payload), &event));
  EXPECT_EQ(event.state().state(), v1::Execution::FAILED);
  EXPECT_EQ(event.state().failure().reason(), "LIMIT");
  EXPECT_TRUE(event.state().failure().retryable());
}

TEST(EventProtoTest, StateWithoutFailureLeavesItUnset) {
  const std::string payload = engine::PackStateChange({.state = store::ExecutionState::kRunning});
  v1::Event event;
  ASSERT_TRUE(ToProto(kId, View(engine::EventKind::kState, payload), &event));
  EXPECT_FALSE(event.state().has_failure());
}

TEST(EventProtoTest, ChildComesFromTheEnginesPacking) {
  const std::string payload = engine::PackChildChange({.task = 4,
                                                       .call_key = "k",
                                                       .state = store::TaskState::kBackoff,
                                                       .attempt = 2,
                                                       .failure = {.reason = "TIMEOUT", .message = "slow"}});
  v1::Event event;
  ASSERT_TRUE(ToProto(kId, View(engine::EventKind::kChild, payload), &event));
  EXPECT_EQ(event.child().task(), 4);
  EXPECT_EQ(event.child().call_key(), "k");
  EXPECT_EQ(event.child().state(), v1::Task::BACKOFF);
  EXPECT_EQ(event.child().attempt(), 2);
  EXPECT_EQ(event.child().failure().reason(), "TIMEOUT");
}

TEST(EventProtoTest, MalformedPayloadsAreRefused) {
  v1::Event event;
  EXPECT_FALSE(ToProto(kId, View(engine::EventKind::kLog, "\xff\xff"), &event));
  EXPECT_FALSE(ToProto(kId, View(engine::EventKind::kState, "\xff"), &event));
  EXPECT_FALSE(ToProto(kId, View(engine::EventKind::kChild, ""), &event));
}

}  // namespace
}  // namespace flowmesh::door
