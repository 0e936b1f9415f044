#ifndef FLOWMESH_GATEWAY_HTTP_EXCHANGE_H_
#define FLOWMESH_GATEWAY_HTTP_EXCHANGE_H_

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/http/core.h"
#include "gateway/http/request_head.h"
#include "gateway/http/request_trace.h"
#include "gateway/http/response.h"
#include "gateway/http/upstream.h"
#include "gateway/http/wire.h"
#include "gateway/transcode/accept.h"
#include "gateway/transcode/route_table.h"
#include "gateway/transcode/url_text.h"
#include "google/protobuf/message.h"

namespace flowmesh::gateway {

// One request and what was decided about it so far.
struct Exchange {
  RequestHead head;
  std::string raw_head;      // as it came, with the empty line
  transcode::Target target;  // into head.target
  transcode::RouteMatch match;
  std::string request_id;
  std::optional<RequestTrace> trace;  // nothing: the head could not be read
  absl::Time begin;                   // when the head was there
  size_t body_bytes = 0;              // as they came
  HeaderList browser_headers;
  transcode::ErrorFormat error_format = transcode::ErrorFormat::kJson;
  transcode::ResponseFormat format = transcode::ResponseFormat::kJson;
  transcode::BodyFormat body_format = transcode::BodyFormat::kJson;
  bool gzip_body = false;  // of the request
  bool web_socket = false;
  std::string web_socket_protocol;  // the offered subprotocol that carries a token
  std::string body;

  const google::protobuf::MethodDescriptor& method() const { return *match.route->method; }
  bool streams() const { return match.route != nullptr && method().server_streaming(); }
  // Streams bytes, not messages.
  bool raw() const { return streams() && method().output_type()->full_name() == "google.api.HttpBody"; }
};

// What the connection is doing meanwhile; its coroutine and its strand alone look at it.
struct ConnectionState {
  std::shared_ptr<Wire> wire;
  bool draining = false;
  std::function<void()> abort;  // breaks off what took the socket from the wire
};

// call_request.cc

// An empty message of a type that was compiled in.
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type);
// Metadata, message and deadline of the upstream call; asks for the flows when the request names one that is not known.
boost::asio::awaitable<absl::StatusOr<CallRequest>> PrepareCall(Core* core, ConnectionState* state,
                                                                const Exchange* exchange);
// A request with its metadata and no message, for a method whose credential header is judged before its body; nothing
// for all others.
std::optional<CallRequest> RequestOfCredential(const Core& core, const Exchange& exchange);
// Lets a streaming request begin behind a message that was seen; false: it is of a kind that cannot.
bool ResumeAfter(int64_t seq, google::protobuf::Message* request);

// unary_call.cc

// Makes the call; cancels it when the client goes.
boost::asio::awaitable<UnaryAnswer> AwaitAnswer(Wire* wire, Upstream* upstream, CallRequest request);
// 304 without a body when If-None-Match names the ETag of what a GET found.
boost::asio::awaitable<Response> ServeUnary(Core* core, ConnectionState* state, const Exchange* exchange);
// The upstream's error as an answer.
Response UpstreamError(const CallStatus& status, const Exchange& exchange, const Core& core);

// stream_call.cc

// What a stream came to: an answer that is still to be sent, or (nothing) a stream that has been served.
struct StreamOutcome {
  std::optional<Response> response;
  int status = 200;
  bool keep_alive = false;
  size_t sent_bytes = 0;  // messages of a stream that has been served
};
boost::asio::awaitable<StreamOutcome> ServeStream(Core* core, ConnectionState* state, const Exchange* exchange,
                                                  CallRequest request, bool keep_alive);

// raw_call.cc: of an exchange that is raw and no WebSocket; HEAD too.
boost::asio::awaitable<StreamOutcome> ServeRaw(Core* core, ConnectionState* state, const Exchange* exchange,
                                               CallRequest request, bool keep_alive);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_EXCHANGE_H_
