#include "tests/simulation/simulation.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/client.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/history.h"
#include "tests/simulation/mesh.h"
#include "tests/simulation/worker.h"
#include "tests/support/manual_clock.h"

namespace flowmesh::simulation {
namespace {

constexpr int kTurns = 500;
constexpr int kTurnsOfSeveral = 900;
constexpr uint64_t kLongestStall = 400;  // turns, enough for others to give a server up
constexpr int kRoundsToEnd = 400;        // without faults, each up to half a minute of the simulated clock

// With how many servers. Some rules can only be missed with one, some only with several.
uint64_t ServersFor(Rule broken, Dice& dice) {
  if (broken == Rule::kMail || broken == Rule::kTakeover) return 2;
  return broken == Rule::kNone && dice.Once(2) ? 2 + dice.Below(2) : 1;
}

class World {
 public:
  World(uint64_t seed, Rule broken, const std::string& directory)
      : dice_(seed), broken_(broken), mesh_(directory, &clock_, &dice_, broken, ServersFor(broken, dice_)) {
    stalled_.resize(mesh_.servers().size());
    const uint64_t workers = 1 + dice_.Below(3);
    for (uint64_t i = 0; i < workers; ++i) {
      workers_.push_back(
          std::make_unique<Worker>(absl::StrCat("worker ", i), &mesh_, &dice_, &history_, &air_, broken));
    }
    client_ = std::make_unique<Client>(&mesh_, &dice_, &history_, &air_, broken, 1 + static_cast<int>(dice_.Below(4)));
  }

  SimulationResult Run() {
    for (const auto& server : mesh_.servers()) {
      server->Start();
      server->rates = {.store_conflict = 40, .out_of_space = 150, .death_at_commit = 80, .death_at_effects = 80};
    }
    for (int turn = 0; turn < (several() ? kTurnsOfSeveral : kTurns); ++turn) Turn();
    for (const auto& server : mesh_.servers()) server->rates = {};
    Heal();
    if (broken_ == Rule::kFinal) RewriteAFinal();
    history_.CheckStore(mesh_.database().store(), mesh_.Alive()->replica_id(), uint64_t{1} << 60);
    return {.broken = history_.broken(), .checks = history_.checks(), .deaths = deaths_};
  }

 private:
  bool several() const { return mesh_.servers().size() > 1; }

  void Turn() {
    const uint64_t roll = dice_.Below(100);
    const size_t which = several() ? dice_.Below(mesh_.servers().size()) : 0;
    Server& server = *mesh_.servers()[which];
    if (stalled_[which] > 0) {
      --stalled_[which];
    } else if (!server.alive()) {
      if (roll < 20) Restart(server);
    } else if (roll < 40) {
      if (!Step(server) && dice_.Once(4)) {
        clock_.Advance(absl::Milliseconds(static_cast<int64_t>(dice_.Below(3000))));
      }
    }
    if (roll >= 40 && roll < 80) workers_[dice_.Below(workers_.size())]->Turn();
    if (roll >= 80 && roll < 90) client_->Turn();
    if (roll >= 90 && roll < 93) NoticeGoodbye();
    if (roll >= 93 && roll < 95) RepeatFrame();
    if (roll == 95) server.Die();
    if (roll >= 96 && roll < 99) clock_.Advance(absl::Milliseconds(static_cast<int64_t>(dice_.Below(8000))));
    if (roll == 99 && dice_.Once(3)) clock_.Advance(-absl::Milliseconds(static_cast<int64_t>(dice_.Below(5000))));
    if (roll == 99 && several() && dice_.Once(2)) stalled_[which] = dice_.Below(kLongestStall);
  }

  bool Step(Server& server) {
    const bool worked = server.Step();
    if (worked && server.alive()) history_.CheckExclusion(mesh_.database().store());
    return worked;
  }

  void Restart(Server& server) {
    ++deaths_;
    server.Start();
    // What was said to a process that is gone nobody hears.
    std::erase_if(air_.goodbyes, [&](const Goodbye& goodbye) { return goodbye.server == &server; });
  }

