// All, Try and ForEach.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/text_calls.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::IsOkAndHolds;

class ConcurrentFlowTest : public ::testing::Test {
 protected:
  ConcurrentFlowTest() { Prepare(context_); }

  static void Prepare(TestFlowContext& context) {
    context.OnCall(kEcho, [](const Text& input) -> absl::StatusOr<Text> { return input; });
    context.OnCall(kFail, FailWithInput);
  }

  TestFlowContext context_;
};

Flow<std::string> Relay(FlowContext& flow, std::string text, int times) {
  for (int i = 0; i < times; ++i) {
    const Text echo = co_await flow.Call(kEcho, TextOf(text + "."));
    text = echo.value();
  }
  co_return text;
}

Flow<std::string> EverythingAtOnce(FlowContext& flow) {
  const auto [a, b, nothing, pair] =
      co_await flow.All(Relay(flow, "a", 3), flow.Try(Relay(flow, "b", 2)), flow.Sleep(absl::Hours(1)),
                        flow.All(flow.Call(kEcho, TextOf("c")), Relay(flow, "d", 1)));
  static_assert(std::is_same_v<decltype(nothing), const std::monostate>);
  const std::vector<std::string> items = {"x", "y", "z"};
  const std::vector<std::string> each =
      co_await flow.ForEach(items, [&](const std::string& item) { return Relay(flow, item, 2); }).Limit(2);
  std::vector<DurableCall<Text>> calls;
  calls.push_back(flow.Call(kEcho, TextOf("l")));
  calls.push_back(flow.Call(kEcho, TextOf("m")));
  const std::vector<Text> list = co_await flow.All(std::move(calls));
  std::string all = a + *b + std::get<0>(pair).value() + std::get<1>(pair);
  for (const std::string& one : each) all += one;
  for (const Text& one : list) all += one.value();
  co_return all;
}

TEST_F(ConcurrentFlowTest, ResultsStandWhereTheBranchesStoodWhateverTheOrderOfTheOutcomes) {
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    TestFlowContext context;
    Prepare(context);
    context.ShuffleOutcomes(seed);
    EXPECT_THAT(context.Run(EverythingAtOnce), IsOkAndHolds(std::string("a...b..cd.x..y..z..lm")));
    EXPECT_OK(context.Replay());
    std::string order;
    for (const auto& record : context.records()) order += record.call_key() + " ";
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 20u);
}

TEST_F(ConcurrentFlowTest, NothingToDoIsDoneAtOnce) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<int> {
    const std::vector<int> none;
    const std::vector<std::monostate> nothing =
        co_await flow.ForEach(none, [&](int) { return flow.Sleep(absl::Seconds(1)); });
    std::vector<DurableCall<Text>> calls;
    const std::vector<Text> also_nothing = co_await flow.All(std::move(calls));
    co_await flow.All();
    co_return static_cast<int>(nothing.size() + also_nothing.size());
  });
  EXPECT_THAT(result, IsOkAndHolds(0));
}

TEST_F(ConcurrentFlowTest, AllFailsWithTheFirstFailureInRecordOrder) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<std::string> {
    std::string reason;
    try {
      co_await flow.All(flow.Sleep(absl::Hours(1)), flow.Call(kFail, TextOf("FIRST")),
                        flow.Call(kFail, TextOf("SECOND")));
    } catch (const FlowFailure& failure) {
      reason = failure.failure().reason();
    }
    co_await flow.Call(kEcho, TextOf("after"));
    co_return reason;
  });
  EXPECT_THAT(result, IsOkAndHolds(std::string("FIRST")));
  // What was left over has an outcome nevertheless, which moves nothing.
  EXPECT_EQ(context_.records().back().call_key(), "echo#1");
  EXPECT_OK(context_.Replay());
}

Flow<int> HoldWhileAsleep(FlowContext& flow, std::shared_ptr<int> held) {
  co_await flow.Sleep(absl::Hours(1));
  co_await flow.Call(kEcho, TextOf("never"));
  co_return *held;
}

TEST_F(ConcurrentFlowTest, BranchesThatAreLeftOverAreDestroyedAndNeverRunAgain) {
  const auto held = std::make_shared<int>(1);
  const auto result = context_.Run([&](FlowContext& flow) -> Flow<long> {
    co_await flow.Try(flow.All(HoldWhileAsleep(flow, held), flow.Call(kFail, TextOf("NO")),
                               flow.All(HoldWhileAsleep(flow, held), flow.Sleep(absl::Hours(2)))));
    const long users = held.use_count();
    co_await flow.Sleep(absl::Hours(3));
    co_return users;
  });
  EXPECT_THAT(result, IsOkAndHolds(1));
  EXPECT_THAT(context_.keys(), ::testing::Not(::testing::Contains(::testing::HasSubstr("echo"))));
}

TEST_F(ConcurrentFlowTest, StepsThatHaveBegunAreWaitedForBeforeAFailureIsThrown) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<std::string> {
    std::string used = "not yet";
    std::string seen;
    try {
      co_await flow.All(flow.Call(kFail, TextOf("NO")), flow.Run("slow", [&] {
        used = "used";
        return absl::OkStatus();
      }));
    } catch (const FlowFailure&) {
      seen = used;
    }
    co_return seen;
  });
  EXPECT_THAT(result, IsOkAndHolds(std::string("used")));
  EXPECT_EQ(context_.records().size(), 2u);
}

