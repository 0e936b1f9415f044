// Files as DirectoryStore needs them: errors as ObjectStore says, and durable when they say so.
#ifndef FLOWMESH_SERVER_ARTIFACTS_DIRECTORY_FILES_H_
#define FLOWMESH_SERVER_ARTIFACTS_DIRECTORY_FILES_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace flowmesh::artifacts {

// An open file. Not thread-safe.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() { Close(); }
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  int descriptor() const { return descriptor_; }
  void Close();

 private:
  int descriptor_ = -1;
};

// Makes the status of a failed call out of `code` (an errno) and logs it with the path, which the status does not name.
absl::Status FileError(absl::string_view doing, const std::string& path, int code);

// `flags` as for open(2); new files are for this user alone.
absl::StatusOr<File> OpenFile(const std::string& path, int flags);
// All of it.
absl::Status WriteAll(const File& file, const std::string& path, absl::string_view bytes);
absl::Status Sync(const File& file, const std::string& path);
// So that what was created in, renamed into or deleted from it stays so.
absl::Status SyncDirectory(const std::string& path);
// The directory and those above it. Answers whether the last one is new.
absl::StatusOr<bool> MakeDirectories(const std::string& path);

}  // namespace flowmesh::artifacts

#endif  // FLOWMESH_SERVER_ARTIFACTS_DIRECTORY_FILES_H_