  void NoticeGoodbye() {
    if (air_.goodbyes.empty()) return;
    const size_t which = dice_.Below(air_.goodbyes.size());
    const Goodbye& goodbye = air_.goodbyes[which];
    goodbye.stream->Close("");
    if (broken_ != Rule::kGrace) goodbye.server->Tell(engine::DetachCommand{.session = goodbye.session});
    air_.goodbyes.erase(air_.goodbyes.begin() + static_cast<std::ptrdiff_t>(which));
  }

  // A frame that was sent before arrives again, perhaps on a session that is over.
  void RepeatFrame() {
    if (air_.frames.empty()) return;
    engine::FrameCommand frame = air_.frames[dice_.Below(air_.frames.size())];
    if (broken_ == Rule::kFencing || broken_ == Rule::kNumbering) Disguise(frame);
    mesh_.Any().Deliver(std::move(frame));
  }

  // Makes old entries look like the next ones of whoever has the task now.
  void Disguise(engine::FrameCommand& frame) {
    if (!mesh_.database().open()) return;
    store::Store& store = mesh_.database().store();
    for (engine::Entry& entry : frame.entries) {
      const store::TaskKey& key = entry.attempt.task;
      auto row = store.ReadExecution(key.execution_id);
      if (!row.ok() || !row->has_value()) continue;
      store::TaskRow task = (*row)->root;
      if (key.task != 0) {
        auto listed = store.ListTasks(key.execution_id, key.task - 1, 1);
        if (!listed.ok() || listed->empty()) continue;
        task = listed->front();
      }
      const bool other = task.attempt != entry.attempt.attempt;
      if (other != (broken_ == Rule::kFencing)) continue;
      entry.attempt.attempt = task.attempt;
      entry.session = task.session;
      entry.number = task.acked + 1;
      frame.session = task.session;
    }
  }

  // Some servers that are dead stay so: the others have to take over.
  void Heal() {
    for (const auto& server : mesh_.servers()) {
      if (!server->alive() && (mesh_.Alive() == nullptr || dice_.Once(2))) Restart(*server);
    }
    for (int round = 0; round < kRoundsToEnd; ++round) {
      while (!air_.goodbyes.empty()) NoticeGoodbye();
      client_->Work();
      for (int i = 0; i < 4; ++i) {
        for (auto& worker : workers_) worker->Work();
        for (const auto& server : mesh_.servers()) {
          while (Step(*server)) {
          }
        }
      }
      if (round > 4 && AllEnded()) {
        if (broken_ == Rule::kEvents) LoseAChunk();
        return;
      }
      clock_.Advance(absl::Milliseconds(static_cast<int64_t>(dice_.Below(30'000))));
    }
  }

  bool AllEnded() {
    auto counts = mesh_.database().store().CountUnfinished();
    auto unpurged = mesh_.database().store().HasUnpurged();
    if (!counts.ok() || !unpurged.ok() || *unpurged) return false;
    for (const auto& [state, count] : *counts) {
      if (count != 0) return false;
    }
    return true;
  }

  void RewriteAFinal() {
    auto page = mesh_.database().store().ListExecutions({.limit = 1});
    if (!page.ok() || page->rows.empty()) return;
    store::ExecutionRow row = page->rows.front();
    history_.Saw(row);
    row.state = row.state == store::ExecutionState::kFailed ? store::ExecutionState::kCompleted
                                                            : store::ExecutionState::kFailed;
    store::Writes writes;
    writes.update_executions = {row};
    mesh_.database().Overwrite(mesh_.Alive()->replica_id(), writes);
  }

  // As if the batch that brought the last event had forgotten its chunk.
  void LoseAChunk() {
    auto page = mesh_.database().store().ListExecutions({.limit = 1});
    if (!page.ok() || page->rows.empty()) return;
    store::ExecutionRow row = page->rows.front();
    ++row.event_head;
    store::Writes writes;
    writes.update_executions = {row};
    mesh_.database().Overwrite(mesh_.Alive()->replica_id(), writes);
  }

  Dice dice_;
  const Rule broken_;
  testing::ManualClock clock_;
  History history_;
  Air air_;
  Mesh mesh_;
  std::vector<uint64_t> stalled_;  // by server: turns in which it does nothing
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Client> client_;
  int64_t deaths_ = 0;
};

}  // namespace

SimulationResult Simulate(uint64_t seed, Rule broken, const std::string& directory) {
  return World(seed, broken, directory).Run();
}

}  // namespace flowmesh::simulation
