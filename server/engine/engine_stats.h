// What the engine counts about itself, for whoever shows it to people. Plain atomics: counting costs nanoseconds.
#ifndef FLOWMESH_SERVER_ENGINE_ENGINE_STATS_H_
#define FLOWMESH_SERVER_ENGINE_ENGINE_STATS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/base/mutex.h"
#include "server/engine/atomic_histogram.h"
#include "server/engine/effects.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

// Of the commit loop, which alone writes them; anyone may look.
struct CommitStats {
  // From taking a batch to its commit, in microseconds.
  AtomicHistogram<14> duration{
      {100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 5'000'000}};
  AtomicHistogram<11> commands{{0, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1'000}};          // of a batch
  AtomicHistogram<12> rows{{0, 1, 5, 10, 25, 50, 100, 250, 500, 1'000, 2'500, 10'000}};  // written by a batch

  // Batches that the store did not take, by what it said.
  std::atomic<int64_t> conflicts = 0;      // tried again at once
  std::atomic<int64_t> out_of_space = 0;   // tried again later, clients refused
  std::atomic<int64_t> declared_dead = 0;  // this replica joined anew
  std::atomic<int64_t> failures = 0;       // the end of the process

  std::atomic<int64_t> mail = 0;                  // executions that other replicas wrote about
  std::atomic<int64_t> others_declared_dead = 0;  // replicas, by this one

  std::atomic<int64_t> lost_by_worker = 0;  // attempts whose worker was lost
  std::atomic<int64_t> lost_by_server = 0;  // attempts that a lost server or stream had handed out

  // A batch was not committed.
  void CountFailure(const absl::Status& status);
};

// Of what was committed: executions, attempts, events. Thread-safe.
class CommittedStats {
 public:
  static constexpr size_t kMaxNames = 64;  // flows and task types told apart; later ones are counted as "other"
  static constexpr size_t kStates = 10;    // of an execution, by their numbers

  // From an execution's start (or its creation, if it never started) to its end, in milliseconds.
  using Durations = AtomicHistogram<13>;
  static constexpr Durations::Bounds kDurationBounds = {10,     50,     100,     500,     1'000,     5'000,     10'000,
                                                        30'000, 60'000, 300'000, 900'000, 3'600'000, 21'600'000};
  struct Flow {
    std::array<int64_t, kStates> ended{};  // by final state
    Durations::Counts duration;
  };
  struct Snapshot {
    std::map<std::string, Flow> flows;
    std::map<std::string, int64_t> attempts;  // handed out, by task type
  };

  // Counts what one commit made visible.
  void Count(const Effects& effects) ABSL_LOCKS_EXCLUDED(mutex_);

  Snapshot snapshot() const ABSL_LOCKS_EXCLUDED(mutex_);

  std::atomic<int64_t> fenced = 0;       // answers to workers that their attempt is not theirs (any more)
  std::atomic<int64_t> chunks = 0;       // of events, one row each
  std::atomic<int64_t> chunk_bytes = 0;  // packed

 private:
  struct FlowCounts {
    std::array<int64_t, kStates> ended{};
    Durations duration{kDurationBounds};
  };

  mutable base::Mutex mutex_;
  std::map<std::string, FlowCounts> flows_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int64_t> attempts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_ENGINE_STATS_H_
