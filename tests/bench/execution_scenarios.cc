// Scenarios that count executions: unit, batch, idle, backlog.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/batch_submitter.h"
#include "tests/bench/bench_worker.h"
#include "tests/bench/run_loop.h"
#include "tests/bench/scenarios.h"

namespace flowmesh::bench {
namespace {

constexpr int kSlots = 256;           // never fewer than executions in flight
constexpr int kLanesPerChannel = 64;  // of the scenario `unit`
constexpr absl::Duration kIdlePause = absl::Milliseconds(20);
constexpr int kLimitedSlots = 16;  // of the worker that meets a backlog
constexpr int kSmallBacklog = 1000;
constexpr int kSmallRounds = 5;  // one small backlog is gone too soon to be measured
constexpr absl::Duration kFilled = absl::Minutes(15);
constexpr absl::Duration kDrained = absl::Seconds(120);

Reach AtLeast(double value) { return {Reach::Side::kAtLeast, value}; }
Reach Below(double value) { return {Reach::Side::kBelow, value}; }

// Blocks until workers have begun `count` functions; false: `timeout` passed.
bool AwaitBegun(const Mesh& mesh, int64_t count, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (mesh.begun() < count) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(1));
  }
  return true;
}

// Processor time of server and worker between two moments, told per execution.
class ProcessorUse {
 public:
  explicit ProcessorUse(const Mesh* mesh)
      : mesh_(mesh), server_(mesh->ServerProcessorSeconds()), worker_(mesh->WorkerProcessorSeconds()) {}

  void AddTo(Report& report, const std::string& name, int64_t executions, const Conditions& conditions) const {
    const auto microseconds = [executions](double seconds) {
      return seconds * 1e6 / static_cast<double>(std::max<int64_t>(1, executions));
    };
    report.Add(name + ".server_processor", microseconds(mesh_->ServerProcessorSeconds() - server_), "us", conditions);
    report.Add(name + ".worker_processor", microseconds(mesh_->WorkerProcessorSeconds() - worker_), "us", conditions);
  }

 private:
  const Mesh* const mesh_;
  const double server_;
  const double worker_;
};

struct ClaimRate {
  int64_t claims = 0;
  double seconds = 0;
};

// Creates a backlog while no worker is there, attaches one and counts what it begins, `time` long at most.
absl::StatusOr<ClaimRate> MeetBacklog(Mesh& mesh, int backlog, absl::Duration time) {
  auto created =
      SubmitBatches(mesh, {.per_batch = std::min(backlog, 1000), .threads = 2, .most = backlog, .time = kFilled});
  if (!created.ok()) return created.status();
  if (*created < backlog)
    return absl::DeadlineExceededError(absl::StrCat("only ", *created, " executions were created in time"));
  const int64_t before = mesh.begun();
  if (absl::Status status = mesh.AttachWorker(kLimitedSlots); !status.ok()) return status;
  if (!AwaitBegun(mesh, before + 1, kDrained)) return absl::DeadlineExceededError("the worker was given nothing");
  const int64_t first = mesh.begun();
  const int64_t begin = NowNanos();
  AwaitBegun(mesh, before + *created, time);
  ClaimRate rate = {.claims = mesh.begun() - first, .seconds = SecondsSince(begin)};
  if (absl::Status status = mesh.DetachWorker(); !status.ok()) return status;
  return rate;
}

// The server knows the contract from the first worker on, so that executions can wait for a later one.
absl::StatusOr<std::unique_ptr<Mesh>> StartWithKnownContract(const BenchOptions& options) {
  auto mesh = Mesh::Start(options.mesh);
  if (!mesh.ok()) return mesh;
  if (absl::Status status = (*mesh)->AttachWorker(1); !status.ok()) return status;
  if (absl::Status status = (*mesh)->DetachWorker(); !status.ok()) return status;
  return mesh;
}

}  // namespace

absl::Status MeasureUnit(const BenchOptions& options, Report& report) {
  auto mesh = Mesh::Start(options.mesh);
  if (!mesh.ok()) return mesh.status();
  if (absl::Status status = (*mesh)->AttachWorker(kSlots); !status.ok()) return status;
  const int most = *std::max_element(options.in_flight.begin(), options.in_flight.end());
  for (const int in_flight : options.in_flight) {
    const int channels = (in_flight + kLanesPerChannel - 1) / kLanesPerChannel;
    RunLoop loop(mesh->get(), {.in_flight = in_flight, .channels = channels, .measured = options.time});
    const ProcessorUse use(mesh->get());
    const RunLoop::Result result = loop.Run();
    if (result.failed > 0)
      return absl::InternalError(absl::StrCat(result.failed, " calls failed: ", result.first_failure));
    const Conditions conditions = {{"call", "RunExecution"},
                                   {"in_flight", absl::StrCat(in_flight)},
                                   {"channels", absl::StrCat(channels)},
                                   {"slots", absl::StrCat(kSlots)},
                                   {"seconds", absl::StrCat(result.seconds)}};
    const std::string name = absl::StrCat("unit.", in_flight);
    report.Add(name + ".rate", static_cast<double>(result.completed) / result.seconds, "1/s", conditions,
               in_flight == most ? std::optional<Reach>(AtLeast(8000)) : std::nullopt);
    report.AddLatency(name + ".latency", result.latency, conditions);
    use.AddTo(report, name, result.all, conditions);
  }
  report.Add("unit.server_resident", static_cast<double>((*mesh)->ServerResidentBytes()) / 1e6, "MB", {});
  return absl::OkStatus();
}

