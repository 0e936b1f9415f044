#include "server/door/convert/session_message_proto.h"

#include <gtest/gtest.h>

#include <utility>

#include "server/door/time_conversion.h"

namespace flowmesh::door {
namespace {

const engine::AttemptKey kAttempt{
    .task = {.execution_id = *store::Id::Parse("0192f0c4-8d1e-7001-9abc-0123456789ab"), .task = 1}, .attempt = 2};

void ExpectAttempt(const v1::AttemptId& attempt) {
  EXPECT_EQ(attempt.execution_id(), "0192f0c4-8d1e-7001-9abc-0123456789ab");
  EXPECT_EQ(attempt.task(), 1);
  EXPECT_EQ(attempt.attempt(), 2);
}

TEST(SessionMessageProtoTest, AssignmentHoldsEverything) {
  engine::AssignmentMessage message{.attempt = kAttempt,
                                    .type = "poem",
                                    .input = {.type = "a.B", .bytes = "in"},
                                    .idempotency_key = "key",
                                    .failures = 3,
                                    .output_ends = {{"", 5}, {"verse", 7}},
                                    .deadline = absl::FromUnixSeconds(1'700'000'000),
                                    .attempt_timeout = absl::Seconds(30),
                                    .labels = {{"l", "v"}},
                                    .traceparent = "00-1",
                                    .owner = "ada"};
  const v1::OrchestratorEntry entry = ToProto(std::move(message));
  const v1::Assignment& assignment = entry.assignment();
  ExpectAttempt(assignment.attempt());
  EXPECT_EQ(assignment.type(), "poem");
  EXPECT_EQ(assignment.input().type_url(), "type.googleapis.com/a.B");
  EXPECT_EQ(assignment.input().value(), "in");
  EXPECT_EQ(assignment.idempotency_key(), "key");
  EXPECT_EQ(assignment.failures(), 3);
  ASSERT_EQ(assignment.output_ends_size(), 2);
  EXPECT_EQ(assignment.output_ends(1).stream(), "verse");
  EXPECT_EQ(assignment.output_ends(1).offset(), 7);
  EXPECT_EQ(assignment.deadline().seconds(), 1'700'000'000);
  EXPECT_EQ(assignment.attempt_timeout().seconds(), 30);
  EXPECT_EQ(assignment.labels().at("l"), "v");
  EXPECT_EQ(assignment.traceparent(), "00-1");
  EXPECT_EQ(assignment.owner(), "ada");
  EXPECT_EQ(assignment.records(), 0);
}

TEST(SessionMessageProtoTest, AssignmentWithoutLimitsLeavesThemUnset) {
  const v1::OrchestratorEntry entry = ToProto(engine::AssignmentMessage{.attempt = kAttempt});
  EXPECT_FALSE(entry.assignment().has_deadline());
  EXPECT_FALSE(entry.assignment().has_attempt_timeout());
  EXPECT_FALSE(entry.assignment().has_input());
}

TEST(SessionMessageProtoTest, CancelAckAndFencedNameTheirAttempt) {
  const v1::OrchestratorEntry cancel =
      ToProto(engine::CancelMessage{.attempt = kAttempt, .reason = "CANCELLED", .grace = absl::Milliseconds(1500)});
  ExpectAttempt(cancel.cancel().attempt());
  EXPECT_EQ(cancel.cancel().reason(), "CANCELLED");
  EXPECT_EQ(*FromProto(cancel.cancel().grace(), ""), absl::Milliseconds(1500));
  const v1::OrchestratorEntry ack = ToProto(engine::AckMessage{.attempt = kAttempt, .number = 12});
  ExpectAttempt(ack.ack().attempt());
  EXPECT_EQ(ack.ack().number(), 12);
  const v1::OrchestratorEntry fenced = ToProto(engine::FencedMessage{.attempt = kAttempt, .reason = "LIMIT"});
  ExpectAttempt(fenced.fenced().attempt());
  EXPECT_EQ(fenced.fenced().reason(), "LIMIT");
}

TEST(SessionMessageProtoTest, WelcomeAnswersEachHeldAttemptInOrder) {
  const v1::OrchestratorEntry entry = ToProto(engine::WelcomeMessage{.session = 0xab,
                                                                     .grace = absl::Seconds(10),
                                                                     .held = {{.attempt = kAttempt, .acked = 4},
                                                                              {.attempt = kAttempt, .fenced = true},
                                                                              {.attempt = kAttempt, .cancel = true}}});
  EXPECT_EQ(entry.welcome().session(), "00000000000000ab");
  EXPECT_EQ(entry.welcome().grace().seconds(), 10);
  ASSERT_EQ(entry.welcome().held_size(), 3);
  ExpectAttempt(entry.welcome().held(0).attempt());
  EXPECT_EQ(entry.welcome().held(0).acked(), 4);
  EXPECT_TRUE(entry.welcome().held(1).fenced());
  EXPECT_TRUE(entry.welcome().held(2).cancel());
}

}  // namespace
}  // namespace flowmesh::door
