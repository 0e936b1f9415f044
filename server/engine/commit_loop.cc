#include "server/engine/commit_loop.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "server/engine/errors.h"
#include "server/engine/limits.h"
#include "spdlog/spdlog.h"

namespace flowmesh::engine {
namespace {

constexpr absl::Duration kIdle = absl::Seconds(5);
constexpr int kOrphansPerRead = 1000;
// A timer that the store time and again does not find due yet is looked for after this: its time may stand still or
// lag.
constexpr int kMaxLooksInVain = 3;
constexpr absl::Duration kTimerRest = absl::Milliseconds(10);
// Between two turns that meet nothing but executions which another replica has locked; grows with them.
constexpr absl::Duration kLockRest = absl::Milliseconds(1);
constexpr int kMaxLockRests = 20;

bool FromClient(const Command& command) {
  return std::visit(
      [](const auto& one) {
        return requires { one.reply; };
      },
      command);
}

}  // namespace

CommitLoop::CommitLoop(CommitLoopOptions options, store::Store* store, base::Clock* clock, base::RandomSource* random,
                       Lanes* lanes, std::function<void(Effects)> perform)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      random_(random),
      lanes_(lanes),
      perform_(std::move(perform)),
      dispatcher_(&sessions_, &types_),
      sweeper_(options_.retention, store, random) {}

CommitLoop::~CommitLoop() { Stop(); }

absl::Status CommitLoop::Prepare() {
  replica_id_ = random_->Next();
  auto dead = store_->Join(replica_id_);
  if (!dead.ok()) return dead.status();
  auto flows = store_->ReadFlows();
  if (!flows.ok()) return flows.status();
  for (const store::FlowRow& row : *flows) types_.Set(row.name, RulesOf(row));
  auto queues = store_->ReadyQueues();
  if (!queues.ok()) return queues.status();
  for (const std::string& queue : *queues) dispatcher_.SetMayWait(queue, true);
  for (uint64_t replica : *dead) {
    if (absl::Status status = Adopt(replica, options_.grace); !status.ok()) return status;
  }
  auto unpurged = store_->HasUnpurged();
  if (!unpurged.ok()) return unpurged.status();
  if (*unpurged) pending_.push_back(PurgeCommand{});
  sweeper_.Begin(clock_->Now() + store_ahead_);
  mail_due_ = store_->shared();
  heartbeat_due_ = clock_->Now() + options_.heartbeat;
  return absl::OkStatus();
}

absl::Status CommitLoop::Adopt(uint64_t replica, absl::Duration grace) {
  dead_.insert(replica);
  std::optional<store::AssignedRow> after;
  while (true) {
    auto rows = store_->ReadAssigned(replica, after, kOrphansPerRead);
    if (!rows.ok()) return rows.status();
    for (const store::AssignedRow& row : *rows) {
      const LoseCommand lose{.attempt = {.task = row.key, .attempt = 0}, .session = row.session, .by_worker = false};
      // A worker inside the dead process died with it; one outside may come back.
      if (IsInProcess(row.session)) {
        pending_.push_back(lose);
      } else {
        due_.emplace(clock_->Now() + grace, lose);
      }
    }
    if (rows->size() < kOrphansPerRead) return absl::OkStatus();
    after = rows->back();
  }
}

void CommitLoop::Start() {
  if (running_.exchange(true)) return;
  thread_ = std::thread([this] { RunThread(); });
}

void CommitLoop::Stop() {
  lanes_->Close();
  if (thread_.joinable()) thread_.join();
  running_ = false;
}

void CommitLoop::RunThread() {
  while (!fatal_) {
    const bool worked = Step(kIdle);
    // What workers sent and the store has no room for was never acknowledged: they send it again.
    if (!worked && lanes_->Finished() && (pending_.empty() || paused_until_ > clock_->Now())) break;
  }
  if (!fatal_) Leave();
  // After a fatal error the lanes are closed but not empty.
  while (!lanes_->Finished()) {
    Lanes::Taken taken = lanes_->Take(absl::ZeroDuration());
    TakeMemory(std::move(taken.memory));
    std::move(taken.commands.begin(), taken.commands.end(), std::back_inserter(pending_));
  }
  RefuseClients(Stopping());
}

BatchTools CommitLoop::Tools() {
  return {.store = store_,
          .sessions = &sessions_,
          .dispatcher = &dispatcher_,
          .types = &types_,
          .random = random_,
          .replica_id = replica_id_,
          .dead = &dead_};
}

// Others need not wait to see that this replica is gone.
void CommitLoop::Leave() {
  if (!store_->shared()) return;
  const std::vector<Command> last = {DeclareDeadCommand{.replica_id = replica_id_, .batch = batch_number_ + 1}};
  Batch batch(Tools(), last);
  if (batch.Run(++batch_number_, {}).ok()) perform_(batch.TakeEffects());
}

absl::Duration CommitLoop::UntilNext(absl::Time now) const {
  absl::Time next = now + kIdle;
  if (!due_.empty()) next = std::min(next, due_.begin()->first);
  next = std::min({next, next_timer_, sweeper_.due() - store_ahead_, heartbeat_due_});
  if (claim_again_ || mail_due_ || sessions_changed_ || (!pending_.empty() && paused_until_ <= now)) next = now;
  if (deferrals_ > 0 && !claim_again_) next = std::max(next, now + LockRest());
  if (paused_until_ > now) next = std::min(std::max(next, paused_until_), now + kIdle);
  return std::max(absl::ZeroDuration(), next - now);
}

bool CommitLoop::Step(absl::Duration wait) {
  if (fatal_) return false;
  if (pending_.size() < kMaxBatchCommands) {
    Lanes::Taken taken = lanes_->Take(std::min(wait, UntilNext(clock_->Now())));
    TakeMemory(std::move(taken.memory));
    std::move(taken.commands.begin(), taken.commands.end(), std::back_inserter(pending_));
  }
  const absl::Time now = clock_->Now();
  TakeDue(now);
  RefuseExpired(now);
  if (paused_until_ > now) {
    RefuseClients(OutOfSpace(options_.space_pause));
    return false;
  }
  const bool swept = Sweep(now + store_ahead_);
  return RunBatch(now) || swept;
}

bool CommitLoop::Sweep(absl::Time now) {
  if (sweeper_.due() > now || lanes_->closed()) return false;
  for (const Command& command : pending_) {
    if (std::holds_alternative<ExpireCommand>(command) || std::holds_alternative<ForgetKeysCommand>(command)) {
      return false;
    }
  }
  std::vector<Command> commands = sweeper_.Sweep(now);
  std::move(commands.begin(), commands.end(), std::back_inserter(pending_));
  return true;
}

void CommitLoop::TakeDue(absl::Time now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    Due due = due_.begin()->second;
    due_.erase(due_.begin());
    if (auto* timer = std::get_if<AttemptTimer>(&due)) pending_.push_back(AttemptTimerCommand{*timer});
    if (auto* lose = std::get_if<LoseCommand>(&due)) pending_.push_back(*lose);
    if (auto* adopt = std::get_if<AdoptCommand>(&due)) Take(*adopt);
    if (auto* grace = std::get_if<Grace>(&due)) {
      const Session* session = sessions_.Find(grace->session);
      if (session != nullptr && session->detached) EndSession(grace->session, /*by_worker=*/true);
    }
  }
}

