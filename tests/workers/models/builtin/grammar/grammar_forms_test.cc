#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/workers/models/builtin/grammar/english_forms.h"
#include "workers/models/builtin/grammar/adjective_forms.h"
#include "workers/models/builtin/grammar/domain.h"
#include "workers/models/builtin/grammar/grammar_skill.h"
#include "workers/models/builtin/grammar/noun_forms.h"
#include "workers/models/builtin/grammar/verb_forms.h"

namespace flowmesh::models {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Forms(absl::string_view verb) {
  const VerbForms forms = FormsOf(verb);
  return {forms.base, forms.third, forms.past, forms.participle, forms.ing};
}

TEST(VerbFormsTest, RegularVerbsFollowTheSpellingRules) {
  EXPECT_THAT(Forms("restart"), ElementsAre("restart", "restarts", "restarted", "restarted", "restarting"));
  EXPECT_THAT(Forms("fix"), ElementsAre("fix", "fixes", "fixed", "fixed", "fixing"));
  EXPECT_THAT(Forms("plan"), ElementsAre("plan", "plans", "planned", "planned", "planning"));
  EXPECT_THAT(Forms("open"), ElementsAre("open", "opens", "opened", "opened", "opening"));
  EXPECT_THAT(Forms("submit"), ElementsAre("submit", "submits", "submitted", "submitted", "submitting"));
  EXPECT_THAT(Forms("repair"), ElementsAre("repair", "repairs", "repaired", "repaired", "repairing"));
  EXPECT_THAT(Forms("copy"), ElementsAre("copy", "copies", "copied", "copied", "copying"));
  EXPECT_THAT(Forms("deploy"), ElementsAre("deploy", "deploys", "deployed", "deployed", "deploying"));
  EXPECT_THAT(Forms("agree"), ElementsAre("agree", "agrees", "agreed", "agreed", "agreeing"));
  EXPECT_THAT(Forms("tie"), ElementsAre("tie", "ties", "tied", "tied", "tying"));
  EXPECT_THAT(Forms("publish"), ElementsAre("publish", "publishes", "published", "published", "publishing"));
}

TEST(VerbFormsTest, IrregularVerbsComeFromTheTable) {
  EXPECT_THAT(Forms("write"), ElementsAre("write", "writes", "wrote", "written", "writing"));
  EXPECT_THAT(Forms("begin"), ElementsAre("begin", "begins", "began", "begun", "beginning"));
  EXPECT_THAT(Forms("go off"), ElementsAre("go off", "goes off", "went off", "gone off", "going off"));
  EXPECT_THAT(Forms("be"), ElementsAre("be", "is", "was", "been", "being"));
  EXPECT_THAT(Forms("have"), ElementsAre("have", "has", "had", "had", "having"));
}

TEST(NounFormsTest, PluralsOfTheLastWord) {
  EXPECT_EQ(PluralOf("pull request"), "pull requests");
  EXPECT_EQ(PluralOf("query"), "queries");
  EXPECT_EQ(PluralOf("key"), "keys");
  EXPECT_EQ(PluralOf("boarding pass"), "boarding passes");
  EXPECT_EQ(PluralOf("hotfix"), "hotfixes");
  EXPECT_EQ(PluralOf("hypothesis"), "hypotheses");
  EXPECT_EQ(PluralOf("knife"), "knives");
  EXPECT_EQ(PluralOf("person"), "people");
  EXPECT_EQ(PluralOf("potato"), "potatoes");
}

TEST(AdjectiveFormsTest, DegreesOfShortLongAndIrregularAdjectives) {
  EXPECT_EQ(DegreesOf("fast").comparative, "faster");
  EXPECT_EQ(DegreesOf("big").superlative, "biggest");
  EXPECT_EQ(DegreesOf("easy").comparative, "easier");
  EXPECT_EQ(DegreesOf("large").superlative, "largest");
  EXPECT_EQ(DegreesOf("simple").comparative, "simpler");
  EXPECT_EQ(DegreesOf("quiet").comparative, "quieter");
  EXPECT_EQ(DegreesOf("modern").comparative, "more modern");
  EXPECT_EQ(DegreesOf("reliable").superlative, "most reliable");
  EXPECT_EQ(DegreesOf("good").comparative, "better");
  EXPECT_EQ(DegreesOf("bad").superlative, "worst");
}

TEST(DomainTest, EveryDomainHasEnoughOfEverything) {
  EXPECT_GE(AllDomains().size(), 15u);
  for (const Domain& domain : AllDomains()) {
    EXPECT_GE(domain.agents.size(), 5u) << domain.name;
    EXPECT_GE(domain.deeds.size(), 12u) << domain.name;
    EXPECT_GE(domain.events.size(), 6u) << domain.name;
    EXPECT_GE(domain.masses.size(), 4u) << domain.name;
    EXPECT_GE(domain.things.size(), 5u) << domain.name;
    EXPECT_GE(domain.sources.size(), 4u) << domain.name;
    int routines = 0;
    for (const Deed& deed : domain.deeds) routines += deed.routine ? 1 : 0;
    EXPECT_GE(routines, 7) << domain.name;
  }
}

TEST(DomainTest, VerbsHaveFormsThatCanBeToldApart) {
  for (const Domain& domain : AllDomains()) {
    std::set<std::string> nouns;
    for (const Deed& deed : domain.deeds) {
      // "cut" and "reset" would make two answers the same.
      EXPECT_NE(deed.verb.base, deed.verb.past) << deed.verb.base;
      EXPECT_NE(deed.verb.base, deed.verb.participle) << deed.verb.base;
      const std::string participle = deed.verb.participle.substr(0, deed.verb.participle.find(' '));
      EXPECT_TRUE(IsParticiple(participle)) << participle;
      EXPECT_TRUE(IsThirdPerson(deed.verb.third.substr(0, deed.verb.third.find(' ')))) << deed.verb.third;
      EXPECT_TRUE(IsIngForm(deed.verb.ing.substr(0, deed.verb.ing.find(' ')))) << deed.verb.ing;
      EXPECT_TRUE(nouns.insert(deed.noun).second) << domain.name << ": " << deed.noun;
    }
    for (const Event& event : domain.events) {
      EXPECT_EQ(event.subject.substr(0, 4), "the ") << event.subject;
      EXPECT_TRUE(IsParticiple(event.verb.participle.substr(0, event.verb.participle.find(' '))))
          << event.verb.participle;
      EXPECT_TRUE(IsThirdPerson(event.verb.third.substr(0, event.verb.third.find(' ')))) << event.verb.third;
    }
    for (const std::string& agent : domain.agents) EXPECT_NE(agent, domain.client) << domain.name;
  }
}

TEST(DomainTest, TopicsFindTheirDomains) {
  const std::vector<std::pair<const char*, const char*>> topics = {
      {"cloud computing", "cloud and operations"},
      {"API design and integration", "API design"},
      {"debugging and error handling", "software development"},
      {"agile and scrum methodologies", "agile teams"},
      {"system security and best practices", "security"},
      {"databases and SQL optimization", "databases"},
      {"software engineer", "software development"},
      {"Nurse", "healthcare"},
      {"hotel receptionist", "travel and hospitality"},
      {"accounting", "finance"},
      {"Primary school teacher", "teaching"},
      {"cooking", "cooking"},
      {"digital marketing", "sales and marketing"},
      {"chemistry lab", "science"},
      {"contract law", "law"},
      {"incident reports", "cloud and operations"},
      {"bug reporting", "software development"},
      {"business emails", "general"},
      {"everyday life", "daily life"},
      {"mechanical engineering", "engineering and production"},
      {"beekeeping", "farming and animals"},
      {"choir practice", "music and stage"},
      {"football training", "sport and fitness"},
      {"local newspapers", "media"},
  };
  for (const auto& [topic, name] : topics) {
    const Domain* const domain = FindDomain(topic);
    ASSERT_NE(domain, nullptr) << topic;
    EXPECT_EQ(domain->name, name) << topic;
  }
  for (const char* const topic : {"numismatics", "", "  ", "§$%", "日本"})
    EXPECT_EQ(FindDomain(topic), nullptr) << topic;
}

std::vector<std::string> Matched(absl::string_view text) {
  std::vector<std::string> names;
  for (const GrammarSkill* const skill : MatchSkills(text)) names.emplace_back(skill->name);
  return names;
}

TEST(GrammarSkillTest, FreeTextsFindTheirSkills) {
  EXPECT_THAT(Matched("past perfect tense in bug reporting"), ElementsAre("past perfect"));
  EXPECT_THAT(Matched("gerunds vs infinitives"), ElementsAre("gerunds and infinitives"));
  EXPECT_THAT(Matched("prepositions in technical contexts"), ElementsAre("dependent prepositions"));
  EXPECT_THAT(Matched("subjunctive mood in formal requests"), ElementsAre("subjunctive"));
  EXPECT_THAT(Matched("Present Perfect"), ElementsAre("past simple and present perfect"));
  EXPECT_THAT(Matched("prepositions of time"), ElementsAre("prepositions of time"));
  EXPECT_THAT(Matched("third conditional"), ElementsAre("conditionals"));
  EXPECT_THAT(Matched("if-clauses"), ElementsAre("conditionals"));
  EXPECT_THAT(Matched("passive voice for reports"), ElementsAre("passive voice"));
  EXPECT_THAT(Matched("indirect speech"), ElementsAre("reported speech"));
  EXPECT_THAT(Matched("articles (a/an/the)"), ElementsAre("articles"));
  EXPECT_THAT(Matched("relative pronouns"), ElementsAre("relative clauses"));
  EXPECT_THAT(Matched("superlatives"), ElementsAre("comparatives and superlatives"));
  EXPECT_THAT(Matched("modals of deduction"), ElementsAre("modal verbs"));
  EXPECT_THAT(Matched("subject-verb agreement"), ElementsAre("subject-verb agreement"));
  EXPECT_THAT(Matched("much/many"), ElementsAre("quantifiers"));
  EXPECT_THAT(Matched("tag questions"), ElementsAre("question tags"));
  EXPECT_THAT(Matched("conjunctions"), ElementsAre("linking words"));
  EXPECT_THAT(Matched("future tense"), ElementsAre("future forms"));
  EXPECT_THAT(Matched("present continuous"), ElementsAre("present simple and continuous"));
  EXPECT_THAT(Matched("verb tenses"), SizeIs(4));
  EXPECT_THAT(Matched("articles and conditionals"), ElementsAre("conditionals", "articles"));
}

TEST(GrammarSkillTest, EverySkillIsFoundByItsOwnName) {
  for (const GrammarSkill& skill : AllGrammarSkills()) {
    std::vector<std::string> matched = Matched(skill.name);
    EXPECT_THAT(matched, ::testing::Contains(skill.name));
  }
}

TEST(GrammarSkillTest, WhatIsNoGrammarMatchesNothing) {
  for (const char* const text : {"pronunciation", "vocabulary", "spelling", "reading news articles", "", "   ",
                                 "listening", "business emails", "phrasal verbs", "conditional formatting"}) {
    EXPECT_THAT(Matched(text), IsEmpty()) << text;
  }
}

TEST(GrammarSkillTest, LevelsAreRead) {
  for (const char* const text : {"beginner", "A1", "a2", "Elementary", "pre-intermediate", "Basic"}) {
    EXPECT_EQ(ReadLevel(text), Difficulty::kBeginner) << text;
  }
  for (const char* const text : {"", "intermediate", "B1", "B2", "Upper-Intermediate", "whatever"}) {
    EXPECT_EQ(ReadLevel(text), Difficulty::kIntermediate) << text;
  }
  for (const char* const text : {"Advanced", "C1", "c2", "proficient", "Fluent"}) {
    EXPECT_EQ(ReadLevel(text), Difficulty::kAdvanced) << text;
  }
}

}  // namespace
}  // namespace flowmesh::models
