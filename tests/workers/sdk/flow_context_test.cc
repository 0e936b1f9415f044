#include "workers/sdk/flow_context.h"

#include <gtest/gtest.h>

#include <string>

#include "workers/sdk/failure.h"
#include "workers/sdk/outbox.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::sdk {
namespace {

TEST(FlowContextTest, TimeIsWhenTheExecutionWasCreated) {
  AttemptInfo info;
  info.execution_id = "018bcfe5-6800-7001-8000-000000000001";
  TestFlowContext context(info);
  EXPECT_EQ(context.Now(), absl::FromUnixMillis(1'700'000'000'000));
}

TEST(FlowContextTest, AFullOutboxDropsLinesCountsThemAndRefusesOutput) {
  Outbox outbox(v1::AttemptId(), {.max_entries = 1, .max_batch_events = 1}, [] {});
  Cancellation cancellation;
  FlowMachine machine(nullptr, /*replayed=*/0);
  FlowContext context({}, &outbox, &cancellation, &machine);
  context.Info("kept");
  context.Info("dropped");
  context.Progress(50);
  try {
    context.Output("x");
    ADD_FAILURE() << "output was taken";
  } catch (const FlowFailure& failure) {
    EXPECT_EQ(failure.failure().reason(), "LIMIT");
    EXPECT_TRUE(failure.failure().retryable());
  }
  v1::WorkerFrame frame;
  outbox.TakeUnsent(1 << 20, &frame);
  ASSERT_EQ(frame.entries_size(), 1);
  EXPECT_EQ(frame.entries(0).events().events(0).log().message(), "kept");
  outbox.Ack(1);
  context.Info("kept again");
  frame.Clear();
  outbox.TakeUnsent(1 << 20, &frame);
  ASSERT_EQ(frame.entries_size(), 2);
  EXPECT_EQ(frame.entries(0).events().events(0).log().message(), "2 log lines or progress reports were dropped here");
  EXPECT_EQ(frame.entries(1).events().events(0).log().message(), "kept again");
}

}  // namespace
}  // namespace flowmesh::sdk
