// What the flows and functions of a simulation do: worked out from a number, so that every attempt does the same.
#ifndef FLOWMESH_TESTS_SIMULATION_PLAN_H_
#define FLOWMESH_TESTS_SIMULATION_PLAN_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/store/rows.h"

namespace flowmesh::simulation {

// The task types: `tree` calls `branch` and `leaf`, `branch` calls `leaf`, `leaf` is a function.
inline constexpr char kTree[] = "tree";
inline constexpr char kBranch[] = "branch";
inline constexpr char kLeaf[] = "leaf";

struct Wait {
  std::string key;
  store::TaskKind kind = store::TaskKind::kCall;
  std::string type;  // kCall: the task type; kSignal: the name
  uint64_t seed = 0;
  absl::Duration delay = absl::InfiniteDuration();  // kSleep; kExternal: its timeout
};

// Waits of one stage are awaited together, stages one after another.
struct Plan {
  std::vector<std::vector<Wait>> stages;
};

Plan PlanOf(const std::string& type, uint64_t seed);

// How often a leaf fails before it succeeds; 3 = always.
int FailuresOf(uint64_t seed);

// The input that carries a seed, and back.
store::Payload InputOf(uint64_t seed);
uint64_t SeedOf(const store::Payload& input);

// What one wait came to, as text that goes into its flow's result.
std::string OutcomeText(const store::Payload& output, const store::Failure& failure);

// A flow's result: the outcomes of its plan's waits, by key.
store::Payload ResultOf(const std::map<std::string, std::string>& outcomes);

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_PLAN_H_
