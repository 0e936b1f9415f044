#ifndef FLOWMESH_GATEWAY_STREAM_CLIENT_SOCKET_H_
#define FLOWMESH_GATEWAY_STREAM_CLIENT_SOCKET_H_

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <utility>
#include <variant>

namespace flowmesh::gateway {

// The connection to one client: TCP, or TLS over it. One type for both, so that what reads and writes is written and
// compiled once: it is an AsyncReadStream and AsyncWriteStream of Asio. Used on the socket's strand alone. Writes to a
// client that is gone are errors and raise no signal, as Asio sends with MSG_NOSIGNAL below TLS too.
class ClientSocket {
 public:
  using Tcp = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Tcp>;
  using executor_type = Tcp::executor_type;

  explicit ClientSocket(Tcp socket) : socket_(std::move(socket)) {}
  // TLS, to begin with a handshake on tls(). The stream keeps what it needs of `context`.
  ClientSocket(Tcp socket, boost::asio::ssl::context& context)
      : socket_(std::in_place_type<Tls>, std::move(socket), context) {}

  executor_type get_executor() { return tcp().get_executor(); }
  Tcp& tcp() { return tls() == nullptr ? std::get<Tcp>(socket_) : tls()->next_layer(); }
  // Null = plain TCP.
  Tls* tls() { return std::get_if<Tls>(&socket_); }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return std::visit([&](auto& socket) { return socket.async_read_some(buffers, std::forward<Token>(token)); },
                      socket_);
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return std::visit([&](auto& socket) { return socket.async_write_some(buffers, std::forward<Token>(token)); },
                      socket_);
  }

  // Breaks the connection off; pending operations end with an error.
  void Close() {
    boost::system::error_code ignored;
    if (tcp().is_open()) tcp().close(ignored);
  }

  // Calls `visitor` with the Tcp or the Tls.
  template <typename Visitor>
  auto Visit(Visitor visitor) {
    return std::visit(visitor, socket_);
  }

 private:
  std::variant<Tcp, Tls> socket_;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_STREAM_CLIENT_SOCKET_H_
