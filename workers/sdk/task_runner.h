#ifndef FLOWMESH_WORKERS_SDK_TASK_RUNNER_H_
#define FLOWMESH_WORKERS_SDK_TASK_RUNNER_H_

#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/executor.h"
#include "workers/sdk/artifact_box.h"
#include "workers/sdk/attempt.h"
#include "workers/sdk/idle_timer.h"
#include "workers/sdk/served_type.h"

namespace flowmesh::sdk {

struct TaskRunnerOptions {
  int slots = 2;                                  // functions at once, a thread each
  int flows = 10'000;                             // flows in memory
  int flow_threads = 2;                           // on which flow bodies take their turns
  int step_threads = 8;                           // on which local steps of flows run
  absl::Duration park_after = absl::Seconds(10);  // a flow that only waits for longer is released from memory
};

// Runs attempts with the code of their types and gives them their ends. Thread-safe.
class TaskRunner {
 public:
  // By name. All pointers must outlive the runner.
  using Types = std::map<std::string, ServedType>;
  TaskRunner(TaskRunnerOptions options, const Types* types, base::Clock* clock, ArtifactBox* artifacts);

  void Start();

  // Returns when every function and step has returned and every turn of a flow is over; fence what shall not go on
  // before. Blocks.
  void Stop();

  // Begins the attempt on another thread; fails it at once if that cannot be. Does not block.
  void Run(std::shared_ptr<Attempt> attempt);

 private:
  void RunFunction(Attempt& attempt, const ServedType& type);

  const Types* const types_;
  base::Clock* const clock_;
  ArtifactBox* const artifacts_;
  const absl::Duration park_after_;
  const bool has_flows_;
  base::ThreadPool slots_;
  base::ThreadPool turns_;
  base::ThreadPool steps_;
  IdleTimer idle_timer_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_TASK_RUNNER_H_
