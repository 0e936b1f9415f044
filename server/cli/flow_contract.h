#ifndef FLOWMESH_SERVER_CLI_FLOW_CONTRACT_H_
#define FLOWMESH_SERVER_CLI_FLOW_CONTRACT_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "gateway/transcode/message_types.h"

namespace flowmesh::cli {

// What a flow takes and gives, learnt from ListFlows, so that the command line serves flows it was not built with.
// Thread-safe.
class FlowContract {
 public:
  // Errors: NOT_FOUND, naming the flows there are, when `flow` is none of them; INTERNAL for descriptors that do not
  // build.
  static absl::StatusOr<std::unique_ptr<FlowContract>> Find(const v1::ListFlowsResponse& flows,
                                                            const std::string& flow);

  // The flow's input message from JSON. Errors: INVALID_ARGUMENT with every field that does not fit (base::Error).
  absl::StatusOr<google::protobuf::Any> ParseInput(std::string_view json) const;

  // An output, indented, without its `@type`, with a line end.
  std::string PrintOutput(const google::protobuf::Any& output) const;

  // Any message, indented or in one line, the content of its Any fields included.
  std::string Print(const google::protobuf::Message& message, bool one_line) const;

 private:
  explicit FlowContract(v1::Flow flow) : flow_(std::move(flow)) {}

  const v1::Flow flow_;
  transcode::MessageTypes types_;
};

// Adds the message types of all flows. Errors: INTERNAL for descriptors that do not build.
absl::Status AddTypes(const v1::ListFlowsResponse& flows, transcode::MessageTypes* types);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_FLOW_CONTRACT_H_