absl::Status MeasureBatch(const BenchOptions& options, Report& report) {
  auto mesh = Mesh::Start(options.mesh);
  if (!mesh.ok()) return mesh.status();
  if (absl::Status status = (*mesh)->AttachWorker(kSlots); !status.ok()) return status;
  const SubmitOptions submit = {.per_batch = 500, .threads = 4, .time = options.time, .most_ahead = 4000};
  const ProcessorUse use(mesh->get());
  const int64_t begin = NowNanos();
  auto created = SubmitBatches(**mesh, submit);
  if (!created.ok()) return created.status();
  if (!AwaitBegun(**mesh, *created, kDrained))
    return absl::DeadlineExceededError("the worker never got all executions");
  if (absl::Status status = (*mesh)->AwaitAllFinal(kDrained); !status.ok()) return status;
  const double seconds = SecondsSince(begin);
  const Conditions conditions = {{"call", "BatchCreateExecutions"},
                                 {"per_batch", absl::StrCat(submit.per_batch)},
                                 {"batches_in_flight", absl::StrCat(submit.threads)},
                                 {"created_ahead_of_worker", absl::StrCat(submit.most_ahead)},
                                 {"slots", absl::StrCat(kSlots)},
                                 {"executions", absl::StrCat(*created)},
                                 {"seconds", absl::StrCat(seconds)}};
  report.Add("batch.rate", static_cast<double>(*created) / seconds, "1/s", conditions, AtLeast(20'000));
  use.AddTo(report, "batch", *created, conditions);
  return absl::OkStatus();
}

absl::Status MeasureIdle(const BenchOptions& options, Report& report) {
  auto mesh = Mesh::Start(options.mesh);
  if (!mesh.ok()) return mesh.status();
  if (absl::Status status = (*mesh)->AttachWorker(1); !status.ok()) return status;
  v1::RunExecutionRequest request;
  *request.mutable_execution() = NoopRequest();
  Samples latency;
  const absl::Time end = absl::Now() + options.time;
  for (int round = 0; absl::Now() < end; ++round) {
    grpc::ClientContext context;
    SetDeadline(&context, absl::Seconds(10));
    v1::Execution execution;
    const int64_t begin = NowNanos();
    absl::Status status = ToStatus((*mesh)->orchestrator().RunExecution(&context, request, &execution));
    if (!status.ok()) return status;
    if (execution.state() != v1::Execution::COMPLETED) {
      return absl::InternalError(absl::StrCat("an execution ended ", v1::Execution::State_Name(execution.state())));
    }
    if (round >= 5) latency.Add(NowNanos() - begin);  // the first ones pay for connections and caches
    absl::SleepFor(kIdlePause);
  }
  report.AddLatency("idle.latency", latency,
                    {{"call", "RunExecution"}, {"in_flight", "1"}, {"pause", absl::FormatDuration(kIdlePause)}},
                    Below(2));
  return absl::OkStatus();
}

absl::Status MeasureBacklog(const BenchOptions& options, Report& report) {
  ClaimRate small;
  {
    auto mesh = StartWithKnownContract(options);
    if (!mesh.ok()) return mesh.status();
    for (int round = 0; round < kSmallRounds; ++round) {
      auto rate = MeetBacklog(**mesh, kSmallBacklog, kDrained);
      if (!rate.ok()) return rate.status();
      small.claims += rate->claims;
      small.seconds += rate->seconds;
    }
  }
  auto mesh = StartWithKnownContract(options);
  if (!mesh.ok()) return mesh.status();
  auto large = MeetBacklog(**mesh, options.backlog, options.time);
  if (!large.ok()) return large.status();
  const auto report_rate = [&report](const ClaimRate& rate, int backlog, int rounds, std::optional<Reach> reach) {
    report.Add(absl::StrCat("backlog.", backlog, ".claim_rate"), static_cast<double>(rate.claims) / rate.seconds, "1/s",
               {{"waiting", absl::StrCat(backlog)},
                {"rounds", absl::StrCat(rounds)},
                {"owners", "1"},
                {"slots", absl::StrCat(kLimitedSlots)},
                {"claims", absl::StrCat(rate.claims)},
                {"seconds", absl::StrCat(rate.seconds)}},
               reach);
  };
  report_rate(small, kSmallBacklog, kSmallRounds, std::nullopt);
  report_rate(*large, options.backlog, 1, AtLeast(0.9 * static_cast<double>(small.claims) / small.seconds));
  report.Add("backlog.server_resident", static_cast<double>((*mesh)->ServerResidentBytes()) / 1e6, "MB",
             {{"waiting", absl::StrCat(options.backlog)}});
  return absl::OkStatus();
}

}  // namespace flowmesh::bench
