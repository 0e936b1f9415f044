#include "server/apps/app_tools.h"

#include "flowmesh/v1/execution.pb.h"
#include "server/door/call_origin.h"
#include "server/door/canonical.h"
#include "server/door/field_rules.h"
#include "server/door/page.h"

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

absl::StatusOr<std::optional<std::string>> OwnerOfList(const door::Caller& caller, const std::string& owner) {
  if (absl::Status status = door::RequireAdmin(caller); !status.ok()) return status;
  return owner.empty() ? std::nullopt : std::optional(owner);
}

absl::Status ReadPage(const door::Caller& caller, const google::protobuf::Message& request, int page_size,
                      const std::string& page_token, store::ResourceFilter* filter) {
  auto size = door::PageSize(page_size);
  if (!size.ok()) return size.status();
  filter->limit = *size;
  auto position = door::ReadPageToken(page_token, door::FiltersOf(caller.owner, request));
  if (!position.ok()) return position.status();
  if (!position->has_value()) return absl::OkStatus();
  auto after = door::TimePosition::Decode(**position);
  if (!after.ok()) return after.status();
  filter->after = std::pair(after->time, after->id);
  return absl::OkStatus();
}

std::string NextPage(const door::Caller& caller, const google::protobuf::Message& request,
                     const store::ResourcePage& page) {
  if (!page.more || page.rows.empty()) return "";
  const door::TimePosition last{.time = page.rows.back().create_time, .id = page.rows.back().id};
  return door::MakePageToken(last.Encode(), door::FiltersOf(caller.owner, request));
}

absl::StatusOr<std::vector<std::optional<store::ExecutionRow>>> ReadExecutionsOf(
    store::Store& store, const std::vector<store::ResourceRow>& rows) {
  std::vector<base::Id> ids;
  ids.reserve(rows.size());
  for (const store::ResourceRow& row : rows) ids.push_back(row.execution_id);
  return store.ReadExecutions(ids);
}

void SetFinalCounts(const std::map<std::string, int32_t>& counters, engine::Projection* projection) {
  projection->progress = store::Progress{.percent = 100, .counters = counters};
  v1::Progress told;
  told.set_percent(100);
  told.mutable_counters()->insert(counters.begin(), counters.end());
  projection->progress_event = door::SerializeDeterministically(told);
}

}  // namespace flowmesh::apps
