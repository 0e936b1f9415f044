// What replicas on one database know of each other.
#ifndef FLOWMESH_SERVER_STORE_REPLICA_ROWS_H_
#define FLOWMESH_SERVER_STORE_REPLICA_ROWS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "server/base/ids.h"

namespace flowmesh::store {

struct ReplicaRow {
  uint64_t replica_id = 0;
  bool alive = false;
  uint64_t batch = 0;      // number of its last batch
  std::string summary;     // as it wrote it last
  bool left_work = false;  // it is dead, and tasks are still assigned to it

  bool operator==(const ReplicaRow&) const = default;
};

// A session of that replica must hear what became of a task of that execution.
struct MailRow {
  uint64_t replica_id = 0;
  base::Id execution_id;

  auto operator<=>(const MailRow&) const = default;
};

// How far an execution's stream has got.
struct ExecutionHead {
  base::Id id;
  int64_t event_head = 0;
  bool final = false;

  bool operator==(const ExecutionHead&) const = default;
};

// What other replicas may want to look at now rather than at their next look.
struct Hint {
  std::vector<base::Id> executions;  // have new events
  std::vector<uint64_t> mail;        // replicas that got mail
  bool ready = false;                // rows wait in queues that were empty
  bool flows = false;                // a task type is new or changed
  bool replicas = false;             // a replica came, went or was declared dead
  bool everything = false;           // hints were lost, or were too many to name: all of the above

  bool operator==(const Hint&) const = default;
};

// Carries hints between the replicas of a database. Best effort: a hint may be lost, repeated, late or about nothing,
// and nothing may depend on it. Thread-safe.
class HintChannel {
 public:
  virtual ~HintChannel() = default;
  // Tells all others, a moment later and together with what else is told meanwhile. Does not block.
  virtual void Send(Hint hint) = 0;
  // `hear` runs on a thread of the channel with what others told, from now on; must not block. Null: nobody listens any
  // more, and no call of the one before is under way when this returns.
  virtual void Listen(std::function<void(Hint)> hear) = 0;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_REPLICA_ROWS_H_
