#include "server/store/postgres/connection.h"

#include <poll.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/store/postgres/failure.h"
#include "spdlog/spdlog.h"

namespace flowmesh::store::postgres {
namespace {

constexpr int kOldestVersion = 150000;

// How much longer than its own timeouts the server may be silent before it counts as gone.
constexpr absl::Duration kSilenceMargin = absl::Seconds(15);

std::string Millis(absl::Duration duration) { return absl::StrCat(absl::ToInt64Milliseconds(duration)); }

std::string NameOf(Sql sql) { return absl::StrCat("s", static_cast<int>(sql)); }

std::string_view StateOf(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr ? "" : state;
}

std::string MessageOf(const PGresult* result) {
  return std::string(absl::StripAsciiWhitespace(PQresultErrorMessage(result)));
}

// Connecting fails in two ways: what waiting may cure, and what it cannot.
absl::Status ConnectStatus(PGconn* connection) {
  const std::string message(absl::StripAsciiWhitespace(PQerrorMessage(connection)));
  for (const char* lasting : {"authentication failed", "does not exist", "no pg_hba.conf entry", "invalid ",
                              "no password supplied", "permission denied for database"}) {
    if (message.find(lasting) != std::string::npos) {
      return absl::FailedPreconditionError(absl::StrCat("cannot use the database: ", message));
    }
  }
  return absl::UnavailableError(absl::StrCat("cannot connect to the database: ", message));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const ConnectionOptions& options) {
  Hosts left;
  while (true) {
    auto connection = OpenFirst(options, left);
    if (!connection.ok() || !(*connection)->superseded()) return connection;
    const PGconn* raw = (*connection)->connection_;
    spdlog::warn("PostgreSQL: {}:{} is passed over: another server was promoted in its place", PQhost(raw),
                 PQport(raw));
    left = OtherHosts(raw);
    if (left.empty()) {
      return absl::UnavailableError(
          "cannot connect to the database: only a former primary answers, in whose place another server was promoted");
    }
  }
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::OpenFirst(const ConnectionOptions& options,
                                                                  const Hosts& hosts) {
  const std::string connect_seconds =
      absl::StrCat(std::max<int64_t>(2, absl::ToInt64Seconds(absl::Ceil(options.connect_timeout, absl::Seconds(1)))));
  // What stands before `dbname` may be set otherwise in the address, what stands after it may not.
  const std::pair<const char*, const char*> parameters[] = {
      {"connect_timeout", connect_seconds.c_str()},
      {"keepalives", "1"},
      {"keepalives_idle", "5"},
      {"keepalives_interval", "2"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "10000"},
      {"fallback_application_name", "flowmesh"},
      {"dbname", options.url.c_str()},
      {"target_session_attrs", "read-write"},
  };
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : parameters) {
    keywords.push_back(keyword);
    values.push_back(value);
  }
  const std::pair<const char*, const std::string*> chosen[] = {
      {"host", &hosts.host}, {"hostaddr", &hosts.hostaddr}, {"port", &hosts.port}};
  for (const auto& [keyword, value] : chosen) {
    if (value->empty()) continue;
    keywords.push_back(keyword);
    values.push_back(value->c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  PGconn* raw = PQconnectdbParams(keywords.data(), values.data(), /*expand_dbname=*/1);
  if (raw == nullptr) return absl::ResourceExhaustedError("out of memory");
  std::unique_ptr<Connection> connection(new Connection(raw, options));
  if (PQstatus(raw) != CONNECTION_OK) return ConnectStatus(raw);
  if (PQserverVersion(raw) < kOldestVersion) {
    return absl::FailedPreconditionError(absl::StrCat("the database has version ", PQserverVersion(raw) / 10000,
                                                      "; PostgreSQL ", kOldestVersion / 10000, " or newer is needed"));
  }
  if (absl::Status status = connection->Prepare(options); !status.ok()) return status;
  return connection;
}

Connection::Connection(PGconn* connection, const ConnectionOptions& options)
    : connection_(connection),
      silence_limit_(absl::ToInt64Milliseconds(options.statement_timeout + kSilenceMargin)),
      newest_timeline_(options.newest_timeline) {}

Connection::~Connection() { PQfinish(connection_); }

absl::Status Connection::Prepare(const ConnectionOptions& options) {
  PQsetNoticeReceiver(connection_, OnNotice, this);
  ReadTimeline();
  // Every statement looks rows up by an index, and plans are made once, maybe while the tables are still empty: a plan
  // that reads whole tables would be kept while they grow.
  std::string sql =
      "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_bitmapscan = off; "
      "SET jit = off; SET plan_cache_mode = force_generic_plan; SET default_transaction_isolation = 'read committed'; "
      // Without these a client that vanished keeps its locks for hours.
      "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; "
      "SET tcp_user_timeout = 10000; SET client_connection_check_interval = 2000; ";
  absl::StrAppend(&sql, "SET lock_timeout = ", Millis(options.lock_timeout),
                  "; SET statement_timeout = ", Millis(options.statement_timeout),
                  "; SET idle_in_transaction_session_timeout = ", Millis(options.idle_in_transaction_timeout), "; ");
  if (options.read_only) absl::StrAppend(&sql, "SET default_transaction_read_only = on; ");
  // What a COMMIT answers must be durable; the stronger settings are the operator's choice.
  absl::StrAppend(&sql,
                  "SELECT set_config('synchronous_commit', 'on', false) "
                  "WHERE current_setting('synchronous_commit') = 'off'");
  if (PQenterPipelineMode(connection_) != 1 || PQsetnonblocking(connection_, 1) != 0) return Lost();
  return Execute(sql).status();
}

void Connection::ReadTimeline() {
  if (newest_timeline_ == nullptr) return;
  // The control file tells a new timeline only after its first checkpoint.
  const Result result(
      PQexec(connection_, "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int"));
  // A service that lets nobody ask fences its former primaries itself.
  if (result.status() != PGRES_TUPLES_OK || result.rows() != 1) return;
  timeline_ = std::atoi(result.row(0).String(0).c_str());
  int newest = newest_timeline_->load();
  while (newest < timeline_ && !newest_timeline_->compare_exchange_weak(newest, timeline_)) {
  }
}

bool Connection::superseded() const {
  return timeline_ != 0 && newest_timeline_ != nullptr && timeline_ < newest_timeline_->load();
}

absl::StatusOr<std::string> Connection::Execute(const std::string& sql) {
  if (PQexitPipelineMode(connection_) != 1) return Lost();
  PQsetnonblocking(connection_, 0);
  Result result(PQexec(connection_, sql.c_str()));
  const ExecStatusType status = result.status();
  if (PQstatus(connection_) != CONNECTION_OK) return Lost();
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return Refused(result.get());
  if (PQenterPipelineMode(connection_) != 1 || PQsetnonblocking(connection_, 1) != 0) return Lost();
  return result.rows() > 0 ? result.row(0).String(0) : "";
}

bool Connection::in_transaction() const { return !lost_ && PQtransactionStatus(connection_) != PQTRANS_IDLE; }

void Connection::Send(Sql sql, Parameters parameters) {
  const std::string name = NameOf(sql);
  const size_t number = static_cast<size_t>(sql);
  if (!prepared_[number]) {
    if (PQsendPrepare(connection_, name.c_str(), StatementOf(sql).text.c_str(), 0, nullptr) != 1) lost_ = true;
    queued_.push_back({sql, /*prepares=*/true});
    // Until its answer says otherwise: it may be queued twice in one exchange.
    prepared_[number] = true;
  }
  const Parameters::Raw raw = parameters.raw();
  if (PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(raw.values.size()), raw.values.data(),
                          raw.lengths.data(), raw.formats.data(), /*resultFormat=*/1) != 1) {
    lost_ = true;
  }
  queued_.push_back({sql});
}

absl::StatusOr<std::vector<Result>> Connection::Exchange() {
  const std::vector<Queued> queued = std::exchange(queued_, {});
  warned_ = false;
  if (lost_ || PQpipelineSync(connection_) != 1 || !Flush()) return Lost();
  std::vector<Result> results;
  absl::Status failed;
  for (const Queued& statement : queued) {
    absl::Status status = Collect(statement, results, failed);
    if (lost_) return Lost();
    if (failed.ok()) failed = status;
    if (!status.ok() && statement.prepares) prepared_[static_cast<size_t>(statement.sql)] = false;
  }
  PGresult* sync = nullptr;
  if (!Next(&sync) || sync == nullptr) return Lost();
  const bool synced = PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
  PQclear(sync);
  if (!synced) return Lost();
  if (!failed.ok()) return failed;
  return results;
}

absl::Status Connection::Collect(const Queued& queued, std::vector<Result>& results, const absl::Status& failed) {
  absl::Status status = failed;
  while (true) {
    PGresult* next = nullptr;
    if (!Next(&next)) return absl::AbortedError("");
    if (next == nullptr) return status;
    Result result(next);
    switch (result.status()) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
        if (!queued.prepares) results.push_back(std::move(result));
        break;
      case PGRES_PIPELINE_ABORTED:
        break;
      default:
        if (PQstatus(connection_) != CONNECTION_OK) {
          lost_ = true;
          return absl::AbortedError("");
        }
        status = Refused(next);
        // What is not usable any more is closed here, so that the server does not go on with it.
        if (lost_) return status;
    }
  }
}

absl::StatusOr<Result> Connection::Run(Sql sql, Parameters parameters) {
  Send(sql, std::move(parameters));
  absl::StatusOr<std::vector<Result>> results = Exchange();
  if (!results.ok()) return results.status();
  return std::move(results->front());
}

std::vector<Connection::Notification> Connection::Notifications() {
  std::vector<Notification> arrived;
  if (lost_) return arrived;
  if (PQconsumeInput(connection_) != 1) Lost().IgnoreError();
  while (PGnotify* one = PQnotifies(connection_)) {
    arrived.push_back({one->be_pid == PQbackendPID(connection_), one->extra});
    PQfreemem(one);
  }
  return arrived;
}

absl::Status Connection::Lost() {
  lost_ = true;
  return ConnectionLost(std::string(absl::StripAsciiWhitespace(PQerrorMessage(connection_))));
}

absl::Status Connection::Refused(const PGresult* result) {
  if (EndsConnection(StateOf(result))) lost_ = true;
  const char* table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);
  return FailureStatus(StateOf(result), table == nullptr ? "" : table, MessageOf(result));
}

bool Connection::Wait(bool for_write) {
  pollfd ready = {PQsocket(connection_), static_cast<short>(for_write ? POLLIN | POLLOUT : POLLIN), 0};
  const Deadline deadline = std::chrono::steady_clock::now() + silence_limit_;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    const int found = poll(&ready, 1, static_cast<int>(left));
    if (found > 0) break;
    if (found < 0 && errno != EINTR) return false;
  }
  // Answers are read also while there is more to send: the server may wait for that.
  return (ready.revents & (POLLIN | POLLHUP | POLLERR)) == 0 || PQconsumeInput(connection_) == 1;
}

bool Connection::Flush() {
  while (true) {
    const int left = PQflush(connection_);
    if (left == 0) return true;
    if (left < 0 || !Wait(/*for_write=*/true)) return false;
  }
}

bool Connection::Next(PGresult** result) {
  while (PQisBusy(connection_) != 0) {
    if (!Wait(/*for_write=*/false)) {
      lost_ = true;
      return false;
    }
  }
  *result = PQgetResult(connection_);
  return true;
}

void Connection::OnNotice(void* connection, const PGresult* notice) {
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity == nullptr || std::string_view(severity) != "WARNING") return;
  static_cast<Connection*>(connection)->warned_ = true;
  spdlog::warn("PostgreSQL: {}", MessageOf(notice));
}

}  // namespace flowmesh::store::postgres
