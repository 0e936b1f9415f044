// What SQLite's errors mean to the engine.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_FAILURE_H_
#define FLOWMESH_SERVER_STORE_SQLITE_FAILURE_H_

#include <string>

#include "absl/status/status.h"

namespace flowmesh::store {

struct SqliteFailure {
  int code = 0;          // extended result code
  int system_errno = 0;  // of the last failed system call
  std::string detail;    // SQLite's message; for the log alone
  std::string path;      // of the database
};

// Logs the failure and answers what it means, in words that may reach a client:
//   ABORTED             somebody else had the database locked; nothing happened
//   RESOURCE_EXHAUSTED  no space or no memory; nothing happened
//   INTERNAL            a statement was wrong (a row twice, ...); nothing happened
//   DATA_LOSS           I/O error or a damaged file: nothing more may be acknowledged
absl::Status FailureStatus(const SqliteFailure& failure);

// What everything answers after a DATA_LOSS.
absl::Status LostStatus();

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_FAILURE_H_
