#include "server/engine/session_table.h"

#include <algorithm>

namespace flowmesh::engine {

Session& SessionTable::Add(Session session) {
  const uint64_t id = session.id;
  auto& place = sessions_[id];
  place = std::make_unique<Session>(std::move(session));
  return *place;
}

void SessionTable::Remove(uint64_t id) {
  if (Session* session = Find(id)) attempts_ -= session->attempts.size();
  sessions_.erase(id);
}

Session* SessionTable::Find(uint64_t id) {
  auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : it->second.get();
}

Session* SessionTable::FindByWorker(const std::string& worker_id) {
  for (auto& [id, session] : sessions_) {
    if (session->worker_id == worker_id) return session.get();
  }
  return nullptr;
}

void SessionTable::Insert(Session& session, const store::TaskKey& key, Session::Held held) {
  auto [it, fresh] = session.attempts.insert_or_assign(key, held);
  if (!fresh) return;
  ++(held.slot ? session.slots_used : session.flows_used);
  ++attempts_;
}

void SessionTable::Erase(Session& session, const store::TaskKey& key) {
  auto it = session.attempts.find(key);
  if (it == session.attempts.end()) return;
  --(it->second.slot ? session.slots_used : session.flows_used);
  --attempts_;
  session.attempts.erase(it);
}

void SessionTable::Hold(uint64_t id, const store::TaskKey& key, Session::Held held) {
  Session* session = Find(id);
  if (session == nullptr) return;
  Insert(*session, key, held);
  journal_.push_back({.hold = true, .session = id, .key = key, .held = held});
}

void SessionTable::Release(uint64_t id, const store::TaskKey& key) {
  Session* session = Find(id);
  if (session == nullptr) return;
  auto it = session->attempts.find(key);
  if (it == session->attempts.end()) return;
  journal_.push_back({.hold = false, .session = id, .key = key, .held = it->second});
  Erase(*session, key);
}

std::vector<std::pair<uint64_t, AttemptKey>> SessionTable::HeldOf(
    const absl::flat_hash_set<store::Id>& executions) const {
  std::vector<std::pair<uint64_t, AttemptKey>> held;
  if (executions.empty()) return held;
  for (const auto& [id, session] : sessions_) {
    for (const auto& [key, one] : session->attempts) {
      if (executions.contains(key.execution_id)) held.emplace_back(id, AttemptKey{key, one.attempt});
    }
  }
  std::sort(held.begin(), held.end());
  return held;
}

Session::Held* SessionTable::FindHeld(uint64_t id, const AttemptKey& attempt) {
  Session* session = Find(id);
  if (session == nullptr) return nullptr;
  auto it = session->attempts.find(attempt.task);
  return it == session->attempts.end() || it->second.attempt != attempt.attempt ? nullptr : &it->second;
}

void SessionTable::Undo() {
  for (auto step = journal_.rbegin(); step != journal_.rend(); ++step) {
    Session* session = Find(step->session);
    if (session == nullptr) continue;
    if (step->hold) {
      Erase(*session, step->key);
    } else {
      Insert(*session, step->key, step->held);
    }
  }
  journal_.clear();
}

}  // namespace flowmesh::engine
