// simulate [--seed FIRST] [--seeds COUNT] [--break RULE]: runs simulations and says which promises did not hold.
// Exit code 0 if all held; with --break, 0 if at least one run noticed.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/simulation/simulation.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::simulation {
namespace {

struct Flags {
  uint64_t seed = 1;
  uint64_t seeds = 100;
  std::string broken;
};

Rule RuleNamed(const std::string& name) {
  for (const RuleName& rule : kRules) {
    if (name == rule.name) return rule.rule;
  }
  return Rule::kNone;
}

int Run(const Flags& flags) {
  const Rule broken = RuleNamed(flags.broken);
  uint64_t noticed = 0;
  int64_t checks = 0;
  int64_t deaths = 0;
  const auto start = std::chrono::steady_clock::now();
  for (uint64_t seed = flags.seed; seed < flags.seed + flags.seeds; ++seed) {
    const testing::TemporaryDirectory directory(testing::TemporaryDirectory::On::kMemory);
    const SimulationResult result = Simulate(seed, broken, directory.file("data"));
    checks += result.checks;
    deaths += result.deaths;
    if (result.broken.empty()) continue;
    ++noticed;
    if (broken == Rule::kNone || noticed == 1) {
      for (const std::string& what : result.broken)
        std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), what.c_str());
    }
    if (broken != Rule::kNone) break;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf(
      "%llu runs from seed %llu in %.1f s: %lld checks, %lld deaths of the server, %llu with a broken promise\n",
      static_cast<unsigned long long>(flags.seeds), static_cast<unsigned long long>(flags.seed), seconds,
      static_cast<long long>(checks), static_cast<long long>(deaths), static_cast<unsigned long long>(noticed));
  return (noticed > 0) == (broken != Rule::kNone) ? 0 : 1;
}

}  // namespace
}  // namespace flowmesh::simulation

int main(int argc, char** argv) {
  spdlog::set_level(spdlog::level::off);  // the faults are meant
  flowmesh::simulation::Flags flags;
  CLI::App app("Simulations of the engine under faults; one seed decides a run.", "simulate");
  app.add_option("--seed", flags.seed, "first seed");
  app.add_option("--seeds", flags.seeds, "how many runs");
  std::vector<std::string> names;
  for (const auto& rule : flowmesh::simulation::kRules) names.emplace_back(rule.name);
  app.add_option("--break", flags.broken, "switch this rule off: some run must notice")->check(CLI::IsMember(names));
  CLI11_PARSE(app, argc, argv);
  return flowmesh::simulation::Run(flags);
}
