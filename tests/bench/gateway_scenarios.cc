// Scenarios that go through the HTTP gateway: rest, viewers.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/bench/bench_worker.h"
#include "tests/bench/event_viewers.h"
#include "tests/bench/rest_loop.h"
#include "tests/bench/scenarios.h"

namespace flowmesh::bench {
namespace {

constexpr RoundTime kRound = {.warm_up = absl::Milliseconds(100), .measured = absl::Milliseconds(500)};
constexpr std::array<int, 2> kRestInFlight = {16, 64};

constexpr int kExecutions = 100;  // that idle viewers look at
constexpr int kSlots = 4;
constexpr int kFloodLines = 16'000;
constexpr int kLineBytes = 4096;
constexpr int kLeavers = 20;                        // of the measurement of one that leaves
constexpr absl::Duration kLag = absl::Seconds(10);  // at least so long a slow viewer stays slow
constexpr absl::Duration kTurn = absl::Milliseconds(20);
constexpr absl::Duration kOpenTimeout = absl::Seconds(60);
constexpr absl::Duration kFloodTimeout = absl::Seconds(60);
constexpr absl::Duration kGoneTimeout = absl::Seconds(30);

Reach AtLeast(double value) { return {Reach::Side::kAtLeast, value}; }
Reach Below(double value) { return {Reach::Side::kBelow, value}; }

struct Topology {
  const char* name;
  Mesh::Gateway gateway;
};
constexpr std::array<Topology, 2> kTopologies = {
    {{"inside", Mesh::Gateway::kInside}, {"apart", Mesh::Gateway::kApart}}};

// Calls of one kind over all rounds.
struct Tally {
  int64_t measured = 0;
  int64_t all = 0;
  double processor = 0;  // seconds of server and gateway

