#include "workers/sdk/task_context.h"

#include <gtest/gtest.h>

#include <string>

#include "workers/sdk/test_context.h"

namespace flowmesh::sdk {
namespace {

TEST(TaskContextTest, WhatIsToldKeepsItsOrder) {
  TestTaskContext context;
  context.Warning("rain ahead", {{"where", "north"}});
  context.Output("drip ");
  context.Output("drop");
  context.Progress(140, "wet", {{"drops", 2}});
  v1::Usage usage;
  usage.set_provider("builtin");
  context.ReportUsage(usage);
  const auto events = context.told().events();
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(events[0].log().level(), v1::LogLine::WARNING);
  EXPECT_EQ(events[0].log().attributes().at("where"), "north");
  EXPECT_EQ(events[3].progress().percent(), 100);
  EXPECT_EQ(events[3].progress().counters().at("drops"), 2);
  EXPECT_EQ(events[4].usage().provider(), "builtin");
  EXPECT_EQ(context.told().output(), "drip drop");
  EXPECT_EQ(context.output_end(), 9);
}

TEST(TaskContextTest, BrokenAndLongTextIsMadeToFit) {
  TestTaskContext context;
  context.Info("\xFF" + std::string(100'000, 'x'), {{"k\xFF", std::string(100'000, 'v')}});
  const v1::LogLine line = context.told().logs().at(0);
  EXPECT_EQ(line.message().size(), 64u * 1024);
  EXPECT_EQ(line.attributes().at("k\xEF\xBF\xBD").size(), 8u * 1024);
}

TEST(TaskContextTest, ANewAttemptMayContinueOrReplace) {
  AttemptInfo info;
  info.output_ends[""] = 4;
  TestTaskContext context(info);
  EXPECT_EQ(context.output_end(), 4);
  context.Output("more");
  EXPECT_EQ(context.told().events().at(0).output().offset(), 4);
  context.RestartOutput();
  context.Output("anew");
  EXPECT_EQ(context.told().output(), "anew");
}

TEST(TaskContextTest, AttemptsOfOneWorkDrawTheSameNumbers) {
  AttemptInfo first;
  first.idempotency_key = "k";
  AttemptInfo second = first;
  second.attempt = 2;
  second.execution_id = "018bcfe5-6800-7001-8000-000000000009";
  TestTaskContext a(first);
  TestTaskContext b(second);
  EXPECT_EQ(a.random().Uniform(1 << 30), b.random().Uniform(1 << 30));
}

TEST(TaskContextTest, TheAssignmentIsTold) {
  v1::Assignment assignment;
  assignment.mutable_attempt()->set_execution_id("e");
  assignment.mutable_attempt()->set_task(3);
  assignment.mutable_attempt()->set_attempt(2);
  assignment.set_failures(1);
  assignment.set_idempotency_key("k");
  assignment.set_owner("ann");
  assignment.set_traceparent("00-ab-cd-01");
  (*assignment.mutable_labels())["team"] = "verse";
  assignment.mutable_deadline()->set_seconds(2'000);
  assignment.mutable_attempt_timeout()->set_seconds(10);
  TestTaskContext context(AttemptInfo::From(assignment, absl::FromUnixSeconds(1'000)));
  EXPECT_EQ(context.execution_id(), "e");
  EXPECT_EQ(context.task(), 3);
  EXPECT_EQ(context.attempt(), 2);
  EXPECT_EQ(context.failures(), 1);
  EXPECT_EQ(context.idempotency_key(), "k");
  EXPECT_EQ(context.owner(), "ann");
  EXPECT_EQ(context.traceparent(), "00-ab-cd-01");
  EXPECT_EQ(context.labels().at("team"), "verse");
  EXPECT_EQ(context.deadline(), absl::FromUnixSeconds(1'010));
}

TEST(TaskContextTest, CancellingEndsAPause) {
  TestTaskContext context;
  EXPECT_FALSE(context.WaitCancelled(absl::ZeroDuration()));
  context.Cancel();
  EXPECT_TRUE(context.WaitCancelled(absl::InfiniteDuration()));
  EXPECT_TRUE(context.cancelled());
}

}  // namespace
}  // namespace flowmesh::sdk
