#include "gateway/http/wire.h"

#include <algorithm>
#include <boost/asio.hpp>
#include <utility>

#include "absl/time/clock.h"

namespace flowmesh::gateway {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::awaitable;

constexpr size_t kReadBytes = 16 * 1024;
constexpr size_t kLingerBytes = 1024 * 1024;
constexpr absl::Duration kGoodbyeTime = absl::Milliseconds(100);  // for the end of TLS, also when there is no linger

}  // namespace

Wire::Wire(ClientSocket socket, std::shared_ptr<void> loop)
    : loop_(std::move(loop)), socket_(std::move(socket)), timer_(socket_.get_executor()) {
  error_code ignored;
  socket_.tcp().set_option(net::ip::tcp::no_delay(true), ignored);
  socket_.tcp().set_option(net::socket_base::keep_alive(true), ignored);
}

awaitable<bool> Wire::Handshake(absl::Time deadline) {
  if (socket_.tls() == nullptr) co_return true;
  tls_busy_ = true;
  socket_.tls()->async_handshake(net::ssl::stream_base::server, [self = shared_from_this()](error_code error) {
    self->tls_busy_ = false;
    if (error) self->gone_ = true;
    self->Wake();
  });
  bool late = false;
  while (tls_busy_) {
    const absl::Duration left = deadline - absl::Now();
    if ((gone_ || left <= absl::ZeroDuration()) && !std::exchange(late, true)) Close();
    co_await Wait(late ? absl::Hours(1) : left);
  }
  co_return !gone_;
}

void Wire::Post(std::function<void()> what) {
  net::post(timer_.get_executor(), [self = shared_from_this(), what = std::move(what)] {
    what();
    self->Wake();
  });
}

void Wire::Wake() {
  woken_ = true;
  timer_.cancel();
}

awaitable<void> Wire::Wait(absl::Duration time) {
  if (!std::exchange(woken_, false)) {
    const absl::Duration bounded = std::clamp(time, absl::ZeroDuration(), absl::Hours(1));
    timer_.expires_after(absl::ToChronoNanoseconds(bounded));
    error_code ignored;
    co_await timer_.async_wait(net::redirect_error(net::use_awaitable, ignored));
    woken_ = false;
  }
}

void Wire::Listen(size_t limit) {
  if (reading_ || gone_ || inbox_.size() >= limit) return;
  reading_ = true;
  reading_into_.resize(std::min(kReadBytes, limit - inbox_.size()));
  auto done = [self = shared_from_this()](error_code error, size_t size) {
    self->reading_ = false;
    self->inbox_.append(self->reading_into_, 0, size);
    if (error && !(self->stopping_read_ && error == net::error::operation_aborted)) self->gone_ = true;
    self->Wake();
  };
  if (tls_ended_) {
    socket_.tcp().async_read_some(net::buffer(reading_into_), std::move(done));
  } else {
    socket_.async_read_some(net::buffer(reading_into_), std::move(done));
  }
}

awaitable<bool> Wire::AwaitBytes(size_t have, absl::Time deadline) {
  while (inbox_.size() <= have && !gone_) {
    Listen(have + kReadBytes);
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) break;
    co_await Wait(left);
  }
  co_return inbox_.size() > have;
}

awaitable<bool> Wire::Write(std::string bytes, absl::Duration patience) {
  if (gone_) co_return false;
  const absl::Time deadline = absl::Now() + patience;
  outgoing_ = std::move(bytes);
  writing_ = true;
  net::async_write(socket_, net::buffer(outgoing_), [self = shared_from_this()](error_code error, size_t) {
    self->writing_ = false;
    if (error) self->gone_ = true;
    self->Wake();
  });
  bool late = false;
  while (writing_) {
    const absl::Duration left = deadline - absl::Now();
    if ((gone_ || left <= absl::ZeroDuration()) && !std::exchange(late, true)) Close();
    co_await Wait(late ? absl::Hours(1) : left);
  }
  co_return !gone_;
}

awaitable<void> Wire::StopReading() {
  if (!reading_) co_return;
  stopping_read_ = true;
  error_code ignored;
  socket_.tcp().cancel(ignored);
  while (reading_) co_await Wait(absl::Hours(1));
  stopping_read_ = false;
}

awaitable<ClientSocket> Wire::Release() {
  co_await StopReading();
  gone_ = true;
  co_return std::move(socket_);
}

awaitable<void> Wire::EndTls(absl::Time deadline) {
  co_await StopReading();
  if (gone_) co_return;
  tls_busy_ = true;
  // Errors do not matter: the client may say nothing, or have more to say.
  socket_.tls()->async_shutdown([self = shared_from_this()](error_code) {
    self->tls_busy_ = false;
    self->Wake();
  });
  bool late = false;
  while (tls_busy_) {
    const absl::Duration left = deadline - absl::Now();
    error_code ignored;
    if ((gone_ || left <= absl::ZeroDuration()) && !std::exchange(late, true)) socket_.tcp().cancel(ignored);
    co_await Wait(late ? absl::Hours(1) : left);
  }
  tls_ended_ = true;
}

awaitable<void> Wire::Finish(absl::Duration linger) {
  if (socket_.tls() != nullptr && !gone_) co_await EndTls(absl::Now() + std::max(linger, kGoodbyeTime));
  error_code ignored;
  if (socket_.tcp().is_open()) socket_.tcp().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
  const absl::Time deadline = absl::Now() + linger;
  size_t dropped = 0;
  while (!gone_ && dropped < kLingerBytes) {
    dropped += inbox_.size();
    inbox_.clear();
    const bool more = co_await AwaitBytes(0, deadline);
    if (!more) break;
  }
  Close();
}

void Wire::Reset() {
  error_code ignored;
  if (socket_.tcp().is_open()) socket_.tcp().set_option(net::socket_base::linger(true, 0), ignored);
  Close();
}

void Wire::Close() {
  gone_ = true;
  socket_.Close();
  Wake();
}

}  // namespace flowmesh::gateway
