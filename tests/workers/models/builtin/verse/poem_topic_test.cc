#include "workers/models/builtin/verse/poem_topic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workers/models/builtin/verse/guessed_stress.h"

namespace flowmesh::models {
namespace {

using ::testing::Contains;
using ::testing::Field;

std::string NameOf(absl::string_view title) { return ReadTopic(title, "").names[0].text; }

TEST(PoemTopicTest, TitlesBecomeNounPhrases) {
  EXPECT_EQ(NameOf("Autumn rain"), "autumn rain");
  EXPECT_EQ(NameOf("The Old Lighthouse"), "the old lighthouse");
  EXPECT_EQ(NameOf("Lighthouse"), "the lighthouse");
  EXPECT_EQ(NameOf("Debugging at night"), "debugging at night");
  EXPECT_EQ(NameOf("Grandmother"), "my grandmother");
  EXPECT_EQ(NameOf("My cat who hates Mondays"), "my cat");
  EXPECT_EQ(NameOf("Ode to coffee"), "coffee");
  EXPECT_EQ(NameOf("When I was young"), "“when I was young”");
}

TEST(PoemTopicTest, NamesKeepTheirCapitals) {
  EXPECT_EQ(NameOf("Kubernetes"), "Kubernetes");
  EXPECT_EQ(NameOf("Moja babcia"), "Moja babcia");
  EXPECT_EQ(NameOf("monday"), "Monday");
}

TEST(PoemTopicTest, DescriptionsGiveTheirNouns) {
  const PoemTopic topic =
      ReadTopic("Autumn rain", "It fell on the windows while my grandmother baked bread and remembered Warsaw.");
  for (const char* noun : {"the windows", "my grandmother", "the bread", "Warsaw"}) {
    EXPECT_THAT(topic.extras, Contains(Field(&TopicPhrase::text, noun)));
  }
}

TEST(PoemTopicTest, TheSubjectChoosesTheImagery) {
  EXPECT_EQ(ReadTopic("The old lighthouse", "").main_theme, kSea);
  EXPECT_EQ(ReadTopic("Debugging at noon", "").main_theme, kCode);
  EXPECT_EQ(ReadTopic("Moja babcia", "").main_theme, kHome);
}

TEST(GuessedStressTest, UnknownWordsGetTheSyllablesOfTheirSpelling) {
  EXPECT_EQ(GuessStress("Bratislava").size(), 4u);
  EXPECT_EQ(GuessStress("bureaucracies").size(), 4u);
  EXPECT_EQ(GuessStress("XML"), "xx1");
  EXPECT_EQ(GuessStress("日本").size(), 2u);
}

}  // namespace
}  // namespace flowmesh::models
