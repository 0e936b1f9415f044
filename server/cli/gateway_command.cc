#include "server/cli/gateway_command.h"

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/http/gateway.h"
#include "server/base/clock.h"
#include "server/base/random.h"
#include "server/cli/flags.h"
#include "server/cli/observe_flags.h"
#include "server/cli/serving_process.h"
#include "server/cli/tls_flags.h"
#include "spdlog/spdlog.h"
#include "workers/sdk/server_channel.h"

namespace flowmesh::cli {
namespace {

constexpr int kMaxMessageBytes = 16 << 20;
constexpr int kStreamWindowBytes = 64 << 10;  // of one stream that its viewer has not taken
constexpr int kKeepaliveMs = 30'000;
constexpr int kKeepaliveTimeoutMs = 10'000;

struct GatewayFlags {
  std::string server = "127.0.0.1:7350";
  sdk::TlsFiles server_tls;
  tls::IdentityFiles door_tls;
  gateway::GatewayOptions gateway;
  ObserveFlags observe;
};

absl::StatusOr<std::shared_ptr<grpc::Channel>> DialServer(const GatewayFlags& flags) {
  absl::Status status = CheckPlaintext(flags.server, flags.server_tls, flags.gateway.allow_plaintext);
  if (!status.ok()) return status;
  const absl::StatusOr<sdk::TlsMaterial> material = sdk::ReadTlsMaterial(flags.server_tls, absl::Now());
  if (!material.ok()) return material.status();
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // What a viewer has not taken stays with the server. Left to itself, gRPC widens the window of every stream with the
  // throughput of all, so that each slow viewer costs up to 8 MiB here.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindowBytes);
  // The channel's own waits, so that a server that comes back is found soon.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  return sdk::ChannelTo(flags.server, *material, arguments);
}

ExitCode ServeGateway(GatewayFlags flags) {
  LogToStandardError(flags.observe);
  const StopSignal stop;
  base::SystemClock clock;
  base::SecureRandom random;
  WarnOfExposedSecrets({flags.door_tls.key_pair.private_key});
  const std::unique_ptr<metrics::Registry> registry = MakeRegistry();
  const auto port = OpenMetricsPort(flags.observe, flags.gateway.allow_plaintext, registry.get());
  if (!port.ok()) return Fail(port.status());
  flags.gateway.families = &registry->families();
  flags.gateway.access_log = flags.observe.access_log;
  auto identity = OpenIdentity(flags.door_tls, &clock);
  if (!identity.ok()) return Fail(identity.status());
  flags.gateway.identity = *identity;
  auto upstream = DialServer(flags);
  if (!upstream.ok()) return Fail(upstream.status());
  flags.gateway.upstream = *std::move(upstream);
  auto gateway = gateway::Gateway::Start(std::move(flags.gateway));
  if (!gateway.ok()) return Fail(gateway.status());
  const std::unique_ptr<base::FileWatch> watch = LoggedFileWatch(&random);
  if (*identity != nullptr) {
    watch->Add({.paths = (*identity)->paths(), .read = [&identity] { return (*identity)->Reread(); }});
  }
  watch->Start();
  Announce(flags.observe, absl::StrCat("flowmesh serves HTTP", *identity == nullptr ? "" : "S", " on ",
                                       (*gateway)->address(), " for ", flags.server));
  stop.Wait([&watch] { watch->CheckNow(); });
  spdlog::info("stopping");
  watch->Stop();
  (*gateway)->Stop();
  return ExitCode::kOk;
}

}  // namespace

void AddGatewayCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<GatewayFlags>();
  CLI::App& command =
      *app.add_subcommand("gateway", "serve REST, SSE and WebSocket for browsers, over an orchestrator");
  command.add_option("--server", flags->server, kServerWords)->capture_default_str();
  AddChannelTlsFlags(command, flags->server_tls, flags->gateway.allow_plaintext);
  command.add_option("--http", flags->gateway.address, "HOST:PORT of the HTTP door; port 0 = any free one")
      ->capture_default_str();
  AddDoorTlsFlags(command, flags->door_tls);
  AddObserveFlags(command, "request", flags->observe);
  command.add_option("--allow-origin", flags->gateway.allowed_origins, "pages of this origin may call; repeatable");
  command
      .add_option("--console", flags->gateway.console_directory,
                  "directory served at / in place of the page that is built in")
      ->check(CLI::ExistingDirectory);
  command.callback([flags, &exit_code] { exit_code = ServeGateway(*flags); });
}

}  // namespace flowmesh::cli
