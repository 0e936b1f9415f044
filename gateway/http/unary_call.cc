#include <boost/asio.hpp>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/http/exchange.h"
#include "gateway/http/token_claims.h"
#include "gateway/transcode/call_deadline.h"
#include "gateway/transcode/flow_input_type.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/message_to_json.h"
#include "gateway/transcode/request_binding.h"

namespace flowmesh::gateway {
namespace {

namespace net = boost::asio;
namespace pb = google::protobuf;
using net::awaitable;

constexpr char kLastEventId[] = "last-event-id";
constexpr char kResumeField[] = "after";
constexpr int kUnauthenticated = 16;  // of gRPC's codes

std::unique_ptr<pb::Message> NewMessage(const pb::Descriptor* type) {
  return std::unique_ptr<pb::Message>(pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

// Remembers whether a type was asked for that is not known.
class AskedTypes : public transcode::TypeResolver {
 public:
  explicit AskedTypes(const transcode::TypeResolver& types) : types_(types) {}
  const pb::Descriptor* FindMessage(const std::string& full_name) const override {
    const pb::Descriptor* type = types_.FindMessage(full_name);
    if (type == nullptr) missed_ = true;
    return type;
  }
  std::unique_ptr<pb::Message> NewMessage(const pb::Descriptor& type) const override { return types_.NewMessage(type); }
  bool missed() const { return missed_; }

 private:
  const transcode::TypeResolver& types_;
  mutable bool missed_ = false;
};

std::string Authorization(const HeaderList& metadata) {
  for (const auto& [name, value] : metadata) {
    if (name == "authorization") return value;
  }
  return "";
}

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

std::string MethodPath(const Exchange& exchange) {
  return absl::StrCat("/", exchange.method().service()->full_name(), "/", exchange.method().name());
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

// One turn at learning the flows that are there since `missed`. False: there is no more to learn.
awaitable<bool> LearnFlows(Core* core, Wire* wire, std::string authorization, absl::Time missed, bool patient) {
  using Turn = FlowCatalog::Turn;
  auto success = std::make_shared<std::optional<bool>>();
  auto self = wire->shared_from_this();
  auto answered = [self, success](bool value) { self->Post([success, value] { *success = value; }); };
  const Turn turn = core->flows.Learn(missed, &core->upstream, authorization, std::move(answered));
  if (turn.kind == Turn::Kind::kNothingNew) co_return false;
  if (turn.kind == Turn::Kind::kPause) {
    if (!patient) co_return false;
    const absl::Time end = absl::Now() + turn.pause;
    while (absl::Now() < end && !wire->gone()) co_await wire->Wait(end - absl::Now());
    co_return !wire->gone();
  }
  // Also when the client is gone: the question refers to the catalog, which lives as long as its connections.
  while (!success->has_value()) co_await wire->Wait(absl::Hours(1));
  co_return turn.kind == Turn::Kind::kJoined || **success;
}

// The answer's body. `missed`: a type inside is not known here.
void Print(const Exchange& exchange, const pb::Message& message, const transcode::TypeResolver& known, bool* missed,
           Response* response) {
  const pb::FieldDescriptor* field = exchange.match.route->response_field;
  const pb::Message* shown = &message;
  if (field != nullptr && field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated()) {
    shown = &message.GetReflection()->GetMessage(message, field);
  }
  if (exchange.format == transcode::ResponseFormat::kRaw) {
    const pb::Descriptor* type = shown->GetDescriptor();
    const pb::Reflection* reflection = shown->GetReflection();
    response->content_type = reflection->GetString(*shown, type->FindFieldByName("content_type"));
    response->body = reflection->GetString(*shown, type->FindFieldByName("data"));
    return;
  }
  response->content_type = transcode::ContentTypeOf(exchange.format);
  if (exchange.format == transcode::ResponseFormat::kProtobuf) {
    response->body = shown->SerializeAsString();
    return;
  }
  const AskedTypes types(known);
  transcode::PrintOptions options;
  options.types = &types;
  response->body.clear();
  if (field != nullptr) {
    transcode::AppendFieldJson(message, *field, options, &response->body);
  } else {
    transcode::AppendMessageJson(message, options, &response->body);
  }
  *missed = types.missed();
}

}  // namespace

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
    std::string authorization = Authorization(request.metadata);
    learning = co_await LearnFlows(core, state->wire.get(), std::move(authorization), begin, true);
    message->Clear();
  }
  if (status.ok()) status = ApplyLastEventId(*exchange, message.get());
  if (!status.ok()) co_return status;
  request.message = message->SerializeAsString();
  co_return request;
}

awaitable<UnaryAnswer> AwaitAnswer(Wire* wire, Upstream* upstream, CallRequest request) {
  auto answer = std::make_shared<std::optional<UnaryAnswer>>();
  auto self = wire->shared_from_this();
  auto call = upstream->Call(std::move(request), [self, answer](UnaryAnswer came) {
    self->Post([answer, came = std::make_shared<UnaryAnswer>(std::move(came))] { *answer = std::move(*came); });
  });
  constexpr size_t kPipelined = 64 * 1024;
  bool cancelled = false;
  while (!answer->has_value()) {
    wire->Listen(kPipelined);
    if (wire->gone() && !std::exchange(cancelled, true)) call->Cancel();
    co_await wire->Wait(absl::Hours(1));
  }
  co_return std::move(**answer);
}

Response UpstreamError(const CallStatus& status, const Exchange& exchange, const Core& core) {
  const auto flows = core.flows.flows();
  return ErrorOf(transcode::UpstreamStatus(status.code, status.message, status.details),
                 transcode::HttpStatusOf(status.code), exchange.error_format, flows->types);
}

// Asks whether the credential header of a request that cannot be sent is accepted, if its method has one.
awaitable<CallStatus> JudgeCredential(Core* core, ConnectionState* state, const Exchange* exchange) {
  CallRequest request;
  if (exchange->match.route->rules.credential_header().empty()) co_return CallStatus();
  if (!AddMetadata(core->routes, *exchange, &request.metadata).ok()) co_return CallStatus();
  request.method = MethodPath(*exchange);
  request.timeout = core->limits.call_time;
  UnaryAnswer answer = co_await AwaitAnswer(state->wire.get(), &core->upstream, std::move(request));
  co_return answer.status;
}

awaitable<Response> ServeUnary(Core* core, ConnectionState* state, const Exchange* exchange) {
  absl::StatusOr<CallRequest> request = co_await PrepareCall(core, state, exchange);
  if (!request.ok()) {
    const CallStatus refused = co_await JudgeCredential(core, state, exchange);
    if (refused.code == kUnauthenticated) co_return UpstreamError(refused, *exchange, *core);
    co_return ErrorOf(request.status(), exchange->error_format);
  }
  std::string authorization = Authorization(request->metadata);
  CallRequest call = *std::move(request);
  UnaryAnswer answer = co_await AwaitAnswer(state->wire.get(), &core->upstream, std::move(call));
  if (answer.status.code != 0) co_return UpstreamError(answer.status, *exchange, *core);

  Response response;
  transcode::ResponseHeaders headers = transcode::ResponseHeadersOf(answer.initial_metadata);
  response.headers = std::move(headers.headers);
  response.status = headers.http_status.value_or(exchange->match.route->success_status);
  std::unique_ptr<pb::Message> message = NewMessage(exchange->method().output_type());
  if (!message->ParseFromString(answer.message)) {
    co_return ErrorOf(transcode::HttpError(500, absl::StatusCode::kInternal, "ANSWER_UNREADABLE",
                                           "the server's answer cannot be read; is it of another version?"),
                      exchange->error_format);
  }
  auto flows = core->flows.flows();
  bool missed = false;
  Print(*exchange, *message, flows->types, &missed, &response);
  if (missed) {
    // Impatient: a type that nobody knows any more is met at every look.
    co_await LearnFlows(core, state->wire.get(), std::move(authorization), absl::Now(), false);
    flows = core->flows.flows();
    Print(*exchange, *message, flows->types, &missed, &response);
  }
  co_return response;
}

}  // namespace flowmesh::gateway
