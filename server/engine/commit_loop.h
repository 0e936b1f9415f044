// The one thread of a replica that writes: takes what waits, runs it as one batch, and hands the effects on. While one
// commit is in flight the next batch gathers.
#ifndef FLOWMESH_SERVER_ENGINE_COMMIT_LOOP_H_
#define FLOWMESH_SERVER_ENGINE_COMMIT_LOOP_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/random.h"
#include "server/engine/batch.h"
#include "server/engine/dispatcher.h"
#include "server/engine/effects.h"
#include "server/engine/engine_stats.h"
#include "server/engine/lanes.h"
#include "server/engine/session_summary.h"
#include "server/engine/session_table.h"
#include "server/engine/sweeper.h"
#include "server/engine/task_types.h"
#include "server/store/store.h"

namespace flowmesh::engine {

struct CommitLoopOptions {
  absl::Duration grace = absl::Seconds(10);  // how long a session outlives its stream; longer than a worker's reconnect
  absl::Duration space_pause =
      absl::Milliseconds(500);  // before a batch of workers' commands is tried again when out of space
  absl::Duration retention = absl::InfiniteDuration();  // how long executions stay after their end
  absl::Duration heartbeat = absl::InfiniteDuration();  // without other work it commits this often, to show it is alive
  // Called once when nothing may be acknowledged any more: end the process.
  std::function<void(const absl::Status&)> on_fatal;
};

struct CommitCounters {
  std::atomic<int64_t> commits = 0;
  std::atomic<int64_t> commands = 0;
  std::atomic<int64_t> events = 0;
  std::atomic<int64_t> deleted = 0;  // executions, by clients and by their age
  std::atomic<int64_t> purged = 0;   // rows that they left
};

// Start once, Stop once; Step instead of Start where a test drives it.
class CommitLoop {
 public:
  // All must outlive the loop. `perform` takes the effects of one commit, in commit order.
  CommitLoop(CommitLoopOptions options, store::Store* store, base::Clock* clock, base::RandomSource* random,
             Lanes* lanes, std::function<void(Effects)> perform);
  ~CommitLoop();

  // Joins the store, loads the task types and finds the work that dead replicas left.
  absl::Status Prepare();
  void Start();
  // Runs what is already in the (closed) lanes, then ends the thread.
  void Stop();

  // One turn without waiting longer than `wait`. False: there was nothing to do.
  bool Step(absl::Duration wait);

  const CommitCounters& counters() const { return counters_; }
  const CommitStats& stats() const { return stats_; }
  // Under which it works, once prepared. Thread-safe, as are the counters.
  uint64_t replica_id() const { return replica_id_; }
  // On the loop's thread only (an Inspection).
  const SessionTable& sessions() const { return sessions_; }
  const Dispatcher& dispatcher() const { return dispatcher_; }

 private:
  struct Grace {
    uint64_t session;
  };
  using Due = std::variant<AttemptTimer, Grace, LoseCommand, AdoptCommand>;

  void RunThread();
  void Leave();
  absl::Duration UntilNext(absl::Time now) const;
  void TakeDue(absl::Time now);
  // What sessions of that replica had is lost, unless another one takes it up within `grace`.
  absl::Status Adopt(uint64_t replica, absl::Duration grace);
  BatchTools Tools();
  BatchLook NextLook(absl::Time now);
  absl::Duration LockRest() const;
  // True: it looked for what has outlived its time.
  bool Sweep(absl::Time now);
  void TakeMemory(std::vector<Lanes::WorkerCommand> memory);
  bool RunBatch(absl::Time now);
  void Committed(Batch& batch, size_t count, const BatchLook& look, absl::Time begun);
  void Failed(const absl::Status& status);
  void Rejoin();
  void RefuseClients(const absl::Status& status);
  // Those whose callers have given up.
  void RefuseExpired(absl::Time now);
  template <typename Predicate>
  void RefuseClientsIf(const absl::Status& status, Predicate predicate);

  void Take(HelloCommand hello);
  void Take(const CapacityCommand& capacity);
  void Take(const DrainSessionCommand& drain);
  void Take(const DetachCommand& detach);
  void Take(const StopAssigningCommand&);
  void Take(const MailCommand&) { mail_due_ = true; }
  void Take(const QueuesCommand& waiting);
  void Take(const FlowsCommand& flows);
  void Take(const AdoptCommand& adopt);
  void EndSession(uint64_t session, bool by_worker);
  void SessionsChanged();
  // What becomes of the session's attempts when it goes, except for the kept ones. A worker that names an older attempt
  // of a task never heard of the newer one: that one is lost.
  std::vector<LoseCommand> LossesOf(const Session& session, const std::set<AttemptKey>& kept, bool by_worker) const;

  const CommitLoopOptions options_;
  store::Store* const store_;
  base::Clock* const clock_;
  base::RandomSource* const random_;
  Lanes* const lanes_;
  const std::function<void(Effects)> perform_;

  std::atomic<uint64_t> replica_id_ = 0;
  std::set<uint64_t> dead_;  // replicas
  uint64_t batch_number_ = 0;
  SessionTable sessions_;
  TaskTypes types_;
  Dispatcher dispatcher_;
  Sweeper sweeper_;
  std::vector<Command> pending_;        // taken from the lanes, not yet committed
  std::multimap<absl::Time, Due> due_;  // what this replica must look at, by time
  // Of the store's time over the clock's, as of the last commit: the clock of a database may be another machine's.
  absl::Duration store_ahead_ = absl::ZeroDuration();
  absl::Time next_timer_ = absl::InfinitePast();  // when, by the clock, the store's next timer is due; past = unknown
  absl::Time heartbeat_due_ = absl::InfiniteFuture();
  bool mail_due_ = false;
  std::string summary_;            // as the store has it
  bool sessions_changed_ = false;  // since the summary
  int looks_in_vain_ = 0;          // at timers that should have been due, in a row
  int deferrals_ = 0;              // turns in a row that found nothing but locked executions
  absl::Time paused_until_ = absl::InfinitePast();
  bool claim_again_ = true;
  bool assigning_ = true;
  bool fatal_ = false;
  CommitCounters counters_;
  CommitStats stats_;
  std::atomic<bool> running_ = false;
  std::thread thread_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_COMMIT_LOOP_H_
