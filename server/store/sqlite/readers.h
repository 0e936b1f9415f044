// A few read-only connections, lent one by one.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_READERS_H_
#define FLOWMESH_SERVER_STORE_SQLITE_READERS_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/mutex.h"
#include "server/store/sqlite/connection.h"

namespace flowmesh::store {

// Thread-safe. Outlives its leases.
class Readers {
 public:
  // A connection for the length of a scope.
  class Lease {
   public:
    Lease(Readers& readers, Connection* connection) : readers_(readers), connection_(connection) {}
    ~Lease() { readers_.Return(connection_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    Connection& connection() { return *connection_; }

   private:
    Readers& readers_;
    Connection* const connection_;
  };

  static absl::StatusOr<std::unique_ptr<Readers>> Open(const ConnectionOptions& options, int count);

  // Blocks until one is free. A thread that holds a lease must not take another.
  Lease Take() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Readers() = default;
  void Return(Connection* connection) ABSL_LOCKS_EXCLUDED(mutex_);

  std::vector<std::unique_ptr<Connection>> all_;
  base::Mutex mutex_;
  base::CondVar returned_;
  std::vector<Connection*> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_READERS_H_
