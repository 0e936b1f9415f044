#ifndef FLOWMESH_GATEWAY_HTTP_CONNECTION_H_
#define FLOWMESH_GATEWAY_HTTP_CONNECTION_H_

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "gateway/http/core.h"
#include "gateway/http/exchange.h"

namespace flowmesh::gateway {

// Serves one client: request after request, in their order.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // The socket's executor is a strand of `loop`, an io_context; `core` outlives the connection.
  Connection(ClientSocket socket, std::shared_ptr<void> loop, Core* core);

  // Returns when the client or the gateway has ended it and no upstream call is under way. Runs on the strand; the
  // caller keeps the connection alive.
  boost::asio::awaitable<void> Run();

  // Ends it after the answer that is under way; ends streams. Thread-safe.
  void Drain();
  // Breaks it off. Thread-safe.
  void Abort();

 private:
  // Reads the next head. Nothing: the connection is to be closed.
  boost::asio::awaitable<std::optional<std::string>> ReadHead(bool first);
  // Reads the body that the head announces.
  boost::asio::awaitable<absl::Status> ReadBody(Exchange* exchange);
  // False: no further request.
  boost::asio::awaitable<bool> Serve(std::string raw_head, bool last);
  // Answers what needs no method.
  boost::asio::awaitable<std::optional<Response>> ServeBuiltIn(const Exchange* exchange);
  boost::asio::awaitable<bool> ServeRoute(Exchange* exchange, bool keep_alive);
  boost::asio::awaitable<bool> ServeStreaming(const Exchange* exchange, bool keep_alive);
  boost::asio::awaitable<bool> Send(const Exchange* exchange, Response response, bool keep_alive);
  boost::asio::awaitable<void> Refuse(absl::Status status);

  absl::Status Route(Exchange* exchange) const;
  absl::Status Negotiate(Exchange* exchange) const;
  std::string NewRequestId();

  Core& core_;
  ConnectionState state_;
  bool shaking_hands_ = true;  // TLS is not there yet; of the strand
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_CONNECTION_H_
