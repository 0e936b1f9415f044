// Every skill in many settings: the shape of the items, their English, and their right answers by a judge that knows
// none of the writer's rules.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/workers/models/builtin/grammar/english_forms.h"
#include "tests/workers/models/builtin/grammar/grammar_judge.h"
#include "workers/models/builtin/grammar/domain.h"
#include "workers/models/builtin/grammar/grammar_quiz.h"

namespace flowmesh::models {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr uint64_t kSeeds = 6;
constexpr const char* kLevels[] = {"beginner", "B2", "Advanced"};

std::string Replaced(const QuizItem& item) {
  std::string text = item.sentence;
  const std::string& right = item.options[static_cast<size_t>(item.correct)];
  const size_t gap = text.find("____");
  text.replace(gap, 4, right);
  return text;
}

std::string Shown(const QuizItem& item) {
  std::string text = absl::StrCat(item.skill, ": ", item.sentence);
  for (size_t i = 0; i < 4; ++i) {
    absl::StrAppend(&text, i == static_cast<size_t>(item.correct) ? " *" : " ", "[", item.options[i], "]");
  }
  return text;
}

class EverySkillTest : public ::testing::TestWithParam<std::string> {
 protected:
  using Quizzes = std::vector<std::vector<QuizItem>>;

  // Quizzes of fifty items: all settings, six seeds, all levels. Written once, looked at by every test.
  static const Quizzes& QuizzesOf(const std::string& skill) {
    static auto* const written = new std::map<std::string, Quizzes>();
    Quizzes& quizzes = (*written)[skill];
    if (!quizzes.empty()) return quizzes;
    for (const Domain& domain : AllDomains()) {
      for (uint64_t seed = 0; seed < kSeeds; ++seed) {
        QuizWish wish;
        wish.skills = {skill};
        wish.topics = {std::string(domain.name)};
        wish.level = kLevels[seed % 3];
        wish.seed = seed;
        wish.count = kMaxQuizItems;
        const absl::StatusOr<QuizItems> quiz = WriteQuizItems(wish);
        EXPECT_TRUE(quiz.ok()) << quiz.status();
        if (quiz.ok()) quizzes.push_back(quiz->items);
      }
    }
    return quizzes;
  }

  template <typename Look>
  void ForEachQuiz(Look look) {
    const Quizzes& quizzes = QuizzesOf(GetParam());
    ASSERT_THAT(quizzes, SizeIs(kSeeds * AllDomains().size()));
    for (const std::vector<QuizItem>& items : quizzes) {
      ASSERT_THAT(items, SizeIs(kMaxQuizItems));
      look(items);
    }
  }

