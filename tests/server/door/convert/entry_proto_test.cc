#include "server/door/convert/entry_proto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "server/base/digest.h"
#include "server/base/error.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::IsOk;
using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kId[] = "0192f0c4-8d1e-7001-9abc-0123456789ab";

v1::WorkerEntry NewEntry() {
  v1::WorkerEntry entry;
  entry.mutable_attempt()->set_execution_id(kId);
  entry.mutable_attempt()->set_task(2);
  entry.mutable_attempt()->set_attempt(3);
  entry.set_number(4);
  return entry;
}

engine::EventBatch BatchOf(v1::WorkerEntry entry) {
  auto converted = FromProto(std::move(entry), 9);
  EXPECT_THAT(converted, IsOk());
  return converted.ok() ? std::get<engine::EventBatch>(converted->body) : engine::EventBatch();
}

void ExpectViolation(v1::WorkerEntry entry, const std::string& text) {
  const auto converted = FromProto(std::move(entry), 9);
  EXPECT_THAT(converted, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text)));
  EXPECT_EQ(base::GetReason(converted.status()), "PROTOCOL_VIOLATION");
}

TEST(EntryProtoTest, FenceAndNumberAreRead) {
  v1::WorkerEntry entry = NewEntry();
  entry.mutable_events();
  ASSERT_OK_AND_ASSIGN(const engine::Entry converted, FromProto(std::move(entry), 9));
  EXPECT_EQ(converted.attempt.task.execution_id.ToString(), kId);
  EXPECT_EQ(converted.attempt.task.task, 2);
  EXPECT_EQ(converted.attempt.attempt, 3);
  EXPECT_EQ(converted.session, 9u);
  EXPECT_EQ(converted.number, 4);
}

TEST(EntryProtoTest, EventsOfAllWorkerKindsKeepTheirMessageAsPayload) {
  v1::WorkerEntry entry = NewEntry();
  v1::EventBatch& batch = *entry.mutable_events();
  batch.add_events()->mutable_log()->set_message("line");
  v1::OutputChunk& output = *batch.add_events()->mutable_output();
  output.set_stream("verse");
  output.set_offset(10);
  output.set_text("h\u00e9");
  v1::Progress& progress = *batch.add_events()->mutable_progress();
  progress.set_percent(40);
  progress.set_message("half");
  (*progress.mutable_counters())["n"] = 2;
  batch.add_events()->mutable_usage()->set_model("m");
  batch.add_events()->mutable_artifact()->set_name("a");
  const v1::EventBatch sent = batch;

  const engine::EventBatch converted = BatchOf(std::move(entry));
  ASSERT_EQ(converted.events.size(), 5u);
  EXPECT_EQ(converted.events[0].kind, engine::EventKind::kLog);
  EXPECT_EQ(converted.events[0].payload, sent.events(0).log().SerializeAsString());
  EXPECT_EQ(converted.events[1].kind, engine::EventKind::kOutput);
  EXPECT_EQ(converted.events[1].payload, sent.events(1).output().SerializeAsString());
  EXPECT_EQ(converted.events[1].stream, "verse");
  EXPECT_EQ(converted.events[1].offset, 10);
  EXPECT_EQ(converted.events[1].length, 3);
  EXPECT_EQ(converted.events[2].kind, engine::EventKind::kProgress);
  ASSERT_TRUE(converted.events[2].progress.has_value());
  EXPECT_EQ(*converted.events[2].progress, (store::Progress{.percent = 40, .message = "half", .counters = {{"n", 2}}}));
  EXPECT_EQ(converted.events[2].payload, sent.events(2).progress().SerializeAsString());
  EXPECT_EQ(converted.events[3].kind, engine::EventKind::kUsage);
  EXPECT_EQ(converted.events[4].kind, engine::EventKind::kArtifact);
  EXPECT_EQ(converted.events[4].payload, sent.events(4).artifact().SerializeAsString());
}

TEST(EntryProtoTest, BytesOfOutputCount) {
  v1::WorkerEntry entry = NewEntry();
  entry.mutable_events()->add_events()->mutable_output()->set_data(std::string("\x00\xff\x01", 3));
  EXPECT_EQ(BatchOf(std::move(entry)).events[0].length, 3);
}

TEST(EntryProtoTest, PercentagesAreBroughtIntoRange) {
  v1::WorkerEntry entry = NewEntry();
  entry.mutable_events()->add_events()->mutable_progress()->set_percent(250);
  entry.mutable_events()->add_events()->mutable_progress()->set_percent(-1);
  const engine::EventBatch converted = BatchOf(std::move(entry));
  EXPECT_EQ(converted.events[0].progress->percent, 100);
  EXPECT_EQ(converted.events[1].progress->percent, 0);
  v1::Progress stored;
  ASSERT_TRUE(stored.ParseFromString(converted.events[0].payload));
  EXPECT_EQ(stored.percent(), 100);
}

