#include "workers/flows/blueprint/objective_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace flowmesh::flows {
namespace {

blueprint::v1::Objective Objective(const std::string& level, const std::string& verb, const std::string& rest) {
  blueprint::v1::Objective objective;
  objective.set_level(level);
  objective.set_verb(verb);
  objective.set_condition("Given a case");
  objective.set_performance(absl::StrCat(verb, " ", rest));
  objective.set_criterion("without an error");
  objective.set_text(absl::StrCat("Given a case, the learner will ", verb, " ", rest, ", without an error."));
  return objective;
}

blueprint::v1::BlueprintOutline Outline(int size = 8) {
  blueprint::v1::BlueprintOutline outline;
  for (int i = 0; i < size; ++i) {
    *outline.add_terminal_objectives() =
        Objective(i < 4 ? "understand" : "apply", i < 4 ? "explain" : "use", absl::StrCat("part ", i));
  }
  return outline;
}

blueprint::v1::ElaboratedObjective Steps() {
  blueprint::v1::ElaboratedObjective steps;
  *steps.add_enabling_objectives() = Objective("remember", "list", "parts");
  *steps.add_enabling_objectives() = Objective("apply", "use", "a part");
  return steps;
}

TEST(ObjectiveCheckTest, GoodOnesAreTaken) {
  EXPECT_EQ(WrongWith(Outline(8)), "");
  EXPECT_EQ(WrongWith(Outline(10)), "");
  EXPECT_EQ(WrongWith(Steps(), Objective("apply", "use", "it all")), "");
}

TEST(ObjectiveCheckTest, CaseOfLevelsAndVerbsAndUnknownVerbsDoNotMatter) {
  blueprint::v1::BlueprintOutline outline = Outline();
  *outline.mutable_terminal_objectives(0) = Objective("Understand", "EXPLAIN", "part 0");
  *outline.mutable_terminal_objectives(1) = Objective("understand", "erklären", "was Teil 1 tut");
  EXPECT_EQ(WrongWith(outline), "");
}

TEST(ObjectiveCheckTest, TheNumberOfObjectivesIsChecked) {
  EXPECT_EQ(WrongWith(Outline(7)), "it has 7 terminal objectives instead of 8 to 10");
  EXPECT_EQ(WrongWith(Outline(11)), "it has 11 terminal objectives instead of 8 to 10");
  blueprint::v1::ElaboratedObjective steps;
  EXPECT_EQ(WrongWith(steps, Objective("apply", "use", "it")), "it has 0 enabling objectives instead of 2 to 5");
}

TEST(ObjectiveCheckTest, WhatIsMissingInOneIsNamed) {
  using Change = void (*)(blueprint::v1::Objective*);
  const std::pair<Change, std::string> cases[] = {
      {[](auto* o) { o->clear_text(); }, "text is empty"},
      {[](auto* o) { o->set_condition(" "); }, "condition is empty"},
      {[](auto* o) { o->clear_criterion(); }, "criterion is empty"},
      {[](auto* o) { o->clear_verb(); }, "verb is empty"},
      {[](auto* o) { o->set_performance("then explain it"); }, "performance does not begin with its verb 'explain'"},
      {[](auto* o) { o->set_performance("explained it"); }, "performance does not begin with its verb 'explain'"},
      {[](auto* o) { o->set_level("know"); },
       "level 'know' is not one of remember, understand, apply, analyze, evaluate and create"},
      {[](auto* o) { o->set_level("create"); }, "the verb 'explain' is of the level understand, not create"},
  };
  for (const auto& [change, wrong] : cases) {
    blueprint::v1::BlueprintOutline outline = Outline();
    change(outline.mutable_terminal_objectives(2));
    EXPECT_EQ(WrongWith(outline), absl::StrCat("objective 3: ", wrong));
  }
}

TEST(ObjectiveCheckTest, LevelsMustNotFallAndNothingMayBeThereTwice) {
  blueprint::v1::BlueprintOutline outline = Outline();
  *outline.mutable_terminal_objectives(5) = Objective("remember", "list", "part 5");
  EXPECT_EQ(WrongWith(outline), "objective 6: its level remember is below that of the one before it");
  outline = Outline();
  *outline.mutable_terminal_objectives(1) = Objective("understand", "explain", "PART 0");
  EXPECT_EQ(WrongWith(outline), "objective 2: it is there twice");
}

TEST(ObjectiveCheckTest, StepsStayBelowTheirTerminalObjectiveAndDoNotRepeatIt) {
  EXPECT_EQ(WrongWith(Steps(), Objective("understand", "explain", "it")),
            "the level apply is above understand, the level of the terminal objective");
  EXPECT_EQ(WrongWith(Steps(), Objective("apply", "use", "a part")), "objective 2: it is there twice");
}

}  // namespace
}  // namespace flowmesh::flows
