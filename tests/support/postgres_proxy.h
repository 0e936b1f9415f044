#ifndef FLOWMESH_TESTS_SUPPORT_POSTGRES_PROXY_H_
#define FLOWMESH_TESTS_SUPPORT_POSTGRES_PROXY_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace flowmesh::testing {

// Stands on a Unix socket between clients and a PostgreSQL server, and cuts connections at the moments that matter.
// Thread-safe.
class PostgresProxy {
 public:
  // What becomes of the next bytes that a client sends. In all cases but kForward its connection is closed.
  enum class Fate {
    kForward,
    kDrop,     // they never reach the server, whose connection is closed too
    kSwallow,  // they reach it, but what it answers to a COMMIT does not reach the client
    kHold,     // they wait for Release, and the server's connection stays open
  };

  // `directory` holds the server's socket.
  explicit PostgresProxy(const std::string& directory);
  ~PostgresProxy();
  PostgresProxy(const PostgresProxy&) = delete;
  PostgresProxy& operator=(const PostgresProxy&) = delete;

  // Clients connect to the socket in this directory.
  const std::string& directory() const { return directory_.path(); }

  void OnNextBytes(Fate fate, bool then_refuse = false);
  // Until a client was cut off as OnNextBytes said.
  void WaitForCut();
  // What was held reaches the server, or its connection is closed without it.
  void Release(bool deliver);

 private:
  struct Pair {
    int client = -1;
    int server = -1;
    std::string swallowed;
  };

  void Run();
  void Accept();
  // False: the pair is finished.
  bool FromClient(Pair& pair);
  bool FromServer(Pair& pair);
  void Wake();
  void Cut(Pair& pair);

  const std::string server_path_;
  TemporaryDirectory directory_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  std::mutex mutex_;
  std::condition_variable changed_;
  Fate fate_ = Fate::kForward;
  bool then_refuse_ = false;
  bool refuses_ = false;
  bool was_cut_ = false;
  bool stop_ = false;
  int held_server_ = -1;
  std::string held_;
  std::vector<Pair> pairs_;  // of the thread alone
  std::thread thread_;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_POSTGRES_PROXY_H_
