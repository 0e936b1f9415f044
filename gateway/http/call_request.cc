// What a request over HTTP says to the server behind the gateway: message, metadata, deadline.
#include <boost/asio.hpp>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/http/exchange.h"
#include "gateway/http/flow_learning.h"
#include "gateway/http/token_claims.h"
#include "gateway/transcode/call_deadline.h"
#include "gateway/transcode/flow_input_type.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/request_binding.h"

namespace flowmesh::gateway {
namespace {

namespace pb = google::protobuf;
using boost::asio::awaitable;

constexpr char kLastEventId[] = "last-event-id";
constexpr char kResumeField[] = "after";

absl::Status Unauthenticated(const char* reason, const char* message) {
  return transcode::HttpError(401, absl::StatusCode::kUnauthenticated, reason, message);
}

// A token that a browser could not put into a header.
absl::StatusOr<std::string> TokenBesideHeader(const Exchange& exchange) {
  if (!exchange.web_socket_protocol.empty())
    return exchange.web_socket_protocol.substr(exchange.web_socket_protocol.find('.') + 1);
  auto token = transcode::TokenOfQuery(exchange.target.query);
  if (!token.ok()) return token.status();
  if (!token->has_value()) return std::string();
  if (exchange.match.route->rules.token_in_query()) return **token;
  if (!ReadTokenClaims(**token).ticket_path.has_value()) {
    return Unauthenticated("TOKEN_IN_QUERY",
                           "a URL may end up in logs: send the token in the header Authorization or as WebSocket "
                           "subprotocol bearer.<token>, or buy a ticket with POST /v1/tickets and send that");
  }
  if (exchange.streams()) return **token;
  return Unauthenticated("TICKET_NOT_ACCEPTED",
                         "a ticket opens the one stream that it was bought for; send the bearer token in the header "
                         "Authorization here");
}

std::string MethodPath(const Exchange& exchange) {
  return absl::StrCat("/", exchange.method().service()->full_name(), "/", exchange.method().name());
}

// A ticket is for one path, however that is spelled: what counts is where the router takes it.
absl::Status CheckTicket(const transcode::RouteTable& routes, const Exchange& exchange, std::string_view token) {
  const std::optional<std::string> path = ReadTokenClaims(token).ticket_path;
  if (!path.has_value()) return absl::OkStatus();
  const auto match = routes.Match(exchange.head.method, *path);
  if (match.ok() && match->route == exchange.match.route && match->captures == exchange.match.captures) {
    return absl::OkStatus();
  }
  return Unauthenticated("TICKET_FOR_ANOTHER_PATH",
                         "the ticket was bought for another path; buy one for this path with POST /v1/tickets");
}

absl::Status AddMetadata(const transcode::RouteTable& routes, const Exchange& exchange, HeaderList* metadata) {
  auto headers = transcode::RequestMetadata(exchange.head.headers, exchange.match.route->rules, exchange.request_id);
  if (!headers.ok()) return headers.status();
  *metadata = *std::move(headers);
  if (exchange.trace.has_value()) AddTrace(*exchange.trace, metadata);
  auto token = TokenBesideHeader(exchange);
  if (!token.ok()) return token.status();
  if (!token->empty() && Authorization(*metadata).empty()) {
    metadata->emplace_back("authorization", absl::StrCat("Bearer ", *token));
  }
  if (exchange.streams()) return CheckTicket(routes, exchange, BearerToken(*metadata));
  return absl::OkStatus();
}

// `Last-Event-ID` wins over the query: a browser reconnects with the first request's URL.
absl::Status ApplyLastEventId(const Exchange& exchange, pb::Message* message) {
  const auto id = exchange.head.Find(kLastEventId);
  if (!exchange.streams() || !id.has_value() || id->empty()) return absl::OkStatus();
  if (!ResumeAfter(0, message)) return absl::OkStatus();
  int64_t after = 0;
  if (!absl::SimpleAtoi(absl::string_view(id->data(), id->size()), &after) || after < 0) {
    return transcode::FieldViolation(kLastEventId, "must be the id of an event of this stream");
  }
  ResumeAfter(after, message);
  return absl::OkStatus();
}

// `missed`: it names a flow or a type that is not known here.
absl::Status Bind(const Core& core, const Exchange& exchange, const FlowCatalog::Flows& flows, bool* missed,
                  pb::Message* message) {
  const AskedTypes types(flows.types);
  bool unknown_flow = false;
  transcode::BindingOptions options;
  options.json.max_bytes = core.limits.body_bytes;
  options.parse.types = &types;
  options.parse.infer_any_type = transcode::InferByFlow(
      [&](const std::string& flow) {
        const auto known = flows.input_types.find(flow);
        if (known != flows.input_types.end()) return known->second;
        unknown_flow = true;
        return std::string();
      },
      types);
  const std::string content_type(exchange.head.Find("content-type").value_or(""));
  transcode::RequestParts parts;
  parts.query = exchange.target.query;
  parts.body = exchange.body;
  parts.body_format = exchange.body_format;
  parts.content_type = content_type;
  absl::Status status = transcode::BindRequest(exchange.match, parts, options, message);
  *missed = unknown_flow || types.missed();
  return status;
}

}  // namespace

std::unique_ptr<pb::Message> NewMessage(const pb::Descriptor* type) {
  return std::unique_ptr<pb::Message>(pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

bool ResumeAfter(int64_t seq, pb::Message* request) {
  const pb::FieldDescriptor* field = request->GetDescriptor()->FindFieldByName(kResumeField);
  if (field == nullptr || field->is_repeated() || field->cpp_type() != pb::FieldDescriptor::CPPTYPE_INT64) return false;
  request->GetReflection()->SetInt64(request, field, seq);
  return true;
}

awaitable<absl::StatusOr<CallRequest>> PrepareCall(Core* core, ConnectionState* state, const Exchange* exchange) {
  CallRequest request;
  request.method = MethodPath(*exchange);
  absl::Status status = AddMetadata(core->routes, *exchange, &request.metadata);
  if (!status.ok()) co_return status;
  auto timeout =
      transcode::ReadCallTimeout(exchange->head.Find("grpc-timeout"), exchange->head.Find("x-request-timeout"));
  if (!timeout.ok()) co_return timeout.status();
  request.timeout = *timeout;
  if (!exchange->streams() && !request.timeout.has_value()) request.timeout = core->limits.call_time;

  std::unique_ptr<pb::Message> message = NewMessage(exchange->method().input_type());
  const absl::Time begin = absl::Now();
  bool learning = true;
  while (true) {
    bool missed = false;
    const auto flows = core->flows.flows();
    status = Bind(*core, *exchange, *flows, &missed, message.get());
    if (!missed || !learning) break;
    std::string authorization(Authorization(request.metadata));
    learning = co_await LearnFlows(core, state->wire.get(), std::move(authorization), begin, true);
    message->Clear();
  }
  if (status.ok()) status = ApplyLastEventId(*exchange, message.get());
  if (!status.ok()) co_return status;
  request.message = message->SerializeAsString();
  co_return request;
}

std::optional<CallRequest> RequestOfCredential(const Core& core, const Exchange& exchange) {
  CallRequest request;
  if (exchange.match.route->rules.credential_header().empty()) return std::nullopt;
  if (!AddMetadata(core.routes, exchange, &request.metadata).ok()) return std::nullopt;
  request.method = MethodPath(exchange);
  request.timeout = core.limits.call_time;
  return request;
}

}  // namespace flowmesh::gateway
