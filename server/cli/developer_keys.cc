#include "server/cli/developer_keys.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"

namespace flowmesh::cli {

absl::StatusOr<std::string> DeveloperKeys(const std::string& directory, base::RandomSource& random) {
  const std::filesystem::path path = std::filesystem::path(directory) / "keys";
  // With the rows elsewhere nobody has made it yet.
  std::error_code ignored;  // what went wrong shows below
  if (std::filesystem::create_directories(directory, ignored)) {
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, ignored);
  }
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    const std::string text = absl::StrCat(base::Hex(random.NextBytes(32)), "\n");
    const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
    close(file);
    if (written) return text;
    unlink(path.c_str());
    return absl::ResourceExhaustedError(absl::StrCat("cannot write ", path.string(), ": free some space"));
  }
  if (errno != EEXIST) {
    return absl::FailedPreconditionError(absl::StrCat("cannot make ", path.string(), ": ", std::strerror(errno)));
  }
  std::ifstream in(path);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path.string(), " is empty or not readable: remove it, and a new one is made"));
  }
  return text;
}

}  // namespace flowmesh::cli
