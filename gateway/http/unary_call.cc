// A method with one answer, over HTTP.
#include <algorithm>
#include <boost/asio.hpp>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "gateway/http/exchange.h"
#include "gateway/http/flow_learning.h"
#include "gateway/http/token_claims.h"
#include "gateway/transcode/entity_tag.h"
#include "gateway/transcode/headers_policy.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/message_to_json.h"

namespace flowmesh::gateway {
namespace {

namespace pb = google::protobuf;
using boost::asio::awaitable;

constexpr int kUnauthenticated = 16;  // of gRPC's codes

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

// Whether a read found what the client has already (RFC 9110, section 13.1.2).
bool IsKnown(const Exchange& exchange, const Response& response) {
  if (exchange.head.method != "GET" && exchange.head.method != "HEAD") return false;
  const std::optional<std::string> known = exchange.head.Joined("if-none-match");
  if (!known.has_value() || response.status != 200) return false;
  return std::any_of(response.headers.begin(), response.headers.end(), [&known](const auto& header) {
    return header.first == "ETag" && transcode::NamesTag(*known, header.second);
  });
}

// Asks whether the credential header of a request that cannot be sent is accepted, if its method has one.
awaitable<CallStatus> JudgeCredential(Core* core, ConnectionState* state, const Exchange* exchange) {
  std::optional<CallRequest> request = RequestOfCredential(*core, *exchange);
  if (!request.has_value()) co_return CallStatus();
  CallRequest call = *std::move(request);
  UnaryAnswer answer = co_await AwaitAnswer(state->wire.get(), &core->upstream, std::move(call));
  co_return answer.status;
}

}  // namespace

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

awaitable<Response> ServeUnary(Core* core, ConnectionState* state, const Exchange* exchange) {
  absl::StatusOr<CallRequest> request = co_await PrepareCall(core, state, exchange);
  if (!request.ok()) {
    const CallStatus refused = co_await JudgeCredential(core, state, exchange);
    if (refused.code == kUnauthenticated) co_return UpstreamError(refused, *exchange, *core);
    co_return ErrorOf(request.status(), exchange->error_format);
  }
  std::string authorization(Authorization(request->metadata));
  CallRequest call = *std::move(request);
  UnaryAnswer answer = co_await AwaitAnswer(state->wire.get(), &core->upstream, std::move(call));
  if (answer.status.code != 0) co_return UpstreamError(answer.status, *exchange, *core);

  Response response;
  transcode::ResponseHeaders headers = transcode::ResponseHeadersOf(answer.initial_metadata);
  response.headers = std::move(headers.headers);
  response.status = headers.http_status.value_or(exchange->match.route->success_status);
  if (IsKnown(*exchange, response)) {
    response.status = 304;
    co_return response;
  }
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
