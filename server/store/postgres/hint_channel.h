// Hints between replicas by LISTEN and NOTIFY, over a connection and a thread of their own.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_HINT_CHANNEL_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_HINT_CHANNEL_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/base/backoff.h"
#include "server/base/mutex.h"
#include "server/base/random.h"
#include "server/store/postgres/connection.h"
#include "server/store/replica_rows.h"

namespace flowmesh::store::postgres {

struct HintChannelOptions {
  ConnectionOptions connection;
  base::RetryPolicy reconnect;
  absl::Duration delay = absl::Milliseconds(10);  // from the first hint until it is sent, with what came meanwhile
};

// The channel is that of the connection's schema. Without a connection hints are kept, up to a number of names, and
// sent when there is one again; the listener hears `everything` then, also when the first connection is made after it
// began to listen.
class PostgresHintChannel : public HintChannel {
 public:
  // Connects a moment later, on its thread.
  explicit PostgresHintChannel(const HintChannelOptions& options);

  // Sends no more. Waits for what the thread is doing: at most for the connect timeout, the statement timeout or TCP's
  // own.
  ~PostgresHintChannel() override;

  void Send(Hint hint) override ABSL_LOCKS_EXCLUDED(mutex_);
  void Listen(std::function<void(Hint)> hear) override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  using Listener = std::function<void(Hint)>;

  void Run();
  absl::Status Connect();
  // Until there is something to send, to read or to stop for; without a connection, until the next attempt.
  void Wait() ABSL_LOCKS_EXCLUDED(mutex_);
  void SendDue() ABSL_LOCKS_EXCLUDED(mutex_);
  void ReadArrived();
  void Deliver(Hint hint) ABSL_LOCKS_EXCLUDED(mutex_);
  void Disconnect();
  void Wake();

  const HintChannelOptions options_;
  const int wake_;  // an eventfd
  std::atomic<bool> stop_ = false;

  base::Mutex mutex_;
  base::CondVar called_;
  Hint outgoing_ ABSL_GUARDED_BY(mutex_);
  SteadyTime send_at_ ABSL_GUARDED_BY(mutex_) = SteadyTime::max();  // max: there is nothing to send
  std::shared_ptr<const Listener> listener_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Listener> calling_ ABSL_GUARDED_BY(mutex_);  // the one whose call is under way

  // Of the thread alone.
  base::SecureRandom random_;
  std::unique_ptr<Connection> connection_;
  int failures_ = 0;            // of connections, since one worked
  SteadyTime connect_at_ = {};  // not before

  std::thread thread_;
};

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_HINT_CHANNEL_H_
