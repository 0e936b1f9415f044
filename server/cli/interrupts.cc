#include "server/cli/interrupts.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "server/cli/exit_code.h"

namespace flowmesh::cli {
namespace {

// A signal handler reaches nothing but globals.
std::atomic<int> write_end{-1};
std::atomic<bool> interrupted{false};
struct sigaction old_interrupt;

void HandleSignal(int) {
  const int saved_errno = errno;
  // The listener may be busy with the first one: whoever asks twice wants to leave now.
  if (interrupted.exchange(true)) _exit(static_cast<int>(ExitCode::kInterrupted));
  const char byte = 'i';
  [[maybe_unused]] const ssize_t written = write(write_end.load(), &byte, 1);
  errno = saved_errno;
}

}  // namespace

Interrupts::Interrupts(std::function<void()> on_interrupt) : on_interrupt_(std::move(on_interrupt)) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return;  // without it Ctrl-C simply ends the process
  write_end = ends[1];
  interrupted = false;
  listener_ = std::thread([this, read_end = ends[0]] { Listen(read_end); });
  struct sigaction action = {};
  action.sa_handler = HandleSignal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, &old_interrupt);
}

Interrupts::~Interrupts() {
  if (!listener_.joinable()) return;
  sigaction(SIGINT, &old_interrupt, nullptr);
  close(write_end.exchange(-1));
  listener_.join();
}

void Interrupts::Listen(int read_end) {
  char byte = 0;
  ssize_t count = 0;
  do {
    count = read(read_end, &byte, 1);
  } while (count < 0 && errno == EINTR);
  if (count == 1) on_interrupt_();
  close(read_end);
}

}  // namespace flowmesh::cli
