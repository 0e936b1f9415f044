#ifndef FLOWMESH_WORKERS_SDK_PLAYED_FLOW_H_
#define FLOWMESH_WORKERS_SDK_PLAYED_FLOW_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/base/clock.h"
#include "workers/sdk/cancellation.h"
#include "workers/sdk/execution_random.h"
#include "workers/sdk/flow_context.h"
#include "workers/sdk/flow_host.h"
#include "workers/sdk/flow_script.h"
#include "workers/sdk/memory_artifacts.h"
#include "workers/sdk/told_events.h"

namespace flowmesh::sdk {

namespace played_flow_internal {

// Comes before the context among the bases, so that it outlives it.
struct Surroundings {
  Surroundings(FlowHost* host, int replayed) : machine(host, replayed) {}

  base::SystemClock clock;
  ToldEvents told;
  Cancellation cancellation;
  MemoryArtifacts artifacts;
  FlowMachine machine;
};

}  // namespace played_flow_internal

// One run of a flow without a server, on the caller's thread: the first, which is answered by a script, or a replay of
// its records. Not thread-safe, Cancel excepted.
class PlayedFlow : private FlowHost, private played_flow_internal::Surroundings, public FlowContext {
 public:
  using Record = v1::Records::Record;

  // What the flow asked of the world, and when.
  struct Asked {
    int after = 0;  // records that it had taken
    std::string key;
    std::string content;  // of the call, serialized; empty for a step
    friend bool operator==(const Asked&, const Asked&) = default;
  };

  // A first run. `script` must outlive it.
  PlayedFlow(AttemptInfo info, FlowScript* script);
  // A replay: the first `replayed` of `records` are there from the start, the others come one by one.
  PlayedFlow(AttemptInfo info, std::vector<Record> records, int replayed);

  ToldEvents& told() { return Surroundings::told; }
  // Of its steps.
  MemoryArtifacts& artifacts() { return Surroundings::artifacts; }
  // Any thread may.
  void Cancel(std::string reason = "CANCELLED") { Surroundings::cancellation.Cancel(std::move(reason)); }

  // Outcomes come in an order that depends on `seed`; 0 = in the order of the calls. Sleeps end when nothing else
  // moves, the shortest first.
  void ShuffleOutcomes(uint64_t seed) { order_seed_ = seed; }

  const AttemptInfo& attempt_info() const { return info_; }
  FlowMachine& machine() { return Surroundings::machine; }
  const std::vector<Record>& records() const { return records_; }
  const std::vector<Asked>& asked() const { return asked_; }
  const std::vector<v1::Call>& calls() const { return calls_; }

  // Moves the flow that machine() was given until it is over: OK, or what the attempt failed with, or why it cannot go
  // on. Blocks while it waits for a cancel.
  absl::Status Play();

 private:
  struct Open {
    v1::Call call;  // of a step: the key alone
    StepCode code;  // null = a call
  };

  absl::Status MakeCall(v1::Call call) override;
  absl::Status StartStep(std::string key, StepCode code) override;

  absl::Status PlayNext(bool* moved);
  absl::Status AnswerOne(bool* moved);
  absl::Status Answer(size_t index, bool* moved);
  FlowScript::Outcome RunStep(const Open& open);
  void AddNext(Record record);
  size_t ShortestSleep() const;

  const AttemptInfo info_;
  FlowScript* const script_;  // null in a replay
  std::vector<Record> records_;
  size_t given_ = 0;  // of records_, to the machine
  std::vector<Asked> asked_;
  std::vector<v1::Call> calls_;
  std::deque<Open> open_;
  uint64_t order_seed_ = 0;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_PLAYED_FLOW_H_
