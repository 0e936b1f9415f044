// What a blueprint becomes in the store, and what is seen of it.
#include "server/apps/blueprints/blueprint_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/base/error.h"
#include "tests/support/row_builders.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::apps {
namespace {

using blueprint::v1::Blueprint;
using blueprint::v1::Objective;
using blueprint::v1::WrittenBlueprint;
using ::flowmesh::testing::IdNumber;
using store::ExecutionState;
using ::testing::SizeIs;

void Fill(const std::string& number, Objective* objective) {
  objective->set_number(number);
  objective->set_text("Given a schema, name its keys without error.");
  objective->set_level("remember");
  objective->set_verb("name");
}

WrittenBlueprint Written(int terminal, int enabling) {
  WrittenBlueprint written;
  written.set_title("Databases");
  written.set_description("Tables and keys");
  for (int i = 0; i < terminal; ++i) {
    auto& added = *written.add_terminal_objectives();
    Fill("1", added.mutable_objective());
    for (int j = 0; j < enabling; ++j) Fill("1.1", added.add_enabling_objectives());
  }
  return written;
}

absl::StatusOr<engine::Projection> Project(const WrittenBlueprint& written) {
  uint64_t ids = 0;
  return ProjectBlueprint(written.SerializeAsString(), [&ids] { return IdNumber(++ids); });
}

std::string ReasonOf(const WrittenBlueprint& written) { return base::GetReason(Project(written).status()); }

TEST(BlueprintProjectionTest, ObjectivesAreCountedAndKept) {
  const auto projection = Project(Written(3, 2));
  ASSERT_OK(projection.status());
  EXPECT_THAT(projection->resources, SizeIs(3));
  EXPECT_EQ(projection->progress->counters.at("terminal_objectives"), 3);
  EXPECT_EQ(projection->progress->counters.at("enabling_objectives"), 6);
  Blueprint shown;
  ASSERT_TRUE(shown.ParseFromString(*projection->payload));
  EXPECT_EQ(shown.title(), "Databases");
  EXPECT_EQ(shown.description(), "Tables and keys");
}

TEST(BlueprintProjectionTest, WhatSaysNothingIsRefused) {
  EXPECT_EQ(ReasonOf(Written(0, 0)), "BLUEPRINT_INVALID");
  EXPECT_EQ(ReasonOf(Written(2, 0)), "BLUEPRINT_INVALID");
  WrittenBlueprint written = Written(2, 1);
  written.clear_title();
  EXPECT_EQ(ReasonOf(written), "BLUEPRINT_INVALID");
  written = Written(2, 1);
  written.mutable_terminal_objectives(1)->mutable_objective()->clear_text();
  EXPECT_EQ(ReasonOf(written), "BLUEPRINT_INVALID");
  written = Written(2, 1);
  written.mutable_terminal_objectives(1)->mutable_enabling_objectives(0)->clear_verb();
  EXPECT_EQ(ReasonOf(written), "BLUEPRINT_INVALID");
}

class BlueprintStatusTest : public ::testing::Test {
 protected:
  BlueprintStatusTest() {
    Blueprint record;
    record.set_title("Databases");
    resource_ = {.id = IdNumber(1), .kind = kBlueprintKind, .parent = IdNumber(2)};
    resource_.payload = record.SerializeAsString();
    execution_.create_time = absl::FromUnixSeconds(1000);
  }
  Blueprint Seen(ExecutionState state, int terminal = 0) {
    execution_.state = state;
    execution_.progress.counters["terminal_objectives"] = terminal;
    return *BlueprintOf(resource_, execution_);
  }

  store::ResourceRow resource_;
  store::ExecutionRow execution_;
};

TEST_F(BlueprintStatusTest, ProgressGrowsByTenForEachTerminalObjective) {
  EXPECT_EQ(Seen(ExecutionState::kQueued).progress(), 5);
  EXPECT_EQ(Seen(ExecutionState::kRunning, 1).progress(), 10);
  EXPECT_EQ(Seen(ExecutionState::kRunning, 7).progress(), 70);
  EXPECT_EQ(Seen(ExecutionState::kRunning, 12).progress(), 90);
  EXPECT_EQ(Seen(ExecutionState::kCompleted, 7).progress(), 100);
  EXPECT_EQ(Seen(ExecutionState::kFailed, 7).progress(), 0);
  EXPECT_EQ(Seen(ExecutionState::kCancelled, 7).progress(), 0);
}

TEST_F(BlueprintStatusTest, StatesHaveFourNames) {
  EXPECT_EQ(Seen(ExecutionState::kQueued).status(), "generating");
  EXPECT_EQ(Seen(ExecutionState::kCancelling).status(), "generating");
  EXPECT_EQ(Seen(ExecutionState::kCompleted).status(), "completed");
  EXPECT_EQ(Seen(ExecutionState::kCancelled).status(), "cancelled");
  execution_.root.failure = {.reason = "MODEL", .message = "the model is away"};
  EXPECT_EQ(Seen(ExecutionState::kFailed).status(), "error");
  EXPECT_EQ(Seen(ExecutionState::kFailed).error(), "the model is away");
}

TEST_F(BlueprintStatusTest, OneThatTookTooLongSaysSo) {
  const Blueprint late = Seen(ExecutionState::kTimedOut, 3);
  EXPECT_EQ(late.status(), "error");
  EXPECT_EQ(late.description(), "Generation timed out");
  EXPECT_EQ(late.title(), "Databases");
}

TEST_F(BlueprintStatusTest, TheStatusIsTheBlueprintWithoutItsObjectives) {
  const Blueprint seen = Seen(ExecutionState::kRunning, 4);
  const auto status = StatusOf(seen);
  EXPECT_EQ(status.id(), IdNumber(1).ToString());
  EXPECT_EQ(status.progress(), 40);
  EXPECT_EQ(status.terminal_objectives_count(), 4);
  EXPECT_EQ(status.generation_started_at().seconds(), 1000);
}

}  // namespace
}  // namespace flowmesh::apps
