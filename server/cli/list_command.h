#ifndef FLOWMESH_SERVER_CLI_LIST_COMMAND_H_
#define FLOWMESH_SERVER_CLI_LIST_COMMAND_H_

#include <map>
#include <string>
#include <vector>

#include "server/cli/connection.h"
#include "server/cli/exit_code.h"
#include "server/cli/terminal.h"

namespace flowmesh::cli {

struct ListOptions {
  std::string flow;                           // empty = of any
  std::vector<v1::Execution::State> states;   // empty = in any
  std::map<std::string, std::string> labels;  // all of them
  std::string owner;                          // empty = the caller, `*` = everybody
  int limit = 50;                             // most executions shown
  bool json = false;                          // one execution per line
};

// Prints executions on `out`, newest first. Blocks.
ExitCode ListExecutions(const ListOptions& options, const ConnectionOptions& connection, const Terminal& terminal);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_LIST_COMMAND_H_
