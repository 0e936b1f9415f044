// Flows with durable calls, through a worker and a scripted orchestrator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/workers/sdk/durable_flow_test.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::RecordOf;
using ::flowmesh::testing::StepRecord;
using ::testing::HasSubstr;

using DurableFlowRunTest = DurableFlowTest;

Flow<Text> TwoCalls(FlowContext& flow, Text input) {
  flow.Info("begun");
  const Text first = co_await flow.Call(kEcho, TextOf(input.value() + "1"));
  flow.Info("half way");
  const Text second = co_await flow.Call(kEcho, TextOf(first.value() + "2")).Key("second").Priority(3);
  flow.Info("done");
  co_return second;
}

TEST_F(DurableFlowRunTest, CallsGoUpAndRecordsComeDown) {
  Attach(TwoCalls);
  stream_->Assign(id_, "flow", TextOf("a"));
  EXPECT_EQ(NextAcked().events().events(0).log().message(), "begun");
  const v1::Call first = NextCall();
  EXPECT_EQ(first.key(), "echo#1");
  EXPECT_EQ(first.task().type(), "echo");
  EXPECT_EQ(TextIn(first.task().input()), "a1");
  EXPECT_FALSE(first.task().has_priority());
  stream_->Send(id_, {Echo(1, "echo#1", "b")});
  EXPECT_EQ(NextAcked().events().events(0).log().message(), "half way");
  const v1::Call second = NextCall();
  EXPECT_EQ(second.key(), "second");
  EXPECT_EQ(second.task().priority(), 3);
  EXPECT_EQ(TextIn(second.task().input()), "b2");
  stream_->Send(id_, {Echo(2, "second", "c")});
  EXPECT_EQ(NextAcked().events().events(0).log().message(), "done");
  const v1::WorkerEntry end = stream_->Next();
  EXPECT_EQ(end.number(), 6);
  EXPECT_EQ(TextIn(end.finished().output()), "c");
}

TEST_F(DurableFlowRunTest, AReplaySendsWhatHasNoRecordAndIsSilentBeforeTheLast) {
  Attach(TwoCalls);
  stream_->Assign(id_, "flow", TextOf("a"), /*records=*/1);
  stream_->Send(id_, {Echo(1, "echo#1", "b")});
  stream_->Go(id_);
  EXPECT_EQ(NextAcked().events().events(0).log().message(), "half way");
  EXPECT_EQ(NextCall().key(), "second");
  stream_->Send(id_, {Echo(2, "second", "c")});
  EXPECT_EQ(NextAcked().events().events(0).log().message(), "done");
  EXPECT_TRUE(stream_->Next().has_finished());
}

TEST_F(DurableFlowRunTest, ARecordOfAnotherCodeFailsTheAttemptAndNamesTheKey) {
  Attach(TwoCalls);
  stream_->Assign(id_, "flow", TextOf("a"), /*records=*/2);
  stream_->Send(id_, {Echo(1, "echo#1", "b"), Echo(2, "third", "c")});
  stream_->Go(id_);
  const v1::WorkerEntry entry = stream_->Next(v1::WorkerEntry::kFailed);
  const v1::Failure failure = entry.failed().failure();
  EXPECT_EQ(failure.reason(), "NONDETERMINISM");
  EXPECT_FALSE(failure.retryable());
  EXPECT_THAT(failure.message(), HasSubstr("'third'"));
  EXPECT_THAT(failure.message(), HasSubstr("'second'"));
  EXPECT_THAT(failure.message(), HasSubstr("raise code_version"));
}

Flow<Text> OneStep(FlowContext& flow, Text input) {
  const std::string doubled =
      co_await flow.Run("double", [&]() -> absl::StatusOr<std::string> { return input.value() + input.value(); });
  co_return TextOf(doubled);
}

