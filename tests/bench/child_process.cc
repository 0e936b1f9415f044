#include "tests/bench/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::bench {
namespace {

constexpr size_t kLogShown = 2000;  // bytes of a log that an error message shows

// Runs in the forked child: only async-signal-safe calls.
[[noreturn]] void Become(char** arguments, const char* log_file) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = open(log_file, O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int nothing = open("/dev/null", O_RDONLY);
  if (log >= 0 && nothing >= 0) {
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
  }
  close_range(STDERR_FILENO + 1, ~0U, 0);
  execv(arguments[0], arguments);
  _exit(127);
}

int ToPollTimeout(absl::Duration timeout) {
  return static_cast<int>(std::max<int64_t>(0, absl::ToInt64Milliseconds(timeout)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Spawn(std::vector<std::string> arguments,
                                                                  std::string log_file) {
  if (access(arguments.front().c_str(), X_OK) != 0) {
    return absl::NotFoundError(absl::StrCat(arguments.front(), " is not there: build it first"));
  }
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) return absl::ErrnoToStatus(errno, "fork");
  if (pid == 0) Become(pointers.data(), log_file.c_str());
  // Not pidfd_open(): in glibc 2.36 its header lacks extern "C".
  const int watch = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (watch < 0) {
    const int error = errno;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return absl::ErrnoToStatus(error, "pidfd_open");
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, watch, std::move(log_file)));
}

ChildProcess::~ChildProcess() {
  Stop();
  close(watch_);
}

void ChildProcess::Stop(absl::Duration patience) {
  if (pid_ == 0) return;
  kill(pid_, SIGTERM);
  if (!HasEnded(patience)) kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

bool ChildProcess::HasEnded(absl::Duration timeout) const {
  pollfd watched{.fd = watch_, .events = POLLIN, .revents = 0};
  return poll(&watched, 1, ToPollTimeout(timeout)) > 0;
}

int64_t ChildProcess::ResidentBytes() const {
  if (pid_ == 0) return 0;
  std::ifstream in(absl::StrCat("/proc/", pid_, "/statm"));
  int64_t total = 0;
  int64_t resident = 0;
  in >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

double ChildProcess::ProcessorSeconds() const {
  if (pid_ == 0) return 0;
  std::ifstream in(absl::StrCat("/proc/", pid_, "/stat"));
  const std::string stat{std::istreambuf_iterator<char>(in), {}};
  const size_t name_end = stat.rfind(')');  // the name may hold anything
  if (name_end == std::string::npos) return 0;
  // proc(5): the name is field 2; fields 14 and 15 are the ticks in user and kernel mode.
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  int64_t user = 0;
  int64_t kernel = 0;
  fields >> user >> kernel;
  return static_cast<double>(user + kernel) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

absl::StatusOr<std::string> ChildProcess::ReadLineFrom(const std::string& path, absl::Duration timeout) const {
  // Opened for writing too, so that neither side of the FIFO waits for the other in open().
  const int fifo = open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fifo < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  const absl::Time deadline = absl::Now() + timeout;
  std::string text;
  absl::Status status;
  while (status.ok() && text.find('\n') == std::string::npos) {
    std::array<pollfd, 2> watched = {
        {{.fd = fifo, .events = POLLIN, .revents = 0}, {.fd = watch_, .events = POLLIN, .revents = 0}}};
    if (poll(watched.data(), watched.size(), ToPollTimeout(deadline - absl::Now())) == 0) {
      status = absl::DeadlineExceededError(
          absl::StrCat("not serving after ", absl::FormatDuration(timeout), "\n", LogEnd()));
    } else if ((watched[0].revents & POLLIN) != 0) {
      std::array<char, 256> buffer;
      const ssize_t got = read(fifo, buffer.data(), buffer.size());
      if (got > 0) text.append(buffer.data(), static_cast<size_t>(got));
    } else if (watched[1].revents != 0) {
      status = absl::UnavailableError(absl::StrCat("the process ended before it served\n", LogEnd()));
    }
  }
  close(fifo);
  if (!status.ok()) return status;
  return text.substr(0, text.find('\n'));
}

std::string ChildProcess::LogEnd() const {
  std::ifstream in(log_file_);
  const std::string log{std::istreambuf_iterator<char>(in), {}};
  return log.size() <= kLogShown ? log : log.substr(log.size() - kLogShown);
}

}  // namespace flowmesh::bench
