// One run: an engine over a real store, workers and a client, and everything that may go wrong between them, decided by
// one seed. At the end all faults stop, and all work must end.
#ifndef FLOWMESH_TESTS_SIMULATION_SIMULATION_H_
#define FLOWMESH_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/rule.h"

namespace flowmesh::simulation {

struct SimulationResult {
  std::vector<std::string> broken;  // promises, with what was seen; empty = all held
  int64_t checks = 0;
  int64_t deaths = 0;  // of the server
};

// `directory`: for the database, empty, on a memory file system for speed. The same seed and rule give the same run.
SimulationResult Simulate(uint64_t seed, Rule broken, const std::string& directory);

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_SIMULATION_H_
