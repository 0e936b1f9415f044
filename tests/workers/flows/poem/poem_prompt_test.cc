#include "workers/flows/poem/poem_prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowmesh::flows {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PoemPromptTest, AsksForTheFormAndNamesTheSubject) {
  const auto messages = PoemPrompt({.title = "The sea", .description = "a late ship", .form = "haiku"});
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].role, models::ChatRole::kSystem);
  EXPECT_THAT(messages[0].text, Not(HasSubstr("sea")));
  EXPECT_EQ(messages[1].role, models::ChatRole::kUser);
  EXPECT_THAT(messages[1].text, HasSubstr("<title>\nThe sea\n</title>"));
  EXPECT_THAT(messages[1].text, HasSubstr("<details>\na late ship\n</details>"));
  EXPECT_THAT(messages[1].text, HasSubstr("a haiku: 3 lines"));
}

TEST(PoemPromptTest, EveryFormHasARuleOfItsOwn) {
  std::set<std::string> prompts;
  for (const char* form : {"sonnet", "ballad", "limerick", "haiku", "couplets", "free"}) {
    prompts.insert(PoemPrompt({.title = "The sea", .form = form})[1].text);
    EXPECT_GE(UsualLines(form), 3);
  }
  EXPECT_EQ(prompts.size(), 6u);
  EXPECT_THAT(*prompts.begin(), Not(HasSubstr("details")));
  EXPECT_TRUE(HasFixedLines("sonnet"));
  EXPECT_FALSE(HasFixedLines("free"));
}

}  // namespace
}  // namespace flowmesh::flows
