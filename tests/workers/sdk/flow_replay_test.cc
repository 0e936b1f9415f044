// That TestFlowContext::Replay finds flows that would not survive a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/text_calls.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

class FlowReplayTest : public ::testing::Test {
 protected:
  FlowReplayTest() {
    context_.OnCall(kEcho, [](const Text& input) -> absl::StatusOr<Text> { return input; });
    context_.OnCall(kFail, FailWithInput);
  }

  template <typename Code>
  absl::Status ReplayOf(Code code) {
    EXPECT_OK(context_.Run(code));
    return context_.Replay();
  }

  TestFlowContext context_;
};

TEST_F(FlowReplayTest, AnInputThatDiffersIsFound) {
  std::atomic<int> runs = 0;
  EXPECT_THAT(ReplayOf([&](FlowContext& flow) -> Flow<int> {
                co_await flow.Call(kEcho, TextOf("same"));
                co_await flow.Call(kEcho, TextOf(std::to_string(runs++)));
                co_return 0;
              }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("first 0 of 2 records"), HasSubstr("'echo#2' with another input"))));
}

TEST_F(FlowReplayTest, ACallThatDependsOnTheAttemptIsFound) {
  EXPECT_THAT(ReplayOf([](FlowContext& flow) -> Flow<int> {
                if (flow.attempt() > 1) co_await flow.Call(kEcho, TextOf("again"));
                co_await flow.Call(kEcho, TextOf("a")).Key("a");
                co_return 0;
              }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("'echo#1' after record 0"), HasSubstr("'a' after record 0"))));
}

TEST_F(FlowReplayTest, AnAwaitThatIsSkippedIsFound) {
  EXPECT_THAT(ReplayOf([](FlowContext& flow) -> Flow<int> {
                if (flow.attempt() == 1) co_await flow.Sleep(absl::Seconds(1));
                co_return 0;
              }),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("sleep#1")));
}

TEST_F(FlowReplayTest, BehaviourThatDependsOnReplayingIsFound) {
  EXPECT_THAT(ReplayOf([](FlowContext& flow) -> Flow<int> {
                co_await flow.Sleep(absl::Seconds(1));
                if (flow.replaying()) co_await flow.Sleep(absl::Seconds(2));
                co_await flow.Call(kEcho, TextOf("a"));
                co_return 0;
              }),
              StatusIs(absl::StatusCode::kFailedPrecondition, AllOf(HasSubstr("first 2 of 2"), HasSubstr("sleep#2"))));
}

TEST_F(FlowReplayTest, AStepThatChangesWhatTheFlowHoldsIsFound) {
  EXPECT_THAT(ReplayOf([](FlowContext& flow) -> Flow<std::string> {
                std::string kept;
                co_await flow.Run("keep", [&] {
                  kept = "only in this attempt";
                  return absl::OkStatus();
                });
                co_return kept;
              }),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("only in this attempt")));
}

TEST_F(FlowReplayTest, AFlowThatFailsIsReplayedToo) {
  const auto flow_that_fails = [](FlowContext& flow) -> Flow<int> {
    co_await flow.Call(kEcho, TextOf("a"));
    co_await flow.Call(kFail, TextOf("NO"));
    co_return 0;
  };
  const auto result = context_.Run(flow_that_fails);
  EXPECT_EQ(FailureFrom(result.status()).reason(), "NO");
  EXPECT_OK(context_.Replay());
}

TEST_F(FlowReplayTest, WhatIsToldInAReplayWasToldBefore) {
  const auto told = [](FlowContext& flow) -> Flow<void> {
    flow.Info("1");
    flow.Output("out 1 ");
    co_await flow.Call(kEcho, TextOf("a"));
    flow.Info("2");
    flow.RestartOutput();
    flow.Output("out 2 ");
    co_await flow.Call(kEcho, TextOf("b"));
    flow.Info("3");
  };
  EXPECT_OK(context_.Run(told));
  EXPECT_EQ(context_.told().logs().size(), 3u);
  const std::vector<size_t> expected = {3, 2, 1};
  for (int replayed = 0; replayed <= 2; ++replayed) {
    PlayedFlow again({}, context_.records(), replayed);
    Flow<void> flow = told(again);
    flow.BeginIn(&again.machine());
    EXPECT_EQ(again.replaying(), replayed > 0);
    ASSERT_OK(again.Play());
    EXPECT_FALSE(again.replaying());
    EXPECT_EQ(again.told().logs().size(), expected[static_cast<size_t>(replayed)]);
    EXPECT_EQ(again.told().output(), replayed == 2 ? "" : "out 2 ");
  }
}

TEST_F(FlowReplayTest, NothingRunIsNothingToReplay) {
  EXPECT_THAT(context_.Replay(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("Run(code, input)")));
}

}  // namespace
}  // namespace flowmesh::sdk
