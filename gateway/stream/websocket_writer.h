#ifndef FLOWMESH_GATEWAY_STREAM_WEBSOCKET_WRITER_H_
#define FLOWMESH_GATEWAY_STREAM_WEBSOCKET_WRITER_H_

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/stream/client_socket.h"
#include "gateway/stream/stream_writer.h"

namespace flowmesh::gateway {

struct WebSocketOptions {
  std::string request;                                       // head of the upgrade request, as it came
  std::vector<std::pair<std::string, std::string>> headers;  // of the 101 response, the subprotocol among them
  absl::Duration ping = absl::Seconds(20);                   // of a quiet peer; two without an answer end it
  absl::Duration patience = absl::Minutes(10);               // for the peer to take one message
  std::function<void()> on_gone;                             // the peer closed or is lost; on the strand
};

// A viewer on a WebSocket (RFC 6455): one text frame a message (binary
// where it is raw bytes), close codes 1000 at the end, 1001 when the gateway
// stops, 1008 for authentication, 1011 after {"error": ...}. What the peer says is read and dropped.
class WebSocketWriter : public StreamWriter {
 public:
  // Answers the upgrade on a connected socket, whose executor is a strand. Null: the handshake failed.
  static boost::asio::awaitable<std::shared_ptr<WebSocketWriter>> Accept(ClientSocket socket, WebSocketOptions options);
  // Breaks the connection off, without a word; pending calls return false. On the strand.
  virtual void Abort() = 0;
  virtual bool gone() const = 0;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_STREAM_WEBSOCKET_WRITER_H_
