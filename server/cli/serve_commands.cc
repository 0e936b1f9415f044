#include "server/cli/serve_commands.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/http/gateway.h"
#include "server/cli/flags.h"
#include "server/cli/replica.h"
#include "server/cli/text_model_flags.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"
#include "workers/flows/poem/poem_flow.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::cli {
namespace {

constexpr absl::Duration kWorkerDrain = absl::Seconds(5);  // leaves time for the rest of a shutdown within ten seconds

struct ServeFlags {
  ReplicaOptions replica;
  std::string keys_file;
  std::string address_file;
  bool in_process_worker = false;
  int slots = 0;
  absl::Duration poem_pace = absl::Milliseconds(60);
  TextModelFlags text_model;
  std::string http_address;  // of the gateway inside; empty = none
};

struct GatewayFlags {
  std::string server = "127.0.0.1:7350";
  gateway::GatewayOptions gateway;
};

struct WorkerFlags {
  std::string server = "127.0.0.1:7350";
  std::string token_file;
  std::string name;
  int slots = 0;
  absl::Duration poem_pace = absl::Milliseconds(60);
  TextModelFlags text_model;
  absl::Duration keepalive = absl::Seconds(30);
};

void LogToStandardError() { spdlog::set_default_logger(spdlog::stderr_logger_mt("flowmesh")); }

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path);
  if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

// Blocks SIGTERM and SIGINT for this thread and those it starts, so that Wait receives them.
class StopSignal {
 public:
  StopSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  void Wait() const {
    int received = 0;
    sigwait(&signals_, &received);
  }

 private:
  sigset_t signals_;
};

void Announce(const ServeFlags& flags, const Replica& replica) {
  std::cerr << "flowmesh serves gRPC on " << replica.address() << ", data in " << flags.replica.data_directory << "\n";
  if (flags.replica.developer) {
    std::cerr << "a first call:  build/bin/flowmesh run poem --server " << replica.address()
              << " --input '{\"title\":\"Autumn rain\"}'\n"
              << "               grpcurl -plaintext -d '{\"flow\":\"poem\",\"input\":{\"@type\":\"type.googleapis.com/"
                 "flowmesh.poem.v1.WritePoem\",\"title\":\"Autumn rain\"},\"start\":true}' "
              << replica.address() << " flowmesh.v1.Orchestrator/CreateExecution\n";
  }
  if (!flags.address_file.empty()) std::ofstream(flags.address_file) << replica.address() << std::endl;
}

ExitCode Fail(const absl::Status& status) {
  std::cerr << "flowmesh: " << status.message() << "\n";
  return status.code() == absl::StatusCode::kInvalidArgument ? ExitCode::kUsage : ExitCode::kFailed;
}

ExitCode Serve(ServeFlags flags) {
  LogToStandardError();
  const StopSignal stop;
  if (!flags.keys_file.empty()) {
    auto keys = ReadFile(flags.keys_file);
    if (!keys.ok()) return Fail(keys.status());
    flags.replica.keys = *std::move(keys);
  } else if (const char* keys = std::getenv("FLOWMESH_KEYS")) {
    flags.replica.keys = keys;
  }
  auto replica = Replica::Start(flags.replica);
  if (!replica.ok()) return Fail(replica.status());
  std::unique_ptr<sdk::Worker> worker;
  if (flags.in_process_worker) {
    worker = std::make_unique<sdk::Worker>(sdk::WorkerOptions{.name = "built-in",
                                                              .slots = flags.slots,
                                                              .channel = (*replica)->InProcessChannel(),
                                                              .drain_timeout = kWorkerDrain});
    auto model = OpenTextModel(flags.text_model);
    if (!model.ok()) return Fail(model.status());
    flows::RegisterPoem(*worker, {.line_pace = flags.poem_pace, .model = *std::move(model)});
    if (absl::Status status = worker->Start(); !status.ok()) return Fail(status);
  }
  std::unique_ptr<gateway::Gateway> http;
  if (!flags.http_address.empty()) {
    auto started = gateway::Gateway::Start({.address = flags.http_address,
                                            .upstream = (*replica)->InProcessChannel(),
                                            .developer = flags.replica.developer,
                                            .allow_plaintext = flags.replica.allow_plaintext});
    if (!started.ok()) return Fail(started.status());
    http = *std::move(started);
    std::cerr << "flowmesh serves HTTP on " << http->address() << "\n";
  }
  Announce(flags, **replica);
  stop.Wait();
  spdlog::info("stopping");
  (*replica)->Drain();
  if (http != nullptr) http->Stop();
  if (worker != nullptr) worker->Stop();
  worker.reset();
  (*replica)->Stop();
  return ExitCode::kOk;
}

ExitCode ServeWorker(const WorkerFlags& flags) {
  LogToStandardError();
  std::string token;
  if (!flags.token_file.empty()) {
    auto text = ReadFile(flags.token_file);
    if (!text.ok()) return Fail(text.status());
    token = *std::move(text);
  } else if (const char* text = std::getenv("FLOWMESH_TOKEN")) {
    token = text;
  }
  while (!token.empty() && (token.back() == '\n' || token.back() == ' ')) token.pop_back();
  char host[256] = "";
  gethostname(host, sizeof(host) - 1);
  sdk::Worker worker({.server = flags.server,
                      .token = token,
                      .name = flags.name.empty() ? absl::StrCat("flowmesh@", host) : flags.name,
                      .slots = flags.slots,
                      .keepalive = flags.keepalive});
  auto model = OpenTextModel(flags.text_model);
  if (!model.ok()) return Fail(model.status());
  flows::RegisterPoem(worker, {.line_pace = flags.poem_pace, .model = *std::move(model)});
  return worker.Run() == 0 ? ExitCode::kOk : ExitCode::kFailed;
}

