#include "server/cli/replica_command.h"

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/http/gateway.h"
#include "server/cli/built_in_flows.h"
#include "server/cli/exit_alarm.h"
#include "server/cli/flags.h"
#include "server/cli/observe_flags.h"
#include "server/cli/replica.h"
#include "server/cli/serving_process.h"
#include "server/cli/shown_worker.h"
#include "server/cli/tls_flags.h"
#include "spdlog/spdlog.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::cli {
namespace {

constexpr absl::Duration kLongestEnd = absl::Milliseconds(9500);
constexpr absl::Duration kConnectionAge = absl::Hours(1);  // where there may be other replicas to go to
constexpr absl::Duration kWorkerDrain = absl::Seconds(5);  // leaves time for the rest of a shutdown within ten seconds

struct ReplicaFlags {
  ReplicaOptions replica;
  std::string address_file;
  bool in_process_worker = false;
  BuiltInFlags built_in;
  ObserveFlags observe;
  std::string http_address;       // of the gateway inside; empty = none
  std::string console_directory;  // as in GatewayOptions
  std::optional<absl::Duration> connection_age;
};

void AnnounceReplica(const ReplicaFlags& flags, const Replica& replica) {
  Announce(flags.observe,
           absl::StrCat("flowmesh serves gRPC on ", replica.address(), replica.identity() == nullptr ? "" : " with TLS",
                        ", ", DescribeStore(flags.replica.store)));
  if (flags.replica.developer && replica.identity() == nullptr) {
    Announce(
        flags.observe,
        absl::StrCat("a first call:  build/bin/flowmesh run poem --server ", replica.address(),
                     " --input '{\"title\":\"Autumn rain\"}'\n"
                     "               grpcurl -plaintext -d '{\"flow\":\"poem\",\"input\":{\"@type\":"
                     "\"type.googleapis.com/flowmesh.poem.v1.WritePoem\",\"title\":\"Autumn rain\"},\"start\":true}' ",
                     replica.address(), " flowmesh.v1.Orchestrator/CreateExecution"));
  }
  if (!flags.address_file.empty()) std::ofstream(flags.address_file) << replica.address() << std::endl;
}

absl::StatusOr<std::unique_ptr<ShownWorker>> StartWorker(const ReplicaFlags& flags, metrics::Registry* registry,
                                                         Replica* replica) {
  auto shown = std::make_unique<ShownWorker>(registry, flags.observe,
                                             sdk::WorkerOptions{.name = "built-in",
                                                                .slots = flags.built_in.slots,
                                                                .channel = replica->InProcessChannel(),
                                                                .drain_timeout = kWorkerDrain});
  absl::Status status = ServeBuiltIn(flags.built_in, registry->families(), &shown->worker());
  if (!status.ok()) return status;
  if (status = shown->worker().Start(); !status.ok()) return status;
  return shown;
}

absl::StatusOr<std::unique_ptr<gateway::Gateway>> StartGateway(const ReplicaFlags& flags, metrics::Registry* registry,
                                                               Replica* replica) {
  auto gateway = gateway::Gateway::Start({.address = flags.http_address,
                                          .upstream = replica->InProcessChannel(),
                                          .console_directory = flags.console_directory,
                                          .developer = flags.replica.developer,
                                          .identity = replica->identity(),
                                          .allow_plaintext = flags.replica.allow_plaintext,
                                          .families = &registry->families(),
                                          .metrics_page = [registry] { return registry->Render(); },
                                          .access_log = flags.observe.access_log});
  if (gateway.ok()) {
    Announce(flags.observe, absl::StrCat("flowmesh serves HTTP", replica->identity() == nullptr ? "" : "S", " on ",
                                         (*gateway)->address()));
  }
  return gateway;
}

ExitCode Serve(ReplicaFlags flags) {
  LogToStandardError(flags.observe);
  const StopSignal stop;
  WarnOfExposedSecrets({flags.replica.keys_file, flags.replica.tls.key_pair.private_key});
  const std::unique_ptr<metrics::Registry> registry = MakeRegistry();
  flags.replica.metrics = registry.get();
  if (!flags.replica.store.url.empty()) flags.replica.connection_age = kConnectionAge;
  if (flags.connection_age) flags.replica.connection_age = *flags.connection_age;
  flags.replica.access_log = flags.observe.access_log;
  const auto port = OpenMetricsPort(flags.observe, flags.replica.allow_plaintext, registry.get());
  if (!port.ok()) return Fail(port.status());
  auto replica = Replica::Start(flags.replica);
  if (!replica.ok()) return Fail(replica.status());
  std::unique_ptr<ShownWorker> worker;
  if (flags.in_process_worker) {
    auto started = StartWorker(flags, registry.get(), replica->get());
    if (!started.ok()) return Fail(started.status());
    worker = *std::move(started);
  }
  std::unique_ptr<gateway::Gateway> http;
  if (!flags.http_address.empty()) {
    auto started = StartGateway(flags, registry.get(), replica->get());
    if (!started.ok()) return Fail(started.status());
    http = *std::move(started);
  }
  AnnounceReplica(flags, **replica);
  const auto reload = [&replica] { (*replica)->ReadFilesAgain(); };
  stop.Wait(flags.replica.developer ? std::function<void()>() : reload);
  spdlog::info("stopping");
  const ExitAlarm alarm(kLongestEnd);
  (*replica)->Drain();
  if (http != nullptr) http->Stop();
  worker.reset();
  (*replica)->Stop();
  return ExitCode::kOk;
}

// How long things may take, and when they end.
void AddTimeFlags(CLI::App& app, ReplicaFlags& flags) {
  AddDurationFlag(
      app, "--heartbeat", [&flags](absl::Duration value) { flags.replica.heartbeat = value; },
      "replicas on one PostgreSQL show that they are alive this often; eight times that without a sign is death "
      "(default 2s; the same for all)");
  AddDurationFlag(
      app, "--grace", [&flags](absl::Duration value) { flags.replica.grace = value; },
      "how long a worker's session outlives its stream (default 10s)");
  app.add_option_function<std::string>(
         "--retention",
         [&flags](const std::string& text) {
           absl::Duration value;
           if (!absl::ParseDuration(text, &value) || value < absl::ZeroDuration()) {
             throw CLI::ValidationError("--retention",
                                        "\"" + text + "\" is no length of time; write 720h, or 0 for no end");
           }
           flags.replica.retention = value == absl::ZeroDuration() ? absl::InfiniteDuration() : value;
         },
         "executions that ended longer ago are deleted, with what applications keep of them (default 0: none is)")
      ->type_name("DURATION");
  AddDurationFlag(
      app, "--token-grace", [&flags](absl::Duration value) { flags.replica.token_grace = value; },
      "a worker's stream ends this long after its token has expired (default 1m)");
  AddDurationFlag(
      app, "--keepalive",
      [&flags](absl::Duration value) {
        flags.replica.keepalive = value;
        flags.replica.keepalive_timeout = value / 3;
      },
      "a silent connection is asked this often whether it lives (default 30s)");
  AddDurationFlag(
      app, "--connection-age", [&flags](absl::Duration value) { flags.connection_age = value; },
      "a connection ends after about so long, and its client spreads anew (default 1h with --store, else never)");
}

void AddProductFlags(CLI::App& app, ReplicaFlags& flags) {
  app.add_option("--quiz-worker-url", flags.replica.quiz.worker_url,
                 "quizzes are written by a worker outside of the mesh: it is asked with POST URL/generate and delivers "
                 "to /api/ai/receive, with the secret of FLOWMESH_QUIZ_WORKER_TOKEN")
      ->type_name("URL");
  AddDurationFlag(
      app, "--quiz-deadline", [&flags](absl::Duration value) { flags.replica.quiz.deadline = value; },
      "a quiz without questions after this long has failed (default 15m)");
  AddDurationFlag(
      app, "--blueprint-deadline", [&flags](absl::Duration value) { flags.replica.blueprint.deadline = value; },
      "a blueprint that is not there after this long has failed (default 10m)");
}

void AddReplicaFlags(CLI::App& app, ReplicaFlags& flags) {
  AddObserveFlags(app, "call and each execution that ends", flags.observe);
  app.add_option("--grpc", flags.replica.grpc_address, "HOST:PORT of the gRPC door; port 0 = any free one")
      ->capture_default_str();
  app.add_option("--data", flags.replica.store.data_directory, "directory of the embedded store")
      ->capture_default_str();
  app.add_option("--store", flags.replica.store.url,
                 "postgres://USER@HOST[:PORT][,HOST...]/DATABASE in place of the embedded store (or FLOWMESH_STORE, "
                 "which may hold a password; PGPASSFILE is read too)")
      ->type_name("URL");
  app.add_option("--artifacts", flags.replica.artifacts_directory,
                 "directory of what artifacts hold (default: artifacts in the --data directory)")
      ->type_name("DIR");
  app.add_option("--keys-file", flags.replica.keys_file,
                 "key set that tokens are verified with (or FLOWMESH_KEYS); read again when it changes");
  app.add_option("--address-file", flags.address_file, "file that gets HOST:PORT once the server serves");
  AddDoorTlsFlags(app, flags.replica.tls);
  app.add_option("--worker-ca", flags.replica.tls.client_authorities,
                 "workers must show a certificate that one of these authorities (PEM) signed")
      ->type_name("FILE");
  app.add_option_function<std::string>(
         "--notify", [&flags](const std::string& text) { flags.replica.store.notify = text == "on"; },
         "on: replicas on one PostgreSQL tell each other by NOTIFY what they did; off: they look for it (default on)")
      ->check(CLI::IsMember({"on", "off"}));
  AddTimeFlags(app, flags);
  AddProductFlags(app, flags);
}

void TakeSecrets(const SecretEnvironment& secrets, ReplicaOptions& replica) {
  replica.keys = secrets.keys;
  replica.quiz.worker_token = secrets.quiz_worker_token;
  if (replica.store.url.empty()) replica.store.url = secrets.store;
}

}  // namespace

