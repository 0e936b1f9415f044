#ifndef FLOWMESH_GATEWAY_HTTP_WIRE_H_
#define FLOWMESH_GATEWAY_HTTP_WIRE_H_

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/stream/byte_sink.h"
#include "gateway/stream/client_socket.h"

namespace flowmesh::gateway {

// One client's socket and the one coroutine that serves it. Everything that can happen (bytes came, bytes are written,
// the client is gone, the upstream said something, the gateway stops) wakes that coroutine, which then looks what it
// was. But for Post, all calls are made on the socket's strand.
class Wire : public ByteSink, public std::enable_shared_from_this<Wire> {
 public:
  // The socket's executor is a strand. `loop` keeps its io_context alive: callbacks of calls that have ended may hold
  // the last reference to a wire after the gateway is gone.
  Wire(ClientSocket socket, std::shared_ptr<void> loop);

  // Over TLS: shakes hands, until it is done, the client is gone or the time is over (false). To be done first.
  boost::asio::awaitable<bool> Handshake(absl::Time deadline);

  // Runs `what` on the strand and wakes the coroutine. Thread-safe.
  void Post(std::function<void()> what);
  void Wake();
  // Returns at the next wake, or after `time`; may return for nothing.
  boost::asio::awaitable<void> Wait(absl::Duration time);

  // Bytes that came and were not used.
  std::string& inbox() { return inbox_; }
  // Reads on into the inbox, unless that is under way or the inbox holds `limit` bytes.
  void Listen(size_t limit);
  // The client closed its side or is lost, or Close was called.
  bool gone() const { return gone_; }
  // Waits for more bytes than `have`, until they are there, the client is gone or the time is over (false).
  boost::asio::awaitable<bool> AwaitBytes(size_t have, absl::Time deadline);

  boost::asio::awaitable<bool> Write(std::string bytes, absl::Duration patience) override;

  // Ends reading and hands the socket over; the wire is gone afterwards. To be asked first whether something is in the
  // inbox.
  boost::asio::awaitable<ClientSocket> Release();

  // Says no more (over TLS: that it is the end), reads on for up to `linger` so that a reset does not overtake the last
  // answer, and closes.
  boost::asio::awaitable<void> Finish(absl::Duration linger);
  void Close();
  // The same by a reset, which nobody takes for an end.
  void Reset();

 private:
  boost::asio::awaitable<void> StopReading();
  boost::asio::awaitable<void> EndTls(absl::Time deadline);

  const std::shared_ptr<void> loop_;  // outlives what follows
  ClientSocket socket_;
  boost::asio::steady_timer timer_;
  std::string inbox_;
  std::string reading_into_;
  std::string outgoing_;
  bool reading_ = false;
  bool stopping_read_ = false;
  bool tls_busy_ = false;   // a handshake or a goodbye
  bool tls_ended_ = false;  // what still comes is dropped, so nobody decrypts it
  bool writing_ = false;
  bool woken_ = false;
  bool gone_ = false;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_WIRE_H_
