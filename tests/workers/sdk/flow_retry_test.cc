// Flows of executions that retry others, through a worker and a scripted orchestrator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "tests/workers/sdk/durable_flow_test.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::StepRecord;

std::atomic<int> drawn = 0;

Flow<Text> DrawCallDraw(FlowContext& flow, Text) {
  auto draw = [] { return absl::StatusOr<Text>(TextOf("drawn " + std::to_string(++drawn))); };
  const Text before = co_await flow.Run("before", draw);
  const Text called = co_await flow.Call(kEcho, before);
  const Text after = co_await flow.Run("after", draw);
  co_return TextOf(before.value() + ", " + called.value() + ", " + after.value());
}

class FlowRetryTest : public DurableFlowTest {
 protected:
  void SetUp() override {
    drawn = 0;
    Attach(DrawCallDraw);
    v1::OrchestratorEntry entry;
    v1::Assignment& assignment = *entry.mutable_assignment();
    *assignment.mutable_attempt() = id_;
    assignment.set_type("flow");
    assignment.mutable_input()->PackFrom(TextOf(""));
    assignment.set_remembers(true);
    stream_->Send(entry);
  }

  void Remember(const std::string& key, bool last) {
    v1::OrchestratorEntry entry;
    v1::Remembered& remembered = *entry.mutable_remembered();
    *remembered.mutable_attempt() = id_;
    v1::Remembered::Step& step = *remembered.add_steps();
    step.set_key(key);
    step.mutable_output()->PackFrom(TextOf("old " + key));
    remembered.set_last(last);
    stream_->Send(entry);
  }

  // Acknowledges the step, and its record is what the server makes of it.
  v1::Step TakeStep(int record) {
    const v1::WorkerEntry entry = NextAcked();
    EXPECT_TRUE(entry.has_step()) << entry.ShortDebugString();
    v1::Records::Record own = StepRecord(record, entry.step().key());
    own.set_reused(entry.step().reused());
    stream_->Send(id_, {own});
    return entry.step();
  }

  // How the flow ends whose call has this outcome.
  std::string EndAfterCall(bool reused) {
    EXPECT_EQ(TextIn(NextCall().task().input()), "old before");
    v1::Records::Record record = Echo(2, "echo#1", "called");
    record.set_reused(reused);
    stream_->Send(id_, {record});
    const v1::Step after = TakeStep(3);
    EXPECT_EQ(after.reused(), reused);
    return TextIn(stream_->Next(v1::WorkerEntry::kFinished).finished().output());
  }
};

TEST_F(FlowRetryTest, RememberedStepsAreToldAndNotDone) {
  Remember("before", false);
  Remember("after", true);
  const v1::Step before = TakeStep(1);
  EXPECT_EQ(before.key(), "before");
  EXPECT_TRUE(before.reused());
  EXPECT_EQ(EndAfterCall(/*reused=*/true), "old before, called, old after");
  EXPECT_EQ(drawn, 0);
}

TEST_F(FlowRetryTest, AfterAnythingNewStepsAreDone) {
  Remember("before", false);
  Remember("after", true);
  TakeStep(1);
  EXPECT_EQ(EndAfterCall(/*reused=*/false), "old before, called, drawn 1");
}

TEST_F(FlowRetryTest, ItWaitsForTheLastOfThemAlsoOverANewStream) {
  Remember("before", false);
  const v1::Hello hello = Reconnect();
  ASSERT_EQ(hello.held_size(), 1);
  EXPECT_TRUE(hello.held(0).wants_remembered());
  stream_->WelcomeBack(id_, 0);
  Remember("before", false);
  Remember("after", true);
  EXPECT_EQ(TextIn(TakeStep(1).output()), "old before");
  EXPECT_EQ(EndAfterCall(/*reused=*/true), "old before, called, old after");
  EXPECT_EQ(drawn, 0);
}

TEST_F(FlowRetryTest, WhatHasAllComeIsNotAskedForAgain) {
  Remember("before", false);
  Remember("after", true);
  TakeStep(1);
  NextCall();
  const v1::Hello hello = Reconnect();
  ASSERT_EQ(hello.held_size(), 1);
  EXPECT_FALSE(hello.held(0).wants_remembered());
}

}  // namespace
}  // namespace flowmesh::sdk
