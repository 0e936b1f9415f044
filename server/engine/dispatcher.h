// Which session gets the next task of a queue, and which queues may hold waiting rows.
#ifndef FLOWMESH_SERVER_ENGINE_DISPATCHER_H_
#define FLOWMESH_SERVER_ENGINE_DISPATCHER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/engine/session_table.h"
#include "server/engine/task_types.h"

namespace flowmesh::engine {

// Not thread-safe: belongs to the commit loop's thread.
class Dispatcher {
 public:
  // Both must outlive the dispatcher.
  Dispatcher(SessionTable* sessions, const TaskTypes* types) : sessions_(sessions), types_(types) {}

  // The session serves these queues from now on / no longer.
  void Serve(uint64_t session, const std::vector<std::string>& queues);
  void Leave(uint64_t session);

  // The next session, in turn, that has room for one more task of the queue.
  std::optional<uint64_t> Pick(const std::string& queue);
  // How many tasks of the queue fit now, counted to `limit`.
  int Room(const std::string& queue, int limit) const;

  // Whether the store may hold rows of the queue that nobody has claimed: then new tasks line up behind them.
  bool MayWait(const std::string& queue) const;
  void SetMayWait(const std::string& queue, bool may_wait) { queues_[queue].may_wait = may_wait; }
  // Queues that may hold rows and have room.
  std::vector<std::string> Claimable() const;

  uint64_t cursor(const std::string& queue) const;
  void set_cursor(const std::string& queue, uint64_t cursor) { queues_[queue].cursor = cursor; }

 private:
  struct Queue {
    std::vector<uint64_t> sessions;
    size_t next = 0;
    bool may_wait = false;
    uint64_t cursor = 0;
  };
  bool HoldsSlot(const std::string& queue) const;

  SessionTable* const sessions_;
  const TaskTypes* const types_;
  std::map<std::string, Queue> queues_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_DISPATCHER_H_
