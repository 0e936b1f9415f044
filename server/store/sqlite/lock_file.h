// A file that only one holder can have at a time, over all processes of a machine.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_LOCK_FILE_H_
#define FLOWMESH_SERVER_STORE_SQLITE_LOCK_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace flowmesh::store {

// Holds the lock until destroyed or until the process ends, however it ends.
class LockFile {
 public:
  // Creates the file if need be and writes the process id into it. FAILED_PRECONDITION, naming the path and the holder,
  // when somebody (this process included) has it. Does not wait.
  static absl::StatusOr<std::unique_ptr<LockFile>> Take(const std::string& path);

  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  explicit LockFile(int fd) : fd_(fd) {}

  const int fd_;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_LOCK_FILE_H_
