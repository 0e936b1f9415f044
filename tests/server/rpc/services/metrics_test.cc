// What a scrape of a replica says after known activity.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "flowmesh/v1/execution.pb.h"
#include "server/base/trace_context.h"
#include "server/metrics/registry.h"
#include "tests/server/rpc/services/replica_fixture.h"
#include "tests/support/metrics_text.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::rpc {
namespace {

using testing::FailedEntry;
using testing::FinishedEntry;
using testing::LogEntry;
using testing::MetricsText;
using testing::RawWorker;

class MetricsTest : public ReplicaTest {
 protected:
  void SetUp() override {
    auto started = cli::Replica::Start({.grpc_address = "127.0.0.1:0",
                                        .store = {.data_directory = directory_.path()},
                                        .developer = true,
                                        .metrics = &registry_});
    ASSERT_OK(started);
    replica_ = *std::move(started);
    orchestrator_ = v1::Orchestrator::NewStub(Connect());
    log_stream_ = v1::LogStream::NewStub(Connect());
  }
  void TearDown() override { replica_.reset(); }

  MetricsText Scrape() {
    const std::string text = registry_.Render();
    auto parsed = MetricsText::Parse(text);
    EXPECT_OK(parsed) << text;
    return parsed.ok() ? *parsed : MetricsText();
  }

