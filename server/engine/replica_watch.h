// Looks at what other replicas of the same database do, and at whether they still do anything.
#ifndef FLOWMESH_SERVER_ENGINE_REPLICA_WATCH_H_
#define FLOWMESH_SERVER_ENGINE_REPLICA_WATCH_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/base/random.h"
#include "server/engine/commit_loop.h"
#include "server/engine/effects.h"
#include "server/engine/event_hub.h"
#include "server/engine/final_waiters.h"
#include "server/engine/lanes.h"
#include "server/engine/session_summary.h"
#include "server/store/store.h"

namespace flowmesh::engine {

struct ReplicaWatchOptions {
  // How often a replica that has nothing to do commits something. Another one that did not for `looks` times that long
  // is declared dead.
  absl::Duration heartbeat = absl::Seconds(2);
  int looks = 8;
  absl::Duration grace = absl::Seconds(10);  // as the commit loop's: how long a worker may take to attach elsewhere
  // How often it looks for what others did when nobody gives hints, with jitter; with hints every heartbeat.
  absl::Duration poll = absl::Milliseconds(150);
  // Hears all task types of the mesh when others have changed them. On the watch's thread.
  std::function<void(const std::vector<store::FlowRow>&)> on_flows;
};

// All of them must outlive the watch.
struct ReplicaWatchTools {
  store::Store* store = nullptr;
  base::Clock* clock = nullptr;
  base::RandomSource* random = nullptr;
  Lanes* lanes = nullptr;
  EventHub* hub = nullptr;
  FinalWaiters* waiters = nullptr;
  const CommitLoop* loop = nullptr;  // prepared
};

// Polls, and looks at once where a hint says so: nothing depends on a hint. While no other replica is alive it only
// looks whether one came. Tell, heard(), others() and alive_others() are thread-safe. Start once, Stop once; Listen and
// Step instead where a test drives it.
class ReplicaWatch {
 public:
  ReplicaWatch(ReplicaWatchOptions options, const ReplicaWatchTools& tools);
  ~ReplicaWatch();

  void Start();
  void Stop();
  // For who steps: hears hints from now on.
  void Listen();
  bool heard() const;  // something since the last step

  // Looks at what is due; answers when to look again.
  absl::Time Step(absl::Time now);

  // Gives the other replicas a hint of what was committed here. Does not block.
  void Tell(const Effects& effects);

  int alive_others() const { return alive_others_; }
  // The sessions of the others, as they told last.
  std::vector<SessionSummary> others() const;

 private:
  // How often, and since which commit of ours, a replica has been seen with the same batch.
  struct Sighting {
    uint64_t batch = 0;
    int looks = 0;
    int64_t commits = 0;
    absl::Time counted;
  };

  void Hear(store::Hint hint);
  store::Hint TakeHints();
  void LookAtReplicas(absl::Time now);
  void LookAt(const store::ReplicaRow& replica, absl::Time now);
  void LookAtStreams(std::vector<store::Id> ids);
  void LookAtFlows();
  void LookForMail();
  void LookForWaitingRows();
  absl::Duration Jittered(absl::Duration interval) const;
  void RunThread();

  const ReplicaWatchOptions options_;
  const ReplicaWatchTools tools_;
  store::HintChannel* const hints_;

  std::atomic<int> alive_others_ = 0;
  uint64_t replica_id_ = 0;  // ours, as of the last look
  std::map<uint64_t, Sighting> sightings_;
  std::set<uint64_t> adopted_;
  std::vector<store::FlowRow> flows_;
  absl::Time replicas_due_ = absl::InfinitePast();
  absl::Time poll_due_ = absl::InfinitePast();

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  store::Hint heard_ ABSL_GUARDED_BY(mutex_);
  bool heard_something_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<SessionSummary> others_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_REPLICA_WATCH_H_
