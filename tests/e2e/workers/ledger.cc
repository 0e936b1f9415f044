#include "tests/e2e/workers/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <random>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace flowmesh::faults {

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(const std::string& path) {
  if (path.empty()) return std::unique_ptr<Ledger>(new Ledger(-1));
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat("the ledger ", path, " cannot be written"));
  return std::unique_ptr<Ledger>(new Ledger(file));
}

Ledger::~Ledger() {
  if (file_ >= 0) close(file_);
}

std::string Ledger::Start(const Work& work) {
  thread_local std::random_device device;
  const uint64_t number = (uint64_t{device()} << 32) | device();
  std::string draw = absl::StrCat(absl::Hex(number, absl::kZeroPad16));
  Write("start", work, draw);
  return draw;
}

void Ledger::Finish(const Work& work, absl::string_view draw) { Write("finish", work, draw); }

void Ledger::Fail(const Work& work, absl::string_view draw) { Write("fail", work, draw); }

void Ledger::Write(absl::string_view event, const Work& work, absl::string_view draw) const {
  if (file_ < 0) return;
  const std::string line =
      absl::StrCat(R"({"event":")", event, R"(","execution":")", work.execution_id, R"(","path":")", work.path,
                   R"(","attempt":)", work.attempt, R"(,"draw":")", draw, R"(","pid":)", getpid(), R"(,"time":)",
                   absl::ToUnixMillis(absl::Now()), "}\n");
  // Work that is not written down would look like work that was not done.
  if (write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
}

}  // namespace flowmesh::faults
