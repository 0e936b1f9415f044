#include "server/base/clock.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "tests/support/manual_clock.h"

namespace flowmesh::base {
namespace {

TEST(SystemClockTest, LiesBetweenTwoReadingsOfTheMachine) {
  SystemClock clock;
  const absl::Time before = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
  const absl::Time now = clock.Now();
  EXPECT_GE(now, before);
  EXPECT_LE(now, absl::Now());
}

TEST(SystemClockTest, NeverDecreasesInAnyThread) {
  SystemClock clock;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&clock] {
      absl::Time last = clock.Now();
      for (int reading = 0; reading < 2000; ++reading) {
        const absl::Time now = clock.Now();
        ASSERT_GE(now, last);
        last = now;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ManualClockTest, MovesOnlyWhenTold) {
  testing::ManualClock clock(absl::FromUnixSeconds(100));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(100));
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(105));
  clock.SetTime(absl::FromUnixSeconds(7));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(7));
}

}  // namespace
}  // namespace flowmesh::base
