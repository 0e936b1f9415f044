// Copies of the embedded store's database that are kept elsewhere, and the way back.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_BACKUP_H_
#define FLOWMESH_SERVER_STORE_SQLITE_BACKUP_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace flowmesh::store {

struct BackupFacts {
  int64_t bytes = 0;    // size of the file
  int64_t version = 0;  // of its tables
};

// Hears how many pages of how many are copied, now and then.
using BackupProgress = std::function<void(int copied, int all)>;

// Copies the database in `directory` into the new file `file`, also while a server works on it, which goes on
// undisturbed: all that was acknowledged before the call, and of what is written meanwhile nothing. The file is
// written as FILE.partial and has its name once it is synced and proved whole; a backup that dies leaves the former,
// which the next one writes over. Until it ends the server's write-ahead log cannot start over and grows.
//
// FAILED_PRECONDITION: there is no database of ours, the file exists or cannot be written, or another backup writes it;
// RESOURCE_EXHAUSTED: no room for the copy; DATA_LOSS: the database is damaged. Blocks.
absl::StatusOr<BackupFacts> BackUpDatabase(const std::string& directory, const std::string& file,
                                           const BackupProgress& progress = nullptr);

// Makes `directory`, which may hold nothing but artifacts, one with the database of a backup. The file is proved whole
// first. A restore that dies leaves no database there, and can be repeated.
//
// FAILED_PRECONDITION: a server has the directory, something is in it, or it cannot be written; the file is not there,
// no backup, damaged, or newer than this program. RESOURCE_EXHAUSTED: no room. Nothing is changed then. Blocks.
absl::StatusOr<BackupFacts> RestoreDatabase(const std::string& file, const std::string& directory);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_BACKUP_H_
