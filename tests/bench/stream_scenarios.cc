// Scenarios that read event streams: logs, tails.
#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/bench_worker.h"
#include "tests/bench/scenarios.h"
#include "tests/bench/tail_readers.h"

namespace flowmesh::bench {
namespace {

constexpr int kWriters = 8;                              // tasks of the scenario `logs`
constexpr absl::Duration kPace = absl::Milliseconds(2);  // between two lines of one task where latency counts
constexpr int kManyExecutions = 100;                     // of the scenario `tails`
constexpr int kTailChannels = 8;
constexpr absl::Duration kOpenTimeout = absl::Seconds(60);
constexpr absl::Duration kLinesTimeout = absl::Seconds(120);
constexpr absl::Duration kStay =
    absl::Seconds(5);  // executions live on after their line, so that their end disturbs nobody

Reach AtLeast(double value) { return {Reach::Side::kAtLeast, value}; }
Reach Below(double value) { return {Reach::Side::kBelow, value}; }

// Creates executions that wait for their start and gives their ids.
absl::StatusOr<std::vector<std::string>> Create(Mesh& mesh, int count, const v1::CreateExecutionRequest& each) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) {
    grpc::ClientContext context;
    SetDeadline(&context, absl::Seconds(10));
    v1::Execution execution;
    absl::Status status = ToStatus(mesh.orchestrator().CreateExecution(&context, each, &execution));
    if (!status.ok()) return status;
    ids.push_back(execution.id());
  }
  return ids;
}

