// The sessions of this replica and the capacity they have left.
#ifndef FLOWMESH_SERVER_ENGINE_SESSION_TABLE_H_
#define FLOWMESH_SERVER_ENGINE_SESSION_TABLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "server/engine/session_message.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

struct Session {
  struct Held {
    int32_t attempt = 0;
    bool slot = true;     // holds a slot, otherwise a place in memory
    int32_t records = 0;  // of its flow, that the session was sent or is being sent
  };

  uint64_t id = 0;
  std::string worker;
  std::string worker_id;
  std::string version;
  std::map<std::string, int32_t> types;  // that it serves, with the version of its code
  int slots = 0;
  int flows = 0;
  std::shared_ptr<SessionChannel> channel;
  absl::Time attach_time;
  bool welcomed = false;  // assignments may be sent
  bool detached = false;  // its stream is cut
  bool draining = false;
  int slots_used = 0;
  int flows_used = 0;
  absl::flat_hash_map<store::TaskKey, Held> attempts;

  // Whether it takes one more attempt of that kind now.
  bool HasRoom(bool slot) const {
    return welcomed && !detached && !draining && (slot ? slots_used < slots : flows_used < flows);
  }
};

// What a batch changes is provisional until Keep; Undo takes it back. Not thread-safe: belongs to the commit loop's
// thread.
class SessionTable {
 public:
  Session& Add(Session session);
  void Remove(uint64_t id);
  Session* Find(uint64_t id);
  Session* FindByWorker(const std::string& worker_id);

  // Provisional.
  void Hold(uint64_t id, const store::TaskKey& key, Session::Held held);
  void Release(uint64_t id, const store::TaskKey& key);

  // The attempts of these executions, with their sessions.
  std::vector<std::pair<uint64_t, AttemptKey>> HeldOf(const absl::flat_hash_set<store::Id>& executions) const;
  // Null: the session does not hold the attempt.
  Session::Held* FindHeld(uint64_t id, const AttemptKey& attempt);

  void Keep() { journal_.clear(); }
  void Undo();

  const absl::flat_hash_map<uint64_t, std::unique_ptr<Session>>& all() const { return sessions_; }
  size_t attempts() const { return attempts_; }

 private:
  struct Step {
    bool hold;
    uint64_t session;
    store::TaskKey key;
    Session::Held held;
  };
  void Insert(Session& session, const store::TaskKey& key, Session::Held held);
  void Erase(Session& session, const store::TaskKey& key);

  absl::flat_hash_map<uint64_t, std::unique_ptr<Session>> sessions_;
  std::vector<Step> journal_;
  size_t attempts_ = 0;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_SESSION_TABLE_H_
