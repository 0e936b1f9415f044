// The servers of a simulation on their database.
#ifndef FLOWMESH_TESTS_SIMULATION_MESH_H_
#define FLOWMESH_TESTS_SIMULATION_MESH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "tests/simulation/database.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/hint_air.h"
#include "tests/simulation/rule.h"
#include "tests/simulation/server.h"

namespace flowmesh::simulation {

class Mesh {
 public:
  Mesh(const std::string& directory, base::Clock* clock, Dice* dice, Rule broken, uint64_t servers)
      : dice_(dice), database_(directory, clock, dice, broken, servers > 1), hints_(dice) {
    const bool hints = servers > 1 && dice->Once(2);
    for (uint64_t i = 0; i < servers; ++i) {
      servers_.push_back(std::make_unique<Server>(&database_, clock, dice, hints ? &hints_ : nullptr, broken));
    }
  }

  // Any server, dead or alive: whoever calls does not know.
  Server& Any() { return *servers_[servers_.size() == 1 ? 0 : dice_->Below(servers_.size())]; }
  // One that is alive; null: none is.
  Server* Alive() {
    for (const auto& server : servers_) {
      if (server->alive()) return server.get();
    }
    return nullptr;
  }
  const std::vector<std::unique_ptr<Server>>& servers() const { return servers_; }
  Database& database() { return database_; }

 private:
  Dice* const dice_;
  Database database_;
  HintAir hints_;
  std::vector<std::unique_ptr<Server>> servers_;
};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_MESH_H_