  metrics::Registry registry_{"1.2.3"};
};

std::string Requests(const std::string& method, const std::string& code) {
  return absl::StrCat("flowmesh_grpc_requests_total{code=\"", code, "\",method=\"", method, "\"}");
}

TEST_F(MetricsTest, ExecutionsAttemptsEventsAndCallsAreCountedExactly) {
  const auto worker = Attach(HelloOf("worker-one", 3));
  for (int i = 0; i < 3; ++i) {
    const std::string id = CreateEcho().id();
    const v1::AttemptId attempt = worker->NextAssignment().attempt();
    worker->Send(LogEntry(attempt, 1, "working"));
    worker->Send(FinishedEntry(attempt, 2, Line("done")));
    EXPECT_EQ(WaitForEnd(id).state(), v1::Execution::COMPLETED);
  }
  const std::string failed = CreateEcho().id();
  worker->Send(FailedEntry(worker->NextAssignment().attempt(), 1, "BAD_INPUT", /*retryable=*/false));
  EXPECT_EQ(WaitForEnd(failed).state(), v1::Execution::FAILED);

  // Each WaitForEnd is a tail of five or six state events and one GetExecution.
  const MetricsText text = Scrape();
  EXPECT_EQ(text[Requests("LogStream/Tail", "OK")], 4);
  EXPECT_EQ(text[Requests("Orchestrator/CreateExecution", "OK")], 4);
  EXPECT_EQ(text[Requests("Orchestrator/GetExecution", "OK")], 4);
  EXPECT_EQ(text["flowmesh_grpc_request_duration_seconds_count{method=\"Orchestrator/CreateExecution\"}"], 4);
  EXPECT_EQ(text["flowmesh_grpc_calls_open{method=\"Orchestrator/CreateExecution\"}"], 0);
  EXPECT_EQ(text["flowmesh_grpc_calls_open{method=\"Worker/Attach\"}"], 1);
  EXPECT_EQ(text["flowmesh_engine_executions_ended_total{flow=\"echo\",state=\"completed\"}"], 3);
  EXPECT_EQ(text["flowmesh_engine_executions_ended_total{flow=\"echo\",state=\"failed\"}"], 1);
  EXPECT_EQ(text["flowmesh_engine_execution_duration_seconds_count{flow=\"echo\"}"], 4);
  EXPECT_EQ(text["flowmesh_engine_attempts_total{type=\"echo\"}"], 4);
  EXPECT_EQ(text["flowmesh_engine_attempts_lost_total{by=\"worker\"}"], 0);
  // CREATED, QUEUED, RUNNING and the end of each, three log lines, and the progress that a result completes.
  EXPECT_GE(text["flowmesh_engine_events_total"], 4 * 4 + 3);
  EXPECT_GT(text["flowmesh_engine_event_bytes_total"], text["flowmesh_engine_events_total"]);
  EXPECT_GE(text["flowmesh_engine_events_total"], text["flowmesh_engine_event_chunks_total"]);
  EXPECT_GT(text["flowmesh_engine_commits_total"], 0);
  EXPECT_EQ(text["flowmesh_engine_commit_duration_seconds_count"], text["flowmesh_engine_commits_total"]);
  EXPECT_EQ(text["flowmesh_engine_batch_commands_sum"], text["flowmesh_engine_commands_total"]);
  EXPECT_GT(text["flowmesh_engine_batch_rows_sum"], 0);
  EXPECT_EQ(text["flowmesh_engine_refused_commands_total"], 0);
  for (const char* reason : {"conflict", "out_of_space", "declared_dead", "failed"}) {
    EXPECT_EQ(text.Find(absl::StrCat("flowmesh_engine_commit_failures_total{reason=\"", reason, "\"}")), 0) << reason;
  }
  for (const char* lane : {"client", "worker"}) {
    EXPECT_EQ(text.Find(absl::StrCat("flowmesh_engine_lane_commands{lane=\"", lane, "\"}")), 0);
    EXPECT_EQ(text.Find(absl::StrCat("flowmesh_engine_lane_bytes{lane=\"", lane, "\"}")), 0);
  }
  EXPECT_EQ(text["flowmesh_log_stream_tails"], 0);
  EXPECT_GE(text["flowmesh_log_stream_events_sent_total"], 4 * 4);
  EXPECT_GT(text["flowmesh_log_stream_sent_bytes_total"], 0);
}

TEST_F(MetricsTest, QueuesAndSessionsAreReadAtTheScrape) {
  const auto worker = Attach(HelloOf("worker-one", 2));
  for (int i = 0; i < 2; ++i) {
    CreateEcho();
    worker->NextAssignment();
  }
  for (int i = 0; i < 5; ++i) Create(EchoRequest(/*start=*/false));
  for (int i = 0; i < 5; ++i) CreateEcho();
  const MetricsText text = Scrape();
  EXPECT_EQ(text["flowmesh_engine_queue_depth{queue=\"echo\"}"], 5);
  EXPECT_GE(text["flowmesh_engine_queue_oldest_seconds{queue=\"echo\"}"], 0);
  EXPECT_EQ(text["flowmesh_engine_executions_unfinished{state=\"queued\"}"], 5);
  EXPECT_EQ(text["flowmesh_engine_executions_unfinished{state=\"running\"}"], 2);
  EXPECT_EQ(text["flowmesh_engine_executions_unfinished{state=\"created\"}"], 5);
  EXPECT_EQ(text["flowmesh_engine_sessions{state=\"attached\"}"], 1);
  EXPECT_EQ(text["flowmesh_engine_attempts_running"], 2);
  EXPECT_EQ(text["flowmesh_engine_slots"], 2);
  EXPECT_EQ(text["flowmesh_engine_slots_used"], 2);
  EXPECT_EQ(text["flowmesh_engine_type_slots{type=\"echo\"}"], 2);
  EXPECT_EQ(text["flowmesh_engine_type_slots_used{type=\"echo\"}"], 2);
  EXPECT_EQ(text["flowmesh_engine_type_sessions{type=\"echo\"}"], 1);
}

TEST_F(MetricsTest, AStaleWordIsAnsweredAndCountedAsFenced) {
  const auto worker = Attach(HelloOf("worker-one"));
  CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  worker->Send(FinishedEntry(attempt, 1, Line("done")));
  WaitForEnd(attempt.execution_id());
  v1::AttemptId stale = attempt;
  stale.set_attempt(7);
  worker->Send(LogEntry(stale, 1, "who am I?"));
  EXPECT_EQ(worker->NextFenced().attempt().attempt(), 7);
  EXPECT_EQ(Scrape()["flowmesh_engine_fenced_total"], 1);
}

TEST_F(MetricsTest, CallsThatFailAreCountedByTheirCode) {
  Call call;
  v1::GetExecutionRequest request;
  v1::Execution execution;
  request.set_id("not an id");
  EXPECT_EQ(orchestrator_->GetExecution(&call, request, &execution).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  Call other;
  v1::CreateExecutionRequest unknown;
  unknown.set_flow("unheard-of");
  EXPECT_EQ(orchestrator_->CreateExecution(&other, unknown, &execution).error_code(), grpc::StatusCode::NOT_FOUND);
  const MetricsText text = Scrape();
  EXPECT_EQ(text[Requests("Orchestrator/GetExecution", "INVALID_ARGUMENT")], 1);
  EXPECT_EQ(text[Requests("Orchestrator/CreateExecution", "NOT_FOUND")], 1);
  // Nothing that a stranger chooses becomes a label.
  for (const auto& [series, value] : text.series()) {
    EXPECT_EQ(series.find("unheard-of"), std::string::npos) << series;
    EXPECT_EQ(series.find("not an id"), std::string::npos) << series;
  }
}

TEST_F(MetricsTest, AStoppedReplicaIsNoPartOfTheScrape) {
  EXPECT_TRUE(Scrape().Find("flowmesh_engine_commits_total").has_value());
  replica_->Stop();
  EXPECT_FALSE(Scrape().Find("flowmesh_engine_commits_total").has_value());
}

TEST_F(MetricsTest, TheServerHasASpanOfItsOwnAndAnExecutionNamesItsTrace) {
  const auto worker = Attach(HelloOf("worker-one"));
  const auto parent = base::TraceContext::Parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  Call call;
  call.AddMetadata("traceparent", parent->ToString());
  v1::Execution execution;
  ASSERT_THAT(orchestrator_->CreateExecution(&call, EchoRequest(), &execution), Succeeds());
  EXPECT_EQ(execution.labels().at("x-trace-id"), parent->trace_id());
  const auto handed = base::TraceContext::Parse(worker->NextAssignment().traceparent());
  ASSERT_TRUE(handed.has_value());
  EXPECT_EQ(handed->trace_id(), parent->trace_id());
  EXPECT_NE(handed->span_id(), parent->span_id());
  EXPECT_TRUE(handed->sampled());
}

TEST_F(MetricsTest, WithoutATraceNothingIsMadeUp) {
  const auto worker = Attach(HelloOf("worker-one"));
  const v1::Execution execution = CreateEcho();
  EXPECT_EQ(execution.labels().count("x-trace-id"), 0u);
  EXPECT_EQ(worker->NextAssignment().traceparent(), "");
}

}  // namespace
}  // namespace flowmesh::rpc
