#include "tests/bench/event_viewers.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/bench/measurement.h"

namespace flowmesh::bench {
namespace {

constexpr size_t kAtOnce = 100;
constexpr size_t kReceive = 64 * 1024;
constexpr size_t kLineBytes = 64;                         // of a line that are looked at
constexpr int kSmallBuffer = 4096;                        // of a slow viewer in the kernel
constexpr absl::Duration kTurn = absl::Milliseconds(10);  // longest sleep

}  // namespace

absl::Status EventStreamReader::Read(absl::string_view bytes) {
  bytes_ += static_cast<int64_t>(bytes.size());
  if (!accepted_) {
    absl::StrAppend(&head_, bytes);
    const size_t end = head_.find("\r\n\r\n");
    if (end == std::string::npos) return absl::OkStatus();
    if (!absl::StartsWith(head_, "HTTP/1.1 200 ")) {
      return absl::InternalError(absl::StrCat("unexpected answer: ", head_.substr(0, 500)));
    }
    accepted_ = true;
    const std::string body = std::exchange(head_, "").substr(end + 4);
    bytes_ -= static_cast<int64_t>(body.size());
    return Read(body);
  }
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    if (line_.size() < kLineBytes) absl::StrAppend(&line_, bytes.substr(0, std::min(end, kLineBytes)));
    if (end == absl::string_view::npos) return absl::OkStatus();
    if (absl::Status status = ReadLine(); !status.ok()) return status;
    line_.clear();
    bytes.remove_prefix(end + 1);
  }
  return absl::OkStatus();
}

// The heads of chunks stand on lines of their own, because every chunk is made of whole events.
absl::Status EventStreamReader::ReadLine() {
  absl::string_view value = line_;
  if (absl::ConsumePrefix(&value, "id: ")) {
    int64_t seq = 0;
    if (!absl::SimpleAtoi(value, &seq) || seq != last_seq_ + 1) {
      return absl::DataLossError(absl::StrCat("event ", value, " came after event ", last_seq_));
    }
    last_seq_ = seq;
  } else if (value == "event: log") {
    ++log_lines_;
  } else if (value == "event: end") {
    ended_ = true;
  } else if (value == "event: error" || value == "event: closing") {
    return absl::UnavailableError(absl::StrCat("a stream ended with ", value, " after event ", last_seq_));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<EventViewers>> EventViewers::Create(std::string address) {
  const int poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) return absl::ErrnoToStatus(errno, "epoll_create1");
  return std::unique_ptr<EventViewers>(new EventViewers(std::move(address), poller));
}

EventViewers::~EventViewers() { close(poller_); }

absl::Status EventViewers::Open(const std::vector<std::string>& execution_ids, Pace pace, absl::Duration timeout) {
  const int64_t begin = NowNanos();
  for (size_t first = 0; first < execution_ids.size(); first += kAtOnce) {
    const size_t from = viewers_.size();
    for (size_t i = first; i < std::min(first + kAtOnce, execution_ids.size()); ++i) {
      if (absl::Status status = Add(execution_ids[i], pace); !status.ok()) return status;
    }
    const auto has_begun = [](const Viewer& viewer) { return viewer.reader.accepted(); };
    while (!std::all_of(viewers_.begin() + static_cast<ptrdiff_t>(from), viewers_.end(), has_begun)) {
      if (absl::Status status = ReadFor(absl::ZeroDuration()); !status.ok()) return status;
      if (SecondsSince(begin) > absl::ToDoubleSeconds(timeout)) {
        return absl::DeadlineExceededError(
            absl::StrCat(from, " streams were opened in ", absl::FormatDuration(timeout)));
      }
    }
    if (pace == Pace::kEager) continue;
    for (size_t viewer = from; viewer < viewers_.size(); ++viewer) {
      epoll_ctl(poller_, EPOLL_CTL_DEL, viewers_[viewer].socket.fd(), nullptr);
      viewers_[viewer].next_byte = NowNanos();
      slow_.push_back(viewer);
    }
  }
  return absl::OkStatus();
}

absl::Status EventViewers::Add(const std::string& execution_id, Pace pace) {
  HttpSocket::Options options;
  if (pace == Pace::kByteASecond) options.receive_buffer = kSmallBuffer;
  auto socket = HttpSocket::Connect(address_, options);
  if (!socket.ok()) return socket.status();
  absl::Status status =
      socket->Send(absl::StrCat("GET /v1/executions/", execution_id, "/events HTTP/1.1\r\nHost: ", address_,
                                "\r\nAccept: text/event-stream\r\n\r\n"));
  if (!status.ok()) return status;
  viewers_.push_back({*std::move(socket), EventStreamReader(), std::nullopt});
  return Watch(viewers_.size() - 1);
}

absl::Status EventViewers::Watch(size_t viewer) {
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.u64 = viewer;
  const int failed = epoll_ctl(poller_, EPOLL_CTL_ADD, viewers_[viewer].socket.fd(), &wanted);
  return failed == 0 ? absl::OkStatus() : absl::ErrnoToStatus(errno, "epoll_ctl");
}

absl::Status EventViewers::Receive(size_t viewer, size_t most) {
  received_.clear();
  auto more = viewers_[viewer].socket.Receive(most, &received_);
  if (!more.ok()) return more.status();
  return viewers_[viewer].reader.Read(received_);
}

absl::Status EventViewers::ReadFor(absl::Duration time) {
  const int64_t end = NowNanos() + absl::ToInt64Nanoseconds(time);
  std::array<epoll_event, 256> ready;
  do {
    for (const size_t viewer : slow_) {
      if (NowNanos() < *viewers_[viewer].next_byte) continue;
      if (absl::Status status = Receive(viewer, 1); !status.ok()) return status;
      *viewers_[viewer].next_byte += absl::ToInt64Nanoseconds(absl::Seconds(1));
    }
    const int found =
        epoll_wait(poller_, ready.data(), static_cast<int>(ready.size()),
                   static_cast<int>(absl::ToInt64Milliseconds(std::min(time + absl::Milliseconds(1), kTurn))));
    if (found < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "epoll_wait");
    for (int i = 0; i < found; ++i) {
      absl::Status status = Receive(ready[static_cast<size_t>(i)].data.u64, kReceive);
      if (!status.ok()) return status;
    }
  } while (NowNanos() < end);
  return absl::OkStatus();
}

absl::Status EventViewers::HurryAll() {
  for (const size_t viewer : slow_) {
    viewers_[viewer].next_byte.reset();
    if (absl::Status status = Watch(viewer); !status.ok()) return status;
  }
  slow_.clear();
  return absl::OkStatus();
}

void EventViewers::CloseAll() {
  viewers_.clear();
  slow_.clear();
}

}  // namespace flowmesh::bench