  template <typename Look>
  void ForEachItem(Look look) {
    ForEachQuiz([&look](const std::vector<QuizItem>& items) {
      for (const QuizItem& item : items) look(item);
    });
  }
};

TEST_P(EverySkillTest, ItemsAreWellFormed) {
  ForEachItem([](const QuizItem& item) {
    const size_t gap = item.sentence.find("____");
    ASSERT_NE(gap, std::string::npos) << Shown(item);
    EXPECT_EQ(item.sentence.find('_', gap + 4), std::string::npos) << Shown(item);
    EXPECT_TRUE(absl::StartsWith(item.sentence, "____") || item.sentence[0] == '"' ||
                std::isupper(static_cast<unsigned char>(item.sentence[0])) != 0)
        << Shown(item);
    EXPECT_NE(std::string(".?!").find(item.sentence.back()), std::string::npos) << Shown(item);
    EXPECT_LE(item.sentence.size(), 300u) << Shown(item);
    std::set<std::string> options(item.options.begin(), item.options.end());
    EXPECT_THAT(options, SizeIs(4)) << Shown(item);
    for (const std::string& option : options) {
      EXPECT_FALSE(option.empty()) << Shown(item);
      EXPECT_EQ(std::isupper(static_cast<unsigned char>(option[0])) != 0,
                gap == 0 || item.sentence.substr(gap - 2, 2) == ". ")
          << Shown(item);
    }
    ASSERT_TRUE(item.correct >= 0 && item.correct < 4) << Shown(item);
    EXPECT_GT(item.explanation.size(), 20u) << Shown(item);
    EXPECT_EQ(item.explanation.back(), '.') << item.explanation;
    for (const std::string& text : {item.sentence, item.explanation, item.options[0], item.options[1]}) {
      EXPECT_THAT(text, Not(HasSubstr("  "))) << Shown(item);
      EXPECT_THAT(text, Not(HasSubstr("{"))) << Shown(item);
      EXPECT_THAT(text, Not(HasSubstr(" ,"))) << Shown(item);
    }
    EXPECT_THAT(item.sentence, Not(HasSubstr("..")));
    for (size_t stop = 0; (stop = item.sentence.find(". ", stop)) != std::string::npos; ++stop) {
      EXPECT_FALSE(absl::ascii_islower(static_cast<unsigned char>(item.sentence[stop + 2]))) << Shown(item);
    }
    EXPECT_THAT(item.sentence, Not(HasSubstr(" ."))) << Shown(item);
    EXPECT_EQ(item.skill, GetParam());
    EXPECT_EQ(item.type, "sentence_completion");
  });
}

TEST_P(EverySkillTest, NoSentenceComesTwiceInAQuizAndNoPatternTooOften) {
  ForEachQuiz([](const std::vector<QuizItem>& items) {
    std::set<std::string> sentences;
    std::map<std::string, int> explanations;
    for (const QuizItem& item : items) {
      EXPECT_TRUE(sentences.insert(item.sentence).second) << Shown(item);
      EXPECT_LE(++explanations[item.explanation], 13) << item.explanation;
    }
  });
}

TEST_P(EverySkillTest, AIsAndAnAreChosenBySound) {
  ForEachItem([](const QuizItem& item) {
    std::string text = Replaced(item);
    const std::vector<std::string> words = WordsOf(text);
    for (size_t i = 0; i + 1 < words.size(); ++i) {
      // "9 a.m." is no article.
      if ((words[i] == "a" || words[i] == "an") && words[i + 1] != "m") {
        EXPECT_EQ(words[i], ArticleBySound(words[i + 1])) << Shown(item);
      }
    }
  });
}

// The nouns of the domains as words: "pull request" is pull, request.
std::set<std::vector<std::string>> Nouns(bool plural) {
  std::set<std::vector<std::string>> nouns;
  for (const Domain& domain : AllDomains()) {
    for (const Deed& deed : domain.deeds) nouns.insert(WordsOf(plural ? deed.nouns : deed.noun));
    for (const Thing& thing : domain.things) nouns.insert(WordsOf(plural ? thing.nouns : thing.noun));
    if (plural) continue;
    for (const std::string& agent : domain.agents) nouns.insert(WordsOf(agent));
  }
  return nouns;
}

TEST_P(EverySkillTest, ArticlesAndVerbsAgreeWithTheirNouns) {
  const std::set<std::vector<std::string>> singular = Nouns(false);
  const std::set<std::vector<std::string>> plural = Nouns(true);
  const std::set<std::string> plural_verbs = {"have", "are", "were", "do"};
  const std::set<std::string> singular_verbs = {"has", "is", "was", "does"};
  // After these words the noun is not the subject, or not all of it: "one of the nurses is".
  const std::set<std::string> describing = {"and", "of", "nor", "or", "with"};
  ForEachItem([&](const QuizItem& item) {
    // A tag and a relative clause put the verb of another subject behind an object.
    const bool has_object_before_verb = item.skill == "question tags" || absl::StrContains(item.sentence, " who ");
    const std::vector<std::string> words = WordsOf(Replaced(item));
    for (size_t at = 0; at + 2 < words.size(); ++at) {
      for (size_t length = 1; length <= 3 && at + 1 + length < words.size(); ++length) {
        const auto begin = words.begin() + static_cast<std::ptrdiff_t>(at) + 1;
        const std::vector<std::string> noun(begin, begin + static_cast<std::ptrdiff_t>(length));
        const std::string& next = words[at + 1 + length];
        if (words[at] == "a" || words[at] == "an") {
          EXPECT_FALSE(plural.contains(noun)) << Shown(item);
        }
        if (words[at] != "the" || (at > 0 && describing.contains(words[at - 1]))) continue;
        if (singular.contains(noun)) {
          EXPECT_FALSE(plural_verbs.contains(next)) << Shown(item);
        }
        if (plural.contains(noun) && !has_object_before_verb) {
          EXPECT_FALSE(singular_verbs.contains(next)) << Shown(item);
        }
      }
    }
  });
}

TEST_P(EverySkillTest, ExactlyOneAnswerIsRight) {
  ForEachItem([](const QuizItem& item) { EXPECT_EQ(Objection(item), "") << Shown(item); });
}

TEST_P(EverySkillTest, HadToAndWillAreFollowedByTheirForms) {
  ForEachItem([](const QuizItem& item) {
    const std::vector<std::string> words = WordsOf(Replaced(item));
    for (size_t i = 0; i + 1 < words.size(); ++i) {
      const std::string& next = words[i + 1];
      if (words[i] == "will" || words[i] == "would" || words[i] == "must" || words[i] == "cannot") {
        EXPECT_FALSE(IsIngForm(next) || IsThirdPerson(next) || (IsParticiple(next) && !IsBaseForm(next)))
            << Shown(item);
      }
      if (words[i] == "have" || words[i] == "has" || words[i] == "had") {
        EXPECT_FALSE(IsIngForm(next) || IsThirdPerson(next)) << Shown(item);
        EXPECT_TRUE(!IsBaseForm(next) || IsParticiple(next) || next == "time") << Shown(item);
      }
      if (words[i] == "is" || words[i] == "are" || words[i] == "was" || words[i] == "were") {
        EXPECT_FALSE(IsThirdPerson(next)) << Shown(item);
      }
    }
  });
}

std::string NameOf(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Skills, EverySkillTest, ::testing::ValuesIn(CoveredSkills()), NameOf);

}  // namespace
}  // namespace flowmesh::models