void AddDevCommand(CLI::App& app, const SecretEnvironment& secrets, ExitCode& exit_code) {
  auto flags = std::make_shared<ReplicaFlags>();
  flags->replica.developer = true;
  flags->in_process_worker = true;
  CLI::App& command = *app.add_subcommand("dev", "serve everything in one process, for this machine only");
  AddReplicaFlags(command, *flags);
  AddBuiltInFlags(command, flags->built_in);
  command.add_option("--http", flags->http_address,
                     "HOST:PORT of a REST gateway inside, as in 127.0.0.1:8080; without it there is none");
  command
      .add_option("--console", flags->console_directory, "directory served at / in place of the page that is built in")
      ->check(CLI::ExistingDirectory);
  command.add_flag("!--no-worker", flags->in_process_worker, "run no worker inside");
  command.callback([flags, &secrets, &exit_code] {
    TakeSecrets(secrets, flags->replica);
    flags->built_in.text_model.api_key = secrets.model_key;
    exit_code = Serve(*flags);
  });
}

void AddServerCommand(CLI::App& app, const SecretEnvironment& secrets, ExitCode& exit_code) {
  auto flags = std::make_shared<ReplicaFlags>();
  CLI::App& command = *app.add_subcommand("server", "serve the orchestrator; workers attach to it");
  AddReplicaFlags(command, *flags);
  command.add_flag("--allow-plaintext", flags->replica.allow_plaintext, "serve others than loopback without TLS");
  command.callback([flags, &secrets, &exit_code] {
    TakeSecrets(secrets, flags->replica);
    exit_code = Serve(*flags);
  });
}

}  // namespace flowmesh::cli
