#include "server/artifacts/directory_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "spdlog/spdlog.h"

namespace flowmesh::artifacts {

void File::Close() {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
}

absl::Status FileError(absl::string_view doing, const std::string& path, int code) {
  const std::string why = std::error_code(code, std::generic_category()).message();
  spdlog::error("{} {}: {} (errno {})", std::string(doing), path, why, code);
  if (code == ENOENT) return absl::NotFoundError("there is no such object");
  // EFBIG: the limit of the process or of the file system for one file.
  if (code == ENOSPC || code == EDQUOT || code == EFBIG || code == ENOMEM) {
    return base::Error(absl::StatusCode::kResourceExhausted, "OUT_OF_SPACE",
                       "the object store is out of space and nothing was kept: make room, or try again once there is "
                       "some")
        .RetryAfter(absl::Seconds(5));
  }
  if (code == EMFILE || code == ENFILE) {
    return base::Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_FILES",
                       "the server has too many open files: try again shortly")
        .RetryAfter(absl::Seconds(1));
  }
  return absl::InternalError("the object store failed; the server's log says how");
}

absl::StatusOr<File> OpenFile(const std::string& path, int flags) {
  constexpr mode_t kOwnerOnly = 0600;
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) return FileError("cannot open", path, errno);
  return File(descriptor);
}

absl::Status WriteAll(const File& file, const std::string& path, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file.descriptor(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("cannot write to", path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status Sync(const File& file, const std::string& path) {
  if (fsync(file.descriptor()) == 0) return absl::OkStatus();
  return FileError("cannot sync", path, errno);
}

absl::Status SyncDirectory(const std::string& path) {
  const absl::StatusOr<File> directory = OpenFile(path, O_RDONLY | O_DIRECTORY);
  if (!directory.ok()) return directory.status();
  return Sync(*directory, path);
}

absl::StatusOr<bool> MakeDirectories(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string prefix = path.substr(0, end);
    const bool made = mkdir(prefix.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) return FileError("cannot make the directory", prefix, errno);
    if (end == std::string::npos) return made;
  }
}

}  // namespace flowmesh::artifacts
