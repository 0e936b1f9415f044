// What every command does that serves until it is stopped.
#ifndef FLOWMESH_SERVER_CLI_SERVING_PROCESS_H_
#define FLOWMESH_SERVER_CLI_SERVING_PROCESS_H_

#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/base/file_watch.h"
#include "server/base/random.h"
#include "server/cli/exit_code.h"

namespace flowmesh::cli {

// Says why the command cannot serve, and with which code it ends.
ExitCode Fail(const absl::Status& status);

// Logs a warning for each of these files that others can read. Empty names are passed over.
void WarnOfExposedSecrets(const std::vector<std::string>& paths);

// A watch whose reports are logged. `random` must outlive it.
std::unique_ptr<base::FileWatch> LoggedFileWatch(base::RandomSource* random);

// Blocks SIGTERM, SIGINT and SIGHUP for this thread and those it starts, so that Wait receives them.
class StopSignal {
 public:
  StopSignal();
  // Returns at SIGTERM or SIGINT. SIGHUP calls `reload`, or, when that is null, means the same: the terminal is gone.
  void Wait(const std::function<void()>& reload) const;

 private:
  sigset_t signals_;
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_SERVING_PROCESS_H_
