#include "workers/sdk/outbox.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace flowmesh::sdk {
namespace {

constexpr size_t kMuch = 1 << 20;

v1::Event Line(const std::string& text) {
  v1::Event event;
  event.mutable_log()->set_message(text);
  return event;
}

v1::WorkerEntry End() {
  v1::WorkerEntry entry;
  entry.mutable_finished();
  return entry;
}

class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() : OutboxTest(OutboxLimits()) {}
  explicit OutboxTest(const OutboxLimits& limits) : outbox_(v1::AttemptId(), limits, [this] { ++announcements_; }) {}

  v1::WorkerFrame Take(size_t max_bytes = kMuch) {
    v1::WorkerFrame frame;
    more_ = outbox_.TakeUnsent(max_bytes, &frame).more;
    return frame;
  }

  int announcements_ = 0;
  bool more_ = false;
  Outbox outbox_;
};

TEST_F(OutboxTest, EventsGatherUntilTheyAreSent) {
  outbox_.Append(Line("a"));
  outbox_.Append(Line("b"));
  EXPECT_EQ(announcements_, 1);
  const v1::WorkerFrame first = Take();
  ASSERT_EQ(first.entries_size(), 1);
  EXPECT_EQ(first.entries(0).number(), 1);
  EXPECT_EQ(first.entries(0).events().events_size(), 2);
  outbox_.Append(Line("c"));
  EXPECT_EQ(announcements_, 2);
  const v1::WorkerFrame second = Take();
  ASSERT_EQ(second.entries_size(), 1);
  EXPECT_EQ(second.entries(0).number(), 2);
  EXPECT_EQ(Take().entries_size(), 0);
}

