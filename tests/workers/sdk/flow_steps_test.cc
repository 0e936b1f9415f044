// Local steps, signals, sleeps, tasks outside, and what is the same in every attempt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/text_calls.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::IsOkAndHolds;
using ::testing::HasSubstr;

TEST(FlowStepsTest, StepsGiveMessagesAndPlainValues) {
  TestFlowContext context;
  const auto result = context.Run([](FlowContext& flow) -> Flow<std::string> {
    const Text message = co_await flow.Run("message", []() -> absl::StatusOr<Text> { return TextOf("m"); });
    const std::string text = co_await flow.Run("text", []() -> absl::StatusOr<std::string> { return "t\u00e9"; });
    const std::string bytes = co_await flow.Run("bytes", []() -> absl::StatusOr<std::string> { return "\xFF"; });
    const bool truth = co_await flow.Run("bool", []() -> absl::StatusOr<bool> { return true; });
    const int64_t large = co_await flow.Run("large", []() -> absl::StatusOr<int64_t> { return int64_t{1} << 40; });
    const int32_t small = co_await flow.Run("small", []() -> absl::StatusOr<int32_t> { return -7; });
    const double number = co_await flow.Run("number", []() -> absl::StatusOr<double> { return 0.5; });
    co_await flow.Run("nothing", [] { return absl::OkStatus(); });
    co_return message.value() + text + bytes + (truth ? "1" : "0") + std::to_string(large) + std::to_string(small) +
        std::to_string(number);
  });
  EXPECT_THAT(result, IsOkAndHolds(std::string("mt\u00e9\xFF"
                                               "11099511627776-70.500000")));
  EXPECT_OK(context.Replay());
}

TEST(FlowStepsTest, AFailedStepIsRecordedAndThrown) {
  TestFlowContext context;
  const auto result = context.Run([](FlowContext& flow) -> Flow<std::string> {
    const auto own = co_await flow.Try(flow.Run("own", [] { return Fail("NO_INK", "dry", true); }));
    const auto thrown =
        co_await flow.Try(flow.Run("thrown", []() -> absl::StatusOr<Text> { throw std::out_of_range("beyond"); }));
    const auto large = co_await flow.Try(
        flow.Run("large", []() -> absl::StatusOr<std::string> { return std::string((1 << 20) + 1, 'x'); }));
    co_return FailureFrom(own).reason() + FailureFrom(thrown.status()).reason() + FailureFrom(large.status()).reason();
  });
  EXPECT_THAT(result, IsOkAndHolds(std::string("NO_INKEXCEPTIONLIMIT")));
  EXPECT_OK(context.Replay());
}

TEST(FlowStepsTest, AnAuthorTriesAStepAgainUnderAnotherKey) {
  TestFlowContext context;
  int runs = 0;
  const auto result = context.Run([&](FlowContext& flow) -> Flow<int> {
    for (int i = 1;; ++i) {
      const auto tried = co_await flow.Try(flow.Run("draft " + std::to_string(i), [&]() -> absl::StatusOr<Text> {
        if (++runs < 3) return absl::UnavailableError("busy");
        return TextOf("ok");
      }));
      if (tried.ok()) co_return i;
    }
  });
  EXPECT_THAT(result, IsOkAndHolds(3));
  EXPECT_OK(context.Replay());
  EXPECT_EQ(runs, 3) << "a replay runs no recorded step";
}

TEST(FlowStepsTest, AStepKnowsItsOwnKeyForProvidersAndMayTell) {
  AttemptInfo info;
  info.idempotency_key = "the flow's";
  std::set<std::string> keys;
  for (int attempt = 1; attempt <= 2; ++attempt) {
    info.attempt = attempt;
    TestFlowContext context(info);
    EXPECT_OK(context.Run([&](FlowContext& flow) -> Flow<void> {
      for (const char* key : {"a", "b"}) {
        co_await flow.Run(key, [&](StepContext& step) {
          keys.insert(step.idempotency_key());
          step.Info("working");
          return absl::OkStatus();
        });
      }
    }));
    EXPECT_EQ(context.told().logs().size(), 2u);
  }
  EXPECT_EQ(keys.size(), 2u);
  EXPECT_FALSE(keys.contains("the flow's"));
}

TEST(FlowStepsTest, AnInputThatIsTooLargeIsThrown) {
  TestFlowContext context;
  const auto result = context.Run([](FlowContext& flow) -> Flow<std::string> {
    const auto tried = co_await flow.Try(flow.Call(kEcho, TextOf(std::string((1 << 20) + 1, 'x'))));
    co_return FailureFrom(tried.status()).reason();
  });
  EXPECT_THAT(result, IsOkAndHolds(std::string("LIMIT")));
  EXPECT_TRUE(context.asked().empty());
  EXPECT_OK(context.Replay());
}