TEST_F(DurableFlowRunTest, AStepCountsOnceItsRecordHasCome) {
  Attach(OneStep);
  stream_->Assign(id_, "flow", TextOf("ab"));
  const v1::WorkerEntry step = NextAcked();
  EXPECT_EQ(step.number(), 1);
  EXPECT_EQ(step.step().key(), "double");
  EXPECT_EQ(TextIn(step.step().output()), "abab");
  stream_->Send(id_, {StepRecord(1, "double")});
  EXPECT_EQ(TextIn(stream_->Next().finished().output()), "abab");
}

TEST_F(DurableFlowRunTest, ARecordedStepIsNotRunAgain) {
  Attach(OneStep);
  stream_->Assign(id_, "flow", TextOf("ab"), /*records=*/1);
  stream_->Send(id_, {RecordOf(1, "double", v1::Task::STEP, "", TextOf("recorded"))});
  stream_->Go(id_);
  const v1::WorkerEntry end = stream_->Next();
  EXPECT_EQ(end.number(), 1);
  EXPECT_EQ(TextIn(end.finished().output()), "recorded");
}

Flow<Text> Three(FlowContext& flow, Text /*input*/) {
  const auto [a, b, c] =
      co_await flow.All(flow.Call(kEcho, TextOf("a")), flow.Call(kEcho, TextOf("b")), flow.Call(kEcho, TextOf("c")));
  co_return TextOf(a.value() + b.value() + c.value());
}

TEST_F(DurableFlowRunTest, AllMakesItsCallsAtOnce) {
  Attach(Three);
  stream_->Assign(id_, "flow", TextOf(""));
  for (const char* key : {"echo#1", "echo#2", "echo#3"}) EXPECT_EQ(NextCall().key(), key);
  stream_->Send(id_, {Echo(1, "echo#3", "z"), Echo(2, "echo#1", "x")});
  stream_->Send(id_, {Echo(3, "echo#2", "y")});
  EXPECT_EQ(TextIn(stream_->Next().finished().output()), "xyz");
}

TEST_F(DurableFlowRunTest, AFlowBeginsWhenAllItsRecordsAreThere) {
  Attach(Three);
  stream_->Assign(id_, "flow", TextOf(""), /*records=*/3);
  stream_->Send(id_, {Echo(1, "echo#3", "z")});
  stream_->Send(id_, {Echo(2, "echo#1", "x"), Echo(3, "echo#2", "y")});
  stream_->Go(id_);
  const v1::WorkerEntry end = stream_->Next();
  EXPECT_EQ(end.number(), 1);
  EXPECT_EQ(TextIn(end.finished().output()), "xyz");
}

TEST_F(DurableFlowRunTest, AFailedChildIsThrownWithItsOwnReason) {
  Attach(TwoCalls);
  stream_->Assign(id_, "flow", TextOf("a"));
  EXPECT_TRUE(NextAcked().has_events());
  NextCall();
  v1::Records::Record record = Echo(1, "echo#1", "");
  record.mutable_failure()->set_reason("NO_ECHO");
  record.mutable_failure()->set_message("the valley is flat");
  record.mutable_failure()->set_retryable(true);
  stream_->Send(id_, {record});
  const v1::Failure failure = stream_->Next().failed().failure();
  EXPECT_EQ(failure.reason(), "NO_ECHO");
  EXPECT_EQ(failure.message(), "the valley is flat");
  EXPECT_TRUE(failure.retryable());
}

TEST_F(DurableFlowRunTest, AFunctionIsGivenNoRecords) {
  WorkerOptions options = OptionsFor(server_);
  Worker worker(options);
  worker.Serve(kEcho, [](TaskContext&, const Text& input) -> absl::StatusOr<Text> { return input; });
  ASSERT_OK(worker.Start());
  stream_ = server_.AcceptWorker();
  stream_->Assign(id_, "echo", TextOf("a"), /*records=*/1);
  EXPECT_EQ(stream_->Next().failed().failure().reason(), "CODE_MISMATCH");
  stream_->Assign(AttemptOf(2), "echo", TextOf("b"));
  EXPECT_EQ(TextIn(stream_->Next().finished().output()), "b");
}

