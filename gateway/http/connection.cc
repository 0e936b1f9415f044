#include "gateway/http/connection.h"

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/http/content_coding.h"
#include "gateway/http/gzip.h"
#include "gateway/http/request_log.h"
#include "gateway/transcode/http_error.h"
#include "server/metrics/registry.h"

namespace flowmesh::gateway {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using net::awaitable;
using transcode::HttpError;

constexpr size_t kReadAhead = 16 * 1024;
constexpr char kEndOfHead[] = "\r\n\r\n";
constexpr char kBearerProtocol[] = "bearer.";
constexpr absl::Duration kHealthTime = absl::Seconds(1);

bool IsRequestId(std::string_view text) {
  return !text.empty() && text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

absl::Status TooSlow(const char* what) {
  return HttpError(408, absl::StatusCode::kDeadlineExceeded, "REQUEST_TOO_SLOW",
                   absl::StrCat("the ", what, " took too long"));
}

Response PlainText(int status, std::string text) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.headers = {{"Cache-Control", "no-store"}};
  response.body = std::move(text);
  return response;
}

// What stands for a path that no method has: one of a few names.
std::string BuiltInLabel(std::string_view path) {
  for (const char* known : {"/healthz", "/readyz", "/metrics"}) {
    if (path == known) return known;
  }
  return "page";
}

// The subprotocol `bearer.<token>` among those that are offered; empty = none.
std::string BearerProtocol(const RequestHead& head) {
  const std::string offered = head.Joined("sec-websocket-protocol").value_or("");
  const size_t begin = offered.find(kBearerProtocol);
  if (begin == std::string::npos) return "";
  return offered.substr(begin, offered.find_first_of(", ", begin) - begin);
}

}  // namespace

Connection::Connection(ClientSocket socket, std::shared_ptr<void> loop, Core* core) : core_(*core) {
  state_.wire = std::make_shared<Wire>(std::move(socket), std::move(loop));
}

void Connection::Drain() {
  state_.wire->Post([self = shared_from_this()] {
    self->state_.draining = true;
    if (self->shaking_hands_) self->state_.wire->Close();
  });
}

void Connection::Abort() {
  state_.wire->Post([self = shared_from_this()] {
    self->state_.draining = true;
    if (self->state_.abort) self->state_.abort();
    self->state_.wire->Close();
  });
}

awaitable<void> Connection::Run() {
  const auto self = shared_from_this();
  const bool open = co_await state_.wire->Handshake(absl::Now() + core_.limits.header_time);
  shaking_hands_ = false;
  if (!open) co_return state_.wire->Close();
  for (int number = 1; !state_.draining; ++number) {
    std::optional<std::string> head = co_await ReadHead(number == 1);
    if (!head.has_value()) break;
    core_.metrics.in_flight().Increment();
    const bool more = co_await Serve(*std::move(head), number >= core_.limits.requests_per_connection);
    core_.metrics.in_flight().Decrement();
    if (!more) break;
  }
  state_.abort = nullptr;
  co_await state_.wire->Finish(state_.draining ? absl::ZeroDuration() : core_.limits.linger_time);
}

awaitable<std::optional<std::string>> Connection::ReadHead(bool first) {
  Wire& wire = *state_.wire;
  std::string& inbox = wire.inbox();
  const absl::Time idle_end = absl::Now() + (first ? core_.limits.header_time : core_.limits.idle_time);
  // Some clients end a body with an empty line too many (RFC 9112, section 2.2).
  while (inbox.empty() || inbox == "\r") {
    const absl::Duration left = idle_end - absl::Now();
    if (state_.draining || wire.gone() || left <= absl::ZeroDuration()) co_return std::nullopt;
    wire.Listen(kReadAhead);
    co_await wire.Wait(left);
  }
  if (absl::StartsWith(inbox, "\r\n")) inbox.erase(0, 2);

  const absl::Time deadline = absl::Now() + core_.limits.header_time;
  const size_t most = core_.limits.request_line_bytes + core_.limits.header_bytes + 4;
  size_t searched = 0;
  while (true) {
    const size_t end = inbox.find(kEndOfHead, searched);
    if (end != std::string::npos) {
      std::string head = inbox.substr(0, end + 4);
      inbox.erase(0, end + 4);
      co_return head;
    }
    const size_t line_end = inbox.find("\r\n");
    if (line_end == std::string::npos && inbox.size() > core_.limits.request_line_bytes) {
      co_await Refuse(
          HttpError(414, absl::StatusCode::kInvalidArgument, "URL_TOO_LONG", "the URL is longer than 8 KiB"));
      co_return std::nullopt;
    }
    if (inbox.size() > most) {
      co_await Refuse(HttpError(431, absl::StatusCode::kInvalidArgument, "HEADER_TOO_LARGE",
                                absl::StrCat("header fields may take ", core_.limits.header_bytes, " bytes")));
      co_return std::nullopt;
    }
    searched = inbox.size() < 3 ? 0 : inbox.size() - 3;
    const bool came = co_await wire.AwaitBytes(inbox.size(), deadline);
    if (came) continue;
    if (!wire.gone()) co_await Refuse(TooSlow("header"));
    co_return std::nullopt;
  }
}

