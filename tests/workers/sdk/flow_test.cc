#include "workers/sdk/flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/status_matchers.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::IsOkAndHolds;

Flow<int> Number(FlowContext& flow, int n) {
  flow.Info(std::to_string(n));
  co_return n;
}

Flow<int> Sum(FlowContext& flow, int n) {
  int sum = 0;
  for (int i = 1; i <= n; ++i) {
    Flow<int> one = Number(flow, i);
    sum += co_await std::move(one);
  }
  co_return sum;
}

Flow<void> Announce(FlowContext& flow, std::string text) {
  flow.Output(text);
  co_return;
}

TEST(FlowTest, ABodyRunsOnlyWhenItIsAwaited) {
  TestFlowContext context;
  Flow<int> flow = Number(context, 1);
  EXPECT_TRUE(context.told().events().empty());
  EXPECT_THAT(context.Run(std::move(flow)), IsOkAndHolds(1));
  EXPECT_EQ(context.told().logs().size(), 1u);
}

TEST(FlowTest, FlowsAwaitFlowsInOrder) {
  TestFlowContext context;
  EXPECT_THAT(context.Run(Sum(context, 4)), IsOkAndHolds(10));
  ASSERT_EQ(context.told().logs().size(), 4u);
  EXPECT_EQ(context.told().logs()[3].message(), "4");
}

TEST(FlowTest, ManyFlowsInARowUseNoStack) {
  TestFlowContext context;
  EXPECT_THAT(context.Run(Sum(context, 50'000)), IsOkAndHolds(1'250'025'000));
}

Flow<int> ThrowFailure(FlowContext& /*flow*/) {
  throw FlowFailure("NO_INK", "the pen is dry", true);
  co_return 0;
}

Flow<std::string> CatchFailure(FlowContext& flow) {
  std::string reason;
  try {
    Flow<int> risky = ThrowFailure(flow);
    co_await std::move(risky);
  } catch (const FlowFailure& failure) {
    reason = failure.failure().reason();
  }
  Flow<void> announce = Announce(flow, reason);
  co_await std::move(announce);
  co_return reason;
}

TEST(FlowTest, AFailureReachesTheAwaitingFlow) {
  TestFlowContext context;
  EXPECT_THAT(context.Run(CatchFailure(context)), IsOkAndHolds(std::string("NO_INK")));
  EXPECT_EQ(context.told().output(), "NO_INK");
}

TEST(FlowTest, AFailureThatNobodyCatchesIsTheResult) {
  TestFlowContext context;
  const absl::StatusOr<int> result = context.Run(ThrowFailure(context));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(FailureFrom(result.status()).reason(), "NO_INK");
  EXPECT_TRUE(FailureFrom(result.status()).retryable());
}

Flow<int> WaitForCancel(FlowContext& flow, std::shared_ptr<int> held) {
  flow.Info("waits");
  co_await flow.Cancelled();
  co_return *held;
}

TEST(FlowTest, AWaitingFlowIsResumedByACancel) {
  TestFlowContext context;
  std::thread canceller([&] {
    context.told().WaitForEvents(1);
    context.Cancel();
  });
  EXPECT_THAT(context.Run(WaitForCancel(context, std::make_shared<int>(7))), IsOkAndHolds(7));
  canceller.join();
}

TEST(FlowTest, DestroyingAWaitingFlowDestroysWhatItHolds) {
  const auto held = std::make_shared<int>(7);
  TestFlowContext context;
  {
    Flow<int> flow = WaitForCancel(context, held);
    flow.BeginIn(&context.machine());
    context.machine().Run();
    EXPECT_FALSE(flow.done());
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace flowmesh::sdk
