// A few read-only connections, lent one by one.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_READERS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_READERS_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "server/base/mutex.h"
#include "server/store/postgres/connection.h"

namespace flowmesh::store::postgres {

// Thread-safe. Connections are opened when they are first needed, and again after they were lost.
class Readers {
 public:
  Readers(ConnectionOptions options, int count);

  // Runs `read(Connection&)`, which answers a StatusOr; blocks until a connection is free. A read whose connection
  // breaks is done once more on a fresh one. ABORTED: the database cannot be reached now. `read` must not read through
  // these readers.
  template <typename Function>
  auto Read(Function read) -> decltype(read(std::declval<Connection&>())) {
    Lease lease(*this);
    for (bool first = true;; first = false) {
      if (absl::Status status = lease.Connect(); !status.ok()) return status;
      auto answer = read(lease.connection());
      if (answer.ok() || !lease.connection().lost() || !first) return answer;
    }
  }

 private:
  // A connection for the length of a scope.
  class Lease {
   public:
    explicit Lease(Readers& readers) : readers_(readers), connection_(readers.Take()) {}
    ~Lease() { readers_.Return(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    absl::Status Connect();
    Connection& connection() { return *connection_; }

   private:
    Readers& readers_;
    std::unique_ptr<Connection> connection_;
  };

  std::unique_ptr<Connection> Take() ABSL_LOCKS_EXCLUDED(mutex_);
  void Return(std::unique_ptr<Connection> connection) ABSL_LOCKS_EXCLUDED(mutex_);

  const ConnectionOptions options_;
  base::Mutex mutex_;
  base::CondVar returned_;
  // nullptr = one that may be opened. The one that was used last comes first.
  std::vector<std::unique_ptr<Connection>> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_READERS_H_
