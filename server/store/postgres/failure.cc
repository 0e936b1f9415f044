#include "server/store/postgres/failure.h"

#include <algorithm>
#include <array>

#include "spdlog/spdlog.h"

namespace flowmesh::store::postgres {
namespace {

using namespace std::string_view_literals;

constexpr std::array kTryAgain = {
    "40001"sv,  // serialization_failure
    "40P01"sv,  // deadlock_detected
    "55P03"sv,  // lock_not_available: lock_timeout
    "57014"sv,  // query_canceled: statement_timeout, or by hand
    "57P01"sv,  // admin_shutdown
    "57P02"sv,  // crash_shutdown
    "57P03"sv,  // cannot_connect_now
    "25P03"sv,  // idle_in_transaction_session_timeout
    "25006"sv,  // read_only_sql_transaction: a standby now
    "0A000"sv,  // "cached plan must not change result type"
    "26000"sv,  // a prepared statement is gone
    "53300"sv,  // too_many_connections
};

// Of these two replicas may make the same row at once; whoever comes second finds it when it tries again.
constexpr std::array kMadeByAnyone = {"aliases"sv, "artifacts"sv, "resources"sv};

bool MetAnothersRow(std::string_view sqlstate, std::string_view table) {
  return sqlstate == "23505" && std::find(kMadeByAnyone.begin(), kMadeByAnyone.end(), table) != kMadeByAnyone.end();
}

bool StartsWith(std::string_view sqlstate, std::string_view prefix) {
  return sqlstate.substr(0, prefix.size()) == prefix;
}

}  // namespace

absl::Status FailureStatus(std::string_view sqlstate, std::string_view table, std::string_view detail) {
  if (std::find(kTryAgain.begin(), kTryAgain.end(), sqlstate) != kTryAgain.end() || StartsWith(sqlstate, "08") ||
      MetAnothersRow(sqlstate, table)) {
    spdlog::warn("PostgreSQL: {} ({})", detail, sqlstate);
    return absl::AbortedError("the database could not do this now; retry");
  }
  spdlog::error("PostgreSQL: {} ({})", detail, sqlstate);
  if (StartsWith(sqlstate, "53")) {
    return absl::ResourceExhaustedError("the store is out of space or memory; free some and retry");
  }
  if (StartsWith(sqlstate, "58") || sqlstate == "XX001" || sqlstate == "XX002") return LostStatus();
  return absl::InternalError("the store refused a statement; the server's log says why");
}

bool EndsConnection(std::string_view sqlstate) {
  return sqlstate == "25006" || sqlstate == "0A000" || sqlstate == "26000" || StartsWith(sqlstate, "57P") ||
         StartsWith(sqlstate, "08");
}

absl::Status ConnectionLost(std::string_view detail) {
  spdlog::warn("PostgreSQL: the connection is lost: {}", detail);
  return absl::AbortedError("the connection to the database was lost; retry");
}

absl::Status LostStatus() {
  return absl::DataLossError("the database cannot be read or written any more; the server's log says why; restart it");
}

}  // namespace flowmesh::store::postgres
