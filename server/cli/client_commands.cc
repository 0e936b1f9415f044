#include "server/cli/client_commands.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "server/base/secret_file.h"
#include "server/cli/cancel_command.h"
#include "server/cli/flags.h"
#include "server/cli/inspect_command.h"
#include "server/cli/list_command.h"
#include "server/cli/logs_command.h"
#include "server/cli/run_command.h"
#include "server/cli/tls_flags.h"
#include "server/cli/token_command.h"

namespace flowmesh::cli {
namespace {

// What a command's flags fill and its callback reads; it lives as long as the callback.
template <typename Options>
struct Parsed {
  Options command;
  ConnectionOptions connection;
};

void WarnOfExposure(const std::string& path, const Terminal& terminal) {
  if (path.empty()) return;
  if (const std::string exposure = base::ExposureOf(path); !exposure.empty()) {
    *terminal.err << "warning: " << exposure << "\n";
  }
}

void AddConnectionFlags(CLI::App& app, const Terminal& terminal, const SecretEnvironment& secrets,
                        ConnectionOptions& options) {
  options.token = secrets.token;
  app.add_option("--server", options.server, kServerWords)->envname("FLOWMESH_SERVER")->capture_default_str();
  app.add_option("--token-file", options.token_file, "File that holds the bearer token (or FLOWMESH_TOKEN)")
      ->type_name("FILE")
      ->each([terminal](const std::string& path) { WarnOfExposure(path, terminal); });
  AddChannelTlsFlags(app, options.tls, options.allow_plaintext);
  AddDurationFlag(
      app, "--deadline", [&options](absl::Duration d) { options.deadline = d; },
      "How long one call may take, its retries included [10s]");
}

CLI::Option* AddExecutionId(CLI::App& app, std::string& id) {
  return app.add_option("id", id, "The execution's id")->required();
}

void AddRun(CLI::App& app, const Terminal& terminal, const SecretEnvironment& secrets, ExitCode& exit_code) {
  CLI::App& command = *app.add_subcommand("run", "Create and start an execution, follow it, print its output");
  auto parsed = std::make_shared<Parsed<RunOptions>>();
  RunOptions& options = parsed->command;
  command.add_option("flow", options.flow, "Name of the flow")->required();
  CLI::Option* input = command.add_option("--input", options.input, "The input message as JSON; - = standard input");
  command.add_option("--input-file", options.input_file, "File that holds the input; - = standard input")
      ->type_name("FILE")
      ->excludes(input);
  AddPairsFlag(command, "--label", &options.labels, "Label of the execution; may be repeated");
  AddDurationFlag(
      command, "--timeout", [&options](absl::Duration d) { options.timeout = d; },
      "The execution is TIMED_OUT after this long [none]");
  command.add_option("--key", options.idempotency_key,
                     "Idempotency key: the same key means the same execution [a random one]");
  command
      .add_option_function<int>(
          "--priority", [&options](int priority) { options.priority = priority; },
          "Order among your own work, 0 (first) to 9 [5]")
      ->check(CLI::Range(0, 9));
  command.add_flag("!--no-follow", options.follow, "Print the execution's id and return");
  AddConnectionFlags(command, terminal, secrets, parsed->connection);
  command.callback(
      [parsed, terminal, &exit_code] { exit_code = RunFlow(parsed->command, parsed->connection, terminal); });
}

void AddLogs(CLI::App& app, const Terminal& terminal, const SecretEnvironment& secrets, ExitCode& exit_code) {
  CLI::App& command = *app.add_subcommand("logs", "Print an execution's events");
  auto parsed = std::make_shared<Parsed<LogsOptions>>();
  LogsOptions& options = parsed->command;
  AddExecutionId(command, options.execution_id);
  command.add_flag("-f,--follow", options.follow, "Stay until the execution is final");
  command.add_option("--after", options.after, "Begin after this seq")->check(CLI::NonNegativeNumber);
  command
      .add_option("--kinds", options.kinds,
                  "Only these kinds, comma-separated: log, output, progress, state, child, usage, artifact")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_flag("--json", options.json, "One event per line as JSON");
  AddConnectionFlags(command, terminal, secrets, parsed->connection);
  command.callback(
      [parsed, terminal, &exit_code] { exit_code = ShowLogs(parsed->command, parsed->connection, terminal); });
}

std::vector<v1::Execution::State> ReadStates(const std::vector<std::string>& names) {
  std::vector<v1::Execution::State> states;
  for (const std::string& name : names) {
    v1::Execution::State state = v1::Execution::STATE_UNSPECIFIED;
    if (!v1::Execution::State_Parse(absl::AsciiStrToUpper(name), &state) || state == 0) {
      throw CLI::ValidationError("--state", "\"" + name + "\" is no state of an execution; RUNNING is one");
    }
    states.push_back(state);
  }
  return states;
}

void AddList(CLI::App& app, const Terminal& terminal, const SecretEnvironment& secrets, ExitCode& exit_code) {
  CLI::App& command = *app.add_subcommand("list", "List executions, newest first");
  auto parsed = std::make_shared<Parsed<ListOptions>>();
  ListOptions& options = parsed->command;
  command.add_option("--flow", options.flow, "Only of this flow");
  command
      .add_option_function<std::vector<std::string>>(
          "--state", [&options](const std::vector<std::string>& names) { options.states = ReadStates(names); },
          "Only in one of these states, comma-separated")
      ->delimiter(',')
      ->allow_extra_args(false);
  AddPairsFlag(command, "--label", &options.labels, "Only with this label; may be repeated");
  command.add_option("--limit", options.limit, "Most executions to show")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--owner", options.owner, "Somebody else's, * = everybody's; needs the role admin");
  command.add_flag("--json", options.json, "One execution per line as JSON");
  AddConnectionFlags(command, terminal, secrets, parsed->connection);
  command.callback(
      [parsed, terminal, &exit_code] { exit_code = ListExecutions(parsed->command, parsed->connection, terminal); });
}

void AddInspect(CLI::App& app, const Terminal& terminal, const SecretEnvironment& secrets, ExitCode& exit_code) {
  CLI::App& command = *app.add_subcommand("inspect", "Show one execution, its payloads, tasks and newest events");
  auto parsed = std::make_shared<Parsed<InspectOptions>>();
  AddExecutionId(command, parsed->command.execution_id);
  command.add_flag("--json", parsed->command.json, "One JSON object, with the inputs and outputs of all tasks");
  command.add_flag("--events", parsed->command.events, "All events, not only the newest 20");
  AddConnectionFlags(command, terminal, secrets, parsed->connection);
  command.callback(
      [parsed, terminal, &exit_code] { exit_code = Inspect(parsed->command, parsed->connection, terminal); });
}

void AddCancel(CLI::App& app, const Terminal& terminal, const SecretEnvironment& secrets, ExitCode& exit_code) {
  CLI::App& command = *app.add_subcommand("cancel", "Cancel an execution");
  auto parsed = std::make_shared<Parsed<CancelOptions>>();
  AddExecutionId(command, parsed->command.execution_id);
  command.add_option("--reason", parsed->command.reason, "Why, for the log");
  AddConnectionFlags(command, terminal, secrets, parsed->connection);
  command.callback(
      [parsed, terminal, &exit_code] { exit_code = Cancel(parsed->command, parsed->connection, terminal); });
}

void AddToken(CLI::App& app, const Terminal& terminal, const SecretEnvironment& secrets, ExitCode& exit_code) {
  CLI::App& command = *app.add_subcommand("token", "Sign a bearer token");
  auto options = std::make_shared<TokenOptions>();
  command.add_option("--subject", options->subject, "To whom everything made with the token belongs")->required();
  command.add_option("--role", options->roles, "Role: admin, worker; may be repeated")->allow_extra_args(false);
  AddDurationFlag(
      command, "--ttl", [o = options.get()](absl::Duration d) { o->ttl = d; }, "How long it is good for [1h]");
  command.add_option("--keys-file", options->keys_file, "File with the server's keys")->type_name("FILE");
  command.footer("Without --keys-file the keys are taken from the environment variable FLOWMESH_KEYS.");
  command.add_option("--kid", options->kid, "Sign with the key of this id [the first symmetric one]");
  command.callback([options, terminal, &secrets, &exit_code] {
    options->keys = secrets.keys;
    WarnOfExposure(options->keys_file, terminal);
    exit_code = SignToken(*options, terminal);
  });
}

}  // namespace

void AddClientCommands(CLI::App& app, const Terminal& terminal, const SecretEnvironment& secrets, ExitCode& exit_code) {
  AddRun(app, terminal, secrets, exit_code);
  AddLogs(app, terminal, secrets, exit_code);
  AddList(app, terminal, secrets, exit_code);
  AddInspect(app, terminal, secrets, exit_code);
  AddCancel(app, terminal, secrets, exit_code);
  AddToken(app, terminal, secrets, exit_code);
}

}  // namespace flowmesh::cli
