#include "workers/models/builtin/objectives/objective_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

#include "tests/workers/models/builtin/objectives/known_verbs.h"

namespace flowmesh::models {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ObjectiveTaskTest, EveryTaskIsMeasurableAndBeginsWithAVerbOfItsLevel) {
  for (int kind = 0; kind < kAspectKinds; ++kind) {
    std::set<std::string> performances;
    BloomLevel before = BloomLevel::kRemember;
    for (const ObjectiveTask& task : TasksFor(static_cast<AspectKind>(kind))) {
      const std::string performance = task.performance;
      const std::string verb = performance.substr(0, performance.find(' '));
      ASSERT_EQ(KnownVerbs().count(verb), 1u) << performance;
      EXPECT_EQ(KnownVerbs().at(verb), task.level) << performance;
      EXPECT_THAT(performance, HasSubstr("{x}"));
      EXPECT_TRUE(performances.insert(performance).second) << performance;
      EXPECT_GE(task.level, before) << performance;
      before = task.level;
      const std::string condition = task.condition;
      const std::string criterion = task.criterion;
      ASSERT_FALSE(condition.empty());
      ASSERT_FALSE(criterion.empty());
      EXPECT_TRUE(std::isupper(static_cast<unsigned char>(condition[0]))) << condition;
      for (const std::string& text : {condition, performance, criterion}) {
        EXPECT_TRUE(std::isalpha(static_cast<unsigned char>(text.back())) || text.back() == '}') << text;
        EXPECT_THAT(text, Not(HasSubstr("  ")));
      }
    }
  }
}

TEST(ObjectiveTaskTest, ThereAreEnoughOfEachLevel) {
  for (int kind = 0; kind < kAspectKinds; ++kind) {
    std::map<BloomLevel, int> count;
    for (const ObjectiveTask& task : TasksFor(static_cast<AspectKind>(kind))) ++count[task.level];
    EXPECT_GE(count[BloomLevel::kRemember], 3) << kind;
    EXPECT_GE(count[BloomLevel::kUnderstand], 3) << kind;
    if (static_cast<AspectKind>(kind) == AspectKind::kTerms) continue;
    for (int level = 2; level < kBloomLevels; ++level) EXPECT_GE(count[static_cast<BloomLevel>(level)], 2) << kind;
  }
}

}  // namespace
}  // namespace flowmesh::models
