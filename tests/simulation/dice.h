#ifndef FLOWMESH_TESTS_SIMULATION_DICE_H_
#define FLOWMESH_TESTS_SIMULATION_DICE_H_

#include <cstdint>
#include <random>

namespace flowmesh::simulation {

// Every choice of a run comes from here, so that its seed decides everything.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}

  uint64_t Next() { return engine_(); }
  // 0 .. count-1.
  uint64_t Below(uint64_t count) { return engine_() % count; }
  // True once in `times`; never for 0.
  bool Once(uint64_t times) { return times != 0 && engine_() % times == 0; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_DICE_H_
