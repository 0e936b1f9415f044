#include "server/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>

#include "tests/support/seeded_random.h"

namespace flowmesh::base {
namespace {

TEST(SecureRandomTest, ValuesDoNotRepeatAcrossBlocks) {
  SecureRandom random;
  std::set<uint64_t> seen;
  for (int i = 0; i < 5000; ++i) EXPECT_TRUE(seen.insert(random.Next()).second);
}

TEST(SecureRandomTest, HalfOfTheBitsAreSet) {
  SecureRandom random;
  int set_bits = 0;
  for (int i = 0; i < 10'000; ++i) set_bits += std::popcount(random.Next());
  EXPECT_NEAR(set_bits, 320'000, 4000);  // ten standard deviations
}

TEST(RandomSourceTest, UniformStaysBelowOneAndCoversTheRange) {
  testing::SeededRandom random;
  double low = 1;
  double high = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = random.NextUniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    low = std::min(low, value);
    high = std::max(high, value);
  }
  EXPECT_LT(low, 0.01);
  EXPECT_GT(high, 0.99);
}

TEST(RandomSourceTest, BytesHaveTheSizeThatWasAskedFor) {
  testing::SeededRandom random;
  EXPECT_EQ(random.NextBytes(0), "");
  EXPECT_EQ(random.NextBytes(13).size(), 13U);
  EXPECT_NE(random.NextBytes(16), random.NextBytes(16));
}

TEST(SeededRandomTest, TheSameSeedGivesTheSameBits) {
  testing::SeededRandom a(9);
  testing::SeededRandom b(9);
  testing::SeededRandom c(10);
  const std::string bytes = a.NextBytes(64);
  EXPECT_EQ(bytes, b.NextBytes(64));
  EXPECT_NE(bytes, c.NextBytes(64));
}

}  // namespace
}  // namespace flowmesh::base
