#include "server/base/backoff.h"

#include <gtest/gtest.h>

#include <limits>

namespace flowmesh::base {
namespace {

constexpr double kAlmostOne = 1.0 - std::numeric_limits<double>::epsilon();

TEST(BackoffTest, TheBoundDoublesFromFailureToFailureUntilTheCap) {
  const RetryPolicy policy;
  const double expected_seconds[] = {1, 2, 4, 8, 16, 32, 60, 60};
  for (int failures = 1; failures <= 8; ++failures) {
    const absl::Duration delay = FullJitterDelay(policy, failures, kAlmostOne);
    EXPECT_NEAR(absl::ToDoubleSeconds(delay), expected_seconds[failures - 1], 1e-6) << failures;
  }
}

TEST(BackoffTest, TheDelayIsTheUniformShareOfTheBound) {
  const RetryPolicy policy;
  EXPECT_EQ(FullJitterDelay(policy, 3, 0.0), absl::ZeroDuration());
  EXPECT_EQ(FullJitterDelay(policy, 3, 0.25), absl::Seconds(1));
  EXPECT_EQ(FullJitterDelay(policy, 3, 0.5), absl::Seconds(2));
}

TEST(BackoffTest, AnAbsurdNumberOfFailuresStaysAtTheCap) {
  const RetryPolicy policy;
  EXPECT_EQ(FullJitterDelay(policy, 1'000'000, 0.5), absl::Seconds(30));
}

TEST(BackoffTest, ZeroFailuresCountAsTheFirst) {
  const RetryPolicy policy;
  EXPECT_EQ(FullJitterDelay(policy, 0, 0.5), absl::Milliseconds(500));
}

TEST(BackoffTest, AnInitialDelayAboveTheCapIsCutToIt) {
  const RetryPolicy policy = {
      .max_failures = 5, .initial = absl::Minutes(5), .multiplier = 2, .cap = absl::Seconds(10)};
  EXPECT_EQ(FullJitterDelay(policy, 1, 0.5), absl::Seconds(5));
}

}  // namespace
}  // namespace flowmesh::base
