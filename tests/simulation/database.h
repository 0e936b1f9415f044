// The database of a simulation, which outlives the processes of its servers.
#ifndef FLOWMESH_TESTS_SIMULATION_DATABASE_H_
#define FLOWMESH_TESTS_SIMULATION_DATABASE_H_

#include <memory>
#include <string>

#include "server/base/clock.h"
#include "server/store/store.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/rule.h"

namespace flowmesh::simulation {

class Database {
 public:
  // `shared`: several servers work on it at a time.
  Database(std::string directory, base::Clock* clock, Dice* dice, Rule broken, bool shared)
      : directory_(std::move(directory)), clock_(clock), dice_(dice), broken_(broken), shared_(shared) {}

  // A process comes; with one server the database is opened by it, as the real one is.
  void Open();
  // Its process is gone. With several servers the database stays open for the others.
  void Close();

  bool open() const { return store_ != nullptr; }
  bool shared() const { return shared_; }
  // It must be open.
  store::Store& store() { return *store_; }
  std::shared_ptr<store::Store> handle() { return store_; }

  // For a rule that is switched off: what a crash may go back to.
  void SaveCopy();
  // Writes outside any rule, in the name of that replica.
  void Overwrite(uint64_t replica_id, const store::Writes& writes);

 private:
  const std::string directory_;
  base::Clock* const clock_;
  Dice* const dice_;
  const Rule broken_;
  const bool shared_;
  std::shared_ptr<store::Store> store_;
  bool copied_ = false;
};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_DATABASE_H_
