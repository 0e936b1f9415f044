#include "tests/simulation/plan.h"

#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/digest.h"

namespace flowmesh::simulation {
namespace {

using store::TaskKind;

Wait WaitOf(const std::string& type, std::mt19937_64& dice, const std::string& key) {
  Wait wait{.key = key, .seed = dice() >> 1};
  const uint64_t roll = dice() % 16;
  if (roll < 6) {
    wait.type = kLeaf;
  } else if (roll < 8) {
    wait.type = type == kTree ? kBranch : kLeaf;
  } else if (roll < 11) {
    wait.kind = TaskKind::kStep;
  } else if (roll < 13) {
    wait.kind = TaskKind::kSleep;
    wait.delay = absl::Milliseconds(static_cast<int64_t>(dice() % 20'000));
  } else if (roll < 14 && type == kTree) {
    wait.kind = TaskKind::kSignal;
    wait.type = absl::StrCat("word", dice() % 2);
  } else {
    wait.kind = TaskKind::kExternal;
    wait.delay = absl::Milliseconds(static_cast<int64_t>(dice() % 60'000));
  }
  return wait;
}

}  // namespace

Plan PlanOf(const std::string& type, uint64_t seed) {
  Plan plan;
  if (type == kLeaf) return plan;
  std::mt19937_64 dice(seed);
  const uint64_t stages = dice() % 4;
  for (uint64_t stage = 0; stage < stages; ++stage) {
    std::vector<Wait>& waits = plan.stages.emplace_back();
    const uint64_t count = 1 + dice() % 3;
    for (uint64_t i = 0; i < count; ++i) waits.push_back(WaitOf(type, dice, absl::StrCat(stage, "/", i)));
  }
  return plan;
}

int FailuresOf(uint64_t seed) { return seed % 8 < 5 ? 0 : static_cast<int>(seed % 8) - 4; }

store::Payload InputOf(uint64_t seed) { return {.type = "simulation.Seed", .bytes = absl::StrCat(seed)}; }

uint64_t SeedOf(const store::Payload& input) {
  uint64_t seed = 0;
  return absl::SimpleAtoi(input.bytes, &seed) ? seed : 0;
}

std::string OutcomeText(const store::Payload& output, const store::Failure& failure) {
  return failure.reason.empty() ? absl::StrCat("=", output.bytes) : absl::StrCat("!", failure.reason);
}

store::Payload ResultOf(const std::map<std::string, std::string>& outcomes) {
  base::Sha256Builder digest;
  for (const auto& [key, outcome] : outcomes) digest.Add(key).Add(outcome);
  return {.type = "simulation.Result", .bytes = absl::StrCat("flow ", base::Hex(digest.Finish()))};
}

}  // namespace flowmesh::simulation
