// What waits for the commit loop: client commands in a lane with limits, worker commands in one without (their
// sessions' next reads wait instead).
#ifndef FLOWMESH_SERVER_ENGINE_LANES_H_
#define FLOWMESH_SERVER_ENGINE_LANES_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "server/base/mutex.h"
#include "server/engine/command.h"

namespace flowmesh::engine {

// Runs on the commit loop's thread between two batches; must not block.
using Inspection = std::function<void()>;

// Thread-safe.
class Lanes {
 public:
  using WorkerCommand = std::variant<Command, SessionCommand, Inspection>;

  struct Taken {
    std::vector<Command> commands;      // clients' and workers', each lane in its order
    std::vector<WorkerCommand> memory;  // session commands and inspections that stand before them in the worker lane
  };

  // False: the lane is full (or closed); nothing was taken. `bytes` counts towards the lane's limit.
  bool OfferClient(Command command, size_t bytes);
  // All or none.
  bool OfferClients(std::vector<Command> commands, size_t bytes);
  // False only when closed.
  bool OfferWorker(WorkerCommand command);

  // Waits until something is there, `timeout` is over or Close was called, now and then for less, then takes at most
  // one batch. Worker commands are taken up to the first one that changes the loop's memory; those that do are taken
  // alone.
  Taken Take(absl::Duration timeout);

  // Offers are refused from now on; what is inside can still be taken.
  void Close();

  bool closed() const;
  // Closed and empty.
  bool Finished() const;

  size_t waiting_clients() const;

  // What waits now, and what was turned away since the beginning.
  struct Load {
    size_t client_commands = 0;
    size_t client_bytes = 0;  // of payloads
    size_t worker_commands = 0;
    size_t worker_bytes = 0;  // of frames
    int64_t refused = 0;      // client commands for which the lane was full
  };
  Load load() const;

 private:
  struct Waiting {
    Command command;
    size_t bytes;
  };
  bool Empty() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return clients_.empty() && workers_.empty(); }

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  std::deque<Waiting> clients_ ABSL_GUARDED_BY(mutex_);
  size_t client_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<WorkerCommand> workers_ ABSL_GUARDED_BY(mutex_);
  size_t worker_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_LANES_H_
