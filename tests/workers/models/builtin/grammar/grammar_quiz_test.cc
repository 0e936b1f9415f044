#include "workers/models/builtin/grammar/grammar_quiz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace flowmesh::models {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Lt;
using ::testing::SizeIs;

QuizWish LearnerOfTheSeed() {
  QuizWish wish;
  wish.level = "Advanced";
  wish.profession = "software engineer";
  wish.topics = {"cloud computing",
                 "API design and integration",
                 "debugging and error handling",
                 "agile and scrum methodologies",
                 "system security and best practices",
                 "databases and SQL optimization"};
  wish.skills = {"subjunctive mood in formal requests", "gerunds vs infinitives", "prepositions in technical contexts",
                 "past perfect tense in bug reporting"};
  wish.seed = 42;
  wish.count = 11;
  return wish;
}

std::vector<QuizItem> Items(const QuizWish& wish) {
  const absl::StatusOr<QuizItems> items = WriteQuizItems(wish);
  EXPECT_TRUE(items.ok()) << items.status();
  return items.ok() ? items->items : std::vector<QuizItem>();
}

std::vector<std::string> Sentences(const QuizWish& wish) {
  std::vector<std::string> sentences;
  for (const QuizItem& item : Items(wish)) sentences.push_back(item.sentence);
  return sentences;
}

std::string Everything(const QuizItem& item) {
  std::string text = item.sentence + "\n" + item.explanation + "\n" + item.type + "\n" + item.difficulty + "\n" +
                     item.context + "\n" + item.skill + "\n" + std::to_string(item.correct);
  for (const std::string& option : item.options) text += "\n" + option;
  return text;
}

TEST(GrammarQuizTest, AllSkillsAndTopicsOfTheLearnerAreServed) {
  const QuizWish wish = LearnerOfTheSeed();
  const absl::StatusOr<QuizItems> items = WriteQuizItems(wish);
  ASSERT_TRUE(items.ok()) << items.status();
  EXPECT_THAT(items->skills_not_covered, IsEmpty());
  ASSERT_THAT(items->items, SizeIs(11));
  std::map<std::string, int> skills, topics;
  for (const QuizItem& item : items->items) {
    ++skills[item.skill];
    ++topics[item.context];
    EXPECT_THAT(item.difficulty, testing::AnyOf("advanced", "intermediate"));
  }
  std::vector<std::string> names;
  for (const auto& [name, count] : skills) {
    names.push_back(name);
    EXPECT_THAT(count, AllOf(Gt(1), Lt(4))) << name;
  }
  EXPECT_THAT(names, ElementsAre("dependent prepositions", "gerunds and infinitives", "past perfect", "subjunctive"));
  EXPECT_THAT(topics, SizeIs(6));
  for (const std::string& topic : wish.topics) EXPECT_THAT(topics[topic], Gt(0)) << topic;
}

TEST(GrammarQuizTest, PiecesOfAQuizAreTheQuiz) {
  QuizWish whole = LearnerOfTheSeed();
  whole.count = 50;
  const std::vector<QuizItem> all = Items(whole);
  ASSERT_THAT(all, SizeIs(50));
  for (int first = 0; first < 50; first += 10) {
    QuizWish piece = whole;
    piece.first = first;
    piece.count = 10;
    const std::vector<QuizItem> some = Items(piece);
    ASSERT_THAT(some, SizeIs(10));
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(Everything(some[static_cast<size_t>(i)]), Everything(all[static_cast<size_t>(first + i)]));
    }
  }
}

TEST(GrammarQuizTest, OtherSeedsGiveOtherQuizzes) {
  std::set<std::vector<std::string>> quizzes;
  QuizWish wish = LearnerOfTheSeed();
  for (wish.seed = 0; wish.seed < 100; ++wish.seed) quizzes.insert(Sentences(wish));
  EXPECT_THAT(quizzes, SizeIs(100));
}

TEST(GrammarQuizTest, RightAnswersAreSpreadEvenly) {
  std::map<int, int> places;
  QuizWish wish = LearnerOfTheSeed();
  wish.count = 50;
  for (wish.seed = 0; wish.seed < 20; ++wish.seed) {
    for (const QuizItem& item : Items(wish)) ++places[item.correct];
  }
  ASSERT_THAT(places, SizeIs(4));
  for (const auto& [place, count] : places) EXPECT_THAT(count, AllOf(Gt(230), Lt(270))) << place;
}

TEST(GrammarQuizTest, UnknownSkillsAreNamedAndTheOthersPractised) {
  QuizWish wish = LearnerOfTheSeed();
  wish.skills = {"pronunciation of vowels", "past perfect", "handwriting"};
  const absl::StatusOr<QuizItems> items = WriteQuizItems(wish);
  ASSERT_TRUE(items.ok()) << items.status();
  EXPECT_THAT(items->skills_not_covered, ElementsAre("pronunciation of vowels", "handwriting"));
  for (const QuizItem& item : items->items) EXPECT_EQ(item.skill, "past perfect");
}

TEST(GrammarQuizTest, WithUnknownSkillsAloneTheMessageSaysWhichThereAre) {
  QuizWish wish;
  wish.skills = {"pronunciation of vowels", "handwriting"};
  const absl::Status status = WriteQuizItems(wish).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("pronunciation of vowels"), HasSubstr("handwriting")));
  for (const std::string& skill : CoveredSkills()) EXPECT_THAT(std::string(status.message()), HasSubstr(skill));
}

TEST(GrammarQuizTest, PlacesOutOfRangeAreRefused) {
  for (const auto& [first, count] : {std::pair(-1, 10), std::pair(0, 0), std::pair(0, 51), std::pair(45, 6),
                                     std::pair(2147483647, 1), std::pair(1, 2147483647), std::pair(5, -1)}) {
    QuizWish wish;
    wish.first = first;
    wish.count = count;
    EXPECT_EQ(WriteQuizItems(wish).status().code(), absl::StatusCode::kInvalidArgument) << first << " " << count;
  }
}

TEST(GrammarQuizTest, TheSettingIsTheTopicThenTheSkillsTailThenTheProfession) {
  QuizWish wish;
  EXPECT_EQ(Items(wish)[0].context, "general");
  wish.profession = "nurse";
  EXPECT_EQ(Items(wish)[0].context, "nurse");
  wish.skills = {"past perfect in bug reporting"};
  EXPECT_EQ(Items(wish)[0].context, "bug reporting");
  wish.topics = {"beekeeping"};
  EXPECT_EQ(Items(wish)[0].context, "beekeeping");
  wish.topics = {"numismatics"};  // no words of it are known, and office words are not passed off as such
  EXPECT_EQ(Items(wish)[0].context, "general");
}

TEST(GrammarQuizTest, TheLevelChoosesTheSkillsWhereTheLearnerDoesNot) {
  std::map<std::string, std::set<std::string>> skills;
  for (const char* const level : {"beginner", "B1", "Advanced"}) {
    QuizWish wish;
    wish.level = level;
    wish.count = 50;
    for (const QuizItem& item : Items(wish)) skills[level].insert(item.skill);
    EXPECT_THAT(skills[level], SizeIs(Gt(3u)));
  }
  EXPECT_NE(skills["beginner"], skills["Advanced"]);
  EXPECT_FALSE(skills["beginner"].contains("subjunctive"));
  EXPECT_TRUE(skills["Advanced"].contains("subjunctive"));
}

}  // namespace
}  // namespace flowmesh::models
