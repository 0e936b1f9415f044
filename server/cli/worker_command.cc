#include "server/cli/worker_command.h"

#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/cli/built_in_flows.h"
#include "server/cli/flags.h"
#include "server/cli/observe_flags.h"
#include "server/cli/serving_process.h"
#include "server/cli/shown_worker.h"
#include "server/cli/tls_flags.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::cli {
namespace {

struct WorkerFlags {
  std::string server = "127.0.0.1:7350";
  std::string token;  // used when there is no file
  std::string token_file;
  sdk::TlsFiles tls;
  bool allow_plaintext = false;
  std::string name;
  BuiltInFlags built_in;
  ObserveFlags observe;
  absl::Duration keepalive = absl::Seconds(30);
};

std::string HostName() {
  char host[256] = "";
  gethostname(host, sizeof(host) - 1);
  return host;
}

ExitCode ServeWorker(const WorkerFlags& flags) {
  LogToStandardError(flags.observe);
  if (absl::Status status = CheckPlaintext(flags.server, flags.tls, flags.allow_plaintext); !status.ok()) {
    return Fail(status);
  }
  WarnOfExposedSecrets({flags.token_file, flags.tls.private_key});
  const std::unique_ptr<metrics::Registry> registry = MakeRegistry();
  const auto port = OpenMetricsPort(flags.observe, flags.allow_plaintext, registry.get());
  if (!port.ok()) return Fail(port.status());
  const bool has_file = !flags.token_file.empty();
  ShownWorker shown(registry.get(), flags.observe,
                    {.server = flags.server,
                     .token = has_file ? "" : std::string(absl::StripAsciiWhitespace(flags.token)),
                     .token_file = flags.token_file,
                     .name = flags.name.empty() ? absl::StrCat("flowmesh@", HostName()) : flags.name,
                     .slots = flags.built_in.slots,
                     .tls = flags.tls,
                     .keepalive = flags.keepalive});
  absl::Status status = ServeBuiltIn(flags.built_in, registry->families(), &shown.worker());
  if (!status.ok()) return Fail(status);
  return shown.worker().Run() == 0 ? ExitCode::kOk : ExitCode::kFailed;
}

}  // namespace

void AddWorkerCommand(CLI::App& app, const SecretEnvironment& secrets, ExitCode& exit_code) {
  auto flags = std::make_shared<WorkerFlags>();
  CLI::App& command = *app.add_subcommand("worker", "serve the built-in flows to an orchestrator");
  command.add_option("--server", flags->server, kServerWords)->capture_default_str();
  command.add_option("--token-file", flags->token_file,
                     "bearer token of the role `worker` (or FLOWMESH_TOKEN); read again before every dial");
  AddChannelTlsFlags(command, flags->tls, flags->allow_plaintext);
  AddClientCertificateFlags(command, flags->tls);
  command.add_option("--name", flags->name, "name for people");
  AddBuiltInFlags(command, flags->built_in);
  AddObserveFlags(command, "task that begins or ends", flags->observe);
  AddDurationFlag(
      command, "--keepalive", [flags](absl::Duration value) { flags->keepalive = value; },
      "a silent connection is asked this often whether it lives (default 30s)");
  command.callback([flags, &secrets, &exit_code] {
    flags->token = secrets.token;
    flags->built_in.text_model.api_key = secrets.model_key;
    exit_code = ServeWorker(*flags);
  });
}

}  // namespace flowmesh::cli
