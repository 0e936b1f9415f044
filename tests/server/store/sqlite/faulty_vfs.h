// A SQLite VFS that fails on request and otherwise does what the default one does.
#ifndef FLOWMESH_TESTS_SERVER_STORE_SQLITE_FAULTY_VFS_H_
#define FLOWMESH_TESTS_SERVER_STORE_SQLITE_FAULTY_VFS_H_

#include <sqlite3.h>

#include <atomic>
#include <string>

namespace flowmesh::testing {

// Registered under name() for its life; no connection may outlive it. The results count for all connections and
// threads.
class FaultyVfs {
 public:
  // What a call answers instead of doing its work; SQLITE_OK = it does its work.
  struct Results {
    std::atomic<int> wal_write = SQLITE_OK;
    std::atomic<int> wal_sync = SQLITE_OK;
    std::atomic<int> database_write = SQLITE_OK;
    std::atomic<int> database_sync = SQLITE_OK;
    std::atomic<int> database_read = SQLITE_OK;
  };

  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  const std::string& name() const { return name_; }
  Results& results() { return results_; }

 private:
  const std::string name_ = "faulty";
  Results results_;
  sqlite3_vfs vfs_ = {};
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SERVER_STORE_SQLITE_FAULTY_VFS_H_