BatchLook CommitLoop::NextLook(absl::Time now) {
  BatchLook look{.timers = next_timer_ <= now, .mail = mail_due_};
  if (!store_->shared()) return look;
  // Timers of a replica that is gone are found by whoever shows that it is alive.
  const bool beats = heartbeat_due_ <= now;
  look.timers = look.timers || beats;
  if (!beats && !sessions_changed_) return look;
  std::string summary = PackSessions(Summarize(sessions_));
  if (summary != summary_) look.summary = std::move(summary);
  return look;
}

absl::Duration CommitLoop::LockRest() const { return kLockRest * deferrals_ * (0.5 + random_->NextUniform()); }

bool CommitLoop::RunBatch(absl::Time now) {
  const bool beats = heartbeat_due_ <= now || sessions_changed_;
  if (pending_.empty() && next_timer_ > now && !claim_again_ && !mail_due_ && !beats) return false;
  const BatchLook look = NextLook(now);
  const size_t count = std::min(pending_.size(), kMaxBatchCommands);
  Batch batch(Tools(), absl::MakeConstSpan(pending_.data(), count));
  const auto begin = std::chrono::steady_clock::now();
  const absl::Status status = batch.Run(++batch_number_, look);
  if (!status.ok()) {
    stats_.CountFailure(status);
    Failed(status);
    return true;
  }
  const auto took = std::chrono::steady_clock::now() - begin;
  stats_.duration.Add(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  stats_.commands.Add(static_cast<int64_t>(count));
  stats_.rows.Add(batch.rows());
  stats_.mail += batch.mail();
  stats_.others_declared_dead += static_cast<int64_t>(batch.declared_dead().size());
  for (size_t i = 0; i < count; ++i) {
    if (const auto* lose = std::get_if<LoseCommand>(&pending_[i])) {
      ++(lose->by_worker ? stats_.lost_by_worker : stats_.lost_by_server);
    }
  }
  Committed(batch, count, look, now);
  return true;
}

void CommitLoop::Committed(Batch& batch, size_t count, const BatchLook& look, absl::Time begun) {
  store_ahead_ = batch.now() - begun;
  heartbeat_due_ = begun + options_.heartbeat;
  if (look.summary) summary_ = *look.summary;
  sessions_changed_ = false;
  mail_due_ = batch.mail_left();
  ++counters_.commits;
  counters_.commands += static_cast<int64_t>(count);
  counters_.events += batch.events();
  counters_.deleted += batch.deleted();
  counters_.purged += batch.purged();
  for (const AttemptTimer& timer : batch.TakeTimers()) due_.emplace(timer.due - store_ahead_, timer);
  const absl::Time next_timer = batch.next_timer() - store_ahead_;
  next_timer_ = look.timers ? next_timer : std::min(next_timer_, next_timer);
  if (look.timers) {
    looks_in_vain_ = next_timer <= begun && !batch.claimed_timers() ? looks_in_vain_ + 1 : 0;
    if (looks_in_vain_ > kMaxLooksInVain) next_timer_ = begun + kTimerRest;
  }
  perform_(batch.TakeEffects());
  std::vector<Command> deferred;
  for (size_t index : batch.TakeDeferred()) deferred.push_back(std::move(pending_[index]));
  const bool stuck = deferred.size() == count && (count > 0 || batch.mail_left());
  deferrals_ = stuck ? std::min(deferrals_ + 1, kMaxLockRests) : 0;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
  pending_.insert(pending_.begin(), std::make_move_iterator(deferred.begin()), std::make_move_iterator(deferred.end()));
  // What this process does not get to, the next one does.
  const bool purging = std::any_of(pending_.begin(), pending_.end(), [](const Command& command) {
    return std::holds_alternative<PurgeCommand>(command);
  });
  if (batch.unpurged() && !purging && !lanes_->closed()) pending_.push_back(PurgeCommand{});
  claim_again_ = batch.claimed();
  for (uint64_t welcomed : batch.TakeWelcomed()) {
    if (Session* session = sessions_.Find(welcomed)) session->welcomed = true;
  }
  // Capacity that came back, or a queue that began to wait, is matched in the next turn.
  claim_again_ = claim_again_ || !dispatcher_.Claimable().empty();
}

void CommitLoop::Failed(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
      return;
    case absl::StatusCode::kResourceExhausted:
      spdlog::warn("the store is out of space; clients are refused and workers wait: {}",
                   std::string(status.message()));
      RefuseClients(OutOfSpace(options_.space_pause));
      paused_until_ = clock_->Now() + options_.space_pause * (0.75 + 0.5 * random_->NextUniform());
      return;
    case absl::StatusCode::kFailedPrecondition:
      Rejoin();
      return;
    default:
      spdlog::critical("the store failed; nothing more is acknowledged: {}", std::string(status.message()));
      fatal_ = true;
      lanes_->Close();
      RefuseClients(Stopping());
      if (options_.on_fatal) options_.on_fatal(status);
  }
}

