// A method that streams google.api.HttpBody, as plain bytes over HTTP: ranges, conditions, and an end that is the real
// one or none.
#include <boost/asio.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/http/exchange.h"
#include "gateway/http/incoming_stream.h"
#include "gateway/transcode/byte_range.h"
#include "gateway/transcode/entity_tag.h"
#include "gateway/transcode/error_body.h"
#include "gateway/transcode/headers_policy.h"
#include "gateway/transcode/http_error.h"
#include "google/api/httpbody.pb.h"
#include "google/rpc/error_details.pb.h"

namespace flowmesh::gateway {
namespace {

namespace net = boost::asio;
namespace pb = google::protobuf;
using net::awaitable;
using transcode::ByteRange;
using transcode::ByteSpan;

constexpr char kContentSize[] = "x-content-size";
constexpr size_t kPipelined = 64 * 1024;  // bytes that a client may send ahead while it reads
constexpr int kOutOfRange = 11;

std::string MetadataValue(const HeaderList& metadata, std::string_view name) {
  for (const auto& [key, value] : metadata) {
    if (key == name) return value;
  }
  return "";
}

// The size of the content that an OUT_OF_RANGE names; nothing if it does not.
std::string SizeIn(const CallStatus& status) {
  const google::rpc::Status details = transcode::UpstreamStatus(status.code, status.message, status.details);
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (!detail.UnpackTo(&info)) continue;
    const auto size = info.metadata().find("size");
    if (size != info.metadata().end()) return size->second;
  }
  return "*";
}

class RawCall {
 public:
  RawCall(Core* core, ConnectionState* state, const Exchange* exchange)
      : core_(*core), state_(*state), exchange_(*exchange), wire_(state->wire) {}

  awaitable<StreamOutcome> Serve(CallRequest request, bool keep_alive);

 private:
  // What the headers ask for, beside what the request says by itself.
  void ReadHeaders(const CallRequest& request);
  // Calls for this range and waits for the first message or the end.
  awaitable<void> Ask(const CallRequest& request, const ByteRange& range);
  awaitable<void> Drop();
  // The answer that ends it here; nothing: the content is to be sent.
  awaitable<std::optional<Response>> Decide(const CallRequest& request);
  Response NotSatisfiable(std::string_view size) const;
  HeaderList HeadersFromAbove() const;
  Response Head() const;
  awaitable<bool> Relay(bool keep_alive);
  awaitable<bool> SendPiece(const std::string& bytes);

  bool Gone() const { return wire_->gone() || state_.draining; }
  std::string Header(std::string_view name) const { return exchange_.head.Joined(name).value_or(""); }
  std::optional<int64_t> Size() const {
    int64_t size = 0;
    if (!absl::SimpleAtoi(MetadataValue(incoming_->metadata, kContentSize), &size) || size < 0) return std::nullopt;
    return size;
  }

