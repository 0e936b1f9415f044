#include "tests/support/fake_chat_endpoint.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace flowmesh::testing {
namespace {

std::string Quote(const std::string& text) { return boost::json::serialize(boost::json::value(text)); }

bool SendAll(int socket, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

}  // namespace

std::string ChatChunk(const std::string& delta, const std::string& finish_reason) {
  return absl::StrCat(R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,)",
                      R"("model":"fake-1-2024","system_fingerprint":"fp_1","choices":[{"index":0,"delta":)", delta,
                      R"(,"logprobs":null,"finish_reason":)", finish_reason, R"(}],"usage":null})");
}

FakeAnswer FakeAnswer::Stream() {
  FakeAnswer answer;
  answer.Raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");
  return answer;
}

FakeAnswer FakeAnswer::Whole(int status, const std::string& content_type, const std::string& body,
                             const std::map<std::string, std::string>& headers) {
  std::string text = absl::StrCat("HTTP/1.1 ", status, " Status\r\nContent-Type: ", content_type,
                                  "\r\nContent-Length: ", body.size(), "\r\n");
  for (const auto& [name, value] : headers) absl::StrAppend(&text, name, ": ", value, "\r\n");
  FakeAnswer answer;
  answer.Raw(absl::StrCat(text, "\r\n", body));
  return answer;
}

FakeAnswer FakeAnswer::Error(int status, const std::string& type, const std::string& code, const std::string& message,
                             const std::map<std::string, std::string>& headers) {
  return Whole(status, "application/json",
               absl::StrCat(R"({"error":{"message":)", Quote(message), R"(,"type":)", Quote(type),
                            R"(,"param":null,"code":)", code.empty() ? "null" : Quote(code), "}}"),
               headers);
}

FakeAnswer FakeAnswer::Text(const std::vector<std::string>& deltas) {
  FakeAnswer answer = Stream();
  answer.Role();
  for (const std::string& delta : deltas) answer.Delta(delta);
  answer.Finish("stop").Usage(12, 34).Done();
  return answer;
}

FakeAnswer FakeAnswer::Silence() {
  FakeAnswer answer;
  answer.UntilHangUp();
  return answer;
}

FakeAnswer& FakeAnswer::Raw(std::string bytes) {
  steps_.emplace_back(Do::kWrite, std::move(bytes));
  return *this;
}
FakeAnswer& FakeAnswer::Bytes(const std::string& bytes) {
  return Raw(absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n"));
}
FakeAnswer& FakeAnswer::Role() { return Event(ChatChunk(R"({"role":"assistant","content":"","refusal":null})")); }
FakeAnswer& FakeAnswer::Delta(const std::string& text) {
  return Event(ChatChunk(absl::StrCat(R"({"content":)", Quote(text), "}")));
}
FakeAnswer& FakeAnswer::Finish(const std::string& reason) { return Event(ChatChunk("{}", Quote(reason))); }
FakeAnswer& FakeAnswer::Usage(int input, int output) {
  return Event(absl::StrCat(R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,)",
                            R"("model":"fake-1-2024","choices":[],"usage":{"prompt_tokens":)", input,
                            R"(,"completion_tokens":)", output, R"(,"total_tokens":)", input + output, "}}"));
}
FakeAnswer& FakeAnswer::Done() { return Event("[DONE]").Raw("0\r\n\r\n"); }
FakeAnswer& FakeAnswer::Gate() {
  steps_.emplace_back(Do::kGate, "");
  return *this;
}
FakeAnswer& FakeAnswer::UntilHangUp() {
  steps_.emplace_back(Do::kUntilHangUp, "");
  return *this;
}
FakeAnswer& FakeAnswer::HangUp() {
  steps_.emplace_back(Do::kHangUp, "");
  return *this;
}

FakeChatEndpoint::FakeChatEndpoint() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(listener_, 64), 0);
  socklen_t size = sizeof(address);
  EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

FakeChatEndpoint::~FakeChatEndpoint() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  std::list<std::thread> threads;
  {
    base::MutexLock lock(mutex_);
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
  base::MutexLock lock(mutex_);
  for (const int socket : sockets_) close(socket);
  close(listener_);
}

