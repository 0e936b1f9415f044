#include "workers/models/builtin/objectives/bloom_level.h"

#include <gtest/gtest.h>

#include "tests/workers/models/builtin/objectives/known_verbs.h"

namespace flowmesh::models {
namespace {

TEST(BloomLevelTest, NamesAreReadBackWhateverTheirCase) {
  for (int i = 0; i < kBloomLevels; ++i) {
    const BloomLevel level = static_cast<BloomLevel>(i);
    EXPECT_EQ(ParseBloomLevel(NameOf(level)), level);
  }
  EXPECT_EQ(ParseBloomLevel("Analyze"), BloomLevel::kAnalyze);
  EXPECT_EQ(ParseBloomLevel("synthesis"), std::nullopt);
  EXPECT_EQ(ParseBloomLevel(""), std::nullopt);
}

TEST(BloomLevelTest, VerbsHaveTheLevelOfTheHandbooks) {
  for (const auto& [verb, level] : KnownVerbs()) EXPECT_EQ(LevelOfVerb(verb), level) << verb;
  EXPECT_EQ(LevelOfVerb("Design"), BloomLevel::kCreate);
  EXPECT_EQ(LevelOfVerb("know"), std::nullopt);
  EXPECT_EQ(LevelOfVerb("appreciate"), std::nullopt);
  EXPECT_EQ(LevelOfVerb("use plan"), std::nullopt);
  EXPECT_EQ(LevelOfVerb(""), std::nullopt);
}

}  // namespace
}  // namespace flowmesh::models
