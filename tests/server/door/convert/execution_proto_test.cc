#include "server/door/convert/execution_proto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/door/time_conversion.h"

namespace flowmesh::door {
namespace {

const absl::Time kTime = absl::FromUnixMicros(1'700'000'000'123'456);

store::ExecutionRow Row() {
  store::ExecutionRow row;
  row.id = *store::Id::Parse("0192f0c4-8d1e-7001-9abc-0123456789ab");
  row.owner = "ada";
  row.flow = "poem";
  row.state = store::ExecutionState::kCompleted;
  row.progress = {.percent = 100, .message = "done", .counters = {{"lines", 12}}};
  row.labels = {{"x-request-id", "r1"}};
  row.create_time = kTime;
  row.start_time = kTime + absl::Seconds(1);
  row.end_time = kTime + absl::Seconds(2);
  row.deadline = kTime + absl::Hours(1);
  row.event_head = 17;
  row.retry_of = *store::Id::Parse("0192f0c4-8d1e-7001-9abc-0123456789ff");
  row.root.priority = 3;
  row.root.input = {.type = "flowmesh.poem.v1.WritePoem", .bytes = "\x0a\x01x"};
  row.root.output = {.type = "flowmesh.poem.v1.Poem", .bytes = "out"};
  row.root.state = store::TaskState::kCompleted;
  return row;
}

TEST(ExecutionProtoTest, FullViewHoldsEverything) {
  v1::Execution execution;
  ToProto(Row(), ExecutionView::kFull, &execution);
  EXPECT_EQ(execution.id(), "0192f0c4-8d1e-7001-9abc-0123456789ab");
  EXPECT_EQ(execution.owner(), "ada");
  EXPECT_EQ(execution.flow(), "poem");
  EXPECT_EQ(execution.state(), v1::Execution::COMPLETED);
  EXPECT_EQ(execution.input().type_url(), "type.googleapis.com/flowmesh.poem.v1.WritePoem");
  EXPECT_EQ(execution.input().value(), "\x0a\x01x");
  EXPECT_EQ(execution.output().type_url(), "type.googleapis.com/flowmesh.poem.v1.Poem");
  EXPECT_EQ(execution.output().value(), "out");
  EXPECT_EQ(execution.progress().percent(), 100);
  EXPECT_EQ(execution.progress().counters().at("lines"), 12);
  EXPECT_EQ(execution.labels().at("x-request-id"), "r1");
  EXPECT_EQ(*FromProto(execution.create_time(), ""), kTime);
  EXPECT_EQ(*FromProto(execution.start_time(), ""), kTime + absl::Seconds(1));
  EXPECT_EQ(*FromProto(execution.end_time(), ""), kTime + absl::Seconds(2));
  EXPECT_EQ(*FromProto(execution.deadline(), ""), kTime + absl::Hours(1));
  EXPECT_EQ(execution.retry_of(), "0192f0c4-8d1e-7001-9abc-0123456789ff");
  EXPECT_EQ(execution.priority(), 3);
  EXPECT_EQ(execution.last_seq(), 17);
  EXPECT_FALSE(execution.has_failure());
}

TEST(ExecutionProtoTest, SummaryLeavesPayloadsOut) {
  v1::Execution execution;
  ToProto(Row(), ExecutionView::kSummary, &execution);
  EXPECT_FALSE(execution.has_input());
  EXPECT_FALSE(execution.has_output());
  EXPECT_EQ(execution.flow(), "poem");
}

TEST(ExecutionProtoTest, WhatHasNotHappenedIsUnset) {
  store::ExecutionRow row;
  row.state = store::ExecutionState::kCreated;
  row.create_time = kTime;
  v1::Execution execution;
  ToProto(row, ExecutionView::kFull, &execution);
  EXPECT_TRUE(execution.has_create_time());
  EXPECT_FALSE(execution.has_start_time());
  EXPECT_FALSE(execution.has_end_time());
  EXPECT_FALSE(execution.has_deadline());
  EXPECT_FALSE(execution.has_failure());
  EXPECT_FALSE(execution.has_progress());
  EXPECT_FALSE(execution.has_input());
  EXPECT_EQ(execution.retry_of(), "");
}

TEST(ExecutionProtoTest, ProgressIsSetFromRunningOn) {
  store::ExecutionRow row;
  row.state = store::ExecutionState::kRunning;
  v1::Execution execution;
  ToProto(row, ExecutionView::kSummary, &execution);
  EXPECT_TRUE(execution.has_progress());
}

TEST(ExecutionProtoTest, FailureShowsAtTheEndAndWhileTheNextAttemptWaits) {
  store::ExecutionRow row;
  row.root.failure = {.reason = "WORKER_LOST", .message = "gone", .retryable = true};
  const auto shown = [&row](store::ExecutionState state, store::TaskState task) {
    row.state = state;
    row.root.state = task;
    v1::Execution execution;
    ToProto(row, ExecutionView::kSummary, &execution);
    return execution.has_failure();
  };
  EXPECT_TRUE(shown(store::ExecutionState::kFailed, store::TaskState::kFailed));
  EXPECT_TRUE(shown(store::ExecutionState::kTimedOut, store::TaskState::kTimedOut));
  EXPECT_TRUE(shown(store::ExecutionState::kRunning, store::TaskState::kBackoff));
  EXPECT_FALSE(shown(store::ExecutionState::kRunning, store::TaskState::kAssigned));
  EXPECT_FALSE(shown(store::ExecutionState::kCompleted, store::TaskState::kCompleted));
}

TEST(ExecutionProtoTest, TaskHoldsItsParentUnlessItIsTheRoot) {
  store::TaskRow row;
  row.task = 2;
  row.parent = 0;
  row.call_key = "main/harvest#1";
  row.kind = store::TaskKind::kCall;
  row.type = "harvest";
  row.state = store::TaskState::kBackoff;
  row.attempt = 3;
  row.failures = 2;
  row.failure = {.reason = "TIMEOUT", .message = "slow"};
  row.create_time = kTime;
  v1::Task task;
  ToProto(row, &task);
  EXPECT_EQ(task.task(), 2);
  EXPECT_TRUE(task.has_parent());
  EXPECT_EQ(task.parent(), 0);
  EXPECT_EQ(task.call_key(), "main/harvest#1");
  EXPECT_EQ(task.kind(), v1::Task::CALL);
  EXPECT_EQ(task.state(), v1::Task::BACKOFF);
  EXPECT_EQ(task.attempt(), 3);
  EXPECT_EQ(task.failures(), 2);
  EXPECT_EQ(task.failure().reason(), "TIMEOUT");
  EXPECT_TRUE(task.has_create_time());
  EXPECT_FALSE(task.has_end_time());

  v1::Task root;
  ToProto(store::TaskRow(), &root);
  EXPECT_FALSE(root.has_parent());
  EXPECT_FALSE(root.has_failure());
}

}  // namespace
}  // namespace flowmesh::door
