#include "server/engine/replica_watch.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "spdlog/spdlog.h"

namespace flowmesh::engine {
namespace {

constexpr size_t kStreamsPerRead = 500;
constexpr size_t kMaxHeardStreams = 10'000;  // beyond it everything is looked at

void Merge(store::Hint from, store::Hint* into) {
  into->executions.insert(into->executions.end(), from.executions.begin(), from.executions.end());
  into->mail.insert(into->mail.end(), from.mail.begin(), from.mail.end());
  into->ready |= from.ready;
  into->flows |= from.flows;
  into->replicas |= from.replicas;
  into->everything |= from.everything;
  if (into->executions.size() > kMaxHeardStreams || into->mail.size() > kMaxHeardStreams) {
    *into = {.ready = into->ready, .flows = into->flows, .replicas = into->replicas, .everything = true};
  }
}

}  // namespace

ReplicaWatch::ReplicaWatch(ReplicaWatchOptions options, const ReplicaWatchTools& tools)
    : options_(std::move(options)), tools_(tools), hints_(tools.store->hints()) {}

ReplicaWatch::~ReplicaWatch() { Stop(); }

void ReplicaWatch::Listen() {
  if (hints_ == nullptr) return;
  hints_->Listen([this](store::Hint hint) { Hear(std::move(hint)); });
  hints_->Send({.replicas = true});
}

bool ReplicaWatch::heard() const {
  base::MutexLock lock(mutex_);
  return heard_something_;
}

void ReplicaWatch::Start() {
  Listen();
  thread_ = std::thread([this] { RunThread(); });
}

void ReplicaWatch::Stop() {
  if (hints_ != nullptr) hints_->Listen(nullptr);
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void ReplicaWatch::RunThread() {
  base::MutexLock lock(mutex_);
  while (!stopping_) {
    lock.Unlock();
    const absl::Time now = tools_.clock->Now();
    const absl::Duration rest = Step(now) - now;
    const auto until = std::chrono::steady_clock::now() + absl::ToChronoMicroseconds(rest);
    lock.Lock();
    while (!stopping_ && !heard_something_ && changed_.WaitUntil(lock, until)) {
    }
  }
}

void ReplicaWatch::Hear(store::Hint hint) {
  {
    base::MutexLock lock(mutex_);
    Merge(std::move(hint), &heard_);
    heard_something_ = true;
  }
  changed_.NotifyOne();
}

store::Hint ReplicaWatch::TakeHints() {
  base::MutexLock lock(mutex_);
  heard_something_ = false;
  return std::exchange(heard_, {});
}

void ReplicaWatch::Tell(const Effects& effects) {
  // Whoever was declared dead here leaves work.
  if (effects.hint.replicas) Hear({.replicas = true});
  if (hints_ == nullptr) return;
  store::Hint hint = effects.hint;
  if (alive_others_ == 0 && !hint.replicas) return;
  for (const store::EventChunkRow& chunk : effects.chunks) hint.executions.push_back(chunk.execution_id);
  if (hint != store::Hint{}) hints_->Send(std::move(hint));
}

std::vector<SessionSummary> ReplicaWatch::others() const {
  base::MutexLock lock(mutex_);
  return others_;
}

absl::Duration ReplicaWatch::Jittered(absl::Duration interval) const {
  return interval * (0.75 + 0.5 * tools_.random->NextUniform());
}

absl::Time ReplicaWatch::Step(absl::Time now) {
  const store::Hint hint = TakeHints();
  if (replicas_due_ <= now || hint.replicas || hint.everything) {
    LookAtReplicas(now);
    replicas_due_ = now + options_.heartbeat;
  }
  if (alive_others_ == 0) {
    poll_due_ = absl::InfinitePast();
    return replicas_due_;
  }
  const bool all = poll_due_ <= now || hint.everything;
  if (all) poll_due_ = now + Jittered(hints_ == nullptr ? options_.poll : options_.heartbeat);
  const bool mail = std::find(hint.mail.begin(), hint.mail.end(), replica_id_) != hint.mail.end();
  if (all || mail) LookForMail();
  if (all || hint.ready) LookForWaitingRows();
  if (all || hint.flows) LookAtFlows();
  std::vector<store::Id> ids = all ? tools_.hub->Watched() : hint.executions;
  if (all) {
    const std::vector<store::Id> awaited = tools_.waiters->Awaited();
    ids.insert(ids.end(), awaited.begin(), awaited.end());
  } else {
    std::erase_if(ids,
                  [this](const store::Id& id) { return !tools_.hub->Watched(id) && !tools_.waiters->Awaited(id); });
  }
  LookAtStreams(std::move(ids));
  return std::min(replicas_due_, poll_due_);
}

void ReplicaWatch::LookAtReplicas(absl::Time now) {
  if (const uint64_t ours = tools_.loop->replica_id(); ours != replica_id_) {
    replica_id_ = ours;
    sightings_.clear();
    adopted_.clear();
  }
  const auto replicas = tools_.store->ReadReplicas();
  if (!replicas.ok()) return;
  std::vector<SessionSummary> sessions;
  int alive = 0;
  for (const store::ReplicaRow& replica : *replicas) {
    if (replica.replica_id == replica_id_) continue;
    if (replica.alive) {
      ++alive;
      LookAt(replica, now);
      std::vector<SessionSummary> theirs = UnpackSessions(replica.summary);
      std::move(theirs.begin(), theirs.end(), std::back_inserter(sessions));
    } else if (replica.left_work && adopted_.insert(replica.replica_id).second) {
      spdlog::warn("a replica is dead; its tasks are handed out anew");
      // Its workers had that long to attach to another one.
      const auto sighting = sightings_.find(replica.replica_id);
      const absl::Duration waited = options_.heartbeat * (sighting == sightings_.end() ? 0 : sighting->second.looks);
      tools_.lanes->OfferWorker(SessionCommand(AdoptCommand{
          .replica_id = replica.replica_id, .grace = std::max(absl::ZeroDuration(), options_.grace - waited)}));
    }
  }
  const size_t gone = std::erase_if(sightings_, [&](const auto& sighting) {
    return std::none_of(replicas->begin(), replicas->end(), [&](const store::ReplicaRow& replica) {
      return replica.alive && replica.replica_id == sighting.first;
    });
  });
  // It may have been at that.
  if (gone > 0) tools_.lanes->OfferWorker(Command(PurgeCommand{}));
  alive_others_ = alive;
  base::MutexLock lock(mutex_);
  others_ = std::move(sessions);
}

// Only looks after which we could commit count: while the database is away, nobody is dead.
void ReplicaWatch::LookAt(const store::ReplicaRow& replica, absl::Time now) {
  const int64_t commits = tools_.loop->counters().commits;
  auto [it, fresh] = sightings_.try_emplace(replica.replica_id);
  Sighting& sighting = it->second;
  if (fresh || sighting.batch != replica.batch) {
    sighting = {.batch = replica.batch, .looks = 0, .commits = commits, .counted = now};
    return;
  }
  if (commits == sighting.commits || now < sighting.counted + options_.heartbeat) return;
  sighting.commits = commits;
  sighting.counted = now;
  if (++sighting.looks < options_.looks) return;
  // Again at every look until it is so: it may have a batch under way that it never ends.
  if (sighting.looks == options_.looks) {
    spdlog::warn("a replica has not committed anything for {}; declaring it dead",
                 absl::FormatDuration(options_.heartbeat * options_.looks));
  }
  tools_.lanes->OfferWorker(Command(DeclareDeadCommand{.replica_id = replica.replica_id, .batch = replica.batch}));
}

void ReplicaWatch::LookAtStreams(std::vector<store::Id> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (size_t begin = 0; begin < ids.size(); begin += kStreamsPerRead) {
    const auto heads = tools_.store->ReadHeads(absl::MakeConstSpan(ids).subspan(begin, kStreamsPerRead));
    if (!heads.ok()) return;
    for (const store::ExecutionHead& head : *heads) {
      tools_.hub->Announce(head.id, head.event_head);
      if (!head.final || !tools_.waiters->Awaited(head.id)) continue;
      const auto row = tools_.store->ReadExecution(head.id);
      if (row.ok() && row->has_value()) tools_.waiters->Notify(**row);
    }
  }
}

void ReplicaWatch::LookAtFlows() {
  auto flows = tools_.store->ReadFlows();
  if (!flows.ok() || *flows == flows_) return;
  flows_ = *std::move(flows);
  tools_.lanes->OfferWorker(SessionCommand(FlowsCommand{.rows = flows_}));
  if (options_.on_flows) options_.on_flows(flows_);
}

void ReplicaWatch::LookForMail() {
  const auto has_mail = tools_.store->HasMail(replica_id_);
  if (has_mail.ok() && *has_mail) tools_.lanes->OfferWorker(SessionCommand(MailCommand{}));
}

void ReplicaWatch::LookForWaitingRows() {
  auto queues = tools_.store->ReadyQueues();
  if (!queues.ok() || queues->empty()) return;
  tools_.lanes->OfferWorker(SessionCommand(QueuesCommand{.queues = *std::move(queues)}));
}

}  // namespace flowmesh::engine
