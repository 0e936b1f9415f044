// One libpq connection in pipeline mode, with its prepared statements.
//
//   connection.Send(Sql::kBegin);
//   connection.Send(Sql::kReadPayload, Parameters().BindKey(id).Bind(task));
//   auto results = connection.Exchange();  // one round trip for both
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_CONNECTION_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/store/postgres/hosts.h"
#include "server/store/postgres/parameters.h"
#include "server/store/postgres/result.h"
#include "server/store/postgres/statements.h"

namespace flowmesh::store::postgres {

struct ConnectionOptions {
  std::string url;  // postgres://..., also of several hosts, or "host=... dbname=..."
  bool read_only = false;
  absl::Duration connect_timeout = absl::Seconds(5);  // for each host
  absl::Duration lock_timeout = absl::Seconds(2);
  absl::Duration statement_timeout = absl::Seconds(30);
  // A client that stops in the middle of a transaction holds its locks no longer than this.
  absl::Duration idle_in_transaction_timeout = absl::Seconds(5);
  // The newest timeline that any connection of the store has seen; null = nobody keeps it. A promotion begins a new
  // one, and a server on an older one is a former primary that does not know of it yet: it takes writes, and would
  // answer with rows of the past.
  std::shared_ptr<std::atomic<int>> newest_timeline = nullptr;
};

// Not thread-safe; one thread at a time. Everything blocks, bounded by the timeouts of the options.
class Connection {
 public:
  // Connects to the first host that accepts writes and is not superseded. UNAVAILABLE: there is none now;
  // FAILED_PRECONDITION: the address or the credentials are wrong, or the server is too old. The message names no
  // password.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnectionOptions& options);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs statements without parameters, separated by semicolons; answers the first column of the last one's first row,
  // "" if there is none. Not while statements are queued.
  absl::StatusOr<std::string> Execute(const std::string& sql);

  // Queues a statement.
  void Send(Sql sql, Parameters parameters = Parameters());

  // Sends what is queued and waits for the answers, in order. The first failure ends the whole queue; outside of a
  // transaction nothing of it has happened then.
  absl::StatusOr<std::vector<Result>> Exchange();

  // Send and Exchange of one statement.
  absl::StatusOr<Result> Run(Sql sql, Parameters parameters = Parameters());

  // What this session LISTENs to.
  struct Notification {
    bool from_self = false;
    std::string text;
  };
  // What has arrived since the last call; does not wait. It may have come with the answer of a statement, when the
  // socket has nothing more to tell.
  std::vector<Notification> Notifications();
  // To wait until something arrives.
  int socket() const { return PQsocket(connection_); }

  // Broken, or of no more use. What was sent last may or may not have happened.
  bool lost() const { return lost_; }
  // Whether the server warned in the last exchange: a COMMIT with a warning did not wait for its standbys.
  bool warned() const { return warned_; }
  bool in_transaction() const;
  // Whether another server has been promoted since.
  bool superseded() const;

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  struct Queued {
    Sql sql;
    bool prepares = false;
  };

  Connection(PGconn* connection, const ConnectionOptions& options);

  // To the first host that accepts writes: of `hosts`, unless there are none, else of the address.
  static absl::StatusOr<std::unique_ptr<Connection>> OpenFirst(const ConnectionOptions& options, const Hosts& hosts);
  absl::Status Prepare(const ConnectionOptions& options);
  void ReadTimeline();
  absl::Status Lost();
  absl::Status Refused(const PGresult* result);
  // False: the connection is broken, or the server was silent for too long.
  bool Wait(bool for_write);
  bool Flush();
  // The next result; nullptr ends the results of one statement. False: broken.
  bool Next(PGresult** result);
  absl::Status Collect(const Queued& queued, std::vector<Result>& results, const absl::Status& failed);
  static void OnNotice(void* connection, const PGresult* notice);

  PGconn* const connection_;
  const std::chrono::milliseconds silence_limit_;
  const std::shared_ptr<std::atomic<int>> newest_timeline_;
  int timeline_ = 0;  // 0 = not known
  std::array<bool, kSqlCount> prepared_ = {};
  std::vector<Queued> queued_;
  bool lost_ = false;
  bool warned_ = false;
};

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_CONNECTION_H_
