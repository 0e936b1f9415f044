// Tails that wait for a reader thread: because they were woken, or because the store must be read for them.
#ifndef FLOWMESH_SERVER_RPC_LOG_STREAM_TAIL_QUEUE_H_
#define FLOWMESH_SERVER_RPC_LOG_STREAM_TAIL_QUEUE_H_

#include <deque>
#include <memory>

#include "server/base/executor.h"
#include "server/base/mutex.h"

namespace grpc {
class Alarm;
}

namespace flowmesh::rpc {

class LogTail;

// Serves tails in the order in which they came, a few at a time, so that a wake-up of thousands takes one place in the
// executor's queue and leaves room for other readers in between. Thread-safe; must be owned by a shared_ptr.
//
// Holds at most one entry per open tail: a tail waits here once or not at all.
class TailQueue : public std::enable_shared_from_this<TailQueue> {
 public:
  static constexpr int kRunners = 2;        // reader threads that serve tails at the same time
  static constexpr int kTailsPerTurn = 32;  // that one of them serves before it lets others run

  // `readers` must outlive the queue.
  explicit TailQueue(base::Executor* readers);
  ~TailQueue();

  void Push(std::shared_ptr<LogTail> tail) ABSL_LOCKS_EXCLUDED(mutex_);

  // Forgets who waits; nobody is served any more.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Post() ABSL_LOCKS_EXCLUDED(mutex_);
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  bool WantsRunner() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  base::Executor* const readers_;
  base::Mutex mutex_;
  std::deque<std::shared_ptr<LogTail>> waiting_ ABSL_GUARDED_BY(mutex_);
  int runners_ ABSL_GUARDED_BY(mutex_) = 0;  // posted or running
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<grpc::Alarm> retry_ ABSL_GUARDED_BY(mutex_);  // set while the executor was full
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_LOG_STREAM_TAIL_QUEUE_H_
