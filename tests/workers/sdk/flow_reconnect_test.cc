// Flows over lost connections, and flows that are released from memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/workers/sdk/durable_flow_test.h"

namespace flowmesh::sdk {
namespace {

using FlowReconnectTest = DurableFlowTest;

Flow<Text> TwoEchoes(FlowContext& flow, Text input) {
  const auto [a, b] = co_await flow.All(flow.Call(kEcho, input), flow.Call(kEcho, input));
  co_return TextOf(a.value() + b.value());
}

TEST_F(FlowReconnectTest, HelloNamesTheLastRecordAndWhatComesTwiceCountsOnce) {
  Attach(TwoEchoes);
  stream_->Assign(id_, "flow", TextOf("x"));
  NextCall();
  NextCall();
  stream_->Send(id_, {Echo(1, "echo#2", "b")});
  // Entries are handled in order: once this one is answered, the record was heard.
  stream_->Assign(AttemptOf(2), "unknown", TextOf(""));
  EXPECT_TRUE(stream_->Next().has_failed());
  stream_->Ack(AttemptOf(2), 1);
  const v1::Hello hello = Reconnect();
  ASSERT_EQ(hello.held_size(), 1);
  EXPECT_EQ(hello.held(0).last_record(), 1);
  stream_->WelcomeBack(id_, 2);
  stream_->Send(id_, {Echo(1, "echo#2", "again"), Echo(2, "echo#1", "a")});
  EXPECT_EQ(TextIn(stream_->Next().finished().output()), "ab");
}

TEST_F(FlowReconnectTest, CallsThatWereNotAcknowledgedAreSentAgain) {
  Attach(TwoEchoes);
  stream_->Assign(id_, "flow", TextOf("x"));
  EXPECT_EQ(stream_->Next().call().key(), "echo#1");
  const v1::WorkerEntry second = stream_->Next();
  const v1::Hello hello = Reconnect();
  ASSERT_EQ(hello.held_size(), 1);
  EXPECT_EQ(hello.held(0).last_record(), 0);
  stream_->WelcomeBack(id_, 1);
  EXPECT_EQ(stream_->Next().SerializeAsString(), second.SerializeAsString());
  stream_->Ack(id_, 2);
  stream_->Send(id_, {Echo(1, "echo#1", "a"), Echo(2, "echo#2", "b")});
  EXPECT_EQ(TextIn(stream_->Next().finished().output()), "ab");
}

TEST_F(FlowReconnectTest, AMissingRecordBreaksTheStream) {
  Attach(TwoEchoes);
  stream_->Assign(id_, "flow", TextOf("x"));
  NextCall();
  NextCall();
  stream_->Send(id_, {Echo(1, "echo#1", "a"), Echo(3, "echo#2", "b")});
  stream_->WaitForClose();
  stream_ = server_.Accept();
  const v1::Hello hello = stream_->Next().hello();
  ASSERT_EQ(hello.held_size(), 1);
  EXPECT_EQ(hello.held(0).last_record(), 0) << "nothing of such a frame counts";
  stream_->WelcomeBack(id_, 2);
  stream_->Send(id_, {Echo(1, "echo#1", "a"), Echo(2, "echo#2", "b")});
  EXPECT_EQ(TextIn(stream_->Next().finished().output()), "ab");
}

TEST_F(FlowReconnectTest, GoBeforeTheRecordsBreaksTheStream) {
  Attach(TwoEchoes);
  stream_->Assign(id_, "flow", TextOf("x"), /*records=*/2);
  stream_->Send(id_, {Echo(1, "echo#1", "a")});
  stream_->Go(id_);
  stream_->WaitForClose();
  stream_ = server_.Accept();
  EXPECT_EQ(stream_->Next().hello().held(0).last_record(), 1);
  stream_->WelcomeBack(id_, 0);
  stream_->Send(id_, {Echo(2, "echo#2", "b")});
  stream_->Go(id_);
  EXPECT_EQ(TextIn(stream_->Next().finished().output()), "ab");
}

// Opens the gate once every flow that holds it is destroyed.
Flow<Text> EchoAndHold(FlowContext& flow, Text input, std::shared_ptr<Gate> gone) {
  const Text echo = co_await flow.Call(kEcho, input);
  if (gone == nullptr) co_return TextOf("nobody");
  co_return echo;
}

class FlowParkingTest : public DurableFlowTest {
 protected:
  // Begins one flow that parks as soon as it only waits and reads what it sends up to its request.
  void ParkOne() {
    Attach(
        [this](FlowContext& flow, Text input) {
          const std::shared_ptr<Gate> gone(&gone_, [](Gate* gate) { gate->Open(); });
          return EchoAndHold(flow, std::move(input), gone);
        },
        /*park_after=*/absl::ZeroDuration());
    stream_->Assign(id_, "flow", TextOf("x"));
    EXPECT_EQ(NextCall().key(), "echo#1");
    parked_ = stream_->Next();
    EXPECT_TRUE(parked_.has_parked()) << parked_.ShortDebugString();
    EXPECT_EQ(parked_.parked().last_record(), 0);
    EXPECT_EQ(parked_.number(), 2);
  }
  void ExpectFinished(const std::string& text, int64_t number) {
    const v1::WorkerEntry end = stream_->Next();
    EXPECT_EQ(end.number(), number) << end.ShortDebugString();
    EXPECT_EQ(TextIn(end.finished().output()), text);
  }