TEST(EntryProtoTest, FinishedStripsAnyTypeUrlPrefix) {
  for (const char* url : {"type.googleapis.com/a.B", "example.com/x/a.B", "/a.B", "a.B"}) {
    v1::WorkerEntry entry = NewEntry();
    entry.mutable_finished()->mutable_output()->set_type_url(url);
    entry.mutable_finished()->mutable_output()->set_value("bytes");
    entry.mutable_finished()->set_with_errors(true);
    ASSERT_OK_AND_ASSIGN(const engine::Entry converted, FromProto(std::move(entry), 9));
    const auto& finished = std::get<engine::Finished>(converted.body);
    EXPECT_EQ(finished.output.type, "a.B") << url;
    EXPECT_EQ(finished.output.bytes, "bytes");
    EXPECT_TRUE(finished.with_errors);
  }
}

TEST(EntryProtoTest, FailedKeepsWhyAndGetsAReason) {
  v1::WorkerEntry entry = NewEntry();
  entry.mutable_failed()->mutable_failure()->set_message("no");
  entry.mutable_failed()->mutable_failure()->set_retryable(true);
  entry.mutable_failed()->set_returned(true);
  ASSERT_OK_AND_ASSIGN(const engine::Entry converted, FromProto(std::move(entry), 9));
  const auto& failed = std::get<engine::Failed>(converted.body);
  EXPECT_EQ(failed.failure, (store::Failure{.reason = "FAILED", .message = "no", .retryable = true}));
  EXPECT_TRUE(failed.returned);
  EXPECT_FALSE(failed.cancelled);
}

TEST(EntryProtoTest, LongFailureIsCutAtACodePoint) {
  v1::WorkerEntry entry = NewEntry();
  std::string message = "x";
  while (message.size() < kMaxFailureMessageBytes + 10) message += "\u00e9";
  entry.mutable_failed()->mutable_failure()->set_message(message);
  ASSERT_OK_AND_ASSIGN(const engine::Entry converted, FromProto(std::move(entry), 9));
  EXPECT_EQ(std::get<engine::Failed>(converted.body).failure.message, message.substr(0, kMaxFailureMessageBytes - 1));
}

TEST(EntryProtoTest, ProtocolViolationsNameTheirRule) {
  v1::WorkerEntry entry = NewEntry();
  entry.mutable_events();
  v1::WorkerEntry wrong = entry;
  wrong.clear_attempt();
  ExpectViolation(wrong, "must name the attempt");
  wrong = entry;
  wrong.set_number(0);
  ExpectViolation(wrong, "numbered from 1");
  wrong = entry;
  wrong.mutable_attempt()->set_execution_id("7");
  ExpectViolation(wrong, "execution_id");
  wrong = entry;
  wrong.mutable_attempt()->set_task(-1);
  ExpectViolation(wrong, "attempt.task");
  wrong = entry;
  wrong.mutable_attempt()->set_attempt(0);
  ExpectViolation(wrong, "attempt.attempt");
  wrong = entry;
  wrong.mutable_capacity();
  ExpectViolation(wrong, "an entry of an attempt holds");
  wrong = entry;
  wrong.mutable_finished();
  ExpectViolation(wrong, "finished.output");
}

TEST(EntryProtoTest, EventsThatAreNotAWorkersAreRefused) {
  for (const auto& fill : {+[](v1::Event& event) { event.mutable_state(); },
                           +[](v1::Event& event) { event.mutable_child(); }, +[](v1::Event&) {}}) {
    v1::WorkerEntry entry = NewEntry();
    fill(*entry.mutable_events()->add_events());
    ExpectViolation(entry, "an event of a worker is");
  }
}

TEST(EntryProtoTest, LimitsHoldExactly) {
  v1::WorkerEntry full = NewEntry();
  for (int i = 0; i < kMaxEventsPerBatch; ++i) full.mutable_events()->add_events()->mutable_log();
  EXPECT_THAT(FromProto(v1::WorkerEntry(full), 9), IsOk());
  full.mutable_events()->add_events()->mutable_log();
  ExpectViolation(full, "at most 1000 events");

  v1::WorkerEntry line = NewEntry();
  std::string& message = *line.mutable_events()->add_events()->mutable_log()->mutable_message();
  message.assign(kMaxLogLineBytes, 'x');
  EXPECT_THAT(FromProto(v1::WorkerEntry(line), 9), IsOk());
  message += 'x';
  ExpectViolation(line, "64 KiB");
}

constexpr char kToken[] = "0123456789-abcdefghij_";

TEST(EntryProtoTest, ACallOfATaskKeepsItsInputAndPriority) {
  v1::WorkerEntry entry = NewEntry();
  entry.mutable_call()->set_key("verse#0");
  v1::TaskCall& task = *entry.mutable_call()->mutable_task();
  task.set_type("verse");
  task.mutable_input()->PackFrom(v1::LogLine());
  task.set_priority(2);
  const auto converted = FromProto(std::move(entry), 9);
  ASSERT_OK(converted);
  const auto& call = std::get<engine::CallMade>(converted->body);
  EXPECT_EQ(call.key, "verse#0");
  EXPECT_EQ(call.kind, store::TaskKind::kCall);
  EXPECT_EQ(call.type, "verse");
  EXPECT_EQ(call.input.type, "flowmesh.v1.LogLine");
  EXPECT_EQ(call.priority, 2);
}