absl::Status StartAll(Mesh& mesh, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    grpc::ClientContext context;
    SetDeadline(&context, absl::Seconds(10));
    v1::StartExecutionRequest request;
    request.set_id(id);
    v1::Execution execution;
    absl::Status status = ToStatus(mesh.orchestrator().StartExecution(&context, request, &execution));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// Runs the writers without a reader; gives the seconds until all of them have completed and checks that every line
// counts.
absl::StatusOr<double> TimeUnread(Mesh& mesh, int lines_each) {
  v1::RunExecutionRequest request;
  *request.mutable_execution() = LinesRequest(lines_each, absl::ZeroDuration(), absl::ZeroDuration());
  std::vector<absl::Status> outcomes(kWriters);
  std::vector<std::thread> threads;
  const int64_t begin = NowNanos();
  for (int i = 0; i < kWriters; ++i) {
    threads.emplace_back([&mesh, &request, lines_each, outcome = &outcomes[static_cast<size_t>(i)]] {
      grpc::ClientContext context;
      SetDeadline(&context, kLinesTimeout);
      v1::Execution execution;
      *outcome = ToStatus(mesh.orchestrator().RunExecution(&context, request, &execution));
      if (outcome->ok() && (execution.state() != v1::Execution::COMPLETED || execution.last_seq() < lines_each)) {
        *outcome = absl::DataLossError(absl::StrCat("an execution ended ", v1::Execution::State_Name(execution.state()),
                                                    " with ", execution.last_seq(), " events"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = SecondsSince(begin);
  for (const absl::Status& outcome : outcomes) {
    if (!outcome.ok()) return outcome;
  }
  return seconds;
}

// The same with a tail on each; gives the seconds until the last line has arrived.
absl::StatusOr<double> TimeRead(Mesh& mesh, int lines_each, absl::Duration pace, Samples* latency) {
  auto ids = Create(mesh, kWriters, LinesRequest(lines_each, pace, absl::ZeroDuration()));
  if (!ids.ok()) return ids.status();
  TailReaders readers(&mesh, 2);
  readers.Open(*ids);
  if (absl::Status status = readers.AwaitAccepted(kOpenTimeout); !status.ok()) return status;
  const int64_t begin = NowNanos();
  if (absl::Status status = StartAll(mesh, *ids); !status.ok()) return status;
  const absl::Status status = readers.AwaitLines(int64_t{kWriters} * lines_each, kLinesTimeout);
  if (!status.ok()) return status;
  const double seconds = SecondsSince(begin);
  *latency = readers.Latency();
  return seconds;
}

absl::Status MeasureOpenTails(Mesh& mesh, const std::string& name, int executions, int tails, Report& report) {
  auto ids = Create(mesh, executions, LinesRequest(1, absl::ZeroDuration(), kStay));
  if (!ids.ok()) return ids.status();
  std::vector<std::string> each;
  for (int i = 0; i < tails; ++i) each.push_back((*ids)[static_cast<size_t>(i) % ids->size()]);
  const int64_t resident_before = mesh.ServerResidentBytes();
  TailReaders readers(&mesh, kTailChannels);
  const int64_t begin = NowNanos();
  readers.Open(each);
  if (absl::Status status = readers.AwaitAccepted(kOpenTimeout); !status.ok()) return status;
  const double seconds = SecondsSince(begin);
  const Conditions conditions = {{"tails", absl::StrCat(tails)},
                                 {"executions", absl::StrCat(executions)},
                                 {"connections", absl::StrCat(kTailChannels)}};
  report.Add(name + ".open_time", seconds, "s", conditions);
  report.Add(name + ".resident_growth", static_cast<double>(mesh.ServerResidentBytes() - resident_before) / 1e6, "MB",
             conditions, Below(500));
  if (absl::Status status = StartAll(mesh, *ids); !status.ok()) return status;
  if (absl::Status status = readers.AwaitLines(tails, kLinesTimeout); !status.ok()) return status;
  report.AddLatency(name + ".delivery", readers.Latency(), conditions);
  report.Add(name + ".resident_growth_after_delivery",
             static_cast<double>(mesh.ServerResidentBytes() - resident_before) / 1e6, "MB", conditions, Below(500));
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureLogs(const BenchOptions& options, Report& report) {
  auto mesh = Mesh::Start(options.mesh);
  if (!mesh.ok()) return mesh.status();
  if (absl::Status status = (*mesh)->AttachWorker(kWriters); !status.ok()) return status;
  const int lines_each = std::max(1, options.lines / kWriters);
  const double lines = static_cast<double>(lines_each) * kWriters;
  const Conditions flood = {
      {"tasks", absl::StrCat(kWriters)}, {"lines", absl::StrCat(lines)}, {"bytes_per_line", "about 120"}};

  auto unread = TimeUnread(**mesh, lines_each);
  if (!unread.ok()) return unread.status();
  report.Add("logs.committed_rate", lines / *unread, "1/s", flood, AtLeast(200'000));

  Samples latency;
  auto read = TimeRead(**mesh, lines_each, absl::ZeroDuration(), &latency);
  if (!read.ok()) return read.status();
  report.Add("logs.delivered_rate", lines / *read, "1/s", flood);
  report.AddLatency("logs.flood_latency", latency, flood);  // holds what waits in the worker for its commit

  const int paced_each = std::max(1, static_cast<int>(options.time / kPace));
  auto paced = TimeRead(**mesh, paced_each, kPace, &latency);
  if (!paced.ok()) return paced.status();
  report.AddLatency("logs.paced_latency", latency,
                    {{"tasks", absl::StrCat(kWriters)},
                     {"lines_per_second", absl::StrCat(kWriters * paced_each / *paced)},
                     {"seconds", absl::StrCat(*paced)}},
                    std::nullopt, Below(20));
  return absl::OkStatus();
}

absl::Status MeasureTails(const BenchOptions& options, Report& report) {
  struct Case {
    const char* name;
    int executions;
  };
  for (const Case& one : {Case{"tails.many", kManyExecutions}, Case{"tails.one", 1}}) {
    auto mesh = Mesh::Start(options.mesh);
    if (!mesh.ok()) return mesh.status();
    if (absl::Status status = (*mesh)->AttachWorker(kManyExecutions); !status.ok()) return status;
    absl::Status status = MeasureOpenTails(**mesh, one.name, one.executions, options.tails, report);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace flowmesh::bench