  Gate gone_;
  v1::WorkerEntry parked_;
};

TEST_F(FlowParkingTest, AFlowThatOnlyWaitsIsReleasedAndForgotten) {
  ParkOne();
  EXPECT_FALSE(gone_.IsOpen()) << "nothing is released before the acknowledgement";
  stream_->Ack(id_, parked_.number());
  gone_.Pass();
  EXPECT_EQ(Reconnect().held_size(), 0);
  stream_->Welcome();
  // It comes back with its record.
  v1::AttemptId again = AttemptOf(1, /*attempt=*/2);
  stream_->Assign(again, "flow", TextOf("x"), /*records=*/1);
  stream_->Send(again, {Echo(1, "echo#1", "y")});
  stream_->Go(again);
  ExpectFinished("y", 1);
}

TEST_F(FlowParkingTest, ARecordBeforeTheAcknowledgementMovesTheFlow) {
  ParkOne();
  stream_->Send(id_, {Echo(1, "echo#1", "y")});
  stream_->Ack(id_, parked_.number());
  ExpectFinished("y", 3);
}

TEST_F(FlowParkingTest, ARecordThatCrossesTheRequestMovesTheFlowAndBothAreAcknowledged) {
  ParkOne();
  stream_->Send(id_, {Echo(1, "echo#1", "y")});
  ExpectFinished("y", 3);
}

TEST_F(FlowParkingTest, ACancelBeforeTheAcknowledgementIsAnswered) {
  ParkOne();
  stream_->Cancel(id_);
  stream_->Ack(id_, parked_.number());
  const v1::WorkerEntry entry = stream_->Next();
  EXPECT_TRUE(entry.failed().cancelled());
  EXPECT_EQ(entry.number(), 3);
  gone_.Pass();
}

TEST_F(FlowParkingTest, ARequestThatIsNotAppliedIsSentAgainOverTheNextStream) {
  ParkOne();
  const v1::Hello hello = Reconnect();
  ASSERT_EQ(hello.held_size(), 1);
  EXPECT_EQ(hello.held(0).last_record(), 0);
  stream_->WelcomeBack(id_, parked_.number() - 1);
  EXPECT_EQ(stream_->Next().SerializeAsString(), parked_.SerializeAsString());
  stream_->Ack(id_, parked_.number());
  gone_.Pass();
}

TEST_F(FlowParkingTest, ARequestThatWasAppliedBehindLeavesTheFlowHere) {
  ParkOne();
  EXPECT_EQ(Reconnect().held_size(), 1);
  stream_->WelcomeBack(id_, parked_.number());
  // It may ask again, as long as the record that it is behind has not come.
  const v1::WorkerEntry second = stream_->Next();
  EXPECT_TRUE(second.has_parked());
  EXPECT_EQ(second.number(), 3);
  stream_->Send(id_, {Echo(1, "echo#1", "y")});
  stream_->Ack(id_, second.number());
  ExpectFinished("y", 4);
}

TEST_F(FlowParkingTest, ARequestThatWasAppliedIsAnsweredFenced) {
  ParkOne();
  EXPECT_EQ(Reconnect().held_size(), 1);
  v1::OrchestratorEntry welcome;
  *welcome.mutable_welcome()->add_held()->mutable_attempt() = id_;
  welcome.mutable_welcome()->mutable_held(0)->set_fenced(true);
  stream_->Send(welcome);
  gone_.Pass();
}

TEST_F(FlowParkingTest, AFlowThatHasWorkOrHearsTheCancelStays) {
  Gate may_end;
  Attach(
      [&](FlowContext& flow, Text input) -> Flow<Text> {
        if (input.value() == "cancelled") {
          co_await flow.All(flow.Call(kEcho, TextOf("a")), flow.Cancelled());
        } else {
          co_await flow.All(flow.Call(kEcho, TextOf("a")), flow.Run("slow", [&] {
            may_end.Pass();
            return absl::OkStatus();
          }));
        }
        co_return input;
      },
      /*park_after=*/absl::ZeroDuration());
  stream_->Assign(id_, "flow", TextOf("cancelled"));
  EXPECT_EQ(NextCall().key(), "echo#1");
  const v1::AttemptId working = AttemptOf(2);
  stream_->Assign(working, "flow", TextOf("working"));
  EXPECT_TRUE(stream_->Next().has_call());
  stream_->Ack(working, 1);
  may_end.Open();
  const v1::WorkerEntry step = stream_->Next();
  EXPECT_TRUE(step.has_step()) << step.ShortDebugString();
  stream_->Ack(working, step.number());
  stream_->Send(working, {testing::StepRecord(1, "slow")});
  const v1::WorkerEntry parked = stream_->Next();
  EXPECT_TRUE(parked.has_parked()) << "it has no work any more: " << parked.ShortDebugString();
  EXPECT_EQ(parked.attempt().execution_id(), working.execution_id());
  EXPECT_EQ(parked.parked().last_record(), 1);
  stream_->Ack(working, parked.number());
  stream_->Cancel(id_);
  EXPECT_TRUE(stream_->Next().failed().cancelled());
}

TEST_F(FlowParkingTest, StopGivesBackWhatAsksToPark) {
  ParkOne();
  std::thread stopper([&] { worker_->Stop(); });
  EXPECT_TRUE(stream_->Next().has_drain());
  stream_->Ack(id_, parked_.number());
  stream_->WaitForClose();
  stopper.join();
  gone_.Pass();
}

}  // namespace
}  // namespace flowmesh::sdk
