#include "workers/flows/blueprint/blueprint_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/fake_orchestrator.h"
#include "tests/support/status_matchers.h"
#include "workers/flows/blueprint/objective_check.h"
#include "workers/sdk/test_context.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::flows {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

blueprint::v1::WriteBlueprint Request(int seed = 7) {
  blueprint::v1::WriteBlueprint request;
  request.set_title("Introduction to PostgreSQL");
  request.set_description("joins, indexes and transactions");
  request.set_seed(seed);
  return request;
}

absl::StatusOr<blueprint::v1::BlueprintOutline> Outline(const blueprint::v1::WriteBlueprint& request) {
  sdk::TestTaskContext context;
  return OutlineBlueprint(context, request, {});
}

absl::StatusOr<blueprint::v1::ElaboratedObjective> Elaborate(const blueprint::v1::ElaborateObjective& request) {
  sdk::TestTaskContext context;
  return ElaborateObjective(context, request, {});
}

int CountEnabling(const blueprint::v1::WrittenBlueprint& written) {
  int count = 0;
  for (const auto& terminal : written.terminal_objectives()) count += terminal.enabling_objectives_size();
  return count;
}

class BlueprintFlowTest : public ::testing::Test {
 protected:
  BlueprintFlowTest() {
    context_.OnCall(kOutlineBlueprint, Outline);
    context_.OnCall(kElaborateObjective, Elaborate);
  }

  sdk::TestFlowContext context_;
};

TEST_F(BlueprintFlowTest, TheBlueprintIsTheOutlineWithTheStepsToEachObjective) {
  ASSERT_OK_AND_ASSIGN(const blueprint::v1::WrittenBlueprint written, context_.Run(MakeBlueprint, Request()));
  EXPECT_EQ(written.title(), "Introduction to PostgreSQL");
  EXPECT_EQ(written.description(), "joins, indexes and transactions");
  EXPECT_EQ(written.model(), "builtin/instructor-1");
  ASSERT_OK_AND_ASSIGN(const blueprint::v1::BlueprintOutline outline, Outline(Request()));
  ASSERT_EQ(written.terminal_objectives_size(), 10);
  for (int i = 0; i < written.terminal_objectives_size(); ++i) {
    const blueprint::v1::TerminalObjective& terminal = written.terminal_objectives(i);
    EXPECT_EQ(terminal.objective().text(), outline.terminal_objectives(i).text());
    EXPECT_EQ(terminal.objective().number(), absl::StrCat(i + 1));
    ASSERT_GE(terminal.enabling_objectives_size(), 2);
    EXPECT_EQ(terminal.enabling_objectives(0).number(), absl::StrCat(i + 1, ".1"));
    EXPECT_EQ(terminal.enabling_objectives(0).level(), "remember");
  }
  EXPECT_EQ(context_.InputsOf(kElaborateObjective).size(), 10u);
  EXPECT_OK(context_.Replay());
}

TEST_F(BlueprintFlowTest, ProgressCountsWhatIsElaborated) {
  ASSERT_OK_AND_ASSIGN(const blueprint::v1::WrittenBlueprint written, context_.Run(MakeBlueprint, Request()));
  const std::vector<v1::Progress> progress = context_.told().progress();
  ASSERT_EQ(progress.size(), 11u);
  int enabling = 0;
  for (size_t i = 0; i < progress.size(); ++i) {
    EXPECT_EQ(progress[i].percent(), 5 + 9 * static_cast<int>(i));
    EXPECT_EQ(progress[i].counters().at("terminal_objectives"), static_cast<int>(i));
    EXPECT_GE(progress[i].counters().at("enabling_objectives"), enabling + (i == 0 ? 0 : 2));
    enabling = progress[i].counters().at("enabling_objectives");
  }
  EXPECT_EQ(enabling, CountEnabling(written));
}

TEST_F(BlueprintFlowTest, WhateverTheOrderOfOutcomesTheBlueprintIsTheSame) {
  ASSERT_OK_AND_ASSIGN(const blueprint::v1::WrittenBlueprint first, context_.Run(MakeBlueprint, Request()));
  for (uint64_t order = 1; order <= 5; ++order) {
    sdk::TestFlowContext context;
    context.OnCall(kOutlineBlueprint, Outline);
    context.OnCall(kElaborateObjective, Elaborate);
    context.ShuffleOutcomes(order);
    ASSERT_OK_AND_ASSIGN(const blueprint::v1::WrittenBlueprint written, context.Run(MakeBlueprint, Request()));
    EXPECT_EQ(written.SerializeAsString(), first.SerializeAsString());
    EXPECT_EQ(context.told().progress().back().counters().at("enabling_objectives"), CountEnabling(written));
    EXPECT_OK(context.Replay());
  }
}

