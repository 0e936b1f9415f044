#include "server/cli/exit_alarm.h"

#include <chrono>
#include <cstdlib>

#include "spdlog/spdlog.h"

namespace flowmesh::cli {

ExitAlarm::ExitAlarm(absl::Duration limit)
    : thread_([this, until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(limit)] {
        base::MutexLock lock(mutex_);
        while (!over_) {
          if (changed_.WaitUntil(lock, until) || over_) continue;
          spdlog::error("the tidy end takes too long; what was not acknowledged is left to the next start");
          spdlog::shutdown();
          std::_Exit(EXIT_FAILURE);
        }
      }) {}

ExitAlarm::~ExitAlarm() {
  {
    base::MutexLock lock(mutex_);
    over_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

}  // namespace flowmesh::cli
