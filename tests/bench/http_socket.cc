#include "tests/bench/http_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::bench {
namespace {

absl::StatusOr<sockaddr_in> ParseAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  sockaddr_in parsed{};
  parsed.sin_family = AF_INET;
  int port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(absl::string_view(address).substr(colon + 1), &port) ||
      port <= 0 || port > UINT16_MAX || inet_pton(AF_INET, address.substr(0, colon).c_str(), &parsed.sin_addr) != 1) {
    return absl::InvalidArgumentError(absl::StrCat("'", address, "' is no IP:PORT"));
  }
  parsed.sin_port = htons(static_cast<uint16_t>(port));
  return parsed;
}

}  // namespace

absl::StatusOr<HttpSocket> HttpSocket::Connect(const std::string& address, const Options& options) {
  const auto parsed = ParseAddress(address);
  if (!parsed.ok()) return parsed.status();
  HttpSocket connection(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connection.fd_ < 0) return absl::ErrnoToStatus(errno, "socket");
  const int buffer = options.receive_buffer;
  // Before connect(): the window is offered then.
  if (buffer > 0) setsockopt(connection.fd_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
  const int on = 1;
  setsockopt(connection.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (connect(connection.fd_, reinterpret_cast<const sockaddr*>(&*parsed), sizeof(*parsed)) != 0 ||
      fcntl(connection.fd_, F_SETFL, O_NONBLOCK) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot connect to ", address));
  }
  return connection;
}

absl::Status HttpSocket::Send(absl::string_view request) {
  const ssize_t sent = send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(request.size())) return absl::OkStatus();
  return sent < 0 ? absl::ErrnoToStatus(errno, "send") : absl::InternalError("a request was not taken whole");
}

absl::StatusOr<bool> HttpSocket::Receive(size_t most, std::string* text) {
  std::array<char, 64 * 1024> buffer;
  const ssize_t got = recv(fd_, buffer.data(), std::min(most, buffer.size()), 0);
  if (got == 0) return absl::UnavailableError("the gateway has closed the connection");
  if (got < 0) {
    if (errno == EAGAIN || errno == EINTR) return false;
    return absl::ErrnoToStatus(errno, "recv");
  }
  text->append(buffer.data(), static_cast<size_t>(got));
  return true;
}

void HttpSocket::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

absl::Status RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return absl::ErrnoToStatus(errno, "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return absl::ErrnoToStatus(errno, "setrlimit");
  return absl::OkStatus();
}

}  // namespace flowmesh::bench