void FakeChatEndpoint::Accept() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    base::MutexLock lock(mutex_);
    if (socket < 0 || stopping_) {
      if (socket >= 0) close(socket);
      return;
    }
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    sockets_.push_back(socket);
    const int connection = static_cast<int>(sockets_.size());
    threads_.emplace_back([this, socket, connection] { Serve(socket, connection); });
  }
}

void FakeChatEndpoint::Serve(int socket, int connection) {
  std::string buffer;
  while (true) {
    SeenRequest request;
    request.connection = connection;
    if (!ReadRequest(socket, buffer, request)) break;
    if (!Perform(socket, NextAnswer(std::move(request)))) break;
  }
  shutdown(socket, SHUT_RDWR);
}

bool FakeChatEndpoint::ReadRequest(int socket, std::string& buffer, SeenRequest& request) {
  size_t head_end = std::string::npos;
  size_t length = 0;
  char bytes[16384];
  while (true) {
    if (head_end == std::string::npos && (head_end = buffer.find("\r\n\r\n")) != std::string::npos) {
      const std::vector<std::string> lines = absl::StrSplit(buffer.substr(0, head_end), "\r\n");
      const std::vector<std::string> first = absl::StrSplit(lines[0], ' ');
      request.method = first[0];
      request.path = first.size() > 1 ? first[1] : "";
      for (size_t i = 1; i < lines.size(); ++i) {
        const std::pair<std::string, std::string> header = absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
        request.headers[absl::AsciiStrToLower(header.first)] = header.second;
      }
      EXPECT_TRUE(absl::SimpleAtoi(request.headers["content-length"], &length));
    }
    if (head_end != std::string::npos && buffer.size() >= head_end + 4 + length) break;
    const ssize_t got = recv(socket, bytes, sizeof(bytes), 0);
    if (got <= 0) return false;
    buffer.append(bytes, static_cast<size_t>(got));
  }
  request.body = buffer.substr(head_end + 4, length);
  buffer.erase(0, head_end + 4 + length);
  return true;
}

FakeAnswer FakeChatEndpoint::NextAnswer(SeenRequest request) {
  base::MutexLock lock(mutex_);
  seen_.push_back(std::move(request));
  changed_.NotifyAll();
  if (answers_.empty()) return FakeAnswer::Error(500, "server_error", "", "no answer was scripted");
  FakeAnswer answer = std::move(answers_.front());
  answers_.pop_front();
  return answer;
}

bool FakeChatEndpoint::Perform(int socket, const FakeAnswer& answer) {
  for (const auto& [what, bytes] : answer.steps_) {
    if (what == FakeAnswer::Do::kHangUp) return false;
    if (what == FakeAnswer::Do::kWrite && !SendAll(socket, bytes)) return false;
    if (what == FakeAnswer::Do::kUntilHangUp) {
      char byte;
      while (recv(socket, &byte, 1, 0) > 0) {
      }
      base::MutexLock lock(mutex_);
      ++hang_ups_;
      changed_.NotifyAll();
      return false;
    }
    if (what == FakeAnswer::Do::kGate) {
      base::MutexLock lock(mutex_);
      while (open_gates_ == 0 && !stopping_) changed_.Wait(lock);
      if (stopping_) return false;
      --open_gates_;
    }
  }
  return true;
}

void FakeChatEndpoint::Answer(FakeAnswer answer) {
  base::MutexLock lock(mutex_);
  answers_.push_back(std::move(answer));
}

void FakeChatEndpoint::Open() {
  base::MutexLock lock(mutex_);
  ++open_gates_;
  changed_.NotifyAll();
}

SeenRequest FakeChatEndpoint::WaitForRequest(size_t count) {
  base::MutexLock lock(mutex_);
  while (seen_.size() < count) changed_.Wait(lock);
  return seen_[count - 1];
}

void FakeChatEndpoint::WaitForHangUp() {
  base::MutexLock lock(mutex_);
  while (hang_ups_ == 0) changed_.Wait(lock);
}

size_t FakeChatEndpoint::requests() const {
  base::MutexLock lock(mutex_);
  return seen_.size();
}

}  // namespace flowmesh::testing
