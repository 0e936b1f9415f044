#include "server/apps/app_call.h"

#include "server/door/call_origin.h"
#include "server/door/canonical.h"
#include "server/door/field_rules.h"

namespace flowmesh::apps {

absl::StatusOr<door::Caller> Admit(const AppTools& tools, const grpc::CallbackServerContext& context,
                                   const google::protobuf::Message& request) {
  auto caller = tools.authenticator->Authenticate(context);
  if (!caller.ok()) return caller;
  if (absl::Status status = door::ValidateRequest(request); !status.ok()) return status;
  return caller;
}

absl::StatusOr<door::CallMetadata> ReadMetadata(grpc::CallbackServerContext& context, const std::string& request_key) {
  auto metadata = door::ReadCallMetadata(context.client_metadata(), request_key);
  if (metadata.ok()) door::EchoMetadata(*metadata, context);
  return metadata;
}

std::optional<store::IdempotencyRow> KeyOf(const door::CallMetadata& metadata, const door::Caller& caller,
                                           std::string method, std::string digest) {
  if (metadata.idempotency_key.empty()) return std::nullopt;
  return store::IdempotencyRow{
      .owner = caller.owner, .method = std::move(method), .key = metadata.idempotency_key, .digest = std::move(digest)};
}

store::ExecutionRow NewExecution(const AppTools& tools, const door::Caller& caller, const door::CallMetadata& metadata,
                                 std::string flow, const google::protobuf::Message& input, absl::Duration timeout) {
  store::ExecutionRow row;
  row.id = tools.ids->Make(caller.owner);
  row.owner = caller.owner;
  row.flow = std::move(flow);
  row.labels = metadata.Labels();
  row.timeout = timeout;
  door::SetOrigin(metadata, &row);
  row.root.input = {.type = input.GetDescriptor()->full_name(), .bytes = door::SerializeDeterministically(input)};
  return row;
}

}  // namespace flowmesh::apps