TEST(EntryProtoTest, OtherWaitsBecomeCallsOfTheirKind) {
  v1::WorkerEntry sleep = NewEntry();
  sleep.mutable_call()->set_key("nap");
  sleep.mutable_call()->mutable_sleep()->set_seconds(5);
  auto converted = FromProto(std::move(sleep), 9);
  ASSERT_OK(converted);
  EXPECT_EQ(std::get<engine::CallMade>(converted->body).kind, store::TaskKind::kSleep);
  EXPECT_EQ(std::get<engine::CallMade>(converted->body).delay, absl::Seconds(5));

  v1::WorkerEntry signal = NewEntry();
  signal.mutable_call()->set_key("wait");
  signal.mutable_call()->set_signal("approved");
  converted = FromProto(std::move(signal), 9);
  ASSERT_OK(converted);
  EXPECT_EQ(std::get<engine::CallMade>(converted->body).kind, store::TaskKind::kSignal);
  EXPECT_EQ(std::get<engine::CallMade>(converted->body).type, "approved");
}

TEST(EntryProtoTest, OfATokenOnlyItsDigestGoesOn) {
  v1::WorkerEntry entry = NewEntry();
  entry.mutable_call()->set_key("ask");
  entry.mutable_call()->mutable_external()->set_token(kToken);
  entry.mutable_call()->mutable_external()->set_output_type("flowmesh.v1.LogLine");
  auto converted = FromProto(v1::WorkerEntry(entry), 9);
  ASSERT_OK(converted);
  const auto& call = std::get<engine::CallMade>(converted->body);
  EXPECT_EQ(call.token_digest, base::Sha256(kToken));
  EXPECT_EQ(call.type, "flowmesh.v1.LogLine");
  EXPECT_EQ(call.delay, absl::InfiniteDuration());

  v1::WorkerEntry finished = NewEntry();
  finished.mutable_finished()->mutable_external()->set_token(kToken);
  finished.mutable_finished()->mutable_external()->mutable_timeout()->set_seconds(9);
  converted = FromProto(std::move(finished), 9);
  ASSERT_OK(converted);
  const auto& outside = std::get<engine::Finished>(converted->body).outside;
  ASSERT_TRUE(outside.has_value());
  EXPECT_EQ(outside->token_digest, base::Sha256(kToken));
  EXPECT_EQ(outside->timeout, absl::Seconds(9));

  entry.mutable_call()->mutable_external()->set_token("short");
  ExpectViolation(entry, "22 to 256 random characters");
}

TEST(EntryProtoTest, AStepHasAnOutputOrAFailure) {
  v1::WorkerEntry entry = NewEntry();
  entry.mutable_step()->set_key("draw");
  ExpectViolation(entry, "an output or a failure");
  entry.mutable_step()->mutable_failure()->set_message("no ink");
  auto converted = FromProto(v1::WorkerEntry(entry), 9);
  ASSERT_OK(converted);
  EXPECT_EQ(std::get<engine::StepDone>(converted->body).failure.reason, "FAILED");
  entry.mutable_step()->mutable_output()->PackFrom(v1::LogLine());
  converted = FromProto(std::move(entry), 9);
  ASSERT_OK(converted);
  EXPECT_EQ(std::get<engine::StepDone>(converted->body).output.type, "flowmesh.v1.LogLine");
}

TEST(EntryProtoTest, CallsOfNothingAndWithoutNamesAreRefused) {
  v1::WorkerEntry entry = NewEntry();
  entry.mutable_call();
  ExpectViolation(entry, "a call key has 1 to 512 bytes");
  entry.mutable_call()->set_key(std::string(513, 'k'));
  ExpectViolation(entry, "a call key has 1 to 512 bytes");
  entry.mutable_call()->set_key("k");
  ExpectViolation(entry, "a call awaits");
  entry.mutable_call()->mutable_task();
  ExpectViolation(entry, "the name of a task type");
  entry.mutable_call()->mutable_task()->set_type("verse");
  ExpectViolation(entry, "type_url");
  entry.mutable_call()->mutable_task()->mutable_input()->PackFrom(v1::LogLine());
  entry.mutable_call()->mutable_task()->set_priority(10);
  ExpectViolation(entry, "from 0 (first) to 9");
  entry.mutable_call()->mutable_sleep()->set_seconds(int64_t{400} * 366 * 86400);
  ExpectViolation(entry, "ten years");
  entry.mutable_call()->set_signal("");
  ExpectViolation(entry, "a signal's name");
  v1::WorkerEntry parked = NewEntry();
  parked.mutable_parked()->set_last_record(-1);
  ExpectViolation(parked, "negative");
}

}  // namespace
}  // namespace flowmesh::door
