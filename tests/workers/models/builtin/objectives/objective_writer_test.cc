#include "workers/models/builtin/objectives/objective_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/support/status_matchers.h"
#include "tests/workers/models/builtin/objectives/known_verbs.h"

namespace flowmesh::models {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

struct Blueprint {
  std::vector<LearningObjective> terminal;
  std::vector<std::vector<LearningObjective>> enabling;

  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const LearningObjective& objective : terminal) texts.push_back(objective.text);
    for (const auto& steps : enabling) {
      for (const LearningObjective& objective : steps) texts.push_back(objective.text);
    }
    return texts;
  }
};

Blueprint Write(const ObjectiveSubject& subject) {
  Blueprint blueprint;
  const auto terminal = WriteTerminalObjectives(subject);
  EXPECT_OK(terminal);
  if (!terminal.ok()) return blueprint;
  blueprint.terminal = *terminal;
  for (size_t i = 0; i < terminal->size(); ++i) {
    const auto enabling = WriteEnablingObjectives(subject, static_cast<int>(i));
    EXPECT_OK(enabling);
    blueprint.enabling.push_back(enabling.value_or(std::vector<LearningObjective>()));
  }
  return blueprint;
}

const std::vector<std::pair<std::string, std::string>>& Topics() {
  static const auto* const kTopics = new std::vector<std::pair<std::string, std::string>>{
      {"Introduction to PostgreSQL", "It covers joins, indexes and transactions, plus backups (and restore)."},
      {"Gardening for beginners", ""},
      {"Podstawy Excela", "Formuły, tabele przestawne oraz wykresy"},
      {"Critical thinking", "Learners should be able to recognise fallacies, weigh evidence and argue fairly."},
      {"日本の歴史", "江戸時代、明治維新"},
      {"Business English", "meetings, e-mails, telephone calls, small talk, negotiations, presentations"},
      {"Quotes \"inside\" and “typographic” ones", "a “quoted” phrase, another \"one\""},
      {"x", "y"},
      {"🙂", ""},
      {"{x} and {t} and {on}", "{x}, {on}, {t}"},
      {std::string(200, 'w'), std::string(4000, 'd')},
      {"A course with a very long title that goes on and on, as titles sometimes do when many people have a say in "
       "them, until it has two hundred characters or so",
       "one,two,three,four,five,six,seven,eight,nine,ten"},
      {"Criteria", "common mistakes, the needs of patients, vital signs and their normal values"},
      {"First aid", "first aid, FIRST AID, shock, burns, shock"},
      {"Line\nbreak\tand control \x01 characters", "one\ntwo\r\nthree"},
  };
  return *kTopics;
}

void ExpectMeasurable(const LearningObjective& objective) {
  ASSERT_EQ(KnownVerbs().count(objective.verb), 1u) << objective.text;
  EXPECT_EQ(KnownVerbs().at(objective.verb), objective.level) << objective.text;
  EXPECT_TRUE(absl::StartsWith(objective.performance, objective.verb + " ")) << objective.performance;
  EXPECT_FALSE(objective.condition.empty());
  EXPECT_FALSE(objective.criterion.empty());
  EXPECT_EQ(objective.text, absl::StrCat(objective.condition, ", the learner will ", objective.performance, ", ",
                                         objective.criterion, "."));
  EXPECT_TRUE(std::isupper(static_cast<unsigned char>(objective.text.front()))) << objective.text;
  EXPECT_THAT(objective.text, Not(HasSubstr("  ")));
  EXPECT_THAT(objective.text, Not(HasSubstr("\n")));
  EXPECT_THAT(objective.text, Not(HasSubstr(" .")));
  EXPECT_LE(objective.text.size(), 1000u);
}

TEST(ObjectiveWriterTest, EveryObjectiveOfEveryTopicIsMeasurableNumberedAndUnlikeTheOthers) {
  for (const auto& [title, description] : Topics()) {
    for (uint64_t seed = 0; seed < 40; ++seed) {
      SCOPED_TRACE(absl::StrCat(title, " / ", seed));
      const Blueprint blueprint = Write({title, description, seed});
      ASSERT_EQ(blueprint.terminal.size(), 10u);
      EXPECT_EQ(blueprint.terminal.front().level, BloomLevel::kUnderstand);
      EXPECT_EQ(blueprint.terminal.back().level, BloomLevel::kCreate);
      BloomLevel before = BloomLevel::kUnderstand;
      for (size_t i = 0; i < blueprint.terminal.size(); ++i) {
        const LearningObjective& terminal = blueprint.terminal[i];
        ExpectMeasurable(terminal);
        EXPECT_EQ(terminal.number, absl::StrCat(i + 1));
        EXPECT_GE(terminal.level, before);
        before = terminal.level;
        const std::vector<LearningObjective>& steps = blueprint.enabling[i];
        EXPECT_GE(steps.size(), 2u);
        EXPECT_LE(steps.size(), 5u);
        BloomLevel step_before = BloomLevel::kRemember;
        for (size_t k = 0; k < steps.size(); ++k) {
          ExpectMeasurable(steps[k]);
          EXPECT_EQ(steps[k].number, absl::StrCat(i + 1, ".", k + 1));
          EXPECT_GE(steps[k].level, step_before);
          step_before = steps[k].level;
          EXPECT_LE(steps[k].level, terminal.level);
        }
      }
      const std::vector<std::string> texts = blueprint.Texts();
      EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), texts.size());
    }
  }
}

TEST(ObjectiveWriterTest, EqualSeedsGiveEqualBlueprintsOthersDiffer) {
  std::set<std::string> blueprints;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const ObjectiveSubject subject{"First aid", "burns and shock", seed};
    const std::string text = absl::StrJoin(Write(subject).Texts(), "\n");
    EXPECT_EQ(text, absl::StrJoin(Write(subject).Texts(), "\n"));
    blueprints.insert(text);
  }
  EXPECT_GE(blueprints.size(), 49u);
}

TEST(ObjectiveWriterTest, TheDescriptionDecidesWhatItIsAbout) {
  const Blueprint blueprint = Write({"Databases", "joins, indexes, transactions, backups, query plans", 3});
  const std::string all = absl::StrJoin(blueprint.Texts(), "\n");
  for (const char* phrase : {"“joins”", "“indexes”", "“transactions”", "“backups”", "“query plans”"}) {
    EXPECT_THAT(all, HasSubstr(phrase));
  }
  EXPECT_THAT(all, HasSubstr("the basic terms of “Databases”"));
}

TEST(ObjectiveWriterTest, ATopicOfAKnownDomainIsNotSpokenOfInGeneralTerms) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const std::string all = absl::StrJoin(Write({"Piano for adults", "", seed}).Texts(), "\n");
    for (const char* general : {"common mistakes in", "a typical task in", "the usual tools", "a small project"}) {
      EXPECT_THAT(all, Not(HasSubstr(general)));
    }
  }
}

TEST(ObjectiveWriterTest, WhatCannotBeWrittenIsSaid) {
  EXPECT_THAT(WriteTerminalObjectives({.title = " \n\t "}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("title is empty")));
  EXPECT_THAT(WriteEnablingObjectives({.title = ""}, 0),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("title is empty")));
  EXPECT_THAT(WriteEnablingObjectives({.title = "Tea"}, 10),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at place 10: there are 10")));
  EXPECT_THAT(WriteEnablingObjectives({.title = "Tea"}, -1),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at place -1")));
}

}  // namespace
}  // namespace flowmesh::models