ExitCode ServeGateway(GatewayFlags flags) {
  LogToStandardError();
  const StopSignal stop;
  flags.gateway.upstream = grpc::CreateChannel(flags.server, grpc::InsecureChannelCredentials());
  auto gateway = gateway::Gateway::Start(std::move(flags.gateway));
  if (!gateway.ok()) return Fail(gateway.status());
  std::cerr << "flowmesh serves HTTP on " << (*gateway)->address() << " for " << flags.server << "\n";
  stop.Wait();
  spdlog::info("stopping");
  (*gateway)->Stop();
  return ExitCode::kOk;
}

void AddReplicaFlags(CLI::App& app, ServeFlags& flags) {
  app.add_option("--grpc", flags.replica.grpc_address, "HOST:PORT of the gRPC door; port 0 = any free one")
      ->capture_default_str();
  app.add_option("--data", flags.replica.data_directory, "directory of the embedded store")->capture_default_str();
  app.add_option("--keys-file", flags.keys_file, "key set that tokens are verified with (or FLOWMESH_KEYS)");
  app.add_option("--address-file", flags.address_file, "file that gets HOST:PORT once the server serves");
  AddDurationFlag(
      app, "--grace", [&flags](absl::Duration value) { flags.replica.grace = value; },
      "how long a worker's session outlives its stream (default 10s)");
  AddDurationFlag(
      app, "--keepalive",
      [&flags](absl::Duration value) {
        flags.replica.keepalive = value;
        flags.replica.keepalive_timeout = value / 3;
      },
      "a silent connection is asked this often whether it lives (default 30s)");
}

void AddPaceFlags(CLI::App& app, int& slots, absl::Duration& pace) {
  app.add_option("--slots", slots, "functions that run at once; 0 = one per hardware thread")
      ->check(CLI::Range(0, 100'000));
  app.add_option_function<std::string>(
      "--poem-pace",
      [&pace](const std::string& text) {
        if (!absl::ParseDuration(text, &pace) || pace < absl::ZeroDuration()) {
          throw CLI::ValidationError("--poem-pace", "expected a length of time such as 0, 60ms or 1s");
        }
      },
      "pause between the lines of a poem, for people who watch (default 60ms)");
}

}  // namespace

void AddServeCommands(CLI::App& app, ExitCode& exit_code) {
  auto dev = std::make_shared<ServeFlags>();
  dev->replica.developer = true;
  dev->in_process_worker = true;
  CLI::App* dev_app = app.add_subcommand("dev", "serve everything in one process, for this machine only");
  AddReplicaFlags(*dev_app, *dev);
  AddPaceFlags(*dev_app, dev->slots, dev->poem_pace);
  AddTextModelFlags(*dev_app, dev->text_model);
  dev_app->add_option("--http", dev->http_address,
                      "HOST:PORT of a REST gateway inside, as in 127.0.0.1:8080; without it there is none");
  dev_app->add_flag("!--no-worker", dev->in_process_worker, "run no worker inside");
  dev_app->callback([dev, &exit_code] { exit_code = Serve(*dev); });

  auto server = std::make_shared<ServeFlags>();
  CLI::App* server_app = app.add_subcommand("server", "serve the orchestrator; workers attach to it");
  AddReplicaFlags(*server_app, *server);
  server_app->add_flag("--allow-plaintext", server->replica.allow_plaintext, "serve others than loopback without TLS");
  server_app->callback([server, &exit_code] { exit_code = Serve(*server); });

  auto worker = std::make_shared<WorkerFlags>();
  CLI::App* worker_app = app.add_subcommand("worker", "serve the built-in flows to an orchestrator");
  worker_app->add_option("--server", worker->server, "HOST:PORT of the orchestrator")->capture_default_str();
  worker_app->add_option("--token-file", worker->token_file, "bearer token of the role `worker` (or FLOWMESH_TOKEN)");
  worker_app->add_option("--name", worker->name, "name for people");
  AddPaceFlags(*worker_app, worker->slots, worker->poem_pace);
  AddTextModelFlags(*worker_app, worker->text_model);
  AddDurationFlag(
      *worker_app, "--keepalive", [worker](absl::Duration value) { worker->keepalive = value; },
      "a silent connection is asked this often whether it lives (default 30s)");
  worker_app->callback([worker, &exit_code] { exit_code = ServeWorker(*worker); });

  auto gateway = std::make_shared<GatewayFlags>();
  CLI::App* gateway_app =
      app.add_subcommand("gateway", "serve REST, SSE and WebSocket for browsers, over an orchestrator");
  gateway_app->add_option("--server", gateway->server, "HOST:PORT of the orchestrator")->capture_default_str();
  gateway_app->add_option("--http", gateway->gateway.address, "HOST:PORT of the HTTP door; port 0 = any free one")
      ->capture_default_str();
  gateway_app->add_option("--allow-origin", gateway->gateway.allowed_origins,
                          "pages of this origin may call; repeatable");
  gateway_app->add_flag("--allow-plaintext", gateway->gateway.allow_plaintext,
                        "serve others than loopback without TLS");
  gateway_app->callback([gateway, &exit_code] { exit_code = ServeGateway(*gateway); });
}

}  // namespace flowmesh::cli
