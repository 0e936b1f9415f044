// How a serving command shows what it does: metrics and logs.
#ifndef FLOWMESH_SERVER_CLI_OBSERVE_FLAGS_H_
#define FLOWMESH_SERVER_CLI_OBSERVE_FLAGS_H_

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "server/base/log_format.h"
#include "server/metrics/metrics_port.h"
#include "server/metrics/registry.h"

namespace flowmesh::cli {

struct ObserveFlags {
  std::string metrics_address;  // of a port for metrics alone; empty = none
  base::LogFormat log_format = base::LogFormat::kText;
  bool access_log = false;
};

// `subject`: what the access log has a line for, as in "request".
void AddObserveFlags(CLI::App& app, const std::string& subject, ObserveFlags& flags);

// Logs go to standard error from here on.
void LogToStandardError(const ObserveFlags& flags);

// Tells people what serves where: a line of the log in JSON, plain words otherwise. In one piece, since others log at
// the same time.
void Announce(const ObserveFlags& flags, const std::string& words);

// The registry of this process.
std::unique_ptr<metrics::Registry> MakeRegistry();

// Null when no address was given. `registry` must outlive the port.
absl::StatusOr<std::unique_ptr<metrics::MetricsPort>> OpenMetricsPort(const ObserveFlags& flags, bool allow_plaintext,
                                                                      const metrics::Registry* registry);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_OBSERVE_FLAGS_H_
