#include "server/base/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace flowmesh::base {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 20;

absl::Status Unreadable(const std::string& path, int error) {
  const std::string message = absl::StrCat("cannot read ", path, ": ", std::strerror(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(message);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(message);
  return absl::InvalidArgumentError(message);
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Unreadable(path, errno);
  std::string content;
  char bytes[8192];
  ssize_t size = 0;
  do {
    size = read(file, bytes, sizeof bytes);
    if (size > 0) content.append(bytes, static_cast<size_t>(size));
  } while ((size > 0 && content.size() <= kMaxBytes) || (size < 0 && errno == EINTR));
  const int error = errno;
  close(file);
  if (size < 0) return Unreadable(path, error);
  if (content.size() > kMaxBytes) {
    return absl::InvalidArgumentError(absl::StrCat(path, " has more than 1 MiB: is it the right file?"));
  }
  return content;
}

std::string ExposureOf(const std::string& path) {
  struct stat file {};
  if (stat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode) || (file.st_mode & 077) == 0) return "";
  return absl::StrFormat("%s holds a secret and is open to other users (mode %03o): chmod 600 %s", path,
                         static_cast<unsigned>(file.st_mode & 0777), path);
}

}  // namespace flowmesh::base
