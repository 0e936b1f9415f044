#include "tests/simulation/server.h"

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/sqlite_store.h"

namespace flowmesh::simulation {

using engine::CommitLoop;
using testing::Fault;
using testing::FaultyStore;

Server::Server(std::string directory, base::Clock* clock, Dice* dice, Rule broken)
    : directory_(std::move(directory)), clock_(clock), dice_(dice), broken_(broken), random_(dice->Next()) {}

Server::~Server() { Die(); }

void Server::Start() {
  Die();
  auto opened = store::SqliteStore::Open({.directory = directory_, .clock = clock_, .readers = 1});
  if (!opened.ok()) std::abort();
  database_ = *std::move(opened);
  store_ = std::make_unique<FaultyStore>(database_, [this](int64_t) {
    if (dice_->Once(rates.store_conflict)) return dice_->Once(2) ? Fault::kConflictAtApply : Fault::kConflictAtCommit;
    if (dice_->Once(rates.out_of_space)) return Fault::kOutOfSpaceAtCommit;
    if (dice_->Once(rates.death_at_commit)) return dice_->Once(2) ? Fault::kLostBeforeCommit : Fault::kLostAfterCommit;
    return Fault::kNone;
  });
  ++lives_;
  lanes_ = std::make_unique<engine::Lanes>();
  dead_ = false;
  loop_ = std::make_unique<CommitLoop>(
      engine::CommitLoopOptions{.grace = absl::Seconds(10), .on_fatal = [this](const absl::Status&) { dead_ = true; }},
      store_.get(), clock_, &random_, lanes_.get(), [this](engine::Effects effects) { Perform(std::move(effects)); });
  if (!loop_->Prepare().ok()) std::abort();
  replica_id_ = loop_->replica_id();
}

void Server::Die() {
  dead_ = true;  // whatever the loop still says while it goes is not heard
  loop_.reset();
  lanes_.reset();
  store_.reset();
  database_.reset();
  if (broken_ == Rule::kDurability && copied_) {
    using std::filesystem::copy_options;
    std::filesystem::copy(directory_ + ".copy", directory_, copy_options::overwrite_existing | copy_options::recursive);
    copied_ = false;
  }
}

void Server::SaveCopy() {
  if (broken_ != Rule::kDurability || !dice_->Once(20)) return;
  std::filesystem::remove_all(directory_ + ".copy");
  std::filesystem::copy(directory_, directory_ + ".copy");
  copied_ = true;
}

void Server::Perform(engine::Effects effects) {
  if (dead_) return;
  if (dice_->Once(rates.death_at_effects)) {
    dead_ = true;
    return;
  }
  std::move(effects).Perform(hub_, waiters_);
}

bool Server::Step() {
  if (!alive()) return false;
  SaveCopy();
  const bool worked = loop_->Step(absl::ZeroDuration());
  if (dead_) Die();
  return worked;
}

bool Server::Offer(engine::Command command) { return alive() && lanes_->OfferClient(std::move(command), 0); }
bool Server::Tell(engine::SessionCommand command) { return alive() && lanes_->OfferWorker(std::move(command)); }
bool Server::Deliver(engine::FrameCommand frame) {
  return alive() && lanes_->OfferWorker(engine::Command(std::move(frame)));
}

std::optional<int32_t> Server::CurrentAttempt(const store::TaskKey& key) {
  if (!alive()) return std::nullopt;
  if (key.task == 0) {
    const auto row = database_->ReadExecution(key.execution_id);
    if (!row.ok() || !row->has_value()) return std::nullopt;
    return (*row)->root.attempt;
  }
  const auto tasks = database_->ListTasks(key.execution_id, key.task - 1, 1);
  if (!tasks.ok() || tasks->empty() || tasks->front().task != key.task) return std::nullopt;
  return tasks->front().attempt;
}

void Server::Overwrite(const store::Writes& writes) {
  auto transaction = database_->Begin(replica_id_, std::numeric_limits<int64_t>::max());
  if (!transaction.ok() || !(*transaction)->Apply(writes).ok() || !(*transaction)->Commit().ok()) std::abort();
}

}  // namespace flowmesh::simulation
