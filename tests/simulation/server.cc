#include "tests/simulation/server.h"

#include <cstdlib>
#include <utility>

namespace flowmesh::simulation {

using engine::CommitLoop;
using testing::Fault;
using testing::FaultyStore;

namespace {

constexpr absl::Duration kGrace = absl::Seconds(10);
constexpr absl::Duration kHeartbeat = absl::Seconds(2);

}  // namespace

// With hints as the simulation carries them; and blind to what a rule that is switched off would have shown.
class Server::Blinkered : public FaultyStore {
 public:
  Blinkered(std::shared_ptr<store::Store> store, Script script, store::HintChannel* hints, Rule broken)
      : FaultyStore(std::move(store), std::move(script)), hints_(hints), broken_(broken) {}

  store::HintChannel* hints() override { return hints_; }
  absl::StatusOr<bool> HasMail(uint64_t replica_id) override {
    if (broken_ == Rule::kMail) return false;
    return FaultyStore::HasMail(replica_id);
  }
  absl::StatusOr<std::vector<store::ReplicaRow>> ReadReplicas() override {
    auto replicas = FaultyStore::ReadReplicas();
    if (broken_ != Rule::kTakeover || !replicas.ok()) return replicas;
    for (store::ReplicaRow& replica : *replicas) replica.batch = ++looks_;
    return replicas;
  }

 private:
  store::HintChannel* const hints_;
  const Rule broken_;
  uint64_t looks_ = 0;
};

Server::Server(Database* database, base::Clock* clock, Dice* dice, HintAir* hints, Rule broken)
    : database_(database), clock_(clock), dice_(dice), hint_air_(hints), broken_(broken), random_(dice->Next()) {}

Server::~Server() { Die(); }

void Server::Start() {
  Die();
  database_->Open();
  if (hint_air_ != nullptr) hints_ = std::make_unique<HintAir::Channel>(hint_air_);
  store_ = std::make_unique<Blinkered>(
      database_->handle(),
      [this](int64_t) {
        if (dice_->Once(rates.store_conflict)) {
          return dice_->Once(2) ? Fault::kConflictAtApply : Fault::kConflictAtCommit;
        }
        if (dice_->Once(rates.out_of_space)) return Fault::kOutOfSpaceAtCommit;
        if (dice_->Once(rates.death_at_commit)) {
          return dice_->Once(2) ? Fault::kLostBeforeCommit : Fault::kLostAfterCommit;
        }
        return Fault::kNone;
      },
      hints_.get(), broken_);
  ++lives_;
  lanes_ = std::make_unique<engine::Lanes>();
  dead_ = false;
  loop_ = std::make_unique<CommitLoop>(
      engine::CommitLoopOptions{.grace = kGrace,
                                .heartbeat = database_->shared() ? kHeartbeat : absl::InfiniteDuration(),
                                .on_fatal = [this](const absl::Status&) { dead_ = true; }},
      store_.get(), clock_, &random_, lanes_.get(), [this](engine::Effects effects) { Perform(std::move(effects)); });
  if (!loop_->Prepare().ok()) std::abort();
  if (!database_->shared()) return;
  watch_ = std::make_unique<engine::ReplicaWatch>(engine::ReplicaWatchOptions{.heartbeat = kHeartbeat, .grace = kGrace},
                                                  engine::ReplicaWatchTools{.store = store_.get(),
                                                                            .clock = clock_,
                                                                            .random = &random_,
                                                                            .lanes = lanes_.get(),
                                                                            .hub = &hub_,
                                                                            .waiters = &waiters_,
                                                                            .loop = loop_.get()});
  watch_->Listen();
  watch_due_ = absl::InfinitePast();
}

void Server::Die() {
  dead_ = true;  // whatever the loop still says while it goes is not heard
  watch_.reset();
  loop_.reset();
  lanes_.reset();
  store_.reset();
  hints_.reset();
  database_->Close();
}

void Server::Perform(engine::Effects effects) {
  if (dead_) return;
  if (dice_->Once(rates.death_at_effects)) {
    dead_ = true;
    return;
  }
  if (watch_ != nullptr) watch_->Tell(effects);
  std::move(effects).Perform(hub_, waiters_);
}

bool Server::Step() {
  if (!alive()) return false;
  database_->SaveCopy();
  const bool worked = loop_->Step(absl::ZeroDuration());
  const bool looks = !dead_ && watch_ != nullptr && (watch_due_ <= clock_->Now() || watch_->heard());
  if (looks) watch_due_ = watch_->Step(clock_->Now());
  if (dead_) Die();
  return worked || looks;
}

bool Server::Offer(engine::Command command) { return alive() && lanes_->OfferClient(std::move(command), 0); }
bool Server::Tell(engine::SessionCommand command) { return alive() && lanes_->OfferWorker(std::move(command)); }
bool Server::Deliver(engine::FrameCommand frame) {
  return alive() && lanes_->OfferWorker(engine::Command(std::move(frame)));
}

std::optional<int32_t> Server::CurrentAttempt(const store::TaskKey& key) {
  if (!alive()) return std::nullopt;
  if (key.task == 0) {
    const auto row = store().ReadExecution(key.execution_id);
    if (!row.ok() || !row->has_value()) return std::nullopt;
    return (*row)->root.attempt;
  }
  const auto tasks = store().ListTasks(key.execution_id, key.task - 1, 1);
  if (!tasks.ok() || tasks->empty() || tasks->front().task != key.task) return std::nullopt;
  return tasks->front().attempt;
}

}  // namespace flowmesh::simulation
