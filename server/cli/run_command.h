#ifndef FLOWMESH_SERVER_CLI_RUN_COMMAND_H_
#define FLOWMESH_SERVER_CLI_RUN_COMMAND_H_

#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "server/cli/connection.h"
#include "server/cli/exit_code.h"
#include "server/cli/terminal.h"

namespace flowmesh::cli {

struct RunOptions {
  std::string flow;
  std::string input;       // JSON; empty = input_file
  std::string input_file;  // `-` = standard input; empty too = the input type's default
  std::map<std::string, std::string> labels;
  std::optional<absl::Duration> timeout;
  std::string idempotency_key;  // empty = a random one, so that a repeated call makes no second execution
  std::optional<int> priority;  // 0 (first) to 9
  bool follow = true;
};

// Creates and starts an execution, shows its events on `err` until it is final and prints its output as JSON on `out`;
// without `follow` prints its id and returns. Ctrl-C asks to cancel the execution and waits for the outcome, a second
// one leaves. Blocks. The exit code is the outcome's.
ExitCode RunFlow(const RunOptions& options, const ConnectionOptions& connection, const Terminal& terminal);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_RUN_COMMAND_H_
