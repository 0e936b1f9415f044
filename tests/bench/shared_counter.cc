#include "tests/bench/shared_counter.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace flowmesh::bench {

absl::StatusOr<std::unique_ptr<SharedCounter>> SharedCounter::Open(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  void* memory = MAP_FAILED;
  if (ftruncate(file, sizeof(int64_t)) == 0) {
    memory = mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  const int error = errno;
  close(file);
  if (memory == MAP_FAILED) return absl::ErrnoToStatus(error, absl::StrCat("cannot map ", path));
  return std::unique_ptr<SharedCounter>(new SharedCounter(static_cast<std::atomic<int64_t>*>(memory)));
}

SharedCounter::~SharedCounter() { munmap(value_, sizeof(int64_t)); }

}  // namespace flowmesh::bench