awaitable<void> Connection::Refuse(absl::Status status) {
  Exchange exchange;
  exchange.head.method = "GET";
  exchange.request_id = NewRequestId();
  exchange.begin = absl::Now();
  Response response = ErrorOf(status, transcode::ErrorFormat::kJson);
  co_await Send(&exchange, std::move(response), false);
}

std::string Connection::NewRequestId() { return absl::BytesToHexString(core_.random.NextBytes(16)); }

absl::Status Connection::Route(Exchange* exchange) const {
  if (exchange->head.target == "*") {
    exchange->match.kind = transcode::RouteMatch::Kind::kOptions;
    exchange->match.allow = "GET, HEAD, OPTIONS, POST";
    return absl::OkStatus();
  }
  auto target = transcode::SplitTarget(exchange->head.target);
  if (!target.ok()) return target.status();
  exchange->target = *target;
  auto match = core_.routes.Match(exchange->head.method, exchange->target.path);
  if (!match.ok()) return match.status();
  exchange->match = *std::move(match);
  return absl::OkStatus();
}

// What can be said before the body is read.
absl::Status Connection::Negotiate(Exchange* exchange) const {
  const RequestHead& head = exchange->head;
  const transcode::Route& route = *exchange->match.route;
  if (exchange->method().client_streaming()) {
    return HttpError(501, absl::StatusCode::kUnimplemented, "UPLOAD_NOT_OFFERED", "call this method over gRPC");
  }
  exchange->web_socket = head.WantsWebSocket() && exchange->method().server_streaming();
  if (exchange->web_socket) exchange->web_socket_protocol = BearerProtocol(head);
  const std::optional<std::string> accept = head.Joined("accept");
  if (!exchange->web_socket) {
    auto format = transcode::ChooseResponseFormat(
        route, accept.has_value() ? std::optional<std::string_view>(*accept) : std::nullopt);
    if (!format.ok()) return format.status();
    exchange->format = *format;
  }
  if (!head.HasBody()) return absl::OkStatus();
  auto format = transcode::ChooseBodyFormat(route, head.Find("content-type"));
  if (!format.ok()) return format.status();
  exchange->body_format = *format;
  const auto coding = head.Find("content-encoding");
  auto encoding = transcode::ReadContentEncoding(coding);
  if (!encoding.ok()) return encoding.status();
  exchange->gzip_body = *encoding == transcode::ContentEncoding::kGzip;
  if (*format == transcode::BodyFormat::kMultipart) {
    return HttpError(415, absl::StatusCode::kInvalidArgument, "CONTENT_NOT_OFFERED",
                     "uploads of files are not offered");
  }
  return absl::OkStatus();
}