TEST_F(OutboxTest, ABatchHasLimits) {
  for (int i = 0; i < 1001; ++i) outbox_.Append(Line("x"));
  v1::WorkerFrame frame = Take();
  ASSERT_EQ(frame.entries_size(), 2);
  EXPECT_EQ(frame.entries(0).events().events_size(), 1000);
  for (int i = 0; i < 5; ++i) outbox_.Append(Line(std::string(60'000, 'x')));
  frame = Take();
  ASSERT_EQ(frame.entries_size(), 2);
  EXPECT_LE(frame.entries(0).ByteSizeLong(), 257u << 10);
}

TEST_F(OutboxTest, AFrameHasALimitButIsNeverEmpty) {
  outbox_.Append(Line(std::string(1000, 'x')));
  Take();
  outbox_.Append(Line(std::string(1000, 'y')));
  outbox_.AppendLast(End());
  EXPECT_EQ(Take(10).entries_size(), 1);
  EXPECT_TRUE(more_);
  EXPECT_EQ(Take(10).entries_size(), 1);
  EXPECT_FALSE(more_);
}

TEST_F(OutboxTest, ResendingBeginsAfterWhatIsAcknowledged) {
  for (const char* text : {"a", "b", "c"}) {
    outbox_.Append(Line(text));
    Take();
  }
  EXPECT_EQ(outbox_.Resume(1), Outbox::Acked::kGoesOn);
  EXPECT_TRUE(outbox_.HasUnsent());
  const v1::WorkerFrame again = Take();
  ASSERT_EQ(again.entries_size(), 2);
  EXPECT_EQ(again.entries(0).number(), 2);
  EXPECT_EQ(again.entries(1).number(), 3);
  EXPECT_EQ(outbox_.Resume(3), Outbox::Acked::kGoesOn);
  EXPECT_FALSE(outbox_.HasUnsent());
  EXPECT_EQ(Take().entries_size(), 0);
}

TEST_F(OutboxTest, WhatWasSentOnceStaysAsItIs) {
  outbox_.Append(Line("a"));
  Take();
  outbox_.Resume(0);
  outbox_.Append(Line("b"));
  const v1::WorkerFrame frame = Take();
  ASSERT_EQ(frame.entries_size(), 2);
  EXPECT_EQ(frame.entries(0).events().events_size(), 1);
}

TEST_F(OutboxTest, AnAckBeyondWhatWasSentForgetsNothingUnsent) {
  outbox_.Append(Line("a"));
  EXPECT_EQ(outbox_.Ack(7), Outbox::Acked::kGoesOn);
  EXPECT_EQ(Take().entries_size(), 1);
}

TEST_F(OutboxTest, ItIsOverWhenTheEndIsAcknowledged) {
  outbox_.Append(Line("a"));
  EXPECT_TRUE(outbox_.AppendLast(End()));
  EXPECT_FALSE(outbox_.AppendLast(End()));
  outbox_.Append(Line("too late"));
  EXPECT_EQ(Take().entries_size(), 2);
  EXPECT_EQ(outbox_.Ack(1), Outbox::Acked::kGoesOn);
  EXPECT_EQ(outbox_.Ack(2), Outbox::Acked::kEnded);
}

TEST_F(OutboxTest, ClosingForgetsEverything) {
  outbox_.Append(Line("a"));
  outbox_.Close();
  outbox_.Append(Line("b"));
  EXPECT_FALSE(outbox_.AppendLast(End()));
  EXPECT_EQ(Take().entries_size(), 0);
  EXPECT_TRUE(outbox_.WaitForRoom());
}

v1::WorkerEntry CallOf(const std::string& key) {
  v1::WorkerEntry entry;
  entry.mutable_call()->set_key(key);
  return entry;
}

TEST_F(OutboxTest, CallsStandBetweenEventsInTheOrderInWhichTheyWereMade) {
  outbox_.Append(Line("a"));
  EXPECT_EQ(*outbox_.AppendEntry(CallOf("x")), 2);
  outbox_.Append(Line("b"));
  const v1::WorkerFrame frame = Take();
  ASSERT_EQ(frame.entries_size(), 3);
  EXPECT_EQ(frame.entries(1).call().key(), "x");
  EXPECT_EQ(frame.entries(2).number(), 3);
  outbox_.Ack(2);
  EXPECT_EQ(outbox_.acked(), 2);
  EXPECT_FALSE(outbox_.idle());
}

TEST_F(OutboxTest, ParkingIsAcknowledgedOnce) {
  outbox_.Append(Line("a"));
  EXPECT_FALSE(outbox_.Park(0)) << "something is not acknowledged";
  Take();
  outbox_.Ack(1);
  EXPECT_FALSE(outbox_.Park(1)) << "no such record came";
  EXPECT_TRUE(outbox_.Park(0));
  EXPECT_FALSE(outbox_.Park(0)) << "it was asked for already";
  EXPECT_EQ(Take().entries(0).parked().last_record(), 0);
  EXPECT_EQ(outbox_.Ack(1), Outbox::Acked::kGoesOn) << "an old acknowledgement";
  EXPECT_EQ(outbox_.Ack(2), Outbox::Acked::kParked);
}

TEST_F(OutboxTest, ARecordBeforeTheAcknowledgementVoidsParking) {
  EXPECT_TRUE(outbox_.Park(0));
  Take();
  outbox_.NoteRecord(1);
  EXPECT_EQ(outbox_.Ack(1), Outbox::Acked::kGoesOn);
  EXPECT_TRUE(outbox_.Park(1));
}

TEST_F(OutboxTest, WhateverIsAppendedOrACancelVoidsParking) {
  EXPECT_TRUE(outbox_.Park(0));
  outbox_.Append(Line("a"));
  Take();
  EXPECT_EQ(outbox_.Ack(1), Outbox::Acked::kGoesOn);
  outbox_.Ack(2);
  EXPECT_TRUE(outbox_.Park(0));
  outbox_.GiveUpWaiting();
  Take();
  EXPECT_EQ(outbox_.Ack(3), Outbox::Acked::kGoesOn);
}

TEST_F(OutboxTest, ParkingThatWasAppliedBeforeANewStreamWasBehind) {
  EXPECT_TRUE(outbox_.Park(0));
  Take();
  EXPECT_EQ(outbox_.Resume(1), Outbox::Acked::kGoesOn) << "otherwise the welcome says fenced";
  EXPECT_TRUE(outbox_.Park(0));
  Take();
  EXPECT_EQ(outbox_.Resume(1), Outbox::Acked::kGoesOn);
  EXPECT_EQ(Take().entries(0).number(), 2) << "it was not applied: it is sent again and still counts";
  EXPECT_EQ(outbox_.Ack(2), Outbox::Acked::kParked);
}

TEST(OutboxCallLimitTest, CallsHaveALimit) {
  Outbox outbox(v1::AttemptId(), {.max_call_bytes = 1000}, [] {});
  EXPECT_TRUE(outbox.AppendEntry(CallOf(std::string(1000, 'x'))).ok());
  EXPECT_EQ(outbox.AppendEntry(CallOf("y")).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(outbox.HasRoom()) << "events have room of their own";
}

class FullOutboxTest : public OutboxTest {
 protected:
  FullOutboxTest() : OutboxTest(OutboxLimits{.max_bytes = 100'000, .max_entries = 2, .max_batch_events = 1}) {
    outbox_.Append(Line("a"));
    outbox_.Append(Line("b"));
  }
};

TEST_F(FullOutboxTest, RoomComesWithTheAck) {
  EXPECT_FALSE(outbox_.HasRoom());
  Take();
  std::thread waiter([&] { EXPECT_TRUE(outbox_.WaitForRoom()); });
  outbox_.Ack(1);
  waiter.join();
}

TEST_F(FullOutboxTest, WaitingEndsWhenTheAttemptShallStop) {
  std::thread waiter([&] { EXPECT_FALSE(outbox_.WaitForRoom()); });
  outbox_.GiveUpWaiting();
  waiter.join();
}

TEST_F(FullOutboxTest, WaitingEndsWhenItIsClosed) {
  std::thread waiter([&] { EXPECT_TRUE(outbox_.WaitForRoom()); });
  outbox_.Close();
  waiter.join();
}

TEST_F(FullOutboxTest, BytesCountAsWell) {
  Take();
  outbox_.Ack(2);
  EXPECT_TRUE(outbox_.HasRoom());
  outbox_.Append(Line(std::string(100'000, 'x')));
  EXPECT_FALSE(outbox_.HasRoom());
  Take();
  outbox_.Ack(3);
  EXPECT_TRUE(outbox_.HasRoom());
}

}  // namespace
}  // namespace flowmesh::sdk
