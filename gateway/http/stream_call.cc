#include <boost/asio.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/http/exchange.h"
#include "gateway/http/incoming_stream.h"
#include "gateway/http/token_claims.h"
#include "gateway/stream/stream_writer.h"
#include "gateway/stream/websocket_writer.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/message_to_json.h"

namespace flowmesh::gateway {
namespace {

namespace net = boost::asio;
namespace pb = google::protobuf;
using net::awaitable;

constexpr char kClosing[] = "the gateway stops; come back in a second";
constexpr size_t kPipelined = 64 * 1024;  // bytes that a viewer may send ahead while it watches
constexpr absl::Duration kShortStream = absl::Seconds(1);
constexpr int kShortStreams = 3;  // so many in a row, with nothing new in them, are resumed after a cut

bool IsUnauthorized(const CallStatus& status) { return status.code == 16 || status.code == 7; }

// UNAVAILABLE, or UNKNOWN and INTERNAL from gRPC itself, which come without details when the cut is between frames.
bool IsCut(const CallStatus& status) {
  return status.code == 14 || ((status.code == 2 || status.code == 13) && status.details.empty());
}

// One stream from the first byte of its answer to the end of the upstream call.
class StreamCall {
 public:
  StreamCall(Core* core, ConnectionState* state, const Exchange* exchange)
      : core_(*core),
        state_(*state),
        exchange_(*exchange),
        wire_(state->wire),
        incoming_(std::make_shared<Incoming>()) {}

  awaitable<StreamOutcome> Serve(CallRequest request, bool keep_alive);

 private:
  awaitable<void> AwaitVerdict();
  awaitable<bool> OpenViewer(bool keep_alive);
  awaitable<bool> AcceptWebSocket(HeaderList headers);
  awaitable<bool> Relay();
  awaitable<void> EndCall();
  void Open();
  bool Resume();

  StreamMessage Print(const std::string& bytes);
  const char* FormatName() const;
  bool ViewerGone() const { return socket_ != nullptr ? socket_->gone() : wire_->gone(); }
  void Listen() {
    if (socket_ == nullptr) wire_->Listen(kPipelined);
  }
  std::string ErrorText(const google::rpc::Status& status) const {
    return transcode::ErrorJson(status, transcode::CompiledTypes());
  }
  std::string ErrorText(absl::StatusCode code, const char* reason, const char* message) const {
    return ErrorText(transcode::ToRpcStatus(transcode::HttpError(503, code, reason, message)));
  }