// What a flow holds while it waits; opens the gate when it is destroyed.
class Held {
 public:
  explicit Held(Gate* gate) : gate_(gate) {}
  ~Held() { gate_->Open(); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  Gate* const gate_;
};

TEST_F(DurableFlowRunTest, ACancelIsThrownIntoTheFlowAndAnswered) {
  Gate gone;
  Attach([&gone](FlowContext& flow, Text) -> Flow<Text> {
    const Held held(&gone);
    co_await flow.All(flow.Call(kEcho, TextOf("a")), flow.Sleep(absl::Hours(1)));
    co_return TextOf("never");
  });
  stream_->Assign(id_, "flow", TextOf(""));
  EXPECT_EQ(NextCall().key(), "echo#1");
  EXPECT_EQ(NextCall().key(), "sleep#1");
  stream_->Cancel(id_);
  gone.Pass();
  const v1::WorkerEntry entry = stream_->Next();
  EXPECT_TRUE(entry.failed().cancelled());
  EXPECT_EQ(entry.number(), 3);
}

TEST_F(DurableFlowRunTest, AFencedFlowWithCallsIsDestroyedWhereItWaits) {
  Gate gone;
  Attach([&gone](FlowContext& flow, Text) -> Flow<Text> {
    const Held held(&gone);
    const auto [a, b] = co_await flow.All(flow.Call(kEcho, TextOf("a")), flow.Try(flow.Sleep(absl::Hours(1))));
    co_return a;
  });
  stream_->Assign(id_, "flow", TextOf(""));
  EXPECT_EQ(NextCall().key(), "echo#1");
  EXPECT_EQ(NextCall().key(), "sleep#1");
  stream_->Fence(id_);
  gone.Pass();
  EXPECT_EQ(stream_->unread(), 0);
}

TEST_F(DurableFlowRunTest, WhatAFlowHoldsOutlivesTheCodeOfItsSteps) {
  Gate begun;
  Gate may_end;
  Gate gone;
  Attach([&](FlowContext& flow, Text) -> Flow<Text> {
    const Held held(&gone);
    std::string word = "unchanged";
    co_await flow.Run("slow", [&](StepContext& step) {
      begun.Open();
      may_end.Pass();
      word = step.cancelled() ? "fenced" : "not fenced";
      return absl::OkStatus();
    });
    co_return TextOf(word);
  });
  stream_->Assign(id_, "flow", TextOf(""));
  begun.Pass();
  stream_->Fence(id_);
  // Entries are handled in order: a refused type answers after the fence was heard.
  stream_->Assign(AttemptOf(2), "unknown", TextOf(""));
  EXPECT_EQ(stream_->Next().failed().failure().reason(), "TYPE_UNKNOWN");
  EXPECT_FALSE(gone.IsOpen());
  may_end.Open();
  gone.Pass();
  EXPECT_EQ(stream_->unread(), 0);
}

TEST_F(DurableFlowRunTest, ACancelWaitsForTheCodeOfAStepWhichMayGiveUp) {
  Attach([](FlowContext& flow, Text) -> Flow<Text> {
    co_await flow.Run("slow", [](StepContext& step) {
      step.Info("begun");
      step.WaitCancelled(absl::InfiniteDuration());
      return absl::CancelledError("gave up");
    });
    co_return TextOf("never");
  });
  stream_->Assign(id_, "flow", TextOf(""));
  EXPECT_TRUE(NextAcked().has_events());
  stream_->Cancel(id_);
  const v1::WorkerEntry entry = stream_->Next();
  EXPECT_TRUE(entry.failed().cancelled()) << "the step that gave up is not recorded: " << entry.ShortDebugString();
}

TEST_F(DurableFlowRunTest, StepsOfManyFlowsRunAtOnce) {
  constexpr int kFlows = 4;
  std::vector<Gate> begun(kFlows);
  Gate all_begun;
  Attach([&](FlowContext& flow, Text input) -> Flow<Text> {
    co_await flow.Run("meet", [&] {
      begun[static_cast<size_t>(std::stoi(input.value()))].Open();
      all_begun.Pass();
      return absl::OkStatus();
    });
    co_return input;
  });
  for (int i = 0; i < kFlows; ++i) stream_->Assign(AttemptOf(i), "flow", TextOf(std::to_string(i)));
  for (Gate& gate : begun) gate.Pass();
  all_begun.Open();
  int steps = 0;
  for (int finished = 0; finished < kFlows;) {
    const v1::WorkerEntry entry = stream_->Next();
    ASSERT_TRUE(entry.has_step() || entry.has_finished()) << entry.ShortDebugString();
    if (entry.has_finished()) {
      ++finished;
      continue;
    }
    ++steps;
    stream_->Ack(entry.attempt(), entry.number());
    stream_->Send(entry.attempt(), {StepRecord(1, "meet")});
  }
  EXPECT_EQ(steps, kFlows);
}

TEST_F(DurableFlowRunTest, AStepWaitsUntilAnExternalCallBeforeItIsKnown) {
  Gate handed_out;
  Attach([&](FlowContext& flow, Text) -> Flow<Text> {
    ExternalWait<Text> approval = co_await flow.External<Text>();
    co_await flow.Run("ask", [&] {
      handed_out.Open();
      return absl::OkStatus();
    });
    const Text answer = co_await approval;
    co_return TextOf(approval.token() + answer.value());
  });
  stream_->Assign(id_, "flow", TextOf(""));
  const v1::WorkerEntry token = NextAcked();
  ASSERT_TRUE(token.has_step()) << token.ShortDebugString();
  stream_->Send(id_, {StepRecord(1, "external#1/token")});
  const v1::WorkerEntry external = stream_->Next();
  EXPECT_EQ(external.call().key(), "external#1");
  EXPECT_EQ(external.call().external().token(), TextIn(token.step().output()));
  // Entries are handled in order: when this is answered, a step that did not wait would have begun.
  stream_->Assign(AttemptOf(2), "unknown", TextOf(""));
  EXPECT_EQ(stream_->Next().failed().failure().reason(), "TYPE_UNKNOWN");
  EXPECT_FALSE(handed_out.IsOpen());
  stream_->Ack(id_, external.number());
  handed_out.Pass();
  EXPECT_EQ(NextAcked().step().key(), "ask");
  stream_->Send(id_, {RecordOf(2, "external#1", v1::Task::EXTERNAL_CALL, "", TextOf(" yes")), StepRecord(3, "ask")});
  EXPECT_EQ(TextIn(stream_->Next().finished().output()), TextIn(token.step().output()) + " yes");
}

TEST_F(DurableFlowRunTest, AThousandChildrenFourAtOnce) {
  constexpr int kChildren = 1000;
  Attach([](FlowContext& flow, Text) -> Flow<Text> {
    const std::vector<int> items(kChildren, 1);
    const std::vector<Text> all =
        co_await flow.ForEach(items, [&](int) { return flow.Call(kEcho, TextOf("x")); }).Limit(4);
    co_return TextOf(std::to_string(all.size()));
  });
  stream_->Assign(id_, "flow", TextOf(""));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(NextCall().key(), "each#1/" + std::to_string(i));
  for (int i = 0; i < kChildren; ++i) {
    stream_->Send(id_, {Echo(i + 1, "each#1/" + std::to_string(i), "y")});
    if (i + 4 < kChildren) {
      EXPECT_EQ(NextCall().key(), "each#1/" + std::to_string(i + 4));
    }
  }
  EXPECT_EQ(TextIn(stream_->Next().finished().output()), "1000");
}

}  // namespace
}  // namespace flowmesh::sdk
