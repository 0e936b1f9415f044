#include "tests/simulation/simulation.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/client.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/history.h"
#include "tests/simulation/server.h"
#include "tests/simulation/worker.h"
#include "tests/support/manual_clock.h"

namespace flowmesh::simulation {
namespace {

constexpr int kTurns = 500;
constexpr int kRoundsToEnd = 400;  // without faults, each up to half a minute of the simulated clock

class World {
 public:
  World(uint64_t seed, Rule broken, const std::string& directory)
      : dice_(seed), broken_(broken), server_(directory, &clock_, &dice_, broken) {
    const uint64_t workers = 1 + dice_.Below(3);
    for (uint64_t i = 0; i < workers; ++i) {
      workers_.push_back(
          std::make_unique<Worker>(absl::StrCat("worker ", i), &server_, &dice_, &history_, &air_, broken));
    }
    client_ =
        std::make_unique<Client>(&server_, &dice_, &history_, &air_, broken, 1 + static_cast<int>(dice_.Below(4)));
  }

  SimulationResult Run() {
    server_.Start();
    server_.rates = {.store_conflict = 40, .out_of_space = 150, .death_at_commit = 80, .death_at_effects = 80};
    for (int turn = 0; turn < kTurns; ++turn) Turn();
    server_.rates = {};
    Heal();
    if (broken_ == Rule::kFinal) RewriteAFinal();
    history_.CheckStore(server_.store(), server_.replica_id(), uint64_t{1} << 60);
    return {.broken = history_.broken(), .checks = history_.checks(), .deaths = deaths_};
  }

 private:
  void Turn() {
    const uint64_t roll = dice_.Below(100);
    if (!server_.alive()) {
      if (roll < 20) Restart();
    } else if (roll < 40) {
      if (!Step() && dice_.Once(4)) clock_.Advance(absl::Milliseconds(static_cast<int64_t>(dice_.Below(3000))));
    }
    if (roll >= 40 && roll < 80) workers_[dice_.Below(workers_.size())]->Turn();
    if (roll >= 80 && roll < 90) client_->Turn();
    if (roll >= 90 && roll < 93) NoticeGoodbye();
    if (roll >= 93 && roll < 95) RepeatFrame();
    if (roll == 95) server_.Die();
    if (roll >= 96 && roll < 99) clock_.Advance(absl::Milliseconds(static_cast<int64_t>(dice_.Below(8000))));
    if (roll == 99 && dice_.Once(3)) clock_.Advance(-absl::Milliseconds(static_cast<int64_t>(dice_.Below(5000))));
  }

  bool Step() {
    const bool worked = server_.Step();
    if (worked && server_.alive()) history_.CheckExclusion(server_.store());
    return worked;
  }

  void Restart() {
    ++deaths_;
    server_.Start();
    air_.goodbyes.clear();  // to a process that is gone
  }

  void NoticeGoodbye() {
    if (air_.goodbyes.empty()) return;
    const size_t which = dice_.Below(air_.goodbyes.size());
    air_.goodbyes[which].stream->Close("");
    if (broken_ != Rule::kGrace) server_.Tell(engine::DetachCommand{.session = air_.goodbyes[which].session});
    air_.goodbyes.erase(air_.goodbyes.begin() + static_cast<std::ptrdiff_t>(which));
  }

  // A frame that was sent before arrives again, perhaps on a session that is over.
  void RepeatFrame() {
    if (air_.frames.empty()) return;
    engine::FrameCommand frame = air_.frames[dice_.Below(air_.frames.size())];
    if (broken_ == Rule::kFencing || broken_ == Rule::kNumbering) Disguise(frame);
    server_.Deliver(std::move(frame));
  }

  // Makes old entries look like the next ones of whoever has the task now.
  void Disguise(engine::FrameCommand& frame) {
    if (!server_.alive()) return;
    for (engine::Entry& entry : frame.entries) {
      const store::TaskKey& key = entry.attempt.task;
      auto row = server_.store().ReadExecution(key.execution_id);
      if (!row.ok() || !row->has_value()) continue;
      store::TaskRow task = (*row)->root;
      if (key.task != 0) {
        auto listed = server_.store().ListTasks(key.execution_id, key.task - 1, 1);
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

  void Heal() {
    if (!server_.alive()) Restart();
    for (int round = 0; round < kRoundsToEnd; ++round) {
      while (!air_.goodbyes.empty()) NoticeGoodbye();
      client_->Work();
      for (int i = 0; i < 4; ++i) {
        for (auto& worker : workers_) worker->Work();
        while (Step()) {
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
    auto counts = server_.store().CountUnfinished();
    if (!counts.ok()) return false;
    for (const auto& [state, count] : *counts) {
      if (count != 0) return false;
    }
    return true;
  }

  void RewriteAFinal() {
    auto page = server_.store().ListExecutions({.limit = 1});
    if (!page.ok() || page->rows.empty()) return;
    store::ExecutionRow row = page->rows.front();
    history_.Saw(row);
    row.state = row.state == store::ExecutionState::kFailed ? store::ExecutionState::kCompleted
                                                            : store::ExecutionState::kFailed;
    store::Writes writes;
    writes.update_executions = {row};
    server_.Overwrite(writes);
  }

  // As if the batch that brought the last event had forgotten its chunk.
  void LoseAChunk() {
    auto page = server_.store().ListExecutions({.limit = 1});
    if (!page.ok() || page->rows.empty()) return;
    store::ExecutionRow row = page->rows.front();
    ++row.event_head;
    store::Writes writes;
    writes.update_executions = {row};
    server_.Overwrite(writes);
  }

  Dice dice_;
  const Rule broken_;
  testing::ManualClock clock_;
  History history_;
  Air air_;
  Server server_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Client> client_;
  int64_t deaths_ = 0;
};

}  // namespace

SimulationResult Simulate(uint64_t seed, Rule broken, const std::string& directory) {
  return World(seed, broken, directory).Run();
}

}  // namespace flowmesh::simulation
