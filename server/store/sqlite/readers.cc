#include "server/store/sqlite/readers.h"

#include <algorithm>
#include <utility>

namespace flowmesh::store {

absl::StatusOr<std::unique_ptr<Readers>> Readers::Open(const ConnectionOptions& options, int count) {
  std::unique_ptr<Readers> readers(new Readers);
  base::MutexLock lock(readers->mutex_);
  for (int i = 0; i < std::max(count, 1); ++i) {
    absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(options);
    if (!connection.ok()) return connection.status();
    readers->free_.push_back(connection->get());
    readers->all_.push_back(*std::move(connection));
  }
  return readers;
}

Readers::Lease Readers::Take() {
  base::MutexLock lock(mutex_);
  while (free_.empty()) returned_.Wait(lock);
  // The last one returned: its cache is warm.
  Connection* connection = free_.back();
  free_.pop_back();
  return Lease(*this, connection);
}

void Readers::Return(Connection* connection) {
  {
    base::MutexLock lock(mutex_);
    free_.push_back(connection);
  }
  returned_.NotifyOne();
}

}  // namespace flowmesh::store
