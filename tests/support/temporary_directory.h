#ifndef FLOWMESH_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
#define FLOWMESH_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace flowmesh::testing {

// A fresh directory, removed with everything in it when this object goes.
class TemporaryDirectory {
 public:
  enum class On { kDisk, kMemory };

  // kMemory uses /dev/shm where it exists: SQLite with synchronous=FULL is quick there.
  explicit TemporaryDirectory(On on = On::kDisk) {
    std::error_code error;
    const bool shm = on == On::kMemory && std::filesystem::is_directory("/dev/shm", error);
    std::string pattern =
        (shm ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) / "flowmesh-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
      std::perror("mkdtemp");
      std::abort();
    }
    path_ = pattern;
  }

  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

  // The path of `name` in it.
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
