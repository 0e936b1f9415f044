// A replica of a simulation: the real commit loop over the real store, stepped by hand, which may die at any point.
#ifndef FLOWMESH_TESTS_SIMULATION_SERVER_H_
#define FLOWMESH_TESTS_SIMULATION_SERVER_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "server/base/clock.h"
#include "server/engine/commit_loop.h"
#include "server/engine/event_hub.h"
#include "server/engine/final_waiters.h"
#include "server/engine/lanes.h"
#include "server/engine/replica_watch.h"
#include "tests/simulation/database.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/hint_air.h"
#include "tests/simulation/rule.h"
#include "tests/support/faulty_store.h"
#include "tests/support/seeded_random.h"

namespace flowmesh::simulation {

// How often something goes wrong: once in so many; 0 = never.
struct FaultRates {
  uint64_t store_conflict = 0;    // a transaction ends with ABORTED
  uint64_t out_of_space = 0;      // or with RESOURCE_EXHAUSTED
  uint64_t death_at_commit = 0;   // the process dies before or after the commit, without its answer
  uint64_t death_at_effects = 0;  // it dies with the commit's effects unsaid
};

class Server {
 public:
  // `hints`: null = it only polls.
  Server(Database* database, base::Clock* clock, Dice* dice, HintAir* hints, Rule broken);
  ~Server();

  // A new process on the same database.
  void Start();
  // The process is gone at once. What it had committed stays.
  void Die();
  // Counts the processes; connections to an earlier one are broken.
  int64_t lives() const { return lives_; }
  bool alive() const { return loop_ != nullptr && !dead_; }

  // Turns the loop once, and looks at the other replicas if it is time; false: there was nothing to do. It may die of
  // it.
  bool Step();

  // False: it is dead.
  bool Offer(engine::Command command);
  bool Tell(engine::SessionCommand command);
  bool Deliver(engine::FrameCommand frame);

  uint64_t NewSessionId() { return (random_.Next() | 2) & ~uint64_t{1}; }

  // Of the database, past the faults.
  store::Store& store() { return database_->store(); }
  // As committed; nullopt = it is dead, or there is no such task.
  std::optional<int32_t> CurrentAttempt(const store::TaskKey& task);
  // It must be alive.
  uint64_t replica_id() const { return loop_->replica_id(); }

  FaultRates rates;

 private:
  class Blinkered;

  void Perform(engine::Effects effects);

  Database* const database_;
  base::Clock* const clock_;
  Dice* const dice_;
  HintAir* const hint_air_;
  const Rule broken_;
  testing::SeededRandom random_;
  engine::EventHub hub_;
  engine::FinalWaiters waiters_;
  std::unique_ptr<HintAir::Channel> hints_;
  std::unique_ptr<testing::FaultyStore> store_;
  std::unique_ptr<engine::Lanes> lanes_;
  std::unique_ptr<engine::CommitLoop> loop_;
  std::unique_ptr<engine::ReplicaWatch> watch_;
  absl::Time watch_due_ = absl::InfinitePast();
  bool dead_ = false;
  int64_t lives_ = 0;
};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_SERVER_H_
