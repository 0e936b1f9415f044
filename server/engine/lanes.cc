#include "server/engine/lanes.h"

#include <utility>

#include "server/engine/limits.h"

namespace flowmesh::engine {
namespace {

size_t BytesOf(const Lanes::WorkerCommand& one) {
  const auto* command = std::get_if<Command>(&one);
  const auto* frame = command == nullptr ? nullptr : std::get_if<FrameCommand>(command);
  return frame == nullptr ? 0 : frame->bytes;
}

}  // namespace

bool Lanes::OfferClient(Command command, size_t bytes) {
  std::vector<Command> commands;
  commands.push_back(std::move(command));
  return OfferClients(std::move(commands), bytes);
}

bool Lanes::OfferClients(std::vector<Command> commands, size_t bytes) {
  if (commands.empty()) return true;
  base::MutexLock lock(mutex_);
  const bool full = clients_.size() + commands.size() > kMaxWaitingCommands || client_bytes_ + bytes > kMaxWaitingBytes;
  if (closed_ || (full && !clients_.empty())) {
    if (!closed_) refused_ += static_cast<int64_t>(commands.size());
    return false;
  }
  const bool was_empty = Empty();
  client_bytes_ += bytes;
  for (Command& command : commands) clients_.push_back({std::move(command), std::exchange(bytes, 0)});
  if (was_empty) changed_.NotifyOne();
  return true;
}

bool Lanes::OfferWorker(WorkerCommand command) {
  base::MutexLock lock(mutex_);
  if (closed_) return false;
  const bool was_empty = Empty();
  worker_bytes_ += BytesOf(command);
  workers_.push_back(std::move(command));
  if (was_empty) changed_.NotifyOne();
  return true;
}

Lanes::Taken Lanes::Take(absl::Duration timeout) {
  Taken taken;
  base::MutexLock lock(mutex_);
  if (Empty() && !closed_ && timeout > absl::ZeroDuration()) changed_.WaitFor(lock, timeout);
  while (!workers_.empty() && !std::holds_alternative<Command>(workers_.front())) {
    taken.memory.push_back(std::move(workers_.front()));
    workers_.pop_front();
  }
  size_t bytes = 0;
  auto room = [&] {
    return taken.commands.size() < kMaxBatchCommands && (bytes < kMaxBatchBytes || taken.commands.empty());
  };
  while (!workers_.empty() && room()) {
    auto* command = std::get_if<Command>(&workers_.front());
    if (command == nullptr) break;
    const size_t frame_bytes = BytesOf(workers_.front());
    bytes += frame_bytes;
    worker_bytes_ -= frame_bytes;
    taken.commands.push_back(std::move(*command));
    workers_.pop_front();
  }
  while (!clients_.empty() && room()) {
    bytes += clients_.front().bytes;
    client_bytes_ -= clients_.front().bytes;
    taken.commands.push_back(std::move(clients_.front().command));
    clients_.pop_front();
  }
  return taken;
}

void Lanes::Close() {
  base::MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

bool Lanes::closed() const {
  base::MutexLock lock(mutex_);
  return closed_;
}

bool Lanes::Finished() const {
  base::MutexLock lock(mutex_);
  return closed_ && Empty();
}

Lanes::Load Lanes::load() const {
  base::MutexLock lock(mutex_);
  return {.client_commands = clients_.size(),
          .client_bytes = client_bytes_,
          .worker_commands = workers_.size(),
          .worker_bytes = worker_bytes_,
          .refused = refused_};
}

size_t Lanes::waiting_clients() const {
  base::MutexLock lock(mutex_);
  return clients_.size();
}

}  // namespace flowmesh::engine