  Core& core_;
  ConnectionState& state_;
  const Exchange& exchange_;
  const std::shared_ptr<Wire> wire_;
  const v1::ByteRange* rule_ = nullptr;  // null: the method serves no ranges
  std::unique_ptr<pb::Message> message_;
  std::optional<ByteRange> range_;  // of the Range header, if it counts
  ByteRange asked_;                 // of the call
  std::shared_ptr<Incoming> incoming_;
  std::shared_ptr<UpstreamStream> call_;
  google::api::HttpBody body_;
  std::optional<ByteSpan> span_;  // what will be sent; nothing: nobody knows how much it is
  size_t sent_bytes_ = 0;
};

void RawCall::ReadHeaders(const CallRequest& request) {
  rule_ = transcode::RuleOf(exchange_.method());
  message_ = NewMessage(exchange_.method().input_type());
  message_->ParseFromString(request.message);
  if (rule_ == nullptr) return;
  asked_ = transcode::RangeOf(*message_, *rule_);
  const std::string header = Header("range");
  // Range is defined for GET alone (RFC 9110, section 14.2); a query that names a part by itself has the word.
  if (!header.empty() && exchange_.head.method == "GET" && asked_.whole()) range_ = transcode::ParseByteRange(header);
}

awaitable<void> RawCall::Ask(const CallRequest& request, const ByteRange& range) {
  CallRequest copy = request;
  if (rule_ != nullptr) {
    asked_ = range;
    transcode::SetRange(range, *rule_, message_.get());
    copy.message = message_->SerializeAsString();
  }
  incoming_ = std::make_shared<Incoming>();
  call_ = OpenStream(core_.upstream, wire_, incoming_, std::move(copy));
  // The metadata is told on a thread of its own and may come behind the first message.
  const auto answered = [this] { return incoming_->accepted && !incoming_->messages.empty(); };
  while (!incoming_->end.has_value() && !answered() && !Gone()) {
    wire_->Listen(kPipelined);
    co_await wire_->Wait(absl::Hours(1));
  }
}

awaitable<void> RawCall::Drop() {
  if (!incoming_->end.has_value()) call_->Cancel();
  while (!incoming_->end.has_value()) co_await wire_->Wait(absl::Hours(1));
}

HeaderList RawCall::HeadersFromAbove() const {
  HeaderList headers;
  for (auto& header : transcode::ResponseHeadersOf(incoming_->metadata).headers) {
    const bool taken = absl::EqualsIgnoreCase(header.first, absl::StrCat("Grpc-Metadata-", kContentSize)) ||
                       absl::EqualsIgnoreCase(header.first, "accept-ranges");
    if (!taken) headers.push_back(std::move(header));
  }
  if (rule_ != nullptr) headers.emplace_back("Accept-Ranges", "bytes");
  return headers;
}

Response RawCall::NotSatisfiable(std::string_view size) const {
  Response response = ErrorOf(transcode::HttpError(416, absl::StatusCode::kOutOfRange, "RANGE_NOT_SATISFIABLE",
                                                   absl::StrCat("the content has ", std::string(size),
                                                                " bytes: ask for a range that begins before its end")),
                              exchange_.error_format);
  response.headers.emplace_back("Content-Range", absl::StrCat("bytes */", std::string(size)));
  return response;
}

awaitable<std::optional<Response>> RawCall::Decide(const CallRequest& request) {
  const std::string if_none_match = Header("if-none-match");
  const std::string if_range = Header("if-range");
  // Conditions speak of the whole content, so it is asked for first.
  const bool ask_whole = !range_.has_value() || !if_none_match.empty() || !if_range.empty();
  const ByteRange first = ask_whole ? asked_ : *range_;
  co_await Ask(request, first);
  if (!Gone() && !incoming_->refused()) {
    const std::string etag = MetadataValue(incoming_->metadata, "etag");
    if (!if_none_match.empty() && !etag.empty() && transcode::NamesTag(if_none_match, etag)) {
      Response unchanged;
      unchanged.status = 304;
      unchanged.headers = HeadersFromAbove();
      co_await Drop();
      co_return unchanged;
    }
    if (range_.has_value() && !if_range.empty() && !transcode::IsTag(if_range, etag)) range_.reset();
    if (ask_whole && range_.has_value()) {
      co_await Drop();
      const ByteRange part = *range_;
      co_await Ask(request, part);
    }
  }
  if (Gone()) co_return std::nullopt;
  if (incoming_->refused()) {
    if (range_.has_value() && incoming_->end->code == kOutOfRange) co_return NotSatisfiable(SizeIn(*incoming_->end));
    co_return UpstreamError(*incoming_->end, exchange_, core_);
  }
  if (const std::optional<int64_t> size = Size()) {
    span_ = transcode::SpanOf(asked_, *size);
    if (!span_.has_value() && range_.has_value()) {
      co_await Drop();
      co_return NotSatisfiable(absl::StrCat(*size));
    }
    if (!span_.has_value()) span_ = ByteSpan{.first = *size};  // exactly at the end
  }
  co_return std::nullopt;
}

Response RawCall::Head() const {
  Response response;
  response.content_type = body_.content_type().empty() ? "application/octet-stream" : body_.content_type();
  response.headers = HeadersFromAbove();
  // Whoever wrote the content must not run scripts where the page and its tokens live.
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  if (span_.has_value()) response.length = static_cast<size_t>(span_->length);
  if (range_.has_value() && span_.has_value()) {
    response.status = 206;
    response.headers.emplace_back(
        "Content-Range", absl::StrCat("bytes ", span_->first, "-", span_->first + span_->length - 1, "/", *Size()));
  }
  return response;
}

awaitable<bool> RawCall::SendPiece(const std::string& bytes) {
  if (bytes.empty()) co_return true;
  sent_bytes_ += bytes.size();
  // More than was announced would be taken for the next answer.
  if (span_.has_value() && sent_bytes_ > static_cast<size_t>(span_->length)) co_return false;
  const bool chunked = !span_.has_value() && exchange_.head.minor_version > 0;
  std::string out = chunked ? absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n") : bytes;
  co_return co_await wire_->Write(std::move(out), core_.limits.stall_time);
}

// Returns whether the client has got everything, and can tell.
awaitable<bool> RawCall::Relay(bool keep_alive) {
  const bool chunked = !span_.has_value() && exchange_.head.minor_version > 0;
  Response response = Head();
  for (const auto& header : exchange_.browser_headers) response.headers.push_back(header);
  response.headers.emplace_back("X-Request-Id", exchange_.request_id);
  const Framing framing = span_.has_value() ? Framing::kLength : chunked ? Framing::kChunked : Framing::kToTheEnd;
  std::string head = RenderHead(response, framing, keep_alive && framing != Framing::kToTheEnd);
  bool well = co_await wire_->Write(std::move(head), core_.limits.stall_time);
  while (well && !Gone()) {
    if (!incoming_->messages.empty()) {
      well = body_.ParseFromString(incoming_->messages.front());
      incoming_->messages.pop_front();
      call_->Read();
      if (well) well = co_await SendPiece(body_.data());
      continue;
    }
    if (incoming_->end.has_value()) {
      if (incoming_->end->code != 0) co_return false;
      if (span_.has_value()) co_return sent_bytes_ == static_cast<size_t>(span_->length);
      if (!chunked) co_return true;
      std::string last = "0\r\n\r\n";
      co_return co_await wire_->Write(std::move(last), core_.limits.write_time);
    }
    wire_->Listen(kPipelined);
    co_await wire_->Wait(absl::Hours(1));
  }
  co_return false;
}

awaitable<StreamOutcome> RawCall::Serve(CallRequest request, bool keep_alive) {
  StreamOutcome outcome;
  outcome.keep_alive = keep_alive;
  ReadHeaders(request);
  outcome.response = co_await Decide(request);
  if (outcome.response.has_value()) co_return outcome;
  if (Gone()) {
    co_await Drop();
    outcome.response = ErrorOf(transcode::HttpError(503, absl::StatusCode::kUnavailable, "CLOSING",
                                                    "the gateway stops; come back in a second"),
                               exchange_.error_format);
    co_return outcome;
  }
  if (!incoming_->messages.empty()) body_.ParseFromString(incoming_->messages.front());
  if (exchange_.match.head) {
    outcome.response = Head();
    co_await Drop();
    co_return outcome;
  }
  prometheus::Gauge& streams = core_.metrics.streams("raw");
  streams.Increment();
  const bool whole = co_await Relay(keep_alive);
  // A half answer must not look like a whole one, also to a client that reads to the end of the connection.
  if (!whole) wire_->Reset();
  co_await Drop();
  streams.Decrement();
  outcome.sent_bytes = sent_bytes_;
  outcome.status = range_.has_value() && span_.has_value() ? 206 : 200;
  outcome.keep_alive = keep_alive && whole && (span_.has_value() || exchange_.head.minor_version > 0);
  co_return outcome;
}

}  // namespace

awaitable<StreamOutcome> ServeRaw(Core* core, ConnectionState* state, const Exchange* exchange, CallRequest request,
                                  bool keep_alive) {
  RawCall call(core, state, exchange);
  StreamOutcome outcome = co_await call.Serve(std::move(request), keep_alive);
  co_return outcome;
}

}  // namespace flowmesh::gateway
