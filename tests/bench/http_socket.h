#ifndef FLOWMESH_TESTS_BENCH_HTTP_SOCKET_H_
#define FLOWMESH_TESTS_BENCH_HTTP_SOCKET_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace flowmesh::bench {

// A TCP connection to a gateway on this machine; reading does not block. Not thread-safe.
class HttpSocket {
 public:
  struct Options {
    int receive_buffer = 0;  // bytes that the kernel keeps for a reader; 0 = as it likes
  };

  // Connects to IP:PORT (IPv4); blocks while the gateway's queue is full.
  static absl::StatusOr<HttpSocket> Connect(const std::string& address, const Options& options);
  static absl::StatusOr<HttpSocket> Connect(const std::string& address) { return Connect(address, Options()); }
  HttpSocket(HttpSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  HttpSocket& operator=(HttpSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~HttpSocket() { Close(); }

  // A whole request without a body, which is small enough for the kernel to take at once.
  absl::Status Send(absl::string_view request);

  // Appends what is there, `most` bytes at most, to `text`; false: nothing is there now. UNAVAILABLE: the gateway has
  // closed the connection.
  absl::StatusOr<bool> Receive(size_t most, std::string* text);

  void Close();
  int fd() const { return fd_; }

 private:
  explicit HttpSocket(int fd) : fd_(fd) {}

  int fd_;  // -1 once it is closed
};

// Lets this process and those that it starts have as many open files as the system grants.
absl::Status RaiseFileLimit();

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_HTTP_SOCKET_H_
