// How flows name their calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/text_calls.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FlowKeysTest : public ::testing::Test {
 protected:
  FlowKeysTest() {
    context_.OnCall(kEcho, [](const Text& input) -> absl::StatusOr<Text> { return input; });
  }

  // Runs a flow that must fail for its keys.
  template <typename Code>
  v1::Failure FailureOf(Code code) {
    const auto result = context_.Run(code);
    EXPECT_FALSE(result.ok());
    return result.ok() ? v1::Failure() : FailureFrom(result.status());
  }

  TestFlowContext context_;
};

Flow<int> EchoTwice(FlowContext& flow) {
  co_await flow.Call(kEcho, TextOf("a"));
  co_await flow.Call(kEcho, TextOf("b")).Key("named");
  co_return 2;
}

TEST_F(FlowKeysTest, EveryFlowThatIsAwaitedHasItsOwnScope) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<int> {
    int calls = co_await EchoTwice(flow);
    calls += co_await EchoTwice(flow);
    calls += co_await flow.Named("third", EchoTwice(flow));
    calls += co_await EchoTwice(flow).SharingScope();
    co_return calls;
  });
  EXPECT_THAT(result, testing::IsOkAndHolds(8));
  EXPECT_THAT(context_.keys(), ElementsAre("flow#1/echo#1", "flow#1/named", "flow#2/echo#1", "flow#2/named",
                                           "third/echo#1", "third/named", "echo#1", "named"));
  EXPECT_OK(context_.Replay());
}

TEST_F(FlowKeysTest, AllGivesKeysFromLeftToRightAndBranchesHaveScopes) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<int> {
    co_await flow.All(flow.Call(kEcho, TextOf("a")), EchoTwice(flow), flow.Try(flow.Call(kEcho, TextOf("b"))),
                      flow.Try(EchoTwice(flow)), flow.Sleep(absl::Seconds(1)),
                      flow.All(flow.Call(kEcho, TextOf("c")), EchoTwice(flow)),
                      flow.Named("pair", flow.All(flow.Call(kEcho, TextOf("c")), EchoTwice(flow))));
    co_await flow.Call(kEcho, TextOf("d"));
    co_return 0;
  });
  EXPECT_OK(result);
  EXPECT_THAT(context_.keys(), ElementsAre("echo#1", "flow#1/echo#1", "echo#2", "flow#2/echo#1", "sleep#1", "echo#3",
                                           "flow#3/echo#1", "pair/echo#1", "pair/flow#1/echo#1", "flow#1/named",
                                           "flow#2/named", "flow#3/named", "pair/flow#1/named", "echo#4"));
  EXPECT_OK(context_.Replay());
}

TEST_F(FlowKeysTest, ElementsAreNumberedOrNamed) {
  const auto result = context_.Run([](FlowContext& flow) -> Flow<int> {
    const std::vector<std::string> items = {"x", "y"};
    co_await flow.ForEach(items, [&](const std::string& item) { return flow.Call(kEcho, TextOf(item)); });
    co_await flow.ForEach(items, [&](const std::string&) { return EchoTwice(flow); }).Key([](const std::string& item) {
      return item;
    });
    co_await flow.Named("last", flow.ForEach(items, [&](const std::string& item) {
      return flow.Call(kEcho, TextOf(item)).Key("own");
    }));
    co_return 0;
  });
  EXPECT_OK(result);
  EXPECT_THAT(context_.keys(), ElementsAre("each#1/0", "each#1/1", "x/echo#1", "y/echo#1", "x/named", "y/named",
                                           "last/0/own", "last/1/own"));
  EXPECT_OK(context_.Replay());
}

TEST_F(FlowKeysTest, AKeyThatIsUsedTwiceEndsTheAttempt) {
  const v1::Failure failure = FailureOf([](FlowContext& flow) -> Flow<int> {
    for (int i = 0; i < 2; ++i) co_await flow.Try(flow.Call(kEcho, TextOf("a")).Key("same"));
    co_return 0;
  });
  EXPECT_EQ(failure.reason(), "KEY_DUPLICATE");
  EXPECT_FALSE(failure.retryable());
  EXPECT_THAT(failure.message(), HasSubstr("'same'"));
}

TEST_F(FlowKeysTest, AStepThatIsRepeatedWantsAnotherKey) {
  const v1::Failure failure = FailureOf([](FlowContext& flow) -> Flow<int> {
    for (int i = 0; i < 2; ++i) co_await flow.Run("draft", [] { return absl::OkStatus(); });
    co_return 0;
  });
  EXPECT_EQ(failure.reason(), "KEY_DUPLICATE");
}

TEST_F(FlowKeysTest, NamesThatKeysCannotHoldEndTheAttempt) {
  EXPECT_EQ(FailureOf([](FlowContext& flow) -> Flow<int> {
              co_await flow.Call(kEcho, TextOf("a")).Key("a/b");
              co_return 0;
            }).reason(),
            "KEY_INVALID");
  TestFlowContext second;
  const auto result = second.Run([](FlowContext& flow) -> Flow<int> {
    const std::vector<int> items = {1};
    co_await flow.ForEach(items, [&](int) { return EchoTwice(flow); }).Key([](int) { return std::string("#"); });
    co_return 0;
  });
  EXPECT_EQ(FailureFrom(result.status()).reason(), "KEY_INVALID");
}

Flow<int> Deeper(FlowContext& flow, int depth) {
  if (depth == 0) co_return co_await EchoTwice(flow);
  co_return co_await Deeper(flow, depth - 1);
}

TEST_F(FlowKeysTest, KeysOfFlowsThatNestTooDeeplyEndTheAttempt) {
  const v1::Failure failure = FailureOf([](FlowContext& flow) -> Flow<int> { co_return co_await Deeper(flow, 80); });
  EXPECT_EQ(failure.reason(), "KEY_INVALID");
  EXPECT_THAT(failure.message(), HasSubstr("512"));
}

}  // namespace
}  // namespace flowmesh::sdk
