// Measures a mesh of real processes on loopback: this client, `flowmesh dev` and a worker, which is this binary again.
//
//   flowmesh-bench                                  every scenario
//   flowmesh-bench --scenario unit --seconds 10     one of them
//
// Prints one JSON object on stdout and a line for each metric on stderr.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/bench/bench_worker.h"
#include "tests/bench/measurement.h"
#include "tests/bench/scenarios.h"

namespace flowmesh::bench {
namespace {

struct Scenario {
  const char* name;
  const char* what;
  absl::Status (*measure)(const BenchOptions&, Report&);
};

constexpr std::array<Scenario, 9> kScenarios = {{
    {"start", "time until `flowmesh dev` serves, memory when idle", MeasureStart},
    {"idle", "one RunExecution at a time with pauses", MeasureIdle},
    {"unit", "RunExecution in closed loops", MeasureUnit},
    {"batch", "BatchCreateExecutions of 500 until all are completed", MeasureBatch},
    {"logs", "log lines: committed, delivered, and how old they arrive", MeasureLogs},
    {"tails", "many open tails on 100 executions and on one: opening, memory, delivery of a line", MeasureTails},
    {"rest", "a cheap read over HTTP beside the same one over gRPC, in turns", MeasureRest},
    {"viewers", "many event streams on one gateway: memory, viewers that lag, viewers that leave", MeasureViewers},
    {"backlog", "claim rate with much and with little waiting", MeasureBacklog},
}};

struct Flags {
  BenchOptions bench;
  BenchWorkerOptions worker;
  std::vector<std::string> scenarios;
  double seconds = 5;
  std::string data = std::filesystem::temp_directory_path();
};

void AddFlags(CLI::App& app, Flags& flags) {
  std::vector<std::string> names;
  std::string what;
  for (const Scenario& scenario : kScenarios) {
    names.emplace_back(scenario.name);
    absl::StrAppend(&what, "\n  ", scenario.name, ": ", scenario.what);
  }
  app.add_option("--scenario", flags.scenarios, absl::StrCat("what to measure, default all:", what))
      ->check(CLI::IsMember(names));
  app.add_option("--seconds", flags.seconds, "length of one measurement")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--in-flight", flags.bench.in_flight, "of the scenario unit: calls at once, 1 to 256, comma-separated")
      ->delimiter(',')
      ->check(CLI::Range(1, 256));
  app.add_option("--lines", flags.bench.lines, "of the scenario logs: lines in all")
      ->check(CLI::Range(8, 50'000'000))
      ->capture_default_str();
  app.add_option("--tails", flags.bench.tails, "of the scenario tails: tails in all")
      ->check(CLI::Range(1, 20'000))
      ->capture_default_str();
  app.add_option("--viewers", flags.bench.viewers, "of the scenario viewers: event streams in all")
      ->check(CLI::Range(1, 9'900))
      ->capture_default_str();
  app.add_option("--slow-viewers", flags.bench.slow_viewers, "of the scenario viewers: that read a byte a second")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  app.add_option("--backlog", flags.bench.backlog, "of the scenario backlog: executions that wait")
      ->check(CLI::Range(1000, 10'000'000))
      ->capture_default_str();
  app.add_option("--data", flags.data, "directory for the stores; what is measured depends on its disk")
      ->capture_default_str();
  app.add_option("--flowmesh", flags.bench.mesh.flowmesh, "the server's binary; default: beside this one");
  app.add_option("--replicas", flags.bench.mesh.replicas,
                 "servers, each with a worker, on the database that --server-flag=--store=postgres://... names")
      ->check(CLI::Range(1, 8));
  app.add_option("--server-flag", flags.bench.mesh.server_flags,
                 "a further flag of `flowmesh dev`, as in --server-flag=--grace=1s");
  app.add_option("--worker", flags.worker.server, "be a worker of the server HOST:PORT and measure nothing");
  app.add_option("--slots", flags.worker.slots, "of --worker: functions at once")->capture_default_str();
  app.add_option("--counter", flags.worker.counter_file, "of --worker: file that counts functions begun");
}

int Measure(Flags& flags, const std::filesystem::path& self) {
  flags.bench.mesh.self = self;
  flags.bench.mesh.directory = flags.data;
  if (flags.bench.mesh.flowmesh.empty()) flags.bench.mesh.flowmesh = self.parent_path() / "flowmesh";
  flags.bench.time = absl::Seconds(flags.seconds);

  Report report;
  for (const auto& [name, value] : MachineConditions(flags.data)) report.SetCondition(name, value);
  report.SetCondition("processes", "client, server and worker on this machine, loopback");
  report.SetCondition("server", absl::StrCat("flowmesh dev", flags.bench.mesh.server_flags.empty() ? "" : " ",
                                             absl::StrJoin(flags.bench.mesh.server_flags, " ")));
  report.SetCondition("store", "the server's default (SQLite, synchronous=FULL) unless its flags say otherwise");
  report.SetCondition("seconds", absl::StrCat(flags.seconds));
  for (const Scenario& scenario : kScenarios) {
    const auto& wanted = flags.scenarios;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), scenario.name) == wanted.end()) continue;
    std::cerr << scenario.name << ": " << scenario.what << "\n";
    absl::Status status = scenario.measure(flags.bench, report);
    if (!status.ok()) report.AddError(scenario.name, status.ToString());
  }
  std::cout << report.ToJson() << std::flush;
  return report.failed() ? 1 : 0;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("Measures flowmesh with real processes on this machine.");
  AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  if (!flags.worker.server.empty()) return ServeBenchWorker(flags.worker);
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) {
    std::cerr << "cannot find this binary: " << error.message() << "\n";
    return 1;
  }
  return Measure(flags, self);
}

}  // namespace
}  // namespace flowmesh::bench

int main(int argc, char** argv) { return flowmesh::bench::Main(argc, argv); }
