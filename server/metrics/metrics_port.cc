#include "server/metrics/metrics_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/error.h"
#include "server/base/loopback.h"

namespace flowmesh::metrics {
namespace {

constexpr size_t kMaxHead = 8 * 1024;  // bytes of a request
constexpr int kBacklog = 16;           // scrapers that wait for their turn

struct Address {
  std::string host;  // as it was given
  sockaddr_storage socket{};
  socklen_t size = 0;
};

absl::StatusOr<Address> Parse(const std::string& text) {
  Address address{.host = "127.0.0.1"};
  const size_t colon = text.rfind(':');
  if (colon != std::string::npos) address.host = text.substr(0, colon);
  if (address.host == "localhost") address.host = "127.0.0.1";
  const std::string port_text = colon == std::string::npos ? text : text.substr(colon + 1);
  int port = -1;
  if (!absl::SimpleAtoi(port_text, &port) || port < 0 || port > 65535) port = -1;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.socket);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.socket);
  const bool brackets = address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']';
  if (brackets && inet_pton(AF_INET6, address.host.substr(1, address.host.size() - 2).c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(port));
    address.size = sizeof(*v6);
  } else if (inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(port));
    address.size = sizeof(*v4);
  }
  if (port >= 0 && address.size > 0) return address;
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is no address for metrics: say a port, or IP:PORT as in 127.0.0.1:9464"));
}

std::string Page(int status, absl::string_view phrase, absl::string_view type, absl::string_view body) {
  return absl::StrCat("HTTP/1.1 ", status, " ", phrase, "\r\nContent-Type: ", type, "\r\nContent-Length: ", body.size(),
                      "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n", body);
}

std::string Refusal(int status, absl::string_view phrase) {
  return Page(status, phrase, "text/plain; charset=utf-8", "metrics are at GET /metrics\n");
}

}  // namespace

MetricsPort::Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

absl::StatusOr<std::unique_ptr<MetricsPort>> MetricsPort::Open(const std::string& text, bool allow_plaintext,
                                                               const Registry* registry) {
  absl::StatusOr<Address> address = Parse(text);
  if (!address.ok()) return address.status();
  if (!base::IsLoopback(address->host) && !allow_plaintext) {
    return base::Error(absl::StatusCode::kInvalidArgument, "ADDRESS_NOT_ALLOWED",
                       absl::StrCat("metrics on ", text,
                                    " would be there for everybody who reaches it: use a loopback "
                                    "address, or say --allow-plaintext"))
        .ToStatus();
  }
  std::unique_ptr<MetricsPort> port(new MetricsPort(registry));
  auto* const socket_address = reinterpret_cast<sockaddr*>(&address->socket);
  port->stop_ = Descriptor(eventfd(0, EFD_CLOEXEC));
  port->listener_ = Descriptor(socket(address->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int listener = port->listener_.number();
  const int on = 1;
  if (port->stop_.number() < 0 || listener < 0 ||
      setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(listener, socket_address, address->size) != 0 || listen(listener, kBacklog) != 0 ||
      getsockname(listener, socket_address, &address->size) != 0) {
    return base::Error(
               absl::StatusCode::kUnavailable, "ADDRESS_NOT_AVAILABLE",
               absl::StrCat("cannot serve metrics on ", text, ": ", std::strerror(errno), "; choose another --metrics"))
        .ToStatus();
  }
  const uint16_t number = address->socket.ss_family == AF_INET
                              ? reinterpret_cast<sockaddr_in*>(&address->socket)->sin_port
                              : reinterpret_cast<sockaddr_in6*>(&address->socket)->sin6_port;
  port->address_ = absl::StrCat(address->host, ":", ntohs(number));
  port->thread_ = std::thread([raw = port.get()] { raw->Run(); });
  return port;
}

MetricsPort::~MetricsPort() {
  if (!thread_.joinable()) return;
  eventfd_write(stop_.number(), 1);
  thread_.join();
}

bool MetricsPort::Await(int descriptor, short events, std::chrono::steady_clock::time_point deadline) const {
  while (true) {
    int left = -1;
    if (deadline != std::chrono::steady_clock::time_point::max()) {
      const auto rest = deadline - std::chrono::steady_clock::now();
      left = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(rest).count());
      if (left <= 0) return false;
    }
    std::array<pollfd, 2> waited = {{{.fd = descriptor, .events = events}, {.fd = stop_.number(), .events = POLLIN}}};
    const int ready = poll(waited.data(), waited.size(), left);
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0 && waited[1].revents == 0;
  }
}

void MetricsPort::Run() {
  while (Await(listener_.number(), POLLIN, std::chrono::steady_clock::time_point::max())) {
    const Descriptor scraper(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (scraper.number() >= 0) {
      Serve(scraper);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
      // Trying at once again would only burn the processor.
      Await(-1, 0, std::chrono::steady_clock::now() + std::chrono::milliseconds(100));
    }
  }
}

void MetricsPort::Serve(const Descriptor& scraper) const {
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(kPatience);
  std::string head;
  while (!absl::StrContains(head, "\r\n\r\n")) {
    if (head.size() > kMaxHead || !Await(scraper.number(), POLLIN, deadline)) return;
    std::array<char, 2048> piece{};
    const ssize_t size = recv(scraper.number(), piece.data(), piece.size(), 0);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) return;
    if (size > 0) head.append(piece.data(), static_cast<size_t>(size));
  }
  const std::string answer = Answer(head);
  size_t sent = 0;
  while (sent < answer.size() && Await(scraper.number(), POLLOUT, deadline)) {
    const ssize_t size = send(scraper.number(), answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
    if (size < 0 && errno != EAGAIN && errno != EINTR) return;
    if (size > 0) sent += static_cast<size_t>(size);
  }
}

std::string MetricsPort::Answer(const std::string& head) const {
  const std::vector<std::string> words = absl::StrSplit(head.substr(0, head.find("\r\n")), ' ');
  if (words.size() != 3 || !absl::StartsWith(words[2], "HTTP/1.")) return Refusal(400, "Bad Request");
  if (words[1].substr(0, words[1].find('?')) != "/metrics") return Refusal(404, "Not Found");
  if (words[0] != "GET") return Refusal(405, "Method Not Allowed");
  return Page(200, "OK", kContentType, registry_->Render());
}

}  // namespace flowmesh::metrics
