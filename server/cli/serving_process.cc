#include "server/cli/serving_process.h"

#include <pthread.h>

#include <iostream>

#include "absl/strings/str_join.h"
#include "server/base/secret_file.h"
#include "spdlog/spdlog.h"

namespace flowmesh::cli {

ExitCode Fail(const absl::Status& status) {
  std::cerr << "flowmesh: " << status.message() << "\n";
  return status.code() == absl::StatusCode::kInvalidArgument ? ExitCode::kUsage : ExitCode::kFailed;
}

void WarnOfExposedSecrets(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    if (const std::string exposure = base::ExposureOf(path); !exposure.empty()) spdlog::warn("{}", exposure);
  }
}

std::unique_ptr<base::FileWatch> LoggedFileWatch(base::RandomSource* random) {
  return std::make_unique<base::FileWatch>(
      base::FileWatchOptions(), random, [](const std::vector<std::string>& paths, const absl::Status& status) {
        const std::string names = absl::StrJoin(paths, ", ");
        if (status.ok()) {
          spdlog::info("read again and in use: {}", names);
        } else {
          spdlog::error("{}; what was read before stays in use", std::string(status.message()));
        }
      });
}

StopSignal::StopSignal() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

void StopSignal::Wait(const std::function<void()>& reload) const {
  int received = 0;
  while (sigwait(&signals_, &received) != 0 || (received == SIGHUP && reload)) {
    if (received == SIGHUP) reload();
  }
}

}  // namespace flowmesh::cli
