// Flows that are told to stop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/text_calls.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::IsOkAndHolds;

class FlowCancelTest : public ::testing::Test {
 protected:
  FlowCancelTest() {
    // The cancel comes while the flow waits for this answer.
    context_.OnCall(kEcho, [this](const Text& input) -> absl::StatusOr<Text> {
      context_.Cancel();
      return input;
    });
  }

  template <typename Code>
  std::string ReasonOf(Code code) {
    const auto result = context_.Run(code);
    return result.ok() ? "OK" : FailureFrom(result.status()).reason();
  }

  TestFlowContext context_;
};

TEST_F(FlowCancelTest, WhatAFlowAwaitsThrowsAndDestructorsRun) {
  const auto held = std::make_shared<int>();
  EXPECT_EQ(ReasonOf([&](FlowContext& flow) -> Flow<int> {
              const std::shared_ptr<int> holds = held;
              co_await flow.All(flow.Sleep(absl::Hours(1)), flow.Call(kEcho, TextOf("a")));
              co_return 0;
            }),
            "CANCELLED");
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(FlowCancelTest, CleaningUpMayNotAwait) {
  int cleaned = 0;
  EXPECT_EQ(ReasonOf([&](FlowContext& flow) -> Flow<int> {
              bool cancelled = false;
              try {
                co_await flow.Call(kEcho, TextOf("a"));
              } catch (const FlowFailure& failure) {
                cancelled = failure.failure().reason() == "CANCELLED";
              }
              if (cancelled) ++cleaned;
              co_await flow.Call(kEcho, TextOf("b"));
              ++cleaned;
              co_return 0;
            }),
            "CANCELLED");
  EXPECT_EQ(cleaned, 1);
  EXPECT_EQ(context_.asked().size(), 1u);
}

TEST_F(FlowCancelTest, TryDoesNotHoldUpACancel) {
  EXPECT_EQ(ReasonOf([](FlowContext& flow) -> Flow<int> {
              while (true) {
                const auto tried = co_await flow.Try(flow.Call(kEcho, TextOf("a")));
                if (!tried.ok()) continue;
              }
            }),
            "CANCELLED");
}

TEST_F(FlowCancelTest, AFlowThatAwaitsOnAndOnIsStopped) {
  EXPECT_EQ(ReasonOf([](FlowContext& flow) -> Flow<int> {
              while (true) {
                try {
                  co_await flow.Call(kEcho, TextOf("a"));
                } catch (const FlowFailure&) {
                  continue;
                }
              }
            }),
            "CANCELLED");
}

TEST_F(FlowCancelTest, BodiesThatWaitForTheCancelGoOnFirstAndOneByOne) {
  std::string order;
  EXPECT_EQ(ReasonOf([&](FlowContext& flow) -> Flow<int> {
              const auto hear = [&](FlowContext& inner, std::string name) -> Flow<int> {
                co_await inner.Cancelled();
                order += name;
                throw FlowFailure("HEARD", name);
              };
              const auto outer = [&](FlowContext& inner) -> Flow<int> {
                co_await inner.All(hear(inner, "a"), hear(inner, "b"), inner.Sleep(absl::Hours(1)));
                co_return 0;
              };
              co_await flow.All(outer(flow), outer(flow), flow.Call(kEcho, TextOf("x")));
              co_return 0;
            }),
            "HEARD");
  EXPECT_EQ(order.size(), 1u) << "the first that fails ends all around it";
}

TEST_F(FlowCancelTest, AFlowMayStillGiveItsResult) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<int> {
    try {
      co_await flow.All(flow.Call(kEcho, TextOf("a")), flow.Cancelled());
    } catch (const FlowFailure&) {
    }
    co_await flow.Cancelled();
    co_return 7;
  });
  EXPECT_THAT(result, IsOkAndHolds(7));
}

TEST_F(FlowCancelTest, AnOpenTaskOutsideIsCancelledOnceItIsAwaited) {
  EXPECT_EQ(ReasonOf([](FlowContext& flow) -> Flow<int> {
              ExternalWait<Text> approval = co_await flow.External<Text>();
              try {
                co_await flow.Call(kEcho, TextOf("a"));
              } catch (const FlowFailure&) {
              }
              co_await approval;
              co_return 0;
            }),
            "CANCELLED");
  TestFlowContext context;
  context.OnCall(kEcho, [&](const Text& input) -> absl::StatusOr<Text> {
    context.Cancel();
    return input;
  });
  const auto result = context.Run([](FlowContext& flow) -> Flow<int> {
    co_await flow.Call(kEcho, TextOf("a")).Key("first");
    ExternalWait<Text> approval = co_await flow.External<Text>();
    co_await approval;
    co_return 0;
  });
  EXPECT_EQ(FailureFrom(result.status()).reason(), "CANCELLED");
}

}  // namespace
}  // namespace flowmesh::sdk
