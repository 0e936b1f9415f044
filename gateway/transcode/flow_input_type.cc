#include "gateway/transcode/flow_input_type.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <utility>

#include "flowmesh/v1/options.pb.h"

namespace flowmesh::transcode {

namespace pb = google::protobuf;

InferAnyType InferByFlow(FlowInputType input_type, const TypeResolver& types) {
  return [input_type = std::move(input_type), &types](const pb::Message& parent, const pb::FieldDescriptor& any_field,
                                                      JsonValue) -> const pb::Descriptor* {
    const std::string& sibling = any_field.options().GetExtension(v1::any_of_flow);
    if (sibling.empty()) return nullptr;
    const pb::FieldDescriptor* flow = parent.GetDescriptor()->FindFieldByName(sibling);
    const bool readable =
        flow != nullptr && !flow->is_repeated() && flow->cpp_type() == pb::FieldDescriptor::CPPTYPE_STRING;
    if (!readable || !input_type) return nullptr;
    const std::string type = input_type(parent.GetReflection()->GetString(parent, flow));
    const pb::Descriptor* found = type.empty() ? nullptr : types.FindMessage(type);
    if (found != nullptr) return found;
    return any_field.is_map() ? any_field.message_type()->map_value()->message_type() : any_field.message_type();
  };
}

}  // namespace flowmesh::transcode
