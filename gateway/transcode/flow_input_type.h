#ifndef FLOWMESH_GATEWAY_TRANSCODE_FLOW_INPUT_TYPE_H_
#define FLOWMESH_GATEWAY_TRANSCODE_FLOW_INPUT_TYPE_H_

#include <functional>
#include <string>

#include "gateway/transcode/message_from_json.h"

namespace flowmesh::transcode {

// The full name of a flow's input message; empty = no such flow is known here. Thread-safe where calls run at once.
using FlowInputType = std::function<std::string(const std::string& flow)>;

// Gives an Any with the option flowmesh.v1.any_of_flow the input type of the flow that its sibling field names. When
// the flow is not known here, or its type is not, the Any goes up without type (kUntypedContent), for the server to
// answer FLOW_UNKNOWN. An Any without the option stays not known. `types` outlives the result; `input_type` may be
// empty.
InferAnyType InferByFlow(FlowInputType input_type, const TypeResolver& types);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_FLOW_INPUT_TYPE_H_
