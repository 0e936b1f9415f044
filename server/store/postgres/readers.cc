#include "server/store/postgres/readers.h"

#include <string>
#include <utility>

#include "spdlog/spdlog.h"

namespace flowmesh::store::postgres {

Readers::Readers(ConnectionOptions options, int count) : options_(std::move(options)) {
  base::MutexLock lock(mutex_);
  free_.resize(static_cast<size_t>(count));
}

std::unique_ptr<Connection> Readers::Take() {
  base::MutexLock lock(mutex_);
  while (free_.empty()) returned_.Wait(lock);
  std::unique_ptr<Connection> taken = std::move(free_.back());
  free_.pop_back();
  return taken;
}

void Readers::Return(std::unique_ptr<Connection> connection) {
  base::MutexLock lock(mutex_);
  free_.push_back(std::move(connection));
  returned_.NotifyOne();
}

absl::Status Readers::Lease::Connect() {
  if (connection_ != nullptr && !connection_->lost() && !connection_->superseded()) return absl::OkStatus();
  connection_.reset();
  auto opened = Connection::Open(readers_.options_);
  if (!opened.ok()) {
    spdlog::warn("{}", std::string(opened.status().message()));
    return absl::AbortedError("the database cannot be reached now; retry");
  }
  connection_ = *std::move(opened);
  return absl::OkStatus();
}

}  // namespace flowmesh::store::postgres