awaitable<absl::Status> Connection::ReadBody(Exchange* exchange) {
  Wire& wire = *state_.wire;
  std::string& inbox = wire.inbox();
  http::request_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(exchange->raw_head.size() + 1));
  parser.body_limit(core_.limits.body_bytes);
  boost::system::error_code error;
  parser.put(net::buffer(exchange->raw_head), error);
  parser.eager(true);
  while (!parser.is_done()) {
    if (error && error != http::error::need_more) {
      if (error == http::error::body_limit) {
        co_return HttpError(
            413, absl::StatusCode::kInvalidArgument, "BODY_TOO_LARGE",
            absl::StrCat("a body may have ", core_.limits.body_bytes, " bytes; use an artifact for larger data"));
      }
      co_return HttpError(400, absl::StatusCode::kInvalidArgument, "REQUEST_MALFORMED", "the body's framing is broken");
    }
    size_t used = 0;
    if (!inbox.empty()) {
      error = {};
      used = parser.put(net::buffer(inbox), error);
      inbox.erase(0, used);
    }
    if (parser.is_done() || used > 0) continue;
    if (error && error != http::error::need_more) continue;
    // What stands in the inbox is half of a chunk's head; more is needed.
    if (inbox.size() > core_.limits.header_bytes)
      co_return HttpError(400, absl::StatusCode::kInvalidArgument, "REQUEST_MALFORMED", "a chunk's head is too long");
    const bool came = co_await wire.AwaitBytes(inbox.size(), absl::Now() + core_.limits.body_time);
    if (came) continue;
    if (wire.gone()) co_return absl::CancelledError("the client is gone");
    co_return TooSlow("body");
  }
  exchange->body = std::move(parser.get().body());
  exchange->body_bytes = exchange->body.size();
  if (exchange->gzip_body) {
    auto text = Gunzip(exchange->body, core_.limits.body_bytes);
    if (!text.ok()) co_return text.status();
    exchange->body = *std::move(text);
  }
  co_return absl::OkStatus();
}

awaitable<std::optional<Response>> Connection::ServeBuiltIn(const Exchange* exchange) {
  const RequestHead& head = exchange->head;
  if (head.method != "GET" && head.method != "HEAD") co_return std::nullopt;
  const std::string_view path = exchange->target.path;
  if (path == "/healthz") co_return PlainText(200, "ok\n");
  if (path == "/metrics" && core_.metrics_page) {
    auto text = std::make_shared<std::optional<std::string>>();
    const auto wire = state_.wire;
    const bool asked = core_.scrapes.Post(
        [wire, text, &core = core_] { wire->Post([text, page = core.metrics_page()] { *text = page; }); });
    if (!asked) co_return PlainText(503, "too many scrapes at once\n");
    while (!text->has_value()) co_await wire->Wait(absl::Hours(1));
    Response response = PlainText(200, **std::move(text));
    response.content_type = metrics::kContentType;
    co_return response;
  }
  if (path == "/readyz") {
    auto verdict = std::make_shared<std::optional<bool>>();
    const auto wire = state_.wire;
    const auto call = core_.upstream.CheckHealth(
        kHealthTime, [wire, verdict](bool serving) { wire->Post([verdict, serving] { *verdict = serving; }); });
    while (!verdict->has_value()) co_await wire->Wait(absl::Hours(1));
    if (**verdict && !state_.draining) co_return PlainText(200, "ready\n");
    co_return PlainText(503, "the server behind the gateway is not serving\n");
  }
  co_return core_.files.Find(path, head);
}

awaitable<bool> Connection::Send(const Exchange* exchange, Response response, bool keep_alive) {
  const bool head_only = exchange->head.method == "HEAD";
  for (const auto& header : exchange->browser_headers) response.headers.push_back(header);
  response.headers.emplace_back("X-Request-Id", exchange->request_id);
  CompressFor(exchange->head, &response);
  const bool stays = keep_alive && !state_.draining;
  std::string bytes = RenderHead(response, Framing::kLength, stays);
  if (!head_only && response.status != 204 && response.status != 304) bytes += response.body;
  Record(&core_, *exchange, {.status = response.status, .refusal = response.refusal, .sent_bytes = bytes.size()});
  const bool sent = co_await state_.wire->Write(std::move(bytes), core_.limits.write_time);
  co_return sent&& stays;
}

