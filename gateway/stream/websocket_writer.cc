#include "gateway/stream/websocket_writer.h"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "absl/strings/str_cat.h"

namespace flowmesh::gateway {

// How Beast ends a connection, found by argument-dependent lookup.

static void beast_close_socket(ClientSocket& socket) { socket.Close(); }

template <typename Handler>
void async_teardown(boost::beast::role_type role, ClientSocket& socket, Handler&& handler) {
  socket.Visit([&](auto& layer) {
    using boost::beast::websocket::async_teardown;
    async_teardown(role, layer, std::forward<Handler>(handler));
  });
}

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using net::awaitable;

// Viewers have nothing to say; what they send is read only to see pings and the end.
constexpr size_t kMaxPeerMessageBytes = 4 * 1024;
constexpr std::chrono::seconds kHandshakeTime(10);

class Writer : public WebSocketWriter, public std::enable_shared_from_this<Writer> {
 public:
  Writer(ClientSocket socket, WebSocketOptions options)
      : socket_(std::move(socket)), patience_(socket_.get_executor()), options_(std::move(options)) {}

  awaitable<bool> Handshake() {
    http::request_parser<http::empty_body> parser;
    error_code error;
    parser.put(net::buffer(options_.request), error);
    if (error || !parser.is_header_done()) co_return false;
    websocket::stream_base::timeout timeouts;
    timeouts.handshake_timeout = kHandshakeTime;
    // Beast pings after half of the idle time.
    timeouts.idle_timeout = absl::ToChronoMilliseconds(2 * options_.ping);
    timeouts.keep_alive_pings = true;
    socket_.set_option(timeouts);
    socket_.set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
      response.set(http::field::server, "flowmesh");  // Beast would name itself and its version
      for (const auto& [name, value] : options_.headers) response.set(name, value);
    }));
    socket_.read_message_max(kMaxPeerMessageBytes);
    socket_.auto_fragment(false);
    const http::request<http::empty_body> request = parser.release();
    co_await socket_.async_accept(request, net::redirect_error(net::use_awaitable, error));
    if (error) co_return false;
    ReadOn();
    co_return true;
  }

  awaitable<bool> Message(StreamMessage message) override {
    const bool binary = message.bytes.has_value();
    std::string payload = binary ? *std::move(message.bytes) : std::move(message.json);
    if (binary && payload.empty()) co_return !gone_;
    co_return co_await Send(std::move(payload), binary);
  }

  awaitable<bool> Heartbeat() override { co_return !gone_; }

  awaitable<bool> Finish(StreamEnd end, std::string error_json) override {
    if (end == StreamEnd::kError) {
      std::string text = absl::StrCat("{\"error\":", error_json, "}");
      co_await Send(std::move(text), false);
    }
    if (gone_) co_return false;
    const websocket::close_reason reason(CodeOf(end));
    error_code error;
    co_await socket_.async_close(reason, net::redirect_error(net::use_awaitable, error));
    Gone();
    co_return !error;
  }

  void Abort() override {
    socket_.next_layer().Close();
    Gone();
  }

  bool gone() const override { return gone_; }

 private:
  static websocket::close_code CodeOf(StreamEnd end) {
    switch (end) {
      case StreamEnd::kDone:
        return websocket::close_code::normal;
      case StreamEnd::kClosing:
        return websocket::close_code::going_away;
      case StreamEnd::kUnauthorized:
        return websocket::close_code::policy_error;
      case StreamEnd::kError:
        break;
    }
    return websocket::close_code::internal_error;
  }

  awaitable<bool> Send(std::string payload, bool binary) {
    if (gone_) co_return false;
    patience_.expires_after(absl::ToChronoMilliseconds(options_.patience));
    patience_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->Abort();
    });
    socket_.binary(binary);
    error_code error;
    co_await socket_.async_write(net::buffer(payload), net::redirect_error(net::use_awaitable, error));
    patience_.cancel();
    if (error) Gone();
    co_return !gone_;
  }

  void ReadOn() {
    socket_.async_read(incoming_, [self = shared_from_this()](error_code error, size_t) {
      if (error) return self->Gone();
      self->incoming_.clear();
      self->ReadOn();
    });
  }

  void Gone() {
    if (gone_) return;
    gone_ = true;
    if (options_.on_gone) options_.on_gone();
    options_.on_gone = nullptr;
  }

  websocket::stream<ClientSocket> socket_;
  net::steady_timer patience_;
  WebSocketOptions options_;
  beast::flat_buffer incoming_;
  bool gone_ = false;
};

}  // namespace

awaitable<std::shared_ptr<WebSocketWriter>> WebSocketWriter::Accept(ClientSocket socket, WebSocketOptions options) {
  auto writer = std::make_shared<Writer>(std::move(socket), std::move(options));
  const bool accepted = co_await writer->Handshake();
  if (!accepted) co_return nullptr;
  co_return writer;
}

}  // namespace flowmesh::gateway
