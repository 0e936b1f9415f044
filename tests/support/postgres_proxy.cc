#include "tests/support/postgres_proxy.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace flowmesh::testing {
namespace {

constexpr char kSocketName[] = "/.s.PGSQL.5432";
// CommandComplete of a COMMIT.
constexpr std::string_view kCommitted("COMMIT\0", 7);

sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof(address.sun_path), "%s", path.c_str());
  return address;
}

int ConnectTo(const std::string& path) {
  const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = AddressOf(path);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return connection;
  close(connection);
  return -1;
}

bool WriteAll(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

std::string ReadSome(int from) {
  std::string bytes(size_t{64} << 10, '\0');
  const ssize_t found = read(from, bytes.data(), bytes.size());
  bytes.resize(found > 0 ? static_cast<size_t>(found) : 0);
  return bytes;
}

void CloseOnce(int& file) {
  if (file >= 0) close(file);
  file = -1;
}

}  // namespace

PostgresProxy::PostgresProxy(const std::string& directory) : server_path_(directory + kSocketName) {
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = AddressOf(directory_.path() + kSocketName);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener_, 50) != 0 || pipe2(wake_, O_CLOEXEC) != 0) {
    std::perror("the proxy of PostgreSQL");
    std::abort();
  }
  thread_ = std::thread([this] { Run(); });
}

PostgresProxy::~PostgresProxy() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  Wake();
  thread_.join();
  for (Pair& pair : pairs_) {
    CloseOnce(pair.client);
    CloseOnce(pair.server);
  }
  CloseOnce(held_server_);
  CloseOnce(listener_);
  CloseOnce(wake_[0]);
  CloseOnce(wake_[1]);
}

void PostgresProxy::Wake() {
  if (write(wake_[1], "w", 1) != 1) std::abort();
}

void PostgresProxy::OnNextBytes(Fate fate, bool then_refuse) {
  const std::lock_guard lock(mutex_);
  fate_ = fate;
  then_refuse_ = then_refuse;
  was_cut_ = false;
}

void PostgresProxy::WaitForCut() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return was_cut_; });
}

void PostgresProxy::Release(bool deliver) {
  const std::lock_guard lock(mutex_);
  if (deliver) {
    if (!WriteAll(held_server_, held_)) std::abort();
    std::string answer;
    for (std::string bytes = ReadSome(held_server_); !bytes.empty(); bytes = ReadSome(held_server_)) {
      answer += bytes;
      if (answer.find(kCommitted) != std::string::npos) break;
    }
  }
  CloseOnce(held_server_);
}

void PostgresProxy::Run() {
  while (true) {
    std::vector<pollfd> ready = {{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    const size_t pairs = pairs_.size();
    for (const Pair& pair : pairs_) {
      ready.push_back({pair.client, POLLIN, 0});
      ready.push_back({pair.server, POLLIN, 0});
    }
    if (poll(ready.data(), ready.size(), -1) < 0) continue;
    {
      const std::lock_guard lock(mutex_);
      if (stop_) return;
    }
    for (size_t i = pairs; i-- > 0;) {
      bool goes_on = true;
      if (ready[2 * i + 2].revents != 0) goes_on = FromClient(pairs_[i]);
      if (goes_on && ready[2 * i + 3].revents != 0) goes_on = FromServer(pairs_[i]);
      if (goes_on) continue;
      CloseOnce(pairs_[i].client);
      CloseOnce(pairs_[i].server);
      pairs_.erase(pairs_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (ready[1].revents != 0) Accept();
  }
}

void PostgresProxy::Accept() {
  Pair pair;
  pair.client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  bool refuses = false;
  {
    const std::lock_guard lock(mutex_);
    refuses = refuses_;
  }
  if (!refuses) pair.server = ConnectTo(server_path_);
  if (pair.server < 0) {
    CloseOnce(pair.client);
  } else {
    pairs_.push_back(std::move(pair));
  }
}

void PostgresProxy::Cut(Pair& pair) {
  CloseOnce(pair.client);
  refuses_ = then_refuse_;
  was_cut_ = true;
  changed_.notify_all();
}

bool PostgresProxy::FromClient(Pair& pair) {
  std::string bytes = ReadSome(pair.client);
  if (bytes.empty()) return false;
  const std::lock_guard lock(mutex_);
  switch (std::exchange(fate_, Fate::kForward)) {
    case Fate::kForward:
      return WriteAll(pair.server, bytes);
    case Fate::kDrop:
      // The server notices first, so that nothing of it is left when the client asks.
      CloseOnce(pair.server);
      Cut(pair);
      return false;
    case Fate::kSwallow:
      pair.swallowed = "?";
      return WriteAll(pair.server, bytes);
    case Fate::kHold:
      held_ = std::move(bytes);
      held_server_ = std::exchange(pair.server, -1);
      Cut(pair);
      return false;
  }
  return false;
}

bool PostgresProxy::FromServer(Pair& pair) {
  const std::string bytes = ReadSome(pair.server);
  if (bytes.empty()) return false;
  if (pair.swallowed.empty()) return WriteAll(pair.client, bytes);
  pair.swallowed += bytes;
  if (pair.swallowed.find(kCommitted) == std::string::npos) return true;
  const std::lock_guard lock(mutex_);
  Cut(pair);
  return false;
}

}  // namespace flowmesh::testing