// Declared dead by others: everything that this replica believed about its sessions is void.
void CommitLoop::Rejoin() {
  spdlog::error("this replica was declared dead; it drops its sessions and joins anew");
  std::vector<uint64_t> ids;
  for (const auto& [id, session] : sessions_.all()) ids.push_back(id);
  for (uint64_t id : ids) {
    perform_({.replies = {
                  [channel = sessions_.Find(id)->channel] { channel->Close("this replica rejoins: attach again"); }}});
    dispatcher_.Leave(id);
    sessions_.Remove(id);
  }
  std::erase_if(pending_, [](const Command& command) { return !FromClient(command); });
  due_.clear();
  dead_.clear();
  summary_.clear();
  batch_number_ = 0;
  if (absl::Status status = Prepare(); !status.ok()) {
    paused_until_ = clock_->Now() + options_.space_pause;
    spdlog::error("joining failed: {}", std::string(status.message()));
  }
}

template <typename Predicate>
void CommitLoop::RefuseClientsIf(const absl::Status& status, Predicate predicate) {
  Effects effects;
  std::erase_if(pending_, [&](Command& command) {
    return std::visit(
        [&](auto& one) {
          if constexpr (requires { one.reply; }) {
            if (!predicate(one)) return false;
            effects.replies.push_back([reply = std::move(one.reply), status] { reply(status); });
            return true;
          }
          return false;
        },
        command);
  });
  if (!effects.replies.empty()) perform_(std::move(effects));
}

void CommitLoop::RefuseClients(const absl::Status& status) {
  RefuseClientsIf(status, [](const auto&) { return true; });
}

void CommitLoop::RefuseExpired(absl::Time now) {
  RefuseClientsIf(WaitedTooLong(), [now](const auto& command) { return command.deadline <= now; });
}

}  // namespace flowmesh::engine
