// The judge condemns what is no test question: items of the writer's kind, each spoiled in one way.

#include "tests/workers/models/builtin/grammar/grammar_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <set>
#include <string>

namespace flowmesh::models {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Spoiled {
  const char* skill;
  const char* sentence;
  std::array<std::string, 4> options;  // the first is the right one as long as the item is sound
  int place;                           // which option is spoiled
  const char* by;                      // what stands there instead: right too, or wrong in the place of the right one
};

void PrintTo(const Spoiled& spoiled, std::ostream* out) { *out << spoiled.skill << ": " << spoiled.sentence; }

const Spoiled kSpoiled[] = {
    {"present simple and continuous",
     "The nurses ____ bandages every Monday, but today Anna is doing that.",
     {"change", "changes", "are changing", "changing"},
     0,
     "is changing"},
    {"past simple and present perfect",
     "The nurse ____ the bandage yesterday.",
     {"changed", "has changed", "will change", "changes"},
     1,
     "was changing"},
    {"past simple and present perfect",
     "Since the alarm went off, the nurse ____ two bandages.",
     {"has changed", "changes", "will change", "have changed"},
     2,
     "has been changing"},
    {"past perfect",
     "By the time the alarm went off, the nurse ____ the bandage.",
     {"had changed", "has changed", "will change", "changes"},
     0,
     "will have changed"},
    {"future forms",
     "As soon as the bus ____, the porters will carry the suitcase.",
     {"arrives", "will arrive", "arrived", "would arrive"},
     1,
     "has arrived"},
    {"future forms",
     "The porter ____ the suitcase tomorrow morning.",
     {"will carry", "carried", "has carried", "will carrying"},
     2,
     "is going to carry"},
    {"conditionals",
     "If I ____ you, I would sign the contract before the audit begins.",
     {"were", "am", "be", "will be"},
     1,
     "was"},
    {"conditionals",
     "If the chef were here now, she ____ the soup at once.",
     {"would taste", "tastes", "tasted", "will taste"},
     3,
     "could taste"},
    {"gerunds and infinitives",
     "The developer decided ____ the bug.",
     {"to fix", "fixing", "fix", "fixed"},
     0,
     "fixing"},
    {"dependent prepositions",
     "The schedule depends ____ the director's answer.",
     {"on", "of", "from", "by"},
     0,
     "from"},
    {"prepositions of time",
     "The meeting with the director takes place ____ Monday.",
     {"on", "at", "in", "of"},
     1,
     "before"},
    {"prepositions of time",
     "Please sign the contract ____ noon at the latest.",
     {"by", "until", "since", "from"},
     0,
     "until"},
    {"subjunctive",
     "The director demanded that the manager ____ the contract immediately.",
     {"sign", "signs", "will sign", "to sign"},
     0,
     "signs"},
    {"passive voice",
     "The contract ____ by the managers last week.",
     {"was signed", "has signed", "signed", "was signing"},
     3,
     "had been signed"},
    {"passive voice",
     "Contracts ____ by the managers every Monday.",
     {"are signed", "are signing", "sign", "have signed"},
     0,
     "is signed"},
    {"reported speech",
     "The director asked when ____ the contract.",
     {"the manager had signed", "had the manager signed", "did the manager sign", "has the manager signed"},
     2,
     "the manager signed"},
    {"reported speech",
     "Anna ____ the client that the meeting had begun.",
     {"told", "said", "spoke", "explained"},
     3,
     "informed"},
    {"articles", "Daniel goes to work by ____ bus.", {"no article", "a", "an", "the"}, 0, "the"},
    {"relative clauses",
     "The manager ____ signed the contract last week is on holiday now.",
     {"who", "which", "whose", "whom"},
     1,
     "that"},
    {"relative clauses",
     "The contract, ____ the manager signed last week, was important to the client.",
     {"which", "what", "who", "whose"},
     0,
     "that"},
    {"comparatives and superlatives",
     "The new printer is ____ than the old one.",
     {"more reliable", "reliable", "as reliable", "reliabler"},
     1,
     "cheaper"},
    {"comparatives and superlatives",
     "This is ____ report on the whole list.",
     {"the longest", "longest", "longer", "long"},
     0,
     "the most longest"},
    {"modal verbs",
     "Nobody has asked Anna yet, so we are not sure: she ____ the contract.",
     {"might have signed", "must have signed", "might signed", "cannot have signed"},
     1,
     "may have signed"},
    {"subject-verb agreement",
     "Each of the managers ____ a key to the office.",
     {"has", "have", "having", "are having"},
     0,
     "have"},
    {"quantifiers", "How ____ contracts are on the list?", {"many", "much", "little", "a lot of"}, 1, "few"},
    {"quantifiers", "There is not ____ time left for the others.", {"much", "many", "few", "several"}, 1, "any"},
    {"question tags",
     "Anna will sign the contract tomorrow, ____?",
     {"won't she", "will she", "isn't she", "doesn't she"},
     0,
     "won't he"},
    {"linking words",
     "____ the noise, the managers signed the contract on time.",
     {"Despite", "Although", "Because", "However"},
     2,
     "Because of"},
    {"linking words",
     "____ the deadline was short, the managers signed the contract on time.",
     {"Although", "Despite", "Due to", "Because of"},
     3,
     "Because"},
};

class SpoiledItemTest : public ::testing::TestWithParam<Spoiled> {
 protected:
  static QuizItem Sound() {
    QuizItem item;
    item.skill = GetParam().skill;
    item.sentence = GetParam().sentence;
    item.options = GetParam().options;
    return item;
  }
};

TEST_P(SpoiledItemTest, IsCondemnedAndWasSoundBefore) {
  QuizItem item = Sound();
  EXPECT_THAT(Objection(item), IsEmpty());
  item.options[static_cast<size_t>(GetParam().place)] = GetParam().by;
  EXPECT_NE(Objection(item), "");
}

TEST_P(SpoiledItemTest, IsCondemnedWithAnotherAnswer) {
  QuizItem item = Sound();
  for (item.correct = 1; item.correct < 4; ++item.correct) {
    EXPECT_THAT(Objection(item), HasSubstr("right too or alone")) << item.correct;
  }
}

TEST(GrammarJudgeTest, SentencesOfAnotherKindAreNotPassed) {
  QuizItem item;
  item.skill = "modal verbs";
  item.sentence = "Colourless ideas ____ furiously.";
  item.options = {"sleep", "sleeps", "sleeping", "slept"};
  EXPECT_THAT(Objection(item), HasSubstr("no rule of the judge"));
}

TEST(GrammarJudgeTest, EverySkillHasASpoiledItem) {
  std::set<std::string> skills;
  for (const Spoiled& spoiled : kSpoiled) skills.insert(spoiled.skill);
  const std::vector<std::string> covered = CoveredSkills();
  EXPECT_EQ(skills, std::set<std::string>(covered.begin(), covered.end()));
}

INSTANTIATE_TEST_SUITE_P(Items, SpoiledItemTest, ::testing::ValuesIn(kSpoiled));

}  // namespace
}  // namespace flowmesh::models
