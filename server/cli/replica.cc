#include "server/cli/replica.h"

#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "server/base/clock.h"
#include "server/base/error.h"
#include "server/base/ids.h"
#include "server/base/loopback.h"
#include "server/base/random.h"
#include "server/cli/developer_keys.h"
#include "server/door/authenticator.h"
#include "server/door/contract_catalog.h"
#include "server/door/token_verifier.h"
#include "server/engine/engine.h"
#include "server/rpc/log_stream/log_stream_service.h"
#include "server/rpc/orchestrator_service.h"
#include "server/rpc/reflection/reflection_service.h"
#include "server/rpc/worker_service.h"
#include "server/store/sqlite/sqlite_store.h"
#include "spdlog/spdlog.h"

namespace flowmesh::cli {
namespace {

constexpr int kMaxMessageBytes = 16 << 20;
constexpr absl::Duration kCallsLeft = absl::Seconds(2);  // for calls to end once the streams have

absl::Status CheckAddress(const ReplicaOptions& options) {
  if (base::IsLoopback(options.grpc_address)) return absl::OkStatus();
  if (options.developer) {
    return absl::InvalidArgumentError(absl::StrCat("dev serves loopback only, not ", options.grpc_address,
                                                   ": use 127.0.0.1, or `flowmesh server` with keys"));
  }
  if (!options.allow_plaintext) {
    return absl::InvalidArgumentError(absl::StrCat(options.grpc_address,
                                                   " would carry tokens in plain text: serve loopback behind a "
                                                   "TLS proxy, or say --allow-plaintext"));
  }
  return absl::OkStatus();
}

absl::StatusOr<door::KeySet> ReadKeys(const ReplicaOptions& options, base::RandomSource& random) {
  if (!options.keys.empty()) return door::KeySet::Parse(options.keys);
  if (!options.developer) {
    return absl::InvalidArgumentError("a server needs keys to verify tokens: --keys-file FILE or FLOWMESH_KEYS");
  }
  auto text = DeveloperKeys(options.data_directory, random);
  if (!text.ok()) return text.status();
  return door::KeySet::Parse(*text);
}

}  // namespace

struct Replica::Parts {
  ReplicaOptions options;
  base::SystemClock clock;
  base::SecureRandom random;
  std::unique_ptr<store::SqliteStore> store;
  door::ContractCatalog catalog;
  std::unique_ptr<door::TokenVerifier> verifier;
  std::unique_ptr<door::TokenAuthenticator> authenticator;
  std::unique_ptr<base::IdMaker> ids;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<rpc::LogStreamService> log_stream;
  std::unique_ptr<rpc::OrchestratorService> orchestrator;
  std::unique_ptr<rpc::WorkerService> workers;
  std::unique_ptr<rpc::ReflectionService> reflection;
  std::unique_ptr<grpc::Server> server;
  std::string address;

  absl::Status Open();
  absl::Status Serve();
};

absl::Status Replica::Parts::Open() {
  auto opened = store::SqliteStore::Open({.directory = options.data_directory, .clock = &clock});
  if (!opened.ok()) return opened.status();
  store = *std::move(opened);
  auto keys = ReadKeys(options, random);
  if (!keys.ok()) return keys.status();
  verifier = std::make_unique<door::TokenVerifier>(*std::move(keys), &clock);
  authenticator = std::make_unique<door::TokenAuthenticator>(
      verifier.get(), options.developer ? door::TokenAuthenticator::Anonymous::kDeveloper
                                        : door::TokenAuthenticator::Anonymous::kRefused);
  ids = std::make_unique<base::IdMaker>(&clock, [this] { return random.Next(); });
  if (absl::Status status =
          catalog.AddBuiltin("poem", *poem::v1::WritePoem::descriptor(), *poem::v1::Poem::descriptor());
      !status.ok()) {
    return status;
  }
  auto flows = store->ReadFlows();
  if (!flows.ok()) return flows.status();
  if (absl::Status status = catalog.Load(*flows); !status.ok()) return status;
  engine = std::make_unique<engine::Engine>(engine::EngineOptions{.grace = options.grace,
                                                                  .on_fatal =
                                                                      [](const absl::Status&) {
                                                                        // Nothing may be acknowledged any more, also
                                                                        // not by a tidy shutdown.
                                                                        spdlog::shutdown();
                                                                        std::_Exit(EXIT_FAILURE);
                                                                      }},
                                            store.get(), &clock, &random);
  return engine->Start();
}

absl::Status Replica::Parts::Serve() {
  log_stream = std::make_unique<rpc::LogStreamService>(rpc::LogStreamTools{.hub = &engine->hub(),
                                                                           .store = store.get(),
                                                                           .readers = &engine->readers(),
                                                                           .authenticator = authenticator.get(),
                                                                           .clock = &clock},
                                                       rpc::LogStreamLimits{});
  orchestrator = std::make_unique<rpc::OrchestratorService>(
      rpc::OrchestratorService::Parts{.engine = engine.get(),
                                      .authenticator = authenticator.get(),
                                      .catalog = &catalog,
                                      .ids = ids.get(),
                                      .open_tails = [this] { return static_cast<int>(log_stream->open_tails()); }});
  workers = std::make_unique<rpc::WorkerService>(engine.get(), authenticator.get(), &catalog);
  reflection = std::make_unique<rpc::ReflectionService>(
      std::vector<std::string>{v1::Orchestrator::service_full_name(), v1::Worker::service_full_name(),
                               v1::LogStream::service_full_name(), "grpc.health.v1.Health"});

  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.grpc_address, grpc::InsecureServerCredentials(), &port);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(options.keepalive)));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(options.keepalive_timeout)));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 250);
  builder.RegisterService(orchestrator.get());
  builder.RegisterService(log_stream.get());
  builder.RegisterService(workers.get());
  reflection->AddTo(builder);
  server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.grpc_address, ": is it in use? Choose another --grpc"));
  }
  address = absl::StrCat(options.grpc_address.substr(0, options.grpc_address.rfind(':')), ":", port);
  server->GetHealthCheckService()->SetServingStatus(true);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Replica>> Replica::Start(const ReplicaOptions& options) {
  if (absl::Status status = CheckAddress(options); !status.ok()) return status;
  auto parts = std::make_unique<Parts>();
  parts->options = options;
  if (absl::Status status = parts->Open(); !status.ok()) return status;
  absl::Status status = parts->Serve();
  std::unique_ptr<Replica> replica(new Replica(std::move(parts)));
  if (!status.ok()) return status;
  return replica;
}

Replica::Replica(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Replica::~Replica() { Stop(); }

const std::string& Replica::address() const { return parts_->address; }

std::shared_ptr<grpc::Channel> Replica::InProcessChannel() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  return parts_->server->InProcessChannel(arguments);
}

void Replica::Drain() {
  if (parts_->server == nullptr) return;
  parts_->server->GetHealthCheckService()->SetServingStatus(false);
  parts_->engine->Tell(engine::StopAssigningCommand{});
}

void Replica::Stop() {
  if (parts_->server != nullptr) {
    Drain();
    parts_->workers->Shutdown();
    parts_->log_stream->Shutdown();
    parts_->engine->waiters().Close();
    parts_->server->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(kCallsLeft));
    parts_->server->Wait();
    parts_->server.reset();
  }
  if (parts_->engine != nullptr) parts_->engine->Stop();
}

}  // namespace flowmesh::cli
