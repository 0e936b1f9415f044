// The engine as services see it: commands in, effects out, and the parts that readers need.
#ifndef FLOWMESH_SERVER_ENGINE_ENGINE_H_
#define FLOWMESH_SERVER_ENGINE_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/executor.h"
#include "server/base/mutex.h"
#include "server/base/random.h"
#include "server/engine/command.h"
#include "server/engine/commit_loop.h"
#include "server/engine/engine_stats.h"
#include "server/engine/event_hub.h"
#include "server/engine/final_waiters.h"
#include "server/engine/lanes.h"
#include "server/engine/projection_book.h"
#include "server/engine/replica_watch.h"
#include "server/engine/session_summary.h"
#include "server/store/store.h"

namespace flowmesh::engine {

struct EngineOptions {
  absl::Duration grace = absl::Seconds(10);             // how long a session outlives its stream
  int reader_threads = 2;                               // for blocking reads of the store
  absl::Duration retention = absl::InfiniteDuration();  // how long executions stay after their end
  bool log_ends = false;                                // one line for each execution that becomes final
  const ProjectionBook* projections = nullptr;          // must outlive the engine; null = nothing is projected
  // With a store that is shared: how often this replica shows that it is alive, and after how many times that without a
  // sign another one is declared dead. The same for all replicas.
  absl::Duration heartbeat = absl::Seconds(2);
  int looks = 8;
  // Hears all task types of the mesh when another replica changed them; on a thread of its own.
  std::function<void(const std::vector<store::FlowRow>&)> on_flows;
  // Called once when nothing may be acknowledged any more: end the process.
  std::function<void(const absl::Status&)> on_fatal;
};

// Thread-safe between Start and Stop. No call blocks; callbacks run on the effects thread and must not block either.
class Engine {
 public:
  // `store`, `clock` and `random` must outlive the engine.
  Engine(EngineOptions options, store::Store* store, base::Clock* clock, base::RandomSource* random);
  ~Engine();

  // Joins the store and starts the threads.
  absl::Status Start();
  // Commits what was accepted, performs its effects, ends the threads. Calls afterwards are refused with UNAVAILABLE.
  void Stop();

  // The client lane. A full lane answers at once with RESOURCE_EXHAUSTED; every command's reply runs exactly once.
  void Submit(SubmitCommand command);
  void SubmitAll(std::vector<SubmitCommand> commands);
  void Start(StartCommand command);
  void Cancel(CancelCommand command);
  void Signal(SignalCommand command);
  void CompleteTask(CompleteTaskCommand command);
  void WriteArtifact(WriteArtifactCommand command);
  void Retry(RetryCommand command);
  void Delete(DeleteCommand command);
  // Its projection is made from its output.
  void CompleteExecution(CompleteExecutionCommand command);
  void MakeResource(MakeResourceCommand command);

  // The worker lane.
  uint64_t NewSessionId(bool in_process);
  void Deliver(FrameCommand frame);
  void Tell(SessionCommand command) { lanes_.OfferWorker(std::move(command)); }

  // Runs on the commit loop's thread; must not block. False: the engine stops and it never runs.
  bool Inspect(std::function<void(const CommitLoop&)> inspection);

  // Those of this replica and, as they told last, of all others. In an Inspection.
  std::vector<SessionSummary> SessionsOfMesh(const CommitLoop& loop) const;

  EventHub& hub() { return hub_; }
  FinalWaiters& waiters() { return waiters_; }
  store::Store& store() { return *store_; }
  base::Executor& readers() { return readers_; }
  base::Clock& clock() { return *clock_; }
  size_t waiting_commands() const { return lanes_.waiting_clients(); }

  // That are alive, with this one, as far as it knows.
  int replicas() const { return watch_ == nullptr ? 1 : 1 + watch_->alive_others(); }
  Lanes::Load load() const { return lanes_.load(); }
  const CommitCounters& commit_counters() const { return loop_.counters(); }
  const CommitStats& commit_stats() const { return loop_.stats(); }
  const CommittedStats& committed() const { return committed_; }

 private:
  static constexpr int kMaxUnperformed = 32;  // commits whose effects wait; beyond it the commit loop waits

  void Perform(Effects effects);
  absl::StatusOr<std::shared_ptr<const Projection>> ProjectionOf(const store::Payload& output) const;
  template <typename C>
  void OfferClient(C command, size_t bytes);

  const EngineOptions options_;
  store::Store* const store_;
  base::Clock* const clock_;
  base::RandomSource* const random_;
  EventHub hub_;
  FinalWaiters waiters_;
  CommittedStats committed_;
  Lanes lanes_;
  base::ThreadPool readers_;
  base::SerialExecutor effects_;
  base::Mutex unperformed_mutex_;
  base::CondVar performed_;
  int unperformed_ ABSL_GUARDED_BY(unperformed_mutex_) = 0;
  CommitLoop loop_;
  std::unique_ptr<ReplicaWatch> watch_;  // null: the store is not shared
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_ENGINE_H_
