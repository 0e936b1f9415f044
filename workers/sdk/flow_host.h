#ifndef FLOWMESH_WORKERS_SDK_FLOW_HOST_H_
#define FLOWMESH_WORKERS_SDK_FLOW_HOST_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "flowmesh/v1/worker.pb.h"
#include "google/protobuf/any.pb.h"
#include "workers/sdk/step_context.h"

namespace flowmesh::sdk {

// The code of a local step.
using StepCode = std::function<absl::StatusOr<google::protobuf::Any>(StepContext&)>;

// The world outside a flow: where its calls go. Called on the flow's own thread, in the order of the flow's code.
class FlowHost {
 public:
  virtual ~FlowHost() = default;

  // Makes the call, unless an earlier attempt made it. A failure to do so fails the attempt.
  virtual absl::Status MakeCall(v1::Call call) = 0;

  // Runs the code on another thread, later, and records what it returns; then FlowMachine::StepReturned must be called.
  virtual absl::Status StartStep(std::string key, StepCode code) = 0;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FLOW_HOST_H_