TEST(FlowStepsTest, SignalsAreTakenInTheOrderInWhichTheyCame) {
  TestFlowContext context;
  context.Signal("word", TextOf("first"));
  context.Signal("other", TextOf("none of it"));
  context.Signal("word", TextOf("second"));
  const auto result = context.Run([](FlowContext& flow) -> Flow<std::string> {
    const Text first = co_await flow.WaitSignal<Text>("word");
    const Text second = co_await flow.WaitSignal<Text>("word").Key("last word");
    co_return first.value() + " " + second.value();
  });
  EXPECT_THAT(result, IsOkAndHolds(std::string("first second")));
  EXPECT_THAT(context.keys(), ::testing::ElementsAre("signal#1", "last word"));
  EXPECT_EQ(context.calls()[0].signal(), "word");
  EXPECT_OK(context.Replay());
}

TEST(FlowStepsTest, AFlowThatNothingCanMoveIsAFinding) {
  TestFlowContext context;
  const auto result = context.Run([](FlowContext& flow) -> Flow<int> {
    co_await flow.WaitSignal<Text>("never");
    co_return 0;
  });
  EXPECT_THAT(result, testing::StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("signal#1")));
  TestFlowContext other;
  EXPECT_THAT(other.Run([](FlowContext& flow) -> Flow<int> {
    co_await flow.Call(kEcho, TextOf("a"));
    co_return 0;
  }),
              testing::StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("OnCall")));
}

TEST(FlowStepsTest, SleepsEndInTheOrderOfTheirLength) {
  TestFlowContext context;
  std::vector<int> order;
  const auto nap = [&](FlowContext& flow, int hours) -> Flow<int> {
    co_await flow.Sleep(absl::Hours(hours) + absl::Milliseconds(1500));
    order.push_back(hours);
    co_return hours;
  };
  EXPECT_OK(context.Run(
      [&](FlowContext& flow) -> Flow<void> { co_await flow.All(nap(flow, 3), nap(flow, 1), nap(flow, 2)); }));
  EXPECT_THAT(order, ::testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(context.calls()[1].ShortDebugString(), HasSubstr("sleep { seconds: 3601 nanos: 500000000 }"));
}

TEST(FlowStepsTest, SomebodyOutsideAnswersByToken) {
  TestFlowContext context;
  std::string handed_out;
  context.OnExternal<Text>([&](const std::string& token) -> absl::StatusOr<Text> {
    EXPECT_EQ(token, handed_out);
    return TextOf("approved");
  });
  context.OnCall(kEcho, [&](const Text& input) -> absl::StatusOr<Text> {
    handed_out = input.value();
    return input;
  });
  context.ShuffleOutcomes(3);
  const auto result = context.Run([](FlowContext& flow) -> Flow<std::string> {
    ExternalWait<Text> approval = co_await flow.External<Text>().Timeout(absl::Hours(2)).Key("approval");
    co_await flow.Call(kEcho, TextOf(approval.token()));
    const auto [answer, slept] = co_await flow.All(std::move(approval), flow.Sleep(absl::Seconds(1)));
    co_return answer.value();
  });
  EXPECT_EQ(handed_out.size(), 43u);
  EXPECT_THAT(result, IsOkAndHolds(std::string("approved")));
  EXPECT_THAT(context.keys(), ::testing::ElementsAre("approval/token", "approval", "echo#1", "sleep#1"));
  EXPECT_EQ(context.calls()[0].external().timeout().seconds(), 7200);
  EXPECT_EQ(context.calls()[0].external().output_type(), "google.protobuf.StringValue");
  EXPECT_OK(context.Replay());
}

TEST(FlowStepsTest, AnAnswerFromOutsideMayComeBeforeTheFlowAwaitsIt) {
  TestFlowContext context;
  context.OnExternal<Text>([](const std::string&) -> absl::StatusOr<Text> { return Fail("TIMEOUT", "late", false); });
  const auto result = context.Run([](FlowContext& flow) -> Flow<std::string> {
    ExternalWait<Text> approval = co_await flow.External<Text>();
    co_await flow.Sleep(absl::Hours(1));
    const auto answer = co_await flow.Try(std::move(approval));
    co_return FailureFrom(answer.status()).reason();
  });
  EXPECT_THAT(result, IsOkAndHolds(std::string("TIMEOUT")));
  EXPECT_THAT(context.keys(), ::testing::ElementsAre("external#1/token", "external#1", "sleep#1"));
  EXPECT_OK(context.Replay());
}

TEST(FlowStepsTest, RandomNumbersAndIdsAreTheSameInEveryAttempt) {
  TestFlowContext context;
  context.OnCall(kEcho, [](const Text& input) -> absl::StatusOr<Text> { return input; });
  const auto result = context.Run([](FlowContext& flow) -> Flow<std::string> {
    const std::string first = flow.NewId();
    co_await flow.Call(kEcho, TextOf(first));
    const std::string second = flow.NewId();
    co_await flow.Call(kEcho, TextOf(second + std::to_string(flow.random().Next()) + absl::FormatTime(flow.Now())));
    co_return first == second ? "no ids" : second;
  });
  ASSERT_OK(result);
  EXPECT_EQ(result->size(), 36u);
  EXPECT_EQ((*result)[14], '7');
  EXPECT_OK(context.Replay());
}

}  // namespace
}  // namespace flowmesh::sdk
