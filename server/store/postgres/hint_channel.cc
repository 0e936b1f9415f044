#include "server/store/postgres/hint_channel.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/store/postgres/hint_text.h"
#include "server/store/postgres/replica_statements.h"
#include "spdlog/spdlog.h"

namespace flowmesh::store::postgres {
namespace {

constexpr int kMostDoublings = 30;

}  // namespace

PostgresHintChannel::PostgresHintChannel(const HintChannelOptions& options)
    : options_(options), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), thread_([this] { Run(); }) {}

PostgresHintChannel::~PostgresHintChannel() {
  stop_.store(true);
  Wake();
  thread_.join();
  close(wake_);
}

void PostgresHintChannel::Wake() {
  const uint64_t one = 1;
  // It fails only when so many wake-ups wait already that one more makes no difference.
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);
}

void PostgresHintChannel::Send(Hint hint) {
  if (hint == Hint()) return;
  base::MutexLock lock(mutex_);
  AddHint(hint, &outgoing_);
  if (send_at_ != SteadyTime::max()) return;
  send_at_ = std::chrono::steady_clock::now() + absl::ToChronoMicroseconds(options_.delay);
  Wake();
}

void PostgresHintChannel::Listen(std::function<void(Hint)> hear) {
  base::MutexLock lock(mutex_);
  const std::shared_ptr<const Listener> before =
      std::exchange(listener_, hear ? std::make_shared<const Listener>(std::move(hear)) : nullptr);
  while (before != nullptr && calling_ == before) called_.Wait(lock);
}

void PostgresHintChannel::Deliver(Hint hint) {
  base::MutexLock lock(mutex_);
  if (listener_ == nullptr) return;
  calling_ = listener_;
  const std::shared_ptr<const Listener> listener = calling_;
  lock.Unlock();
  (*listener)(std::move(hint));
  lock.Lock();
  calling_ = nullptr;
  called_.NotifyAll();
}

void PostgresHintChannel::Run() {
  while (!stop_.load()) {
    if (connection_ == nullptr && std::chrono::steady_clock::now() >= connect_at_) {
      if (Connect().ok()) {
        failures_ = 0;
        Deliver({.everything = true});
      } else {
        Disconnect();
      }
    }
    SendDue();
    // What came with the answer to a statement waits in memory: the socket does not tell of it.
    ReadArrived();
    Wait();
  }
}

absl::Status PostgresHintChannel::Connect() {
  auto opened = Connection::Open(options_.connection);
  if (!opened.ok()) {
    spdlog::warn("hints between replicas: {}", std::string(opened.status().message()));
    return opened.status();
  }
  const absl::StatusOr<std::string> channel = (*opened)->Execute(absl::StrCat("SELECT ", kHintChannelName));
  if (!channel.ok()) return channel.status();
  // A commit that carries nothing but hints need not be durable.
  for (const std::string& sql : {absl::StrCat("SET synchronous_commit = off; LISTEN \"", *channel, "\""),
                                 std::string("SET application_name = 'flowmesh hints'")}) {
    if (const auto done = (*opened)->Execute(sql); !done.ok()) return done.status();
  }
  connection_ = *std::move(opened);
  return absl::OkStatus();
}

void PostgresHintChannel::Disconnect() {
  connection_.reset();
  ++failures_;
  const absl::Duration delay =
      base::FullJitterDelay(options_.reconnect, std::min(failures_, kMostDoublings), random_.NextUniform());
  connect_at_ = std::chrono::steady_clock::now() + absl::ToChronoMicroseconds(delay);
}

void PostgresHintChannel::SendDue() {
  if (connection_ == nullptr) return;
  Hint hint;
  {
    base::MutexLock lock(mutex_);
    if (send_at_ > std::chrono::steady_clock::now()) return;
    send_at_ = SteadyTime::max();
    hint = std::exchange(outgoing_, Hint());
  }
  const std::vector<std::string> texts = HintTexts(hint);
  Parameters parameters(StatementOf(Sql::kNotify));
  for (const std::string& text : texts) parameters.Row().BindBlob(text);
  if (connection_->Run(Sql::kNotify, std::move(parameters)).ok()) return;
  Disconnect();
  // It may have been sent all the same: a hint that comes twice does no harm.
  base::MutexLock lock(mutex_);
  AddHint(hint, &outgoing_);
  send_at_ = std::chrono::steady_clock::now();
}

void PostgresHintChannel::Wait() {
  SteadyTime until = connect_at_;
  if (connection_ != nullptr) {
    base::MutexLock lock(mutex_);
    until = send_at_;
  }
  int timeout = -1;
  if (until != SteadyTime::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    timeout = static_cast<int>(std::clamp<int64_t>(left, 0, 60'000));
  }
  pollfd ready[] = {{wake_, POLLIN, 0}, {connection_ == nullptr ? -1 : connection_->socket(), POLLIN, 0}};
  poll(ready, 2, timeout);
  uint64_t wakes = 0;
  [[maybe_unused]] const ssize_t read_bytes = read(wake_, &wakes, sizeof wakes);
}

void PostgresHintChannel::ReadArrived() {
  if (connection_ == nullptr) return;
  const std::vector<Connection::Notification> arrived = connection_->Notifications();
  for (const Connection::Notification& one : arrived) {
    if (one.from_self) continue;
    Deliver(ReadHintText(one.text));
  }
  if (connection_->lost()) Disconnect();
}

}  // namespace flowmesh::store::postgres
