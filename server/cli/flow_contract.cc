#include "server/cli/flow_contract.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/json_reader.h"
#include "gateway/transcode/message_from_json.h"
#include "gateway/transcode/message_to_json.h"
#include "server/base/error.h"

namespace flowmesh::cli {
namespace {

constexpr int kIndent = 2;

absl::Status AddDescriptors(const v1::Flow& flow, transcode::MessageTypes* types) {
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromString(flow.descriptors())) {
    return absl::InternalError(absl::StrCat("the server sent no readable contract for the flow ", flow.name()));
  }
  const absl::Status added = types->Add(files);
  if (added.ok()) return added;
  return absl::InternalError(
      absl::StrCat("the contract of the flow ", flow.name(), " cannot be used: ", std::string(added.message())));
}

std::string Names(const v1::ListFlowsResponse& flows) {
  std::string out;
  for (const v1::Flow& flow : flows.flows()) absl::StrAppend(&out, out.empty() ? "" : ", ", flow.name());
  return out.empty() ? "none" : out;
}

absl::Status DoesNotFit(const v1::Flow& flow, const transcode::FieldErrors& errors) {
  base::Error error(absl::StatusCode::kInvalidArgument, "FIELDS_INVALID",
                    absl::StrCat("the input does not fit ", flow.input_type(), " of the flow ", flow.name()));
  for (const transcode::FieldError& field : errors.errors()) {
    error.Violation(field.path.empty() ? "input" : absl::StrCat("input.", field.path), field.message);
  }
  return error;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FlowContract>> FlowContract::Find(const v1::ListFlowsResponse& flows,
                                                                 const std::string& flow) {
  const auto found = std::find_if(flows.flows().begin(), flows.flows().end(),
                                  [&](const v1::Flow& candidate) { return candidate.name() == flow; });
  if (found == flows.flows().end()) {
    return base::Error(absl::StatusCode::kNotFound, "FLOW_UNKNOWN",
                       absl::StrCat("there is no flow \"", flow, "\"; flows here: ", Names(flows)));
  }
  std::unique_ptr<FlowContract> contract(new FlowContract(*found));
  if (absl::Status added = AddDescriptors(*found, &contract->types_); !added.ok()) return added;
  return contract;
}

absl::StatusOr<google::protobuf::Any> FlowContract::ParseInput(std::string_view json) const {
  const absl::StatusOr<transcode::JsonDocument> document = transcode::ParseJson(json);
  if (!document.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the input is not JSON: ", std::string(document.status().message())));
  }
  const google::protobuf::Descriptor* type = types_.FindMessage(flow_.input_type());
  if (type == nullptr) return absl::InternalError(absl::StrCat("the contract does not define ", flow_.input_type()));
  const std::unique_ptr<google::protobuf::Message> message = types_.NewMessage(*type);
  transcode::ParseOptions options;
  options.types = &types_;
  const transcode::FieldErrors errors = transcode::MessageFromJson(document->root(), message.get(), options);
  if (!errors.ok()) return DoesNotFit(flow_, errors);
  google::protobuf::Any any;
  any.PackFrom(*message);
  return any;
}

std::string FlowContract::PrintOutput(const google::protobuf::Any& output) const {
  const std::string name = output.type_url().substr(output.type_url().rfind('/') + 1);
  const google::protobuf::Descriptor* type = types_.FindMessage(name);
  if (type == nullptr) return Print(output, false);
  const std::unique_ptr<google::protobuf::Message> message = types_.NewMessage(*type);
  return message->ParseFromString(output.value()) ? Print(*message, false) : Print(output, false);
}

std::string FlowContract::Print(const google::protobuf::Message& message, bool one_line) const {
  return transcode::MessageToJson(message, {.indent = one_line ? 0 : kIndent, .types = &types_}) + "\n";
}

absl::Status AddTypes(const v1::ListFlowsResponse& flows, transcode::MessageTypes* types) {
  for (const v1::Flow& flow : flows.flows()) {
    if (absl::Status added = AddDescriptors(flow, types); !added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace flowmesh::cli
