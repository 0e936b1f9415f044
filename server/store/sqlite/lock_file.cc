#include "server/store/sqlite/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "spdlog/spdlog.h"

namespace flowmesh::store {
namespace {

std::string HolderOf(int fd) {
  char text[32] = {};
  const ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
  if (size <= 0) return "unknown";
  return std::string(absl::StripSuffix(text, "\n"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<LockFile>> LockFile::Take(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return absl::FailedPreconditionError(absl::StrCat("cannot open ", path, ": ", std::strerror(errno)));
  std::unique_ptr<LockFile> file(new LockFile(fd));
  // flock belongs to the open file, so a second one in this process is refused as well, and closing some other
  // descriptor of the file does not let go of it (as it would with POSIX locks).
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return absl::FailedPreconditionError(absl::StrCat("cannot lock ", path, ": ", std::strerror(errno)));
    }
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is held by process ", HolderOf(fd), "; stop it or choose another directory"));
  }
  const std::string pid = absl::StrCat(getpid(), "\n");
  // The lock holds without the number, which only helps people: a full disk is no reason to refuse.
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    spdlog::warn("cannot write the process id to {}: {}", path, std::strerror(errno));
  }
  return file;
}

LockFile::~LockFile() { close(fd_); }

}  // namespace flowmesh::store