  Core& core_;
  ConnectionState& state_;
  const Exchange& exchange_;
  const std::shared_ptr<Wire> wire_;
  std::shared_ptr<Incoming> incoming_;
  CallRequest request_;
  absl::Time deadline_ = absl::InfiniteFuture();
  absl::Time opened_;
  int64_t seen_ = 0;               // seq of the last message
  int64_t resumed_after_ = -1;     // what `seen_` was when the call was opened last; -1: it was not resumed
  int fruitless_ = 0;              // calls in a row that were short and brought nothing
  std::optional<CallStatus> cut_;  // why it was resumed
  absl::Time expiry_ = absl::InfiniteFuture();
  std::shared_ptr<UpstreamStream> call_;
  std::unique_ptr<pb::Message> message_;
  std::unique_ptr<HttpStreamWriter> text_;
  std::shared_ptr<WebSocketWriter> socket_;
  StreamWriter* viewer_ = nullptr;
  size_t sent_bytes_ = 0;
};

// Until the call is accepted or has failed. Initial metadata alone may stand before an error: see Limits::verdict_time.
awaitable<void> StreamCall::AwaitVerdict() {
  absl::Time decided = absl::InfiniteFuture();
  while (!incoming_->end.has_value() && !ViewerGone() && !state_.draining) {
    if (incoming_->accepted && !incoming_->messages.empty()) break;
    if (incoming_->accepted && decided == absl::InfiniteFuture()) decided = absl::Now() + core_.limits.verdict_time;
    const absl::Duration left = decided - absl::Now();
    if (left <= absl::ZeroDuration()) break;
    Listen();
    co_await wire_->Wait(left);
  }
}

awaitable<bool> StreamCall::AcceptWebSocket(HeaderList headers) {
  ClientSocket socket = co_await wire_->Release();
  // Nobody may speak WebSocket before the handshake is done.
  if (!wire_->inbox().empty() || !socket.tcp().is_open()) co_return false;
  WebSocketOptions options;
  options.request = exchange_.raw_head;
  options.headers = std::move(headers);
  if (!exchange_.web_socket_protocol.empty()) {
    options.headers.emplace_back("Sec-WebSocket-Protocol", exchange_.web_socket_protocol);
  }
  options.ping = core_.limits.ping;
  options.patience = core_.limits.stall_time;
  options.on_gone = [wire = wire_] { wire->Wake(); };
  socket_ = co_await WebSocketWriter::Accept(std::move(socket), std::move(options));
  viewer_ = socket_.get();
  if (socket_ != nullptr)
    state_.abort = [viewer = std::weak_ptr<WebSocketWriter>(socket_)] {
      if (const auto alive = viewer.lock()) alive->Abort();
    };
  co_return socket_ != nullptr;
}

awaitable<bool> StreamCall::OpenViewer(bool keep_alive) {
  transcode::ResponseHeaders from_above = transcode::ResponseHeadersOf(incoming_->metadata);
  HeaderList headers = exchange_.browser_headers;
  for (auto& header : from_above.headers) {
    if (!absl::EqualsIgnoreCase(header.first, "cache-control")) headers.push_back(std::move(header));
  }
  headers.emplace_back("X-Request-Id", exchange_.request_id);
  if (exchange_.web_socket) {
    const bool accepted = co_await AcceptWebSocket(std::move(headers));
    co_return accepted;
  }
  headers.emplace_back("Cache-Control", "no-store, no-transform");
  headers.emplace_back("X-Accel-Buffering", "no");
  Response response;
  response.content_type = transcode::ContentTypeOf(exchange_.format);
  response.headers = std::move(headers);
  const bool chunked = exchange_.head.minor_version > 0;
  std::unique_ptr<StreamFormat> format;
  if (exchange_.format == transcode::ResponseFormat::kEventStream) {
    format = MakeEventStreamFormat();
  } else if (exchange_.format == transcode::ResponseFormat::kJson) {
    format = MakeJsonArrayFormat();
  } else {
    format = MakeNdjsonFormat();
  }
  text_ = std::make_unique<HttpStreamWriter>(wire_.get(), std::move(format), chunked, core_.limits.stall_time);
  viewer_ = text_.get();
  std::string head = RenderHead(response, chunked ? Framing::kChunked : Framing::kToTheEnd, keep_alive && chunked);
  co_return co_await text_->Begin(std::move(head));
}

StreamMessage StreamCall::Print(const std::string& bytes) {
  StreamMessage printed;
  message_->Clear();
  if (!message_->ParseFromString(bytes)) return printed;
  if (exchange_.raw()) {
    const pb::FieldDescriptor* data = message_->GetDescriptor()->FindFieldByName("data");
    printed.bytes = message_->GetReflection()->GetString(*message_, data);
    return printed;
  }
  const auto flows = core_.flows.flows();
  transcode::PrintOptions options;
  options.types = &flows->types;
  transcode::AppendMessageJson(*message_, options, &printed.json);
  const pb::Descriptor* type = message_->GetDescriptor();
  const pb::Reflection* reflection = message_->GetReflection();
  const pb::FieldDescriptor* seq = type->FindFieldByName("seq");
  if (seq != nullptr && !seq->is_repeated() && seq->cpp_type() == pb::FieldDescriptor::CPPTYPE_INT64) {
    seen_ = reflection->GetInt64(*message_, seq);
    printed.id = absl::StrCat(seen_);
  }
  if (const pb::OneofDescriptor* kind = type->FindOneofByName("kind"); kind != nullptr) {
    const pb::FieldDescriptor* member = reflection->GetOneofFieldDescriptor(*message_, kind);
    if (member != nullptr) printed.event = member->name();
  }
  return printed;
}

const char* StreamCall::FormatName() const {
  if (exchange_.web_socket) return "websocket";
  if (exchange_.format == transcode::ResponseFormat::kEventStream) return "sse";
  return exchange_.format == transcode::ResponseFormat::kJson ? "json" : "ndjson";
}

// Returns whether the connection can serve on.
awaitable<bool> StreamCall::Relay() {
  absl::Time last_word = absl::Now();
  while (!ViewerGone()) {
    if (state_.draining) {
      std::string text = ErrorText(absl::StatusCode::kUnavailable, "CLOSING", kClosing);
      co_await viewer_->Finish(StreamEnd::kClosing, std::move(text));
      co_return false;
    }
    if (absl::Now() >= expiry_) {
      std::string text = ErrorText(absl::StatusCode::kUnauthenticated, "TOKEN_EXPIRED", "the token has expired");
      co_await viewer_->Finish(StreamEnd::kUnauthorized, std::move(text));
      co_return false;
    }
    if (!incoming_->messages.empty()) {
      StreamMessage message = Print(incoming_->messages.front());
      incoming_->messages.pop_front();
      call_->Read();
      sent_bytes_ += message.json.size() + message.bytes.value_or("").size();
      co_await viewer_->Message(std::move(message));
      last_word = absl::Now();
      continue;
    }
    if (incoming_->end.has_value()) {
      if (Resume()) continue;
      // Whoever resumed with what the viewer had brought long ago is refused; the viewer comes back with something new.
      const bool refused = cut_.has_value() && seen_ == resumed_after_ && IsUnauthorized(*incoming_->end);
      const CallStatus& end = refused ? *cut_ : *incoming_->end;
      std::string text;
      StreamEnd how = StreamEnd::kDone;
      if (end.code != 0) {
        how = IsUnauthorized(end) ? StreamEnd::kUnauthorized : StreamEnd::kError;
        text = ErrorText(transcode::UpstreamStatus(end.code, end.message, end.details));
      }
      co_await viewer_->Finish(how, std::move(text));
      co_return socket_ == nullptr&& exchange_.head.minor_version > 0;
    }
    if (absl::Now() - last_word >= core_.limits.heartbeat) {
      co_await viewer_->Heartbeat();
      last_word = absl::Now();
    }
    Listen();
    const absl::Duration quiet = last_word + core_.limits.heartbeat - absl::Now();
    co_await wire_->Wait(std::min(quiet, expiry_ - absl::Now()));
  }
  co_return false;
}

void StreamCall::Open() {
  incoming_ = std::make_shared<Incoming>();
  opened_ = absl::Now();
  CallRequest request = request_;
  if (request.timeout.has_value()) request.timeout = deadline_ - opened_;
  call_ = OpenStream(core_.upstream, wire_, incoming_, std::move(request));
}

// A stream that is cut, because a server goes away or a connection has reached its age, goes on where it was, at
// another server if there is one. Only at once: what comes of that is told to the viewer, who has more patience.
bool StreamCall::Resume() {
  if (!IsCut(*incoming_->end) || !incoming_->accepted || absl::Now() >= deadline_) return false;
  const bool fruitless = seen_ == resumed_after_ && absl::Now() - opened_ < kShortStream;
  fruitless_ = fruitless ? fruitless_ + 1 : 0;
  if (fruitless_ > kShortStreams) return false;
  const std::unique_ptr<pb::Message> message = NewMessage(exchange_.method().input_type());
  if (message_->GetDescriptor()->FindFieldByName("seq") == nullptr) return false;
  if (!message->ParseFromString(request_.message)) return false;
  if (seen_ > 0) {
    if (!ResumeAfter(seen_, message.get())) return false;
    request_.message = message->SerializeAsString();
  }
  resumed_after_ = seen_;
  cut_ = *incoming_->end;
  Open();
  return true;
}

awaitable<void> StreamCall::EndCall() {
  if (!incoming_->end.has_value()) call_->Cancel();
  while (!incoming_->end.has_value()) co_await wire_->Wait(absl::Hours(1));
}

awaitable<StreamOutcome> StreamCall::Serve(CallRequest request, bool keep_alive) {
  StreamOutcome outcome;
  outcome.keep_alive = keep_alive;
  expiry_ = ReadTokenClaims(BearerToken(request.metadata)).stream_end;
  message_ = NewMessage(exchange_.method().output_type());
  request_ = std::move(request);
  if (request_.timeout.has_value()) deadline_ = absl::Now() + *request_.timeout;
  Open();
  co_await AwaitVerdict();
  const bool empty = incoming_->end.has_value() && incoming_->messages.empty();
  if (empty && incoming_->end->code != 0) {
    outcome.response = UpstreamError(*incoming_->end, exchange_, core_);
    co_return outcome;
  }
  if (!incoming_->accepted && !incoming_->end.has_value()) {
    co_await EndCall();
    outcome.response =
        ErrorOf(transcode::HttpError(503, absl::StatusCode::kUnavailable, "CLOSING", kClosing), exchange_.error_format);
    co_return outcome;
  }
  const bool comes_back = !exchange_.head.Find("last-event-id").value_or("").empty();
  if (empty && comes_back && exchange_.format == transcode::ResponseFormat::kEventStream && !exchange_.web_socket) {
    outcome.response = Response();
    outcome.response->status = 204;  // tells EventSource not to come back
    co_return outcome;
  }
  prometheus::Gauge& streams = core_.metrics.streams(FormatName());
  streams.Increment();
  const bool opened = !ViewerGone() && co_await OpenViewer(keep_alive);
  bool serves_on = false;
  if (opened) serves_on = co_await Relay();
  co_await EndCall();
  streams.Decrement();
  outcome.sent_bytes = sent_bytes_;
  outcome.status = exchange_.web_socket ? 101 : 200;
  outcome.keep_alive = keep_alive && serves_on;
  co_return outcome;
}

}  // namespace

awaitable<StreamOutcome> ServeStream(Core* core, ConnectionState* state, const Exchange* exchange, CallRequest request,
                                     bool keep_alive) {
  StreamCall call(core, state, exchange);
  StreamOutcome outcome = co_await call.Serve(std::move(request), keep_alive);
  co_return outcome;
}

}  // namespace flowmesh::gateway