TEST_F(BlueprintFlowTest, TwoObjectivesAreElaboratedAtATime) {
  ASSERT_OK(context_.Run(MakeBlueprint, Request()));
  // The outline is awaited alone, then there are two calls, then one more for each outcome.
  std::vector<int> after;
  for (const auto& asked : context_.asked()) after.push_back(asked.after);
  EXPECT_THAT(after, ElementsAre(0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(context_.keys()[1], HasSubstr("objective-1/"));
}

TEST_F(BlueprintFlowTest, ASeedOfTheExecutionIsTheSameForAllPartsAndAttempts) {
  sdk::AttemptInfo info;
  info.idempotency_key = "one";
  std::set<int> seeds;
  for (const char* key : {"one", "one", "two"}) {
    info.idempotency_key = key;
    sdk::TestFlowContext context(info);
    context.OnCall(kOutlineBlueprint, Outline);
    context.OnCall(kElaborateObjective, Elaborate);
    ASSERT_OK(context.Run(MakeBlueprint, Request(0)));
    const int seed = context.InputsOf(kOutlineBlueprint)[0].seed();
    EXPECT_GT(seed, 0);
    seeds.insert(seed);
    for (const auto& part : context.InputsOf(kElaborateObjective)) EXPECT_EQ(part.request().seed(), seed);
    EXPECT_OK(context.Replay());
  }
  EXPECT_EQ(seeds.size(), 2u);
}

TEST_F(BlueprintFlowTest, AFailedPartFailsTheBlueprintWithItsReason) {
  context_.OnCall(
      kElaborateObjective,
      [](const blueprint::v1::ElaborateObjective& part) -> absl::StatusOr<blueprint::v1::ElaboratedObjective> {
        if (part.index() == 3) return sdk::Fail("BAD_ANSWER", "no steps", true);
        return Elaborate(part);
      });
  const absl::Status status = context_.Run(MakeBlueprint, Request()).status();
  EXPECT_EQ(sdk::FailureFrom(status).reason(), "BAD_ANSWER");
  EXPECT_OK(context_.Replay());
}

TEST_F(BlueprintFlowTest, AnOutlineWithoutObjectivesIsAFailure) {
  context_.OnCall(kOutlineBlueprint,
                  [](const blueprint::v1::WriteBlueprint&) -> absl::StatusOr<blueprint::v1::BlueprintOutline> {
                    return blueprint::v1::BlueprintOutline();
                  });
  const absl::Status status = context_.Run(MakeBlueprint, Request()).status();
  EXPECT_EQ(sdk::FailureFrom(status).reason(), "BAD_ANSWER");
}

TEST(BlueprintTasksTest, TheBuiltinInstructorReportsItsUsage) {
  sdk::TestTaskContext context;
  ASSERT_OK(OutlineBlueprint(context, Request(), {}));
  ASSERT_EQ(context.told().usages().size(), 1u);
  EXPECT_EQ(context.told().usages()[0].provider(), "builtin");
  EXPECT_EQ(context.told().usages()[0].model(), "instructor-1");
  EXPECT_GT(context.told().usages()[0].output_tokens(), 100);
}

TEST(BlueprintTasksTest, BadInputIsRefused) {
  sdk::TestTaskContext context;
  blueprint::v1::WriteBlueprint request;
  request.set_title(" ");
  EXPECT_THAT(OutlineBlueprint(context, request, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("title is empty")));
  blueprint::v1::ElaborateObjective part;
  *part.mutable_request() = Request();
  EXPECT_THAT(ElaborateObjective(context, part, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("place 0")));
  part.set_index(-1);
  EXPECT_THAT(ElaborateObjective(context, part, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("place -1")));
  part.set_index(0);
  part.add_terminal_objectives()->set_text("Somebody else's.");
  EXPECT_THAT(ElaborateObjective(context, part, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("objective 1 needs a level")));
}

// Half of a blueprint may be left to do when a worker of another version, or without a model, takes over.
TEST(BlueprintTasksTest, AnOutlineOfSomebodyElseIsElaboratedToo) {
  sdk::TestTaskContext context;
  blueprint::v1::ElaborateObjective part;
  *part.mutable_request() = Request();
  blueprint::v1::Objective& objective = *part.add_terminal_objectives();
  objective.set_text("Given a slow query, the learner will tune it.");
  objective.set_performance("tune a slow query");
  for (const char* level : {"remember", "apply", "create"}) {
    objective.set_level(level);
    ASSERT_OK_AND_ASSIGN(const blueprint::v1::ElaboratedObjective steps, ElaborateObjective(context, part, {}));
    EXPECT_EQ(WrongWith(steps, objective), "");
    for (const blueprint::v1::Objective& step : steps.enabling_objectives()) {
      EXPECT_THAT(step.performance(), HasSubstr("to tune a slow query"));
    }
  }
}

TEST(BlueprintTasksTest, ThePauseForPeopleWhoWatchHeedsACancel) {
  sdk::TestTaskContext context;
  ASSERT_OK_AND_ASSIGN(const blueprint::v1::BlueprintOutline outline, Outline(Request()));
  blueprint::v1::ElaborateObjective part;
  *part.mutable_request() = Request();
  *part.mutable_terminal_objectives() = outline.terminal_objectives();
  std::thread canceller([&context] { context.Cancel(); });
  EXPECT_THAT(ElaborateObjective(context, part, {.objective_pace = absl::Hours(1)}),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("objective 1")));
  canceller.join();
}

TEST(BlueprintTasksTest, AWorkerServesTheFlowAndItsTwoTasks) {
  testing::FakeOrchestrator server;
  sdk::Worker worker({.server = server.address(), .slots = 1});
  RegisterBlueprint(worker);
  ASSERT_OK(worker.Start());
  v1::Hello hello;
  const auto stream = server.AcceptWorker(&hello);
  std::vector<std::string> creatable;
  std::vector<std::string> others;
  for (const v1::TaskType& type : hello.types()) (type.flow() ? creatable : others).push_back(type.name());
  EXPECT_THAT(creatable, ElementsAre("blueprint"));
  EXPECT_THAT(others, UnorderedElementsAre("blueprint.outline", "blueprint.elaborate"));
  stream->Assign(testing::AttemptOf(1), "blueprint.outline", Request());
  const v1::WorkerEntry entry = stream->Next(v1::WorkerEntry::kFinished);
  blueprint::v1::BlueprintOutline outline;
  ASSERT_TRUE(entry.finished().output().UnpackTo(&outline));
  EXPECT_EQ(outline.terminal_objectives_size(), 10);
}

}  // namespace
}  // namespace flowmesh::flows
