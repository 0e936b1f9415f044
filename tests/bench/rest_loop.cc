#include "tests/bench/rest_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/bench/measurement.h"

namespace flowmesh::bench {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(20);
constexpr size_t kReceive = 64 * 1024;
constexpr char kLength[] = "\r\ncontent-length: ";

}  // namespace

absl::StatusOr<std::unique_ptr<RestLoop>> RestLoop::Connect(const std::string& address, int connections) {
  const int poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) return absl::ErrnoToStatus(errno, "epoll_create1");
  std::unique_ptr<RestLoop> loop(new RestLoop(address, poller));
  loop->request_ =
      absl::StrCat("GET /v1/flows?brief=true HTTP/1.1\r\nHost: ", address, "\r\nAccept: application/json\r\n\r\n");
  loop->lanes_.resize(static_cast<size_t>(connections));
  for (size_t lane = 0; lane < loop->lanes_.size(); ++lane) {
    if (absl::Status status = loop->Open(lane); !status.ok()) return status;
  }
  return loop;
}

RestLoop::~RestLoop() { close(poller_); }

absl::Status RestLoop::Open(size_t lane) {
  auto socket = HttpSocket::Connect(address_);
  if (!socket.ok()) return socket.status();
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.u64 = lane;
  if (epoll_ctl(poller_, EPOLL_CTL_ADD, socket->fd(), &wanted) != 0) return absl::ErrnoToStatus(errno, "epoll_ctl");
  lanes_[lane].emplace(Lane{*std::move(socket), ""});
  return absl::OkStatus();
}

absl::StatusOr<bool> RestLoop::TakeAnswer(size_t lane) {
  std::string& inbox = lanes_[lane]->inbox;
  auto more = lanes_[lane]->socket.Receive(kReceive, &inbox);
  if (!more.ok()) return more.status();
  const size_t end = inbox.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string head = absl::AsciiStrToLower(absl::string_view(inbox).substr(0, end + 2));
  const size_t field = head.find(kLength);
  size_t length = 0;
  if (!absl::StartsWith(head, "http/1.1 200 ") || field == std::string::npos) {
    return absl::InternalError(absl::StrCat("unexpected answer: ", inbox.substr(0, 300)));
  }
  const size_t digits = field + sizeof(kLength) - 1;
  if (!absl::SimpleAtoi(head.substr(digits, head.find('\r', digits) - digits), &length) || length == 0) {
    return absl::InternalError(absl::StrCat("an answer without a body: ", head));
  }
  if (inbox.size() < end + 4 + length) return false;
  inbox.erase(0, end + 4 + length);
  if (!inbox.empty()) return absl::InternalError("more came than was asked for");
  // The gateway ends a connection after many requests.
  if (head.find("\r\nconnection: close\r\n") != std::string::npos) {
    if (absl::Status status = Open(lane); !status.ok()) return status;
  }
  return true;
}

absl::StatusOr<RoundCount> RestLoop::Run(const RoundTime& time) {
  RoundCount count;
  const int64_t measured_from = NowNanos() + absl::ToInt64Nanoseconds(time.warm_up);
  const int64_t measured_to = measured_from + absl::ToInt64Nanoseconds(time.measured);
  for (auto& lane : lanes_) {
    if (absl::Status status = lane->socket.Send(request_); !status.ok()) return status;
  }
  size_t in_flight = lanes_.size();
  std::array<epoll_event, 64> ready;
  while (in_flight > 0) {
    const int found = epoll_wait(poller_, ready.data(), static_cast<int>(ready.size()),
                                 static_cast<int>(absl::ToInt64Milliseconds(kCallTimeout)));
    if (found < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "epoll_wait");
    if (found == 0) return absl::DeadlineExceededError(absl::StrCat(in_flight, " requests were not answered"));
    for (int i = 0; i < found; ++i) {
      const size_t lane = ready[static_cast<size_t>(i)].data.u64;
      auto answered = TakeAnswer(lane);
      if (!answered.ok()) return answered.status();
      if (!*answered) continue;
      const int64_t now = NowNanos();
      ++count.all;
      if (now >= measured_from && now < measured_to) ++count.measured;
      if (now >= measured_to) {
        --in_flight;
      } else if (absl::Status status = lanes_[lane]->socket.Send(request_); !status.ok()) {
        return status;
      }
    }
  }
  return count;
}

DirectLoop::DirectLoop(Mesh* mesh, int in_flight) : stub_(v1::Orchestrator::NewStub(mesh->NewChannel())) {
  request_.set_brief(true);
  for (int i = 0; i < in_flight; ++i) lanes_.push_back(std::make_unique<Lane>());
}

absl::StatusOr<RoundCount> DirectLoop::Run(const RoundTime& time) {
  measured_from_ = NowNanos() + absl::ToInt64Nanoseconds(time.warm_up);
  measured_to_ = measured_from_ + absl::ToInt64Nanoseconds(time.measured);
  {
    base::MutexLock lock(mutex_);
    running_ = static_cast<int>(lanes_.size());
  }
  for (auto& lane : lanes_) {
    lane->count = RoundCount();
    Begin(*lane);
  }
  base::MutexLock lock(mutex_);
  while (running_ > 0) ended_.Wait(lock);
  if (!failure_.ok()) return failure_;
  RoundCount count;
  for (const auto& lane : lanes_) {
    count.measured += lane->count.measured;
    count.all += lane->count.all;
  }
  return count;
}

void DirectLoop::Begin(Lane& lane) {
  lane.context.emplace();
  SetDeadline(&*lane.context, kCallTimeout);
  stub_->async()->ListFlows(&*lane.context, &request_, &lane.response,
                            [this, &lane](const grpc::Status& status) { End(lane, status); });
}

void DirectLoop::End(Lane& lane, const grpc::Status& status) {
  const int64_t now = NowNanos();
  if (status.ok()) {
    ++lane.count.all;
    if (now >= measured_from_ && now < measured_to_) ++lane.count.measured;
    if (now < measured_to_) return Begin(lane);
  }
  base::MutexLock lock(mutex_);
  if (!status.ok() && failure_.ok()) failure_ = ToStatus(status);
  if (--running_ == 0) ended_.NotifyAll();
}

}  // namespace flowmesh::bench
