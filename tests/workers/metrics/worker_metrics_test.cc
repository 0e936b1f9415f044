#include "workers/metrics/worker_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/log_context.h"
#include "server/metrics/registry.h"
#include "tests/support/metrics_text.h"
#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/served_functions.h"
#include "tests/workers/sdk/text_calls.h"

namespace flowmesh::workers {
namespace {

using ::flowmesh::testing::MetricsText;
using sdk::About;
using sdk::AttemptOf;
using sdk::Poem;
using sdk::PoemNamed;
using sdk::TaskContext;
using sdk::WritePoem;
using ::testing::Contains;
using ::testing::Pair;

class WorkerMetricsTest : public ::testing::Test {
 protected:
  MetricsText Scrape() {
    const std::string text = registry_.Render();
    auto parsed = MetricsText::Parse(text);
    EXPECT_OK(parsed) << text;
    return parsed.ok() ? *parsed : MetricsText();
  }
  sdk::WorkerOptions Options() {
    sdk::WorkerOptions options = sdk::OptionsFor(server_);
    options.observer = &metrics_;
    return options;
  }

  metrics::Registry registry_{"1"};
  WorkerMetrics metrics_{registry_.families(), /*log_tasks=*/false};
  sdk::FakeOrchestrator server_;
};

std::string Ended(const std::string& outcome) {
  return absl::StrCat("flowmesh_worker_tasks_ended_total{outcome=\"", outcome, "\",type=\"poem\"}");
}

TEST_F(WorkerMetricsTest, TasksAreCountedByTheirOutcome) {
  sdk::Gate begun;
  sdk::Worker worker(Options());
  worker.Serve("poem", [&](TaskContext& context, const WritePoem& request) -> absl::StatusOr<Poem> {
    if (request.title() == "bad") return absl::InvalidArgumentError("no such form");
    if (request.title() != "long") return PoemNamed(request.title());
    begun.Open();
    while (!context.WaitCancelled(absl::Hours(1))) {
    }
    return absl::CancelledError("told to stop");
  });
  ASSERT_OK(worker.Start());
  const auto stream = server_.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("good"));
  stream->Next(v1::WorkerEntry::kFinished);
  stream->Assign(AttemptOf(2), "poem", About("bad"));
  stream->Next(v1::WorkerEntry::kFailed);
  stream->Assign(AttemptOf(3), "poem", About("long"));
  begun.Pass();
  EXPECT_EQ(Scrape()["flowmesh_worker_tasks_running{type=\"poem\"}"], 1);
  EXPECT_EQ(Scrape()["flowmesh_worker_attached"], 1);
  stream->Cancel(AttemptOf(3));
  stream->Next(v1::WorkerEntry::kFailed);
  worker.Stop();
  const MetricsText text = Scrape();
  EXPECT_EQ(text["flowmesh_worker_tasks_started_total{type=\"poem\"}"], 3);
  EXPECT_EQ(text[Ended("finished")], 1);
  EXPECT_EQ(text[Ended("failed")], 1);
  EXPECT_EQ(text[Ended("cancelled")], 1);
  EXPECT_EQ(text["flowmesh_worker_tasks_running{type=\"poem\"}"], 0);
  EXPECT_EQ(text["flowmesh_worker_task_duration_seconds_count{type=\"poem\"}"], 3);
  EXPECT_EQ(text["flowmesh_worker_attaches_total"], 1);
  EXPECT_EQ(text["flowmesh_worker_attached"], 0);
}

TEST_F(WorkerMetricsTest, AFencedAttemptAndALostStreamAreSeen) {
  sdk::Gate begun;
  sdk::Gate left;
  sdk::Worker worker(Options());
  worker.Serve("poem", [&](TaskContext& context, const WritePoem& request) -> absl::StatusOr<Poem> {
    if (request.title() == "good") return PoemNamed(request.title());
    begun.Open();
    while (!context.WaitCancelled(absl::Hours(1))) {
    }
    left.Open();
    return absl::CancelledError("told to stop");
  });
  ASSERT_OK(worker.Start());
  const auto stream = server_.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  begun.Pass();
  stream->Fence(AttemptOf(1));
  left.Pass();
  stream->Cut();
  const auto again = server_.AcceptWorker();
  again->Assign(AttemptOf(2), "poem", About("good"));
  again->Next(v1::WorkerEntry::kFinished);
  worker.Stop();
  const MetricsText text = Scrape();
  EXPECT_EQ(text[Ended("fenced")], 1);
  EXPECT_EQ(text[Ended("finished")], 1);
  EXPECT_EQ(text["flowmesh_worker_attaches_total"], 2);
  EXPECT_EQ(text["flowmesh_worker_streams_ended_total"], 2);
}

// Opens the gate once every flow that holds it is destroyed.
sdk::Flow<sdk::Text> EchoAndHold(sdk::FlowContext& flow, sdk::Text input, std::shared_ptr<sdk::Gate> gone) {
  const sdk::Text echo = co_await flow.Call(sdk::kEcho, input);
  co_return gone == nullptr ? sdk::Text() : echo;
}

TEST_F(WorkerMetricsTest, AFlowThatLeavesMemoryIsParkedAndNotFenced) {
  sdk::Gate gone;
  sdk::WorkerOptions options = Options();
  options.park_after = absl::ZeroDuration();
  sdk::Worker worker(options);
  worker.ServeFlow("poem", [&gone](sdk::FlowContext& flow, sdk::Text input) {
    return EchoAndHold(flow, std::move(input), {&gone, [](sdk::Gate* gate) { gate->Open(); }});
  });
  ASSERT_OK(worker.Start());
  const auto stream = server_.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", sdk::TextOf("x"));
  stream->Ack(AttemptOf(1), stream->Next(v1::WorkerEntry::kCall).number());
  stream->Ack(AttemptOf(1), stream->Next(v1::WorkerEntry::kParked).number());
  gone.Pass();
  const MetricsText text = Scrape();
  EXPECT_EQ(text[Ended("parked")], 1);
  EXPECT_EQ(text["flowmesh_worker_tasks_running{type=\"poem\"}"], 0);
  EXPECT_FALSE(text.Find(Ended("fenced")).has_value());
  worker.Stop();
}

TEST_F(WorkerMetricsTest, WhatIsNotAcknowledgedIsShown) {
  sdk::Worker worker(Options());
  worker.Serve("poem", [](TaskContext& context, const WritePoem& request) -> absl::StatusOr<Poem> {
    context.Info("a line");
    return PoemNamed(request.title());
  });
  registry_.Add(&metrics_);
  metrics_.Show(&worker);
  ASSERT_OK(worker.Start());
  EXPECT_EQ(Scrape().Find("flowmesh_worker_outbox_entries"), 0);
  const auto stream = server_.AcceptWorker();
  stream->AckEnds(false);
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  const v1::WorkerEntry last = stream->Next(v1::WorkerEntry::kFinished);
  EXPECT_GE(Scrape()["flowmesh_worker_outbox_entries"], 1);
  EXPECT_GT(Scrape()["flowmesh_worker_outbox_bytes"], 10);
  stream->Ack(AttemptOf(1), last.number());
  worker.Stop();
  EXPECT_EQ(Scrape()["flowmesh_worker_outbox_entries"], 0);
  registry_.Remove(&metrics_);
}

TEST_F(WorkerMetricsTest, LinesThatAFunctionLogsCarryItsExecutionAndTrace) {
  base::LogFields fields;
  sdk::Worker worker(Options());
  worker.Serve("poem", [&](TaskContext&, const WritePoem& request) -> absl::StatusOr<Poem> {
    fields = base::LogContext::Current();
    return PoemNamed(request.title());
  });
  ASSERT_OK(worker.Start());
  const auto stream = server_.AcceptWorker();
  v1::OrchestratorEntry entry;
  v1::Assignment& assignment = *entry.mutable_assignment();
  *assignment.mutable_attempt() = AttemptOf(1);
  assignment.set_type("poem");
  assignment.mutable_input()->PackFrom(About("rain"));
  assignment.set_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  (*assignment.mutable_labels())["x-request-id"] = "r-1";
  stream->Send(entry);
  stream->Next(v1::WorkerEntry::kFinished);
  EXPECT_THAT(fields, Contains(Pair("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")));
  EXPECT_THAT(fields, Contains(Pair("execution_id", AttemptOf(1).execution_id())));
  EXPECT_THAT(fields, Contains(Pair("request_id", "r-1")));
  EXPECT_THAT(fields, Contains(Pair("attempt", absl::StrCat(AttemptOf(1).attempt()))));
}

TEST_F(WorkerMetricsTest, TypesBeyondTheLimitAreOther) {
  for (int i = 0; i < 200; ++i) {
    sdk::AttemptInfo info;
    info.type = absl::StrCat("type-", i);
    metrics_.OnTaskStart(info);
    metrics_.OnTaskEnd(info, sdk::TaskOutcome::kFailed, absl::Milliseconds(1));
  }
  const MetricsText text = Scrape();
  EXPECT_EQ(text.SeriesOf("flowmesh_worker_tasks_started_total"), static_cast<int>(metrics::kMaxNames) + 1);
  EXPECT_EQ(text["flowmesh_worker_tasks_started_total{type=\"other\"}"], 200 - static_cast<int>(metrics::kMaxNames));
}

}  // namespace
}  // namespace flowmesh::workers
