#include "server/engine/dispatcher.h"

#include <algorithm>

namespace flowmesh::engine {

void Dispatcher::Serve(uint64_t session, const std::vector<std::string>& queues) {
  for (const std::string& queue : queues) queues_[queue].sessions.push_back(session);
}

void Dispatcher::Leave(uint64_t session) {
  for (auto& [name, queue] : queues_) std::erase(queue.sessions, session);
}

bool Dispatcher::HoldsSlot(const std::string& queue) const {
  return types_->Find(queue.substr(0, queue.find('@'))).holds_slot;
}

std::optional<uint64_t> Dispatcher::Pick(const std::string& name) {
  auto it = queues_.find(name);
  if (it == queues_.end()) return std::nullopt;
  Queue& queue = it->second;
  const bool slot = HoldsSlot(name);
  for (size_t tried = 0; tried < queue.sessions.size(); ++tried) {
    const uint64_t id = queue.sessions[queue.next++ % queue.sessions.size()];
    const Session* session = sessions_->Find(id);
    if (session != nullptr && session->HasRoom(slot)) return id;
  }
  return std::nullopt;
}

int Dispatcher::Room(const std::string& name, int limit) const {
  auto it = queues_.find(name);
  if (it == queues_.end()) return 0;
  const bool slot = HoldsSlot(name);
  int room = 0;
  for (uint64_t id : it->second.sessions) {
    const Session* session = sessions_->Find(id);
    if (session == nullptr || !session->HasRoom(slot)) continue;
    room += slot ? session->slots - session->slots_used : session->flows - session->flows_used;
    if (room >= limit) return limit;
  }
  return room;
}

bool Dispatcher::MayWait(const std::string& queue) const {
  auto it = queues_.find(queue);
  return it != queues_.end() && it->second.may_wait;
}

std::vector<std::string> Dispatcher::Claimable() const {
  std::vector<std::string> names;
  for (const auto& [name, queue] : queues_) {
    if (queue.may_wait && Room(name, 1) > 0) names.push_back(name);
  }
  return names;
}

uint64_t Dispatcher::cursor(const std::string& queue) const {
  auto it = queues_.find(queue);
  return it == queues_.end() ? 0 : it->second.cursor;
}

}  // namespace flowmesh::engine
