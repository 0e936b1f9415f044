#ifndef FLOWMESH_WORKERS_SDK_FLOW_RUN_H_
#define FLOWMESH_WORKERS_SDK_FLOW_RUN_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "google/protobuf/any.pb.h"
#include "server/base/clock.h"
#include "server/base/executor.h"
#include "workers/sdk/artifact_box.h"
#include "workers/sdk/attempt.h"
#include "workers/sdk/flow.h"
#include "workers/sdk/flow_context.h"
#include "workers/sdk/flow_host.h"
#include "workers/sdk/idle_timer.h"
#include "workers/sdk/served_type.h"
#include "workers/sdk/strand.h"

namespace flowmesh::sdk {

// What all flows of a worker share. Everything must outlive them.
struct FlowResources {
  base::Executor* turns = nullptr;  // where bodies take their turns; never blocked
  base::Executor* steps = nullptr;  // where local steps run
  IdleTimer* timer = nullptr;
  base::Clock* clock = nullptr;
  ArtifactBox* artifacts = nullptr;               // of steps
  absl::Duration park_after = absl::Seconds(10);  // a flow that only waits for longer asks to be released from memory
};

// One flow in memory: moves its body as records come, in turns on an executor, one thread at a time, carries its calls
// and steps to the attempt, and ends the attempt when the body has ended. A fenced flow is destroyed where it waits.
// Keeps itself alive until then. Neither end comes before the code of every running step has returned, because it may
// use what the body holds.
class FlowRun : private FlowHost, public std::enable_shared_from_this<FlowRun> {
 public:
  // `type` must outlive the run.
  FlowRun(std::shared_ptr<Attempt> attempt, const ServedType* type, const FlowResources& resources);

  // Call once. Does not block.
  void Start();

 private:
  struct WaitingStep {
    std::string key;
    StepCode code;
    int64_t after = 0;                                // begins once this entry is acknowledged
    std::optional<google::protobuf::Any> remembered;  // stands for the code
  };

  // Something has come; any thread.
  void Poke();

  // All of these run on the strand.
  absl::Status MakeCall(v1::Call call) override;
  absl::Status StartStep(std::string key, StepCode code) override;
  void Move();
  bool Begin();
  void BeginSteps();
  void TellStep(const std::string& key, absl::StatusOr<google::protobuf::Any> outcome, bool reused);
  void StepEnded(const std::string& key, absl::StatusOr<google::protobuf::Any> outcome);
  void Finish();
  void End();
  void DestroyBody();
  bool IsIdle();
  void ArmTimer();
  void ParkIfIdle();

  void RunStep(const std::string& key, const StepCode& code);  // on a thread for steps

  const std::shared_ptr<Attempt> attempt_;
  const ServedType* const type_;
  const FlowResources resources_;
  const std::shared_ptr<Strand> strand_;
  std::atomic<bool> poked_ = false;  // Move is posted

  FlowMachine machine_;
  FlowContext context_;
  std::optional<Flow<google::protobuf::Any>> body_;  // from Begin until it is destroyed
  bool over_ = false;                                // the body is not touched any more
  std::deque<WaitingStep> waiting_steps_;
  int64_t last_external_ = 0;  // entry of the newest external call
  bool timer_armed_ = false;
  absl::Time idle_since_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FLOW_RUN_H_
