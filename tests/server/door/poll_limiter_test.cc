#include "server/door/poll_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/base/error.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::ManualClock;
using ::flowmesh::testing::StatusIs;

// How many polls in a row are allowed, up to 1,000.
int Allowed(PollLimiter& limiter, const std::string& owner = "ann", const std::string& execution = "e") {
  int allowed = 0;
  while (allowed < 1000 && limiter.Poll(owner, execution).ok()) ++allowed;
  return allowed;
}

TEST(PollLimiterTest, AllowsABurstThenASteadyRate) {
  ManualClock clock;
  PollLimiter limiter(&clock);
  EXPECT_EQ(Allowed(limiter), 100);
  clock.Advance(absl::Seconds(1));
  EXPECT_EQ(Allowed(limiter), 10);
  clock.Advance(absl::Hours(1));
  EXPECT_EQ(Allowed(limiter), 100);
}

TEST(PollLimiterTest, SaysWhenToComeBack) {
  ManualClock clock;
  PollLimiter limiter(&clock);
  Allowed(limiter);
  const absl::Status refused = limiter.Poll("ann", "e");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(base::GetReason(refused), "POLLS_LIMITED");
  ASSERT_EQ(base::GetRetryDelay(refused), absl::Milliseconds(100));
  clock.Advance(*base::GetRetryDelay(refused));
  EXPECT_OK(limiter.Poll("ann", "e"));
}

TEST(PollLimiterTest, OwnersAndExecutionsDoNotShare) {
  ManualClock clock;
  PollLimiter limiter(&clock);
  Allowed(limiter, "ann", "e");
  EXPECT_EQ(Allowed(limiter, "ann", "f"), 100);
  EXPECT_EQ(Allowed(limiter, "bob", "e"), 100);
  EXPECT_EQ(Allowed(limiter, "an", "ne"), 100);
}

TEST(PollLimiterTest, ForgetsThePairsPolledLongestAgo) {
  ManualClock clock;
  PollLimiter limiter(&clock, {.pairs = 2});
  Allowed(limiter, "a");
  Allowed(limiter, "b");
  EXPECT_EQ(Allowed(limiter, "a"), 0);
  Allowed(limiter, "c");
  EXPECT_EQ(Allowed(limiter, "a"), 0) << "was polled after b";
  EXPECT_EQ(Allowed(limiter, "b"), 100);
}

TEST(PollLimiterTest, AClockThatWasSetBackGivesNothingAway) {
  ManualClock clock;
  PollLimiter limiter(&clock);
  Allowed(limiter);
  clock.Advance(-absl::Hours(1));
  EXPECT_EQ(Allowed(limiter), 0);
  clock.Advance(absl::Hours(1));
  EXPECT_EQ(Allowed(limiter), 0);
}

}  // namespace
}  // namespace flowmesh::door
