#include "tests/support/raw_http_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::testing {
namespace {

constexpr int kPatienceSeconds = 20;

}  // namespace

RawHttpClient::RawHttpClient(const std::string& address) {
  const size_t colon = address.rfind(':');
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
  EXPECT_EQ(inet_pton(AF_INET, address.substr(0, colon).c_str(), &where.sin_addr), 1);
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  const timeval patience{kPatienceSeconds, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where), 0) << address;
}

RawHttpClient::RawHttpClient(const std::string& address, const RawTlsOptions& tls) : RawHttpClient(address) {
  tls_ = std::make_unique<RawTls>(socket_, tls);
  EXPECT_TRUE(tls_->Handshake()) << "no TLS with " << address;
}

RawHttpClient::~RawHttpClient() { Close(); }

void RawHttpClient::Close() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

void RawHttpClient::SetReceiveBuffer(int bytes) { setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes); }

void RawHttpClient::Send(const std::string& bytes) {
  if (tls_ != nullptr) {
    tls_->Send(bytes);  // as below
    return;
  }
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t size = send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) return;  // the server may have answered and closed already
    sent += static_cast<size_t>(size);
  }
}

void RawHttpClient::Request(const std::string& method, const std::string& target, const std::string& lines,
                            const std::string& body) {
  std::string text = absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: localhost\r\n", lines);
  if (!body.empty()) absl::StrAppend(&text, "Content-Length: ", body.size(), "\r\n");
  absl::StrAppend(&text, "\r\n", body);
  Send(text);
}

ssize_t RawHttpClient::Receive(char* bytes, size_t size) {
  errno = 0;
  return tls_ != nullptr ? tls_->Receive(bytes, size) : recv(socket_, bytes, size, 0);
}

bool RawHttpClient::Fill() {
  char bytes[16 * 1024];
  const ssize_t size = Receive(bytes, sizeof bytes);
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) ADD_FAILURE() << "the server said nothing for too long";
  if (size <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(size));
  return true;
}

bool RawHttpClient::FillTo(size_t size) {
  while (buffer_.size() < size) {
    if (!Fill()) return false;
  }
  return true;
}

RawResponse RawHttpClient::ReadHead() {
  RawResponse response;
  size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return response;
  }
  const std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  response.status = std::stoi(head.substr(9, 3));
  size_t begin = head.find("\r\n") + 2;
  while (begin < head.size()) {
    const size_t line_end = head.find("\r\n", begin);
    const size_t colon = head.find(':', begin);
    const std::string name = absl::AsciiStrToLower(head.substr(begin, colon - begin));
    response.headers[name] = std::string(absl::StripAsciiWhitespace(head.substr(colon + 1, line_end - colon - 1)));
    begin = line_end + 2;
  }
  decoded_.clear();
  body_ended_ = false;
  return response;
}

RawResponse RawHttpClient::Read(bool to_head) {
  RawResponse response = ReadHead();
  if (to_head || response.status == 0 || response.status == 100 || response.status == 204 || response.status == 304) {
    return response;
  }
  if (response.headers.count("transfer-encoding") > 0) {
    response.body = ReadBody();
    return response;
  }
  const size_t length = std::stoul(response.headers["content-length"]);
  FillTo(length);
  response.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return response;
}

bool RawHttpClient::NextChunk() {
  size_t line_end = 0;
  while ((line_end = buffer_.find("\r\n")) == std::string::npos) {
    if (!Fill()) return false;
  }
  const size_t size = std::stoul(buffer_.substr(0, line_end), nullptr, 16);
  if (!FillTo(line_end + 2 + size + 2)) return false;
  decoded_ += buffer_.substr(line_end + 2, size);
  buffer_.erase(0, line_end + 2 + size + 2);
  body_ended_ = size == 0;
  return true;
}

std::string RawHttpClient::ReadBodyUntil(const std::string& text) {
  while (!body_ended_ && !absl::StrContains(decoded_, text)) {
    if (!NextChunk()) break;
  }
  EXPECT_TRUE(absl::StrContains(decoded_, text)) << "the body ended without \"" << text << "\": " << decoded_;
  return decoded_;
}

std::string RawHttpClient::ReadBody() {
  while (!body_ended_) {
    if (!NextChunk()) break;
  }
  return decoded_;
}

RawResponse RawHttpClient::Upgrade(const std::string& target, const std::string& lines) {
  Request("GET", target,
          absl::StrCat("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                       lines));
  return ReadHead();
}

RawHttpClient::Frame RawHttpClient::ReadFrame() {
  Frame frame;
  if (!FillTo(2)) return frame;
  size_t size = static_cast<unsigned char>(buffer_[1]) & 0x7f;
  size_t head = 2;
  if (size == 126 || size == 127) {
    const size_t more = size == 126 ? 2 : 8;
    if (!FillTo(2 + more)) return frame;
    size = 0;
    for (size_t i = 0; i < more; ++i) size = size << 8 | static_cast<unsigned char>(buffer_[2 + i]);
    head += more;
  }
  if (!FillTo(head + size)) return frame;
  frame.opcode = buffer_[0] & 0x0f;
  frame.payload = buffer_.substr(head, size);
  buffer_.erase(0, head + size);
  if (frame.opcode == 8 && size >= 2) {
    frame.close_code = static_cast<unsigned char>(frame.payload[0]) << 8 | static_cast<unsigned char>(frame.payload[1]);
  }
  return frame;
}

void RawHttpClient::SendFrame(int opcode, const std::string& payload) {
  std::string frame;
  frame.push_back(static_cast<char>(0x80 | opcode));
  frame.push_back(static_cast<char>(0x80 | payload.size()));  // short frames alone; the mask is zero
  frame.append(4, '\0');
  Send(frame + payload);
}

bool RawHttpClient::WaitForClose() {
  char bytes[16 * 1024];
  while (true) {
    const ssize_t size = Receive(bytes, sizeof bytes);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (size <= 0) return true;
  }
}

}  // namespace flowmesh::testing
