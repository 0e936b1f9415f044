// How sessions come and go in the commit loop's memory, and which commands follow from it.
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/commit_loop.h"
#include "server/engine/limits.h"

namespace flowmesh::engine {

void CommitLoop::TakeMemory(std::vector<Lanes::WorkerCommand> memory) {
  for (Lanes::WorkerCommand& one : memory) {
    if (auto* inspection = std::get_if<Inspection>(&one)) (*inspection)();
    if (auto* command = std::get_if<SessionCommand>(&one)) {
      std::visit([&](auto& session_command) { Take(std::move(session_command)); }, *command);
    }
  }
}

void CommitLoop::Take(HelloCommand hello) {
  auto answers = std::make_shared<WelcomeMessage>();
  answers->session = hello.session;
  answers->grace = options_.grace;
  answers->held.resize(hello.held.size());
  WelcomeCommand welcome{.session = hello.session, .answers = answers};
  std::vector<std::string> queues;
  std::map<std::string, int32_t> served;
  for (ServedType& type : hello.types) {
    types_.Set(type.row.name, RulesOf(type.row));
    served[type.row.name] = type.code_version;
    queues.push_back(type.row.name);
    queues.push_back(absl::StrCat(type.row.name, "@", type.code_version));
    if (type.store_row) welcome.flows.push_back(std::move(type.row));
  }
  Session* old = sessions_.FindByWorker(hello.worker_id);
  const uint64_t old_id = old == nullptr ? 0 : old->id;
  if (old != nullptr) {
    perform_({.replies = {[channel = old->channel] { channel->Close("the worker attached again"); }}});
  }
  sessions_.Add({.id = hello.session,
                 .worker = std::move(hello.worker),
                 .worker_id = std::move(hello.worker_id),
                 .version = std::move(hello.version),
                 .types = std::move(served),
                 .slots = hello.slots,
                 .flows = hello.flows,
                 .channel = std::move(hello.channel),
                 .attach_time = clock_->Now(),
                 .draining = !assigning_});
  dispatcher_.Serve(hello.session, queues);
  std::set<AttemptKey> named;
  for (size_t i = 0; i < hello.held.size(); ++i) {
    named.insert(hello.held[i].attempt);
    pending_.push_back(ResumeCommand{.attempt = hello.held[i].attempt,
                                     .session = hello.session,
                                     .last_record = hello.held[i].last_record,
                                     .wants_remembered = hello.held[i].wants_remembered,
                                     .answers = answers,
                                     .place = i});
  }
  if (old_id != 0) {
    // Assigned in frames that never arrived: no worker was lost over them.
    for (const LoseCommand& lose : LossesOf(*sessions_.Find(old_id), named, /*by_worker=*/false))
      pending_.push_back(lose);
    dispatcher_.Leave(old_id);
    sessions_.Remove(old_id);
  }
  pending_.push_back(std::move(welcome));
  SessionsChanged();
}

void CommitLoop::Take(const QueuesCommand& waiting) {
  for (const std::string& queue : waiting.queues) dispatcher_.SetMayWait(queue, true);
  claim_again_ = claim_again_ || !dispatcher_.Claimable().empty();
}

void CommitLoop::Take(const FlowsCommand& flows) {
  for (const store::FlowRow& row : flows.rows) types_.Set(row.name, RulesOf(row));
}

void CommitLoop::Take(const AdoptCommand& adopt) {
  if (!Adopt(adopt.replica_id, adopt.grace).ok()) due_.emplace(clock_->Now() + options_.space_pause, adopt);
}

void CommitLoop::Take(const CapacityCommand& capacity) {
  if (Session* session = sessions_.Find(capacity.session)) {
    session->slots = capacity.slots;
    session->flows = capacity.flows;
    claim_again_ = true;
    SessionsChanged();
  }
}

void CommitLoop::Take(const StopAssigningCommand&) {
  for (const auto& [id, session] : sessions_.all()) session->draining = true;
  assigning_ = false;
  SessionsChanged();
}

void CommitLoop::Take(const DrainSessionCommand& drain) {
  if (Session* session = sessions_.Find(drain.session)) session->draining = true;
  SessionsChanged();
}

void CommitLoop::Take(const DetachCommand& detach) {
  Session* session = sessions_.Find(detach.session);
  if (session == nullptr) return;
  if (detach.gone) {
    EndSession(detach.session, /*by_worker=*/false);
    return;
  }
  session->detached = true;
  SessionsChanged();
  due_.emplace(clock_->Now() + options_.grace, Grace{.session = detach.session});
}

void CommitLoop::EndSession(uint64_t id, bool by_worker) {
  for (const LoseCommand& lose : LossesOf(*sessions_.Find(id), {}, by_worker)) pending_.push_back(lose);
  dispatcher_.Leave(id);
  sessions_.Remove(id);
  SessionsChanged();
}

// Others are told soon.
void CommitLoop::SessionsChanged() { sessions_changed_ = store_->shared(); }

std::vector<LoseCommand> CommitLoop::LossesOf(const Session& session, const std::set<AttemptKey>& kept,
                                              bool by_worker) const {
  std::vector<LoseCommand> losses;
  auto lose = [&](const AttemptKey& attempt) {
    if (!kept.contains(attempt)) losses.push_back({.attempt = attempt, .session = session.id, .by_worker = by_worker});
  };
  for (const auto& [key, held] : session.attempts) lose({.task = key, .attempt = held.attempt});
  // A resume that is not committed yet will still move its attempt to this session.
  for (const Command& command : pending_) {
    const auto* resume = std::get_if<ResumeCommand>(&command);
    if (resume != nullptr && resume->session == session.id) lose(resume->attempt);
  }
  return losses;
}

}  // namespace flowmesh::engine