  void Add(const RoundCount& round, double seconds) {
    measured += round.measured;
    all += round.all;
    processor += seconds;
  }
  double MicrosecondsEach() const { return processor * 1e6 / static_cast<double>(std::max<int64_t>(1, all)); }
};

double ServingProcessorSeconds(const Mesh& mesh) {
  return mesh.ServerProcessorSeconds() + mesh.GatewayProcessorSeconds();
}

template <typename Loop>
absl::StatusOr<RoundCount> RunRound(const Mesh& mesh, Loop& loop, Tally* tally) {
  const double before = ServingProcessorSeconds(mesh);
  auto count = loop.Run(kRound);
  if (count.ok()) tally->Add(*count, ServingProcessorSeconds(mesh) - before);
  return count;
}

// One round of each after the other, so that what else the machine does hits both.
absl::Status CompareRest(Mesh& mesh, const std::string& name, int in_flight, absl::Duration time, Report& report) {
  auto rest_loop = RestLoop::Connect(mesh.http_address(), in_flight);
  if (!rest_loop.ok()) return rest_loop.status();
  DirectLoop direct_loop(&mesh, in_flight);
  Tally rest;
  Tally direct;
  std::vector<double> ratios;
  const int rounds = std::max(1, static_cast<int>(time / kRound.measured));
  for (int round = 0; round < rounds; ++round) {
    auto by_rest = RunRound(mesh, **rest_loop, &rest);
    if (!by_rest.ok()) return by_rest.status();
    auto by_grpc = RunRound(mesh, direct_loop, &direct);
    if (!by_grpc.ok()) return by_grpc.status();
    if (by_grpc->measured == 0) return absl::DeadlineExceededError("no direct call ended within a round");
    ratios.push_back(static_cast<double>(by_rest->measured) / static_cast<double>(by_grpc->measured));
  }
  if (rest.measured == 0) return absl::DeadlineExceededError("no request was answered within a round");
  std::sort(ratios.begin(), ratios.end());
  const double seconds = absl::ToDoubleSeconds(kRound.measured) * rounds;
  const Conditions conditions = {
      {"call", "ListFlows, brief"},
      {"in_flight", absl::StrCat(in_flight)},
      {"http_connections", absl::StrCat(in_flight)},
      {"grpc_connections", "1"},
      {"rounds", absl::StrCat(rounds, " of ", absl::FormatDuration(kRound.measured), " each, alternating")},
      {"ratio_of_rounds",
       absl::StrFormat("%.2f to %.2f, median %.2f", ratios.front(), ratios.back(), ratios[ratios.size() / 2])}};
  report.Add(name + ".http_rate", static_cast<double>(rest.measured) / seconds, "1/s", conditions);
  report.Add(name + ".grpc_rate", static_cast<double>(direct.measured) / seconds, "1/s", conditions);
  report.Add(name + ".ratio", static_cast<double>(rest.measured) / static_cast<double>(direct.measured), "", conditions,
             AtLeast(0.6));
  report.Add(name + ".http_processor", rest.MicrosecondsEach(), "us", conditions);
  report.Add(name + ".grpc_processor", direct.MicrosecondsEach(), "us", conditions);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Create(Mesh& mesh, const v1::CreateExecutionRequest& request) {
  grpc::ClientContext context;
  SetDeadline(&context, absl::Seconds(10));
  v1::Execution execution;
  absl::Status status = ToStatus(mesh.orchestrator().CreateExecution(&context, request, &execution));
  if (!status.ok()) return status;
  return execution.id();
}

absl::Status StartExecution(Mesh& mesh, const std::string& id) {
  grpc::ClientContext context;
  SetDeadline(&context, absl::Seconds(10));
  v1::StartExecutionRequest request;
  request.set_id(id);
  v1::Execution execution;
  return ToStatus(mesh.orchestrator().StartExecution(&context, request, &execution));
}

double Megabytes(int64_t bytes) { return static_cast<double>(bytes) / 1e6; }

// The scenario `viewers` on one gateway.
class ViewersMeasurement {
 public:
  ViewersMeasurement(Mesh* mesh, std::string name, const BenchOptions& options, Report* report)
      : mesh_(*mesh),
        name_(std::move(name)),
        count_(options.viewers),
        slow_count_(options.slow_viewers),
        report_(*report) {}

  absl::Status Run() {
    auto idle = EventViewers::Create(mesh_.http_address());
    if (!idle.ok()) return idle.status();
    idle_ = *std::move(idle);
    absl::Status status = CreateExecutions();
    if (status.ok()) status = OpenIdle("open");
    if (status.ok()) status = MeasureLeavers();
    if (status.ok()) status = MeasureFlood(0);
    if (status.ok() && slow_count_ > 0) status = MeasureFlood(slow_count_);
    if (status.ok()) status = CloseIdle("all_gone");
    // What a second crowd takes beyond the first one leaks.
    if (status.ok()) status = OpenIdle("open_again");
    if (status.ok()) status = CloseIdle("all_gone_again");
    return status;
  }

 private:
  absl::Status CreateExecutions() {
    std::vector<std::string> ids;
    for (int i = 0; i < kExecutions; ++i) {
      auto id = Create(mesh_, LinesRequest(1, absl::ZeroDuration(), absl::ZeroDuration()));
      if (!id.ok()) return id.status();
      ids.push_back(*std::move(id));
    }
    for (int i = 0; i < count_; ++i) each_.push_back(ids[static_cast<size_t>(i) % ids.size()]);
    conditions_ = {{"viewers", absl::StrCat(count_)}, {"executions", absl::StrCat(kExecutions)}};
    gateway_before_ = mesh_.GatewayResidentBytes();
    server_before_ = mesh_.ServerResidentBytes();
    return absl::OkStatus();
  }

  absl::Status OpenIdle(const std::string& what) {
    const int64_t begin = NowNanos();
    absl::Status status = idle_->Open(each_, EventViewers::Pace::kEager, kOpenTimeout);
    if (!status.ok()) return status;
    report_.Add(absl::StrCat(name_, ".", what, "_time"), SecondsSince(begin), "s", conditions_);
    if (status = mesh_.AwaitTails(count_, kGoneTimeout); !status.ok()) return status;
    AddResident(what);
    return absl::OkStatus();
  }

  // Growth since before the first viewer.
  void AddResident(const std::string& what) {
    const int64_t gateway = mesh_.GatewayResidentBytes() - gateway_before_;
    report_.Add(absl::StrCat(name_, ".", what, "_resident"), Megabytes(gateway), "MB", conditions_);
    report_.Add(absl::StrCat(name_, ".", what, "_resident_each"), static_cast<double>(gateway) / 1e3 / count_, "kB",
                conditions_);
    report_.Add(absl::StrCat(name_, ".", what, "_server_resident"),
                Megabytes(mesh_.ServerResidentBytes() - server_before_), "MB", conditions_);
  }

  // How soon the call of one viewer ends while the others stay.
  absl::Status MeasureLeavers() {
    auto leavers = EventViewers::Create(mesh_.http_address());
    if (!leavers.ok()) return leavers.status();
    Samples gone;
    for (int i = 0; i < kLeavers; ++i) {
      absl::Status status = (*leavers)->Open({each_.front()}, EventViewers::Pace::kEager, kOpenTimeout);
      if (status.ok()) status = mesh_.AwaitTails(count_ + 1, kGoneTimeout);
      const int64_t begin = NowNanos();
      (*leavers)->CloseAll();
      if (status.ok()) status = mesh_.AwaitTails(count_, kGoneTimeout);
      if (!status.ok()) return status;
      gone.Add(NowNanos() - begin);
      if (status = idle_->ReadFor(kTurn); !status.ok()) return status;
    }
    report_.AddLatency(name_ + ".one_gone", gone, conditions_, std::nullopt, Below(1000));
    return absl::OkStatus();
  }

  // An execution with much output, an eager viewer of it and maybe slow ones.
  absl::Status MeasureFlood(int slow_count) {
    auto id = Create(mesh_, LinesRequest(kFloodLines, absl::ZeroDuration(), absl::ZeroDuration(), kLineBytes));
    if (!id.ok()) return id.status();
    auto eager = EventViewers::Create(mesh_.http_address());
    if (!eager.ok()) return eager.status();
    auto slow = EventViewers::Create(mesh_.http_address());
    if (!slow.ok()) return slow.status();
    absl::Status status = (*eager)->Open({*id}, EventViewers::Pace::kEager, kOpenTimeout);
    if (status.ok() && slow_count > 0) {
      const std::vector<std::string> same(static_cast<size_t>(slow_count), *id);
      status = (*slow)->Open(same, EventViewers::Pace::kByteASecond, kOpenTimeout);
    }
    if (!status.ok()) return status;

    const int64_t gateway = mesh_.GatewayResidentBytes();
    const int64_t server = mesh_.ServerResidentBytes();
    int64_t gateway_most = gateway;
    int64_t server_most = server;
    const int64_t begin = NowNanos();
    double eager_seconds = 0;
    if (status = StartExecution(mesh_, *id); !status.ok()) return status;
    while (eager_seconds == 0 || (slow_count > 0 && SecondsSince(begin) < absl::ToDoubleSeconds(kLag))) {
      if (SecondsSince(begin) > absl::ToDoubleSeconds(kFloodTimeout)) {
        return absl::DeadlineExceededError(
            absl::StrCat("the eager viewer has only ", (**eager)[0].log_lines(), " lines"));
      }
      status = (*eager)->ReadFor(kTurn);
      if (status.ok()) status = (*slow)->ReadFor(absl::ZeroDuration());
      if (status.ok()) status = idle_->ReadFor(absl::ZeroDuration());
      if (!status.ok()) return status;
      gateway_most = std::max(gateway_most, mesh_.GatewayResidentBytes());
      server_most = std::max(server_most, mesh_.ServerResidentBytes());
      if (eager_seconds == 0 && (**eager)[0].ended()) eager_seconds = SecondsSince(begin);
    }
    if ((**eager)[0].log_lines() != kFloodLines) {
      return absl::DataLossError(absl::StrCat("the eager viewer got ", (**eager)[0].log_lines(), " lines"));
    }
    Conditions conditions = conditions_;
    conditions.emplace_back("slow_viewers", absl::StrCat(slow_count, ", a byte a second each"));
    conditions.emplace_back("lines", absl::StrCat(kFloodLines, " of ", kLineBytes, " bytes"));
    conditions.emplace_back("seconds", absl::StrCat(SecondsSince(begin)));
    const std::string prefix = absl::StrCat(name_, slow_count > 0 ? ".lagging" : ".eager_alone");
    report_.Add(prefix + ".streamed_to_eager", Megabytes((**eager)[0].bytes()), "MB", conditions);
    report_.Add(prefix + ".eager_done", eager_seconds, "s", conditions);
    report_.Add(prefix + ".resident_growth", Megabytes(gateway_most - gateway), "MB", conditions);
    report_.Add(prefix + ".server_resident_growth", Megabytes(server_most - server), "MB", conditions);
    return slow_count == 0 ? absl::OkStatus() : CatchUp(**slow, prefix, conditions);
  }

  // Nothing may be missing in what the slow viewers get in the end.
  absl::Status CatchUp(EventViewers& slow, const std::string& prefix, const Conditions& conditions) {
    int64_t most_read = 0;
    for (size_t i = 0; i < slow.size(); ++i) most_read = std::max(most_read, slow[i].bytes());
    report_.Add(prefix + ".read_by_slow", static_cast<double>(most_read) / 1e3, "kB", conditions);
    const int64_t begin = NowNanos();
    absl::Status status = slow.HurryAll();
    size_t done = 0;
    while (status.ok() && done < slow.size()) {
      if (SecondsSince(begin) > absl::ToDoubleSeconds(kFloodTimeout)) {
        return absl::DeadlineExceededError(absl::StrCat(done, " slow viewers caught up"));
      }
      status = slow.ReadFor(kTurn);
      if (status.ok()) status = idle_->ReadFor(absl::ZeroDuration());
      while (done < slow.size() && slow[done].ended()) ++done;
    }
    if (!status.ok()) return status;
    for (size_t i = 0; i < slow.size(); ++i) {
      if (slow[i].log_lines() != kFloodLines) {
        return absl::DataLossError(absl::StrCat("a slow viewer got ", slow[i].log_lines(), " lines"));
      }
    }
    report_.Add(prefix + ".caught_up", SecondsSince(begin), "s", conditions);
    return absl::OkStatus();
  }

  absl::Status CloseIdle(const std::string& what) {
    const int64_t begin = NowNanos();
    idle_->CloseAll();
    const double closed = SecondsSince(begin);
    if (absl::Status status = mesh_.AwaitTails(0, kGoneTimeout); !status.ok()) return status;
    Conditions conditions = conditions_;
    conditions.emplace_back("seconds_of_closing", absl::StrCat(closed));
    report_.Add(absl::StrCat(name_, ".", what), SecondsSince(begin), "s", conditions, Below(1));
    AddResident(what);
    return absl::OkStatus();
  }

  Mesh& mesh_;
  const std::string name_;
  const int count_;
  const int slow_count_;
  Report& report_;
  std::vector<std::string> each_;  // execution of each idle viewer
  std::unique_ptr<EventViewers> idle_;
  Conditions conditions_;
  int64_t gateway_before_ = 0;
  int64_t server_before_ = 0;
};

}  // namespace

absl::Status MeasureRest(const BenchOptions& options, Report& report) {
  for (const Topology& topology : kTopologies) {
    auto mesh = Mesh::Start(options.mesh, Mesh::BuiltInWorker::kNone, topology.gateway);
    if (!mesh.ok()) return mesh.status();
    if (absl::Status status = (*mesh)->AttachWorker(1); !status.ok()) return status;  // brings flows to list
    for (const int in_flight : kRestInFlight) {
      const std::string name = absl::StrCat("rest.", topology.name, ".", in_flight);
      if (absl::Status status = CompareRest(**mesh, name, in_flight, options.time, report); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status MeasureViewers(const BenchOptions& options, Report& report) {
  if (absl::Status status = RaiseFileLimit(); !status.ok()) return status;
  for (const Topology& topology : kTopologies) {
    auto mesh = Mesh::Start(options.mesh, Mesh::BuiltInWorker::kNone, topology.gateway);
    if (!mesh.ok()) return mesh.status();
    if (absl::Status status = (*mesh)->AttachWorker(kSlots); !status.ok()) return status;
    ViewersMeasurement measurement(mesh->get(), absl::StrCat("viewers.", topology.name), options, &report);
    if (absl::Status status = measurement.Run(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace flowmesh::bench
