// The client of a simulation: creates under keys of both kinds, starts, cancels, signals, completes external tasks;
// repeats what it does not know the end of.
#ifndef FLOWMESH_TESTS_SIMULATION_CLIENT_H_
#define FLOWMESH_TESTS_SIMULATION_CLIENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/dice.h"
#include "tests/simulation/history.h"
#include "tests/simulation/mesh.h"
#include "tests/simulation/rule.h"
#include "tests/simulation/worker.h"

namespace flowmesh::simulation {

class Client {
 public:
  Client(Mesh* mesh, Dice* dice, History* history, Air* air, Rule broken, int executions);

  void Turn();
  // One round in which everything is asked that may still be missing.
  void Work();

 private:
  struct Wish {
    std::string key;
    uint64_t seed = 0;
    absl::Duration timeout;
    std::string mutex;  // its concurrency key; empty = none
    store::ConcurrencyPolicy policy = store::ConcurrencyPolicy::kReject;
    store::Id id;  // zero: not known yet
    bool started = false;
    int retries = 0;  // before it in the chain, and asked for of it
    bool retry_asked = false;
    bool retry_known = false;
    bool delete_asked = false;
    bool deleted = false;
  };

  void Create(const std::shared_ptr<Wish>& wish);
  void Start(const std::shared_ptr<Wish>& wish);
  // Each does nothing unless the execution has ended as it must have.
  void Retry(const std::shared_ptr<Wish>& wish);
  void Delete(const std::shared_ptr<Wish>& wish);
  std::optional<store::ExecutionRow> EndOf(const Wish& wish);
  void Cancel(const std::shared_ptr<Wish>& wish);
  void Signal(const Wish& wish);
  void CompleteOne();

  Mesh* const mesh_;
  Dice* const dice_;
  History* const history_;
  Air* const air_;
  const Rule broken_;
  std::vector<std::shared_ptr<Wish>> wishes_;
  uint64_t ids_ = 0;
  uint64_t signals_ = 0;
};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_CLIENT_H_
