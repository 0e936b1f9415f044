#include "server/cli/serve_commands.h"

#include "server/cli/gateway_command.h"
#include "server/cli/replica_command.h"
#include "server/cli/worker_command.h"

namespace flowmesh::cli {

void AddServeCommands(CLI::App& app, const SecretEnvironment& secrets, ExitCode& exit_code) {
  AddDevCommand(app, secrets, exit_code);
  AddServerCommand(app, secrets, exit_code);
  AddWorkerCommand(app, secrets, exit_code);
  AddGatewayCommand(app, exit_code);
}

}  // namespace flowmesh::cli
