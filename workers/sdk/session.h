#ifndef FLOWMESH_WORKERS_SDK_SESSION_H_
#define FLOWMESH_WORKERS_SDK_SESSION_H_

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "flowmesh/v1/worker.grpc.pb.h"
#include "server/base/backoff.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/base/random.h"
#include "workers/sdk/access.h"
#include "workers/sdk/attach_stream.h"
#include "workers/sdk/attempt.h"
#include "workers/sdk/worker_observer.h"

namespace flowmesh::sdk {

struct SessionOptions {
  // A worker that has been attached and is refused as UNAUTHENTICATED goes on dialling for this long, in which a new
  // token may come; zero = a refusal is the end.
  absl::Duration token_patience = absl::ZeroDuration();
  base::RetryPolicy reconnect{.initial = absl::Milliseconds(50), .multiplier = 2, .cap = absl::Seconds(2)};
  absl::Duration welcome_timeout = absl::Seconds(30);  // from dialling to the answer to hello; then it dials again
  absl::Duration drain_timeout = absl::Seconds(8);     // running work gets this long to end in Stop
  absl::Duration give_back_timeout =
      absl::Seconds(1);  // for the acknowledgement of what was given back, and for the close
  OutboxLimits outbox;
  WorkerObserver* observer = nullptr;  // must outlive the session; null = nobody listens
};

// One worker's session with the orchestrator through any number of streams (worker.proto): dials, presents the worker,
// resumes what it holds, sends what its attempts tell and routes what comes. Start once; Stop before destruction.
// Thread-safe.
class Session : private AttachStream::Owner {
 public:
  // Called with every assignment on a thread of gRPC's: must not block. The session holds the attempt until it is over.
  using Run = std::function<void(std::shared_ptr<Attempt>)>;

  // `hello` without held attempts. `clock` and `random` must outlive the session.
  Session(SessionOptions options, AccessSource access, v1::Hello hello, Run run, base::Clock* clock,
          base::RandomSource* random);
  ~Session() override;

  // Begins to dial, on a thread of its own.
  void Start() ABSL_LOCKS_EXCLUDED(mutex_);

  // Asks for no more assignments; what comes nevertheless is given back. Does not block.
  void Drain() ABSL_LOCKS_EXCLUDED(mutex_);

  // Drains, waits up to drain_timeout for what runs, gives back the rest and closes the stream. Afterwards every
  // attempt is fenced. Blocks; nothing after the first time.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // Blocks until the session has ended: OK after Stop, else the status with which the orchestrator refused the worker
  // (UNAUTHENTICATED, PERMISSION_DENIED, INVALID_ARGUMENT or FAILED_PRECONDITION). Every other status means dialling
  // again, and so does an error of the access source.
  absl::Status Wait() ABSL_LOCKS_EXCLUDED(mutex_);

  // Attempts held now.
  int held() const ABSL_LOCKS_EXCLUDED(mutex_);
  // What all of them together keep until it is acknowledged.
  Outbox::Kept kept() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Names an attempt in this process.
  struct Key {
    std::string execution_id;
    int task = 0;
    int attempt = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
    static Key Of(const v1::AttemptId& id) { return {id.execution_id(), id.task(), id.attempt()}; }
  };

  enum class Phase {
    kAway,       // no stream, or it has ended
    kDialling,   // hello is the next thing to send
    kWelcoming,  // hello was sent
    kAttached,   // welcome has come
  };

  bool FillFrame(v1::WorkerFrame* frame) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnFrame(const v1::OrchestratorFrame& frame) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnEnd(std::shared_ptr<AttachStream> stream, const grpc::Status& status) override ABSL_LOCKS_EXCLUDED(mutex_);

  void OnWelcome(const v1::Welcome& welcome) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnAssignment(const v1::Assignment& assignment) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnAck(const v1::Ack& ack) ABSL_LOCKS_EXCLUDED(mutex_);
  void Expect(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);  // an error breaks the stream
  void OnUnsent(const v1::AttemptId& id) ABSL_LOCKS_EXCLUDED(mutex_);
  std::shared_ptr<Attempt> Find(const v1::AttemptId& id) ABSL_LOCKS_EXCLUDED(mutex_);
  std::shared_ptr<Attempt> Release(const v1::AttemptId& id) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<std::shared_ptr<Attempt>> Held() ABSL_LOCKS_EXCLUDED(mutex_);
  // Null: there is none now.
  std::shared_ptr<AttachStream> CurrentStream() ABSL_LOCKS_EXCLUDED(mutex_);
  void WakeStream() ABSL_LOCKS_EXCLUDED(mutex_);
  void FillHello(v1::WorkerFrame* frame) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  void DialUntilClosed() ABSL_LOCKS_EXCLUDED(mutex_);
  grpc::Status OneStream() ABSL_LOCKS_EXCLUDED(mutex_);
  void LogEnd(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsFinal(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  bool PauseBeforeDialling() ABSL_LOCKS_EXCLUDED(mutex_);
  void CloseStream() ABSL_LOCKS_EXCLUDED(mutex_);
  void WaitUntilEmpty(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mutex_);

  const SessionOptions options_;
  const AccessSource access_;
  absl::Status access_status_;  // of the last time that it was asked; of the dialler
  const v1::Hello hello_;
  const Run run_;
  base::Clock* const clock_;
  base::RandomSource* const random_;

  mutable base::Mutex mutex_;  // taken after a stream's lock, before an outbox's
  base::CondVar changed_;
  Phase phase_ ABSL_GUARDED_BY(mutex_) = Phase::kAway;
  std::shared_ptr<AttachStream> stream_ ABSL_GUARDED_BY(mutex_);               // null in kAway
  grpc::Status stream_status_ ABSL_GUARDED_BY(mutex_);                         // how the last stream ended
  int failed_dials_ ABSL_GUARDED_BY(mutex_) = 0;                               // since the last welcome
  bool was_welcome_ ABSL_GUARDED_BY(mutex_) = false;                           // to any stream
  absl::Time refused_since_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();  // UNAUTHENTICATED since the last welcome
  std::map<Key, std::shared_ptr<Attempt>> attempts_ ABSL_GUARDED_BY(mutex_);
  std::vector<Key> named_ ABSL_GUARDED_BY(mutex_);                       // in the last hello, in order
  std::deque<std::shared_ptr<Attempt>> unsent_ ABSL_GUARDED_BY(mutex_);  // have something to send
  bool tell_drain_ ABSL_GUARDED_BY(mutex_) = false;                      // to this stream
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_status_ ABSL_GUARDED_BY(mutex_);

  base::Mutex lifecycle_;  // serialises Start and Stop; taken before mutex_
  std::thread dialler_ ABSL_GUARDED_BY(lifecycle_);
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_SESSION_H_
