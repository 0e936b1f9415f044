#include "workers/sdk/execution_random.h"

#include <gtest/gtest.h>

#include <vector>

namespace flowmesh::sdk {
namespace {

TEST(ExecutionRandomTest, EqualNamesGiveEqualNumbers) {
  ExecutionRandom a("one");
  ExecutionRandom b("one");
  ExecutionRandom c("two");
  EXPECT_EQ(a.seed(), b.seed());
  EXPECT_NE(a.seed(), c.seed());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.Next(), b.Next());
  EXPECT_NE(a.Next(), c.Next());
}

TEST(ExecutionRandomTest, TheSequenceIsTheSameOnEveryMachine) {
  EXPECT_EQ(ExecutionRandom("").seed(), 0xe3b0c44298fc1c14u);  // SHA-256 of nothing begins like this
}

TEST(ExecutionRandomTest, EveryValueOfARangeComes) {
  ExecutionRandom random("dice");
  std::vector<int> seen(6);
  for (int i = 0; i < 600; ++i) ++seen[random.Uniform(6)];
  for (int count : seen) EXPECT_GT(count, 50);
  EXPECT_EQ(random.Uniform(0), 0u);
  EXPECT_EQ(random.Uniform(1), 0u);
}

}  // namespace
}  // namespace flowmesh::sdk
