#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "server/cli/client_commands.h"
#include "server/cli/exit_code.h"
#include "server/cli/flags.h"
#include "server/cli/serve_commands.h"
#include "server/cli/terminal.h"

int main(int argc, char** argv) {
  using flowmesh::cli::ExitCode;
  CLI::App app("flowmesh runs long jobs so that nothing is lost, nothing takes effect twice, and everybody can watch.",
               "flowmesh");
  app.require_subcommand(1);
  ExitCode exit_code = ExitCode::kOk;
  flowmesh::cli::AddServeCommands(app, exit_code);
  flowmesh::cli::AddClientCommands(app, flowmesh::cli::Terminal::OfProcess(), exit_code);
  // Commands run inside parse(), so the secret is hidden before: CLI11 reads its own copy of the arguments.
  std::vector<std::string> arguments(argv + 1, argv + argc);
  flowmesh::cli::HideFlagValue(argc, argv, "--token");
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  return static_cast<int>(exit_code);
}