awaitable<bool> Connection::Serve(std::string raw_head, bool last) {
  Exchange exchange;
  exchange.raw_head = std::move(raw_head);
  auto head = ParseRequestHead(exchange.raw_head, core_.limits);
  if (!head.ok()) {
    co_await Refuse(head.status());
    co_return false;
  }
  exchange.head = *std::move(head);
  exchange.begin = absl::Now();
  exchange.trace = TraceOf(exchange.head, core_.random);
  const auto sent_id = exchange.head.Find("x-request-id");
  if (sent_id.has_value() && IsRequestId(*sent_id)) exchange.request_id = std::string(*sent_id);
  if (exchange.request_id.empty()) exchange.request_id = NewRequestId();
  const std::optional<std::string> accept = exchange.head.Joined("accept");
  if (accept.has_value()) exchange.error_format = transcode::ChooseErrorFormat(*accept);
  exchange.browser_headers = core_.browsers.ResponseHeaders(exchange.head);
  // A body that is not read would be taken for the next request.
  const bool keep_alive = exchange.head.keep_alive && !last;
  const bool keep_unread = keep_alive && !exchange.head.HasBody();

  absl::Status status = core_.browsers.Check(exchange.head);
  if (!status.ok()) {
    Response response = ErrorOf(status, exchange.error_format);
    co_return co_await Send(&exchange, std::move(response), keep_unread);
  }
  status = Route(&exchange);
  if (!status.ok()) {
    std::optional<Response> built_in;
    if (transcode::HttpStatusOf(status) == 404) built_in = co_await ServeBuiltIn(&exchange);
    if (built_in.has_value()) exchange.match.label = BuiltInLabel(exchange.target.path);
    if (!built_in.has_value()) built_in = ErrorOf(status, exchange.error_format);
    co_return co_await Send(&exchange, *std::move(built_in), keep_unread);
  }
  if (exchange.match.kind != transcode::RouteMatch::Kind::kCall) {
    Response response;
    response.status = 204;
    response.headers = {{"Allow", exchange.match.allow}};
    if (exchange.match.kind == transcode::RouteMatch::Kind::kNotAllowed) {
      response = ErrorOf(HttpError(405, absl::StatusCode::kUnimplemented, "METHOD_NOT_ALLOWED",
                                   absl::StrCat("this path takes: ", exchange.match.allow)),
                         exchange.error_format);
      response.headers.emplace_back("Allow", exchange.match.allow);
    } else if (BrowserPolicy::IsPreflight(exchange.head)) {
      exchange.browser_headers.clear();
      response.headers = core_.browsers.PreflightHeaders(exchange.head, exchange.match.allow);
    }
    co_return co_await Send(&exchange, std::move(response), keep_unread);
  }
  status = Negotiate(&exchange);
  if (!status.ok()) {
    Response response = ErrorOf(status, exchange.error_format);
    co_return co_await Send(&exchange, std::move(response), keep_unread);
  }
  co_return co_await ServeRoute(&exchange, keep_alive);
}

awaitable<bool> Connection::ServeRoute(Exchange* exchange, bool keep_alive) {
  if (exchange->head.HasBody()) {
    if (exchange->head.expects_continue && state_.wire->inbox().empty()) {
      std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const bool sent = co_await state_.wire->Write(std::move(go_on), core_.limits.write_time);
      if (!sent) co_return false;
    }
    absl::Status read = co_await ReadBody(exchange);
    if (!read.ok()) {
      if (state_.wire->gone()) co_return false;
      Response response = ErrorOf(read, exchange->error_format);
      co_return co_await Send(exchange, std::move(response), false);
    }
  }
  if (exchange->streams()) co_return co_await ServeStreaming(exchange, keep_alive);
  Response response = co_await ServeUnary(&core_, &state_, exchange);
  co_return co_await Send(exchange, std::move(response), keep_alive);
}

awaitable<bool> Connection::ServeStreaming(const Exchange* exchange, bool keep_alive) {
  absl::StatusOr<CallRequest> prepared = co_await PrepareCall(&core_, &state_, exchange);
  if (!prepared.ok()) {
    Response response = ErrorOf(prepared.status(), exchange->error_format);
    co_return co_await Send(exchange, std::move(response), keep_alive);
  }
  CallRequest request = *std::move(prepared);
  StreamOutcome outcome;
  if (exchange->raw() && !exchange->web_socket) {
    outcome = co_await ServeRaw(&core_, &state_, exchange, std::move(request), keep_alive);
  } else {
    outcome = co_await ServeStream(&core_, &state_, exchange, std::move(request), keep_alive);
  }
  if (outcome.response.has_value()) co_return co_await Send(exchange, *std::move(outcome.response), outcome.keep_alive);
  Record(&core_, *exchange, {.status = outcome.status, .streamed = true, .sent_bytes = outcome.sent_bytes});
  co_return outcome.keep_alive;
}

}  // namespace flowmesh::gateway
