#include "server/rpc/log_stream/log_stream_service.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/base/error.h"
#include "server/base/packing.h"
#include "server/door/call_metadata.h"
#include "server/door/calls/unary.h"
#include "server/door/convert/kind_filter.h"
#include "server/door/field_rules.h"
#include "server/door/page.h"
#include "server/door/ticket.h"
#include "server/engine/errors.h"
#include "server/rpc/log_stream/event_page.h"
#include "server/rpc/log_stream/readable_execution.h"

namespace flowmesh::rpc {
namespace {

// A stream that ends before it began.
template <typename Response>
class RefusedStream : public grpc::ServerWriteReactor<Response> {
 public:
  explicit RefusedStream(const grpc::Status& why) { this->Finish(why); }
  void OnDone() override { delete this; }
};

absl::Status NotBuilt(const std::string& method, const std::string& instead) {
  return base::Error(absl::StatusCode::kUnimplemented, "METHOD_UNAVAILABLE",
                     absl::StrCat("this server does not offer LogStream.", method, ": ", instead));
}

// The fields that Tail and ListEvents share.
struct Target {
  door::Caller caller;
  store::Id id;
  door::KindFilter kinds;
};

template <typename Request>
absl::StatusOr<Target> Check(const Request& request, absl::StatusOr<door::Caller> caller,
                             grpc::CallbackServerContext& context) {
  if (!caller.ok()) return caller.status();
  Target target{.caller = *std::move(caller)};
  base::FieldViolations violations;
  violations.Add(door::CheckRules(request));
  if (!request.execution_id().empty()) {
    const absl::StatusOr<store::Id> id = store::Id::Parse(request.execution_id());
    if (id.ok()) {
      target.id = *id;
    } else {
      violations.Add("execution_id", "must be an execution's id, as in 0192f0c4-8d1e-7001-9abc-0123456789ab");
    }
  }
  target.kinds = door::KindFilter::Parse(request.kinds(), &violations);
  if (absl::Status valid = violations.ToStatus(); !valid.ok()) return valid;
  const absl::StatusOr<door::CallMetadata> metadata = door::ReadCallMetadata(context.client_metadata(), "");
  if (!metadata.ok()) return metadata.status();
  door::EchoMetadata(*metadata, context);
  return target;
}

absl::StatusOr<door::Caller> AuthenticateTail(const LogStreamTools& tools, const grpc::CallbackServerContext& context,
                                              const v1::TailRequest& request) {
  const std::optional<std::string> ticket = door::TicketIn(context.client_metadata());
  if (ticket) return tools.tickets->Admit(*ticket, "Tail", request.execution_id());
  return tools.authenticator->Authenticate(context);
}

absl::StatusOr<TailOptions> ReadTail(const grpc::ByteBuffer& bytes, const LogStreamTools& tools,
                                     grpc::CallbackServerContext& context) {
  v1::TailRequest request;
  grpc::ByteBuffer copy(bytes);  // reading consumes the buffer, not its slices
  if (!grpc::SerializationTraits<v1::TailRequest>::Deserialize(&copy, &request).ok()) {
    return base::Error(absl::StatusCode::kInvalidArgument, "REQUEST_MALFORMED", "the request is no TailRequest");
  }
  absl::StatusOr<Target> target = Check(request, AuthenticateTail(tools, context, request), context);
  if (!target.ok()) return target.status();
  return TailOptions{.id = target->id,
                     .after = request.after(),
                     .follow = !request.has_follow() || request.follow(),
                     .kinds = target->kinds,
                     .caller = std::move(target->caller)};
}

absl::Status SellTicket(const LogStreamTools& tools, const grpc::CallbackServerContext& context,
                        const v1::CreateTicketRequest& request, v1::Ticket* response) {
  const absl::StatusOr<door::Caller> caller = tools.authenticator->Authenticate(context);
  if (!caller.ok()) return caller.status();
  if (absl::Status valid = door::ValidateRequest(request); !valid.ok()) return valid;
  absl::StatusOr<v1::Ticket> ticket = tools.tickets->Sell(*caller, request.path());
  if (!ticket.ok()) return ticket.status();
  *response = *std::move(ticket);
  return absl::OkStatus();
}

absl::Status List(store::Store& store, const Target& target, const v1::ListEventsRequest& request,
                  v1::ListEventsResponse* response) {
  const absl::StatusOr<int> limit = door::PageSize(request.page_size());
  if (!limit.ok()) return limit.status();
  const std::string filters = door::FiltersOf(target.caller.owner, request);
  const absl::StatusOr<std::optional<std::string>> position = door::ReadPageToken(request.page_token(), filters);
  if (!position.ok()) return position.status();
  int64_t after = request.after();
  if (position->has_value()) base::Unpacker(**position).SignedVarint(&after);
  const absl::StatusOr<store::ExecutionRow> row = ReadReadableExecution(store, target.caller, target.id);
  if (!row.ok()) return row.status();
  if (absl::Status in_range = CheckAfter(after, *row); !in_range.ok()) return in_range;
  const absl::StatusOr<int64_t> next = ReadEventPage(store, *row, after, target.kinds, *limit, response);
  if (!next.ok()) return next.status();
  if (*next != 0) {
    response->set_next_page_token(door::MakePageToken(base::Packer().SignedVarint(*next).Take(), filters));
  }
  return absl::OkStatus();
}

}  // namespace

LogStreamService::LogStreamService(const LogStreamTools& tools, const LogStreamLimits& limits)
    : tools_(tools),
      registry_(std::make_shared<TailRegistry>(limits.max_tails)),
      queue_(std::make_shared<TailQueue>(tools.readers)) {}

LogStreamService::~LogStreamService() { Shutdown(); }

void LogStreamService::Shutdown() {
  registry_->Close(engine::Stopping());
  queue_->Stop();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* LogStreamService::Tail(grpc::CallbackServerContext* context,
                                                                   const grpc::ByteBuffer* request) {
  absl::StatusOr<TailOptions> options = ReadTail(*request, tools_, *context);
  if (!options.ok()) {
    return new RefusedStream<grpc::ByteBuffer>(
        door::CallRecord(tools_.observer, "Tail", context).End(options.status()));
  }
  const TailTools tools{.hub = tools_.hub,
                        .store = tools_.store,
                        .clock = tools_.clock,
                        .queue = queue_,
                        .registry = registry_,
                        .observer = tools_.observer};
  return LogTail::Start(context, tools, *std::move(options));
}

grpc::ServerUnaryReactor* LogStreamService::ListEvents(grpc::CallbackServerContext* context,
                                                       const v1::ListEventsRequest* request,
                                                       v1::ListEventsResponse* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(tools_.observer, "ListEvents", context);
  absl::StatusOr<Target> target = Check(*request, tools_.authenticator->Authenticate(*context), *context);
  if (!target.ok()) return Finish(call, target.status());
  call->About(target->id);
  // Request and response live until Finish.
  const bool accepted = tools_.readers->Post([store = tools_.store, target = *std::move(target), request, response,
                                              call] { call->End(List(*store, target, *request, response)); });
  if (!accepted) call->End(engine::QueueFull());
  return call;
}

grpc::ServerWriteReactor<v1::WatchResponse>* LogStreamService::Watch(grpc::CallbackServerContext* context,
                                                                     const v1::WatchRequest*) {
  const absl::Status not_built = NotBuilt("Watch", "follow each execution with Tail and kinds=state,progress");
  return new RefusedStream<v1::WatchResponse>(door::CallRecord(tools_.observer, "Watch", context).End(not_built));
}

grpc::ServerUnaryReactor* LogStreamService::CreateTicket(grpc::CallbackServerContext* context,
                                                         const v1::CreateTicketRequest* request, v1::Ticket* response) {
  return Finish(door::UnaryCall::Begin(tools_.observer, "CreateTicket", context),
                SellTicket(tools_, *context, *request, response));
}

}  // namespace flowmesh::rpc
