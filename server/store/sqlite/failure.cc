#include "server/store/sqlite/failure.h"

#include <sqlite3.h>

#include <cerrno>

#include "spdlog/spdlog.h"

namespace flowmesh::store {
namespace {

bool IsOutOfSpace(const SqliteFailure& failure) {
  switch (failure.code) {
    // The shared index of the write-ahead log could not grow. It holds nothing that a restart would not rebuild.
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_IOERR_NOMEM:
      return true;
    // SQLite itself turns ENOSPC of a write into SQLITE_FULL. A failed fsync is not here, whatever its errno: the
    // kernel may have dropped the pages that it could not write.
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_TRUNCATE:
      return failure.system_errno == ENOSPC || failure.system_errno == EDQUOT || failure.system_errno == EFBIG;
    default:
      return (failure.code & 0xff) == SQLITE_FULL || (failure.code & 0xff) == SQLITE_NOMEM;
  }
}

}  // namespace

absl::Status FailureStatus(const SqliteFailure& failure) {
  const int primary = failure.code & 0xff;
  if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
    spdlog::warn("{}: {} (code {})", failure.path, failure.detail, failure.code);
    return absl::AbortedError("another program holds a lock on the database; retry");
  }
  spdlog::error("{}: {} (code {}, errno {})", failure.path, failure.detail, failure.code, failure.system_errno);
  if (IsOutOfSpace(failure)) {
    return absl::ResourceExhaustedError("the store is out of space or memory; free some and retry");
  }
  switch (primary) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(
          "the database file is damaged; stop the server, then restore a backup or try sqlite3's .recover");
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
    case SQLITE_SCHEMA:
    case SQLITE_INTERRUPT:
    case SQLITE_NOTFOUND:  // an update of a row that is not there (writer.h)
      return absl::InternalError("the store refused a statement; the server's log says why");
    default:
      return LostStatus();
  }
}

absl::Status LostStatus() {
  return absl::DataLossError("the database cannot be read or written any more; the server's log says why; restart it");
}

}  // namespace flowmesh::store
