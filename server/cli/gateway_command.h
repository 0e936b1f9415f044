#ifndef FLOWMESH_SERVER_CLI_GATEWAY_COMMAND_H_
#define FLOWMESH_SERVER_CLI_GATEWAY_COMMAND_H_

#include "CLI/CLI.hpp"
#include "server/cli/exit_code.h"

namespace flowmesh::cli {

// Adds `gateway`. Both must outlive the parsing.
void AddGatewayCommand(CLI::App& app, ExitCode& exit_code);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_GATEWAY_COMMAND_H_
