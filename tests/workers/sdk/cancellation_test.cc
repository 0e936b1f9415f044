#include "workers/sdk/cancellation.h"

#include <gtest/gtest.h>

#include <thread>

namespace flowmesh::sdk {
namespace {

TEST(CancellationTest, TheFirstReasonStays) {
  Cancellation cancellation;
  EXPECT_FALSE(cancellation.cancelled());
  EXPECT_EQ(cancellation.reason(), "");
  cancellation.Cancel("TIMEOUT");
  cancellation.Cancel("CANCELLED");
  EXPECT_TRUE(cancellation.cancelled());
  EXPECT_FALSE(cancellation.fenced());
  EXPECT_EQ(cancellation.reason(), "TIMEOUT");
}

TEST(CancellationTest, FencingCancelsToo) {
  Cancellation cancellation;
  cancellation.Fence();
  EXPECT_TRUE(cancellation.cancelled());
  EXPECT_TRUE(cancellation.fenced());
  EXPECT_EQ(cancellation.reason(), "FENCED");
}

TEST(CancellationTest, AWaitingThreadIsWoken) {
  Cancellation cancellation;
  EXPECT_FALSE(cancellation.WaitFor(absl::ZeroDuration()));
  std::thread canceller([&] { cancellation.Cancel("CANCELLED"); });
  EXPECT_TRUE(cancellation.WaitFor(absl::InfiniteDuration()));
  canceller.join();
}

TEST(CancellationTest, TheCallbackHearsEveryStepOnce) {
  Cancellation cancellation;
  int calls = 0;
  cancellation.OnChange([&] { ++calls; });
  cancellation.Cancel("CANCELLED");
  cancellation.Cancel("CANCELLED");
  EXPECT_EQ(calls, 1);
  cancellation.Fence();
  cancellation.Fence();
  EXPECT_EQ(calls, 2);
}

TEST(CancellationTest, ALateCallbackIsCalledAtOnce) {
  Cancellation cancellation;
  cancellation.Cancel("CANCELLED");
  int calls = 0;
  cancellation.OnChange([&] { ++calls; });
  EXPECT_EQ(calls, 1);
  cancellation.OnChange(nullptr);
  cancellation.Fence();
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace flowmesh::sdk