TEST_F(ConcurrentFlowTest, StepsDeepInsideAreWaitedForToo) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<int> {
    int steps = 0;
    co_await flow.Try(
        flow.All(flow.All(flow.Try(flow.All(flow.Call(kFail, TextOf("INNER")), flow.Run("a",
                                                                                        [&] {
                                                                                          ++steps;
                                                                                          return absl::OkStatus();
                                                                                        }))),
                          flow.Run("b",
                                   [&] {
                                     ++steps;
                                     return absl::OkStatus();
                                   })),
                 flow.Call(kFail, TextOf("OUTER")), flow.Sleep(absl::Hours(1))));
    co_return steps;
  });
  EXPECT_THAT(result, IsOkAndHolds(2));
}

TEST_F(ConcurrentFlowTest, ABranchThatFailsBeforeItAwaitsAnythingStopsTheOthersFromBeginning) {
  const auto throws = [](FlowContext&) -> Flow<int> {
    throw FlowFailure("AT_ONCE", "no");
    co_return 0;
  };
  const auto result = context_.Run([&](FlowContext& flow) -> Flow<int> {
    co_await flow.Try(flow.All(flow.Call(kEcho, TextOf("a")), throws(flow), flow.Call(kEcho, TextOf("b")),
                               flow.Run("step", [] { return absl::OkStatus(); })));
    co_await flow.Call(kEcho, TextOf("c"));
    co_return 1;
  });
  EXPECT_THAT(result, IsOkAndHolds(1));
  EXPECT_THAT(context_.keys(), ::testing::ElementsAre("echo#1", "echo#3"));
  EXPECT_OK(context_.Replay());
}

TEST_F(ConcurrentFlowTest, AFailedTryMarksTheResultUnlessTheFlowSaysOtherwise) {
  EXPECT_OK(context_.Run([](FlowContext& flow) -> Flow<void> {
    const absl::StatusOr<Text> failed = co_await flow.Try(flow.Call(kFail, TextOf("NO")));
    if (failed.ok() || FailureFrom(failed.status()).reason() != "NO") throw FlowFailure("WRONG", "it did not fail");
    const absl::Status slept = co_await flow.Try(flow.Sleep(absl::Seconds(1)));
    if (!slept.ok()) throw FlowFailure("WRONG", "it failed");
  }));
  EXPECT_TRUE(context_.with_errors());
  TestFlowContext other;
  Prepare(other);
  EXPECT_OK(other.Run([](FlowContext& flow) -> Flow<void> {
    co_await flow.Try(flow.Call(kFail, TextOf("NO")));
    flow.SetWithErrors(false);
  }));
  EXPECT_FALSE(other.with_errors());
}

TEST_F(ConcurrentFlowTest, ForEachHasNoMoreAtWorkThanItsLimit) {
  constexpr int kItems = 1000;
  constexpr int kLimit = 4;
  context_.ShuffleOutcomes(7);
  const auto result = context_.Run([](FlowContext& flow) -> Flow<int> {
    std::vector<int> items(kItems);
    for (int i = 0; i < kItems; ++i) items[static_cast<size_t>(i)] = i;
    const std::vector<Text> all =
        co_await flow.ForEach(items, [&](int item) { return flow.Call(kEcho, TextOf(std::to_string(item))); })
            .Limit(kLimit);
    int in_place = 0;
    for (int i = 0; i < kItems; ++i) in_place += all[static_cast<size_t>(i)].value() == std::to_string(i) ? 1 : 0;
    co_return in_place;
  });
  EXPECT_THAT(result, IsOkAndHolds(kItems));
  ASSERT_EQ(context_.asked().size(), static_cast<size_t>(kItems));
  for (int i = 0; i < kItems; ++i) {
    EXPECT_EQ(context_.asked()[static_cast<size_t>(i)].after, std::max(0, i - kLimit + 1)) << i;
    EXPECT_EQ(context_.keys()[static_cast<size_t>(i)], "each#1/" + std::to_string(i));
  }
}

TEST_F(ConcurrentFlowTest, ForEachFailsFastAndBeginsNothingMore) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<int> {
    const std::vector<std::string> items = {"a", "b", "c", "d", "e"};
    const auto all = co_await flow.Try(
        flow.ForEach(items,
                     [&](const std::string& item) { return flow.Call(item == "b" ? kFail : kEcho, TextOf(item)); })
            .Limit(2));
    co_return all.ok() ? 1 : 0;
  });
  EXPECT_THAT(result, IsOkAndHolds(0));
  EXPECT_EQ(context_.asked().size(), 3u);
  EXPECT_OK(context_.Replay());
}

TEST_F(ConcurrentFlowTest, WhatTheFunctionOfAForEachThrowsIsTheFailureOfItsElement) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<int> {
    const std::vector<int> items = {0, 1, 2};
    co_await flow
        .ForEach(items,
                 [&](int item) {
                   if (item == 2) throw std::out_of_range("beyond");
                   return flow.Call(kEcho, TextOf("a"));
                 })
        .Limit(1);
    co_return 0;
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(FailureFrom(result.status()).reason(), "EXCEPTION");
  EXPECT_EQ(context_.asked().size(), 2u);
}

Flow<int> Nested(FlowContext& flow, int depth) {
  if (depth == 0) {
    co_await flow.Call(kEcho, TextOf("leaf"));
    co_return 1;
  }
  const auto [left, right] = co_await flow.All(Nested(flow, depth - 1), Nested(flow, depth - 1));
  co_return left + right;
}

TEST_F(ConcurrentFlowTest, FlowsThatDivideThemselvesMeetAgain) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    TestFlowContext context;
    Prepare(context);
    context.ShuffleOutcomes(seed);
    EXPECT_THAT(context.Run(Nested, 5), IsOkAndHolds(32));
    EXPECT_OK(context.Replay());
  }
}

}  // namespace
}  // namespace flowmesh::sdk
