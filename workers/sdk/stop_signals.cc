#include "workers/sdk/stop_signals.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace flowmesh::sdk {
namespace {

// A signal handler knows nothing but globals.
std::atomic<int> wake_fd = -1;

void WriteTo(int fd) {
  const uint64_t one = 1;
  // The only error, EAGAIN, means that a wake-up is already there.
  [[maybe_unused]] const ssize_t written = write(fd, &one, sizeof(one));
}

void OnSignal(int /*signal*/) {
  const int before = errno;
  const int fd = wake_fd.load();
  if (fd >= 0) WriteTo(fd);
  errno = before;
}

}  // namespace

struct StopSignals::Before {
  int fd = -1;
  struct sigaction term = {};
  struct sigaction interrupt = {};
};

StopSignals::StopSignals() : before_(new Before) {
  before_->fd = eventfd(0, EFD_CLOEXEC);
  wake_fd = before_->fd;
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, &before_->term);
  sigaction(SIGINT, &action, &before_->interrupt);
}

StopSignals::~StopSignals() {
  sigaction(SIGTERM, &before_->term, nullptr);
  sigaction(SIGINT, &before_->interrupt, nullptr);
  wake_fd = -1;
  close(before_->fd);
  delete before_;
}

void StopSignals::Wait() {
  uint64_t count = 0;
  while (read(before_->fd, &count, sizeof(count)) < 0 && errno == EINTR) {
  }
}

void StopSignals::Wake() { WriteTo(before_->fd); }

}  // namespace flowmesh::sdk
