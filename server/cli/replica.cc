#include "server/cli/replica.h"

#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "flowmesh/blueprint/v1/blueprint.pb.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "flowmesh/quiz/v1/quiz.pb.h"
#include "server/apps/accounts/accounts_service.h"
#include "server/artifacts/directory_store.h"
#include "server/artifacts/object_sweep.h"
#include "server/base/clock.h"
#include "server/base/error.h"
#include "server/base/ids.h"
#include "server/base/loopback.h"
#include "server/base/random.h"
#include "server/cli/developer_keys.h"
#include "server/cli/serving_process.h"
#include "server/cli/tls_flags.h"
#include "server/door/authenticator.h"
#include "server/door/calls/call_observer.h"
#include "server/door/contract_catalog.h"
#include "server/door/server_credentials.h"
#include "server/door/ticket.h"
#include "server/door/token_verifier.h"
#include "server/engine/engine.h"
#include "server/metrics/engine_metrics.h"
#include "server/rpc/artifacts/artifacts_service.h"
#include "server/rpc/log_stream/log_stream_metrics.h"
#include "server/rpc/log_stream/log_stream_service.h"
#include "server/rpc/log_stream/stream_tickets.h"
#include "server/rpc/orchestrator_service.h"
#include "server/rpc/reflection/reflection_service.h"
#include "server/rpc/worker_service.h"
#include "spdlog/spdlog.h"

namespace flowmesh::cli {
namespace {

constexpr int kMaxMessageBytes = 16 << 20;
constexpr int kFileThreads = 2;  // that read and write contents of artifacts
constexpr absl::Duration kHandshakeTime = absl::Seconds(10);
constexpr absl::Duration kConnectionGrace = absl::Seconds(10);  // for calls on a connection that is to end
constexpr absl::Duration kCallsLeft = absl::Seconds(2);         // for calls to end once the streams have

absl::Status CheckAddress(const ReplicaOptions& options) {
  if (base::IsLoopback(options.grpc_address)) return absl::OkStatus();
  if (options.developer) {
    return absl::InvalidArgumentError(absl::StrCat("dev serves loopback only, not ", options.grpc_address,
                                                   ": use 127.0.0.1, or `flowmesh server` with keys"));
  }
  if (options.tls.key_pair.certificates.empty() && !options.allow_plaintext) {
    return absl::InvalidArgumentError(absl::StrCat(options.grpc_address,
                                                   " would carry tokens in plain text: give --tls-cert and --tls-key, "
                                                   "or say --allow-plaintext behind a TLS proxy"));
  }
  return absl::OkStatus();
}

absl::Status CheckQuizWorker(const apps::QuizOptions& options) {
  if (options.worker_url.empty()) return absl::OkStatus();
  if (!absl::StartsWith(options.worker_url, "http://") && !absl::StartsWith(options.worker_url, "https://")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--quiz-worker-url '", options.worker_url, "' is no URL: expected http://HOST or https://HOST"));
  }
  if (options.worker_token.empty()) {
    return absl::InvalidArgumentError(
        "a quiz worker outside needs a secret to deliver with: set FLOWMESH_QUIZ_WORKER_TOKEN, here and there");
  }
  return absl::OkStatus();
}

// The flows whose messages are compiled in.
absl::Status AddBuiltInFlows(door::ContractCatalog* catalog) {
  absl::Status status = catalog->AddBuiltin("poem", *poem::v1::WritePoem::descriptor(), *poem::v1::Poem::descriptor());
  if (status.ok()) {
    status = catalog->AddBuiltin("blueprint", *blueprint::v1::WriteBlueprint::descriptor(),
                                 *blueprint::v1::WrittenBlueprint::descriptor());
  }
  if (status.ok()) {
    status = catalog->AddBuiltin("quiz", *quiz::v1::QuizOrder::descriptor(), *quiz::v1::Quiz::descriptor());
  }
  return status;
}

absl::StatusOr<door::KeySet> ReadKeys(const ReplicaOptions& options, base::RandomSource& random) {
  if (!options.keys_file.empty()) return door::KeySet::FromFile(options.keys_file);
  if (!options.keys.empty()) return door::KeySet::Parse(options.keys);
  if (!options.developer) {
    return absl::InvalidArgumentError("a server needs keys to verify tokens: --keys-file FILE or FLOWMESH_KEYS");
  }
  auto text = DeveloperKeys(options.store.data_directory, random);
  if (!text.ok()) return text.status();
  return door::KeySet::Parse(*text);
}

}  // namespace

struct Replica::Parts {
  ReplicaOptions options;
  base::SystemClock clock;
  base::SecureRandom random;
  std::shared_ptr<tls::LiveIdentity> identity;
  std::shared_ptr<grpc::ServerCredentials> credentials;  // outlives the server
  std::unique_ptr<store::Store> store;
  door::ContractCatalog catalog;
  std::unique_ptr<door::TokenVerifier> verifier;
  std::unique_ptr<door::TokenAuthenticator> authenticator;
  std::unique_ptr<door::TicketOffice> ticket_office;
  std::optional<rpc::StreamTickets> tickets;
  std::optional<rpc::SignedContent> signed_content;
  std::unique_ptr<base::IdMaker> ids;
  std::unique_ptr<artifacts::DirectoryStore> objects;
  std::unique_ptr<artifacts::ObjectSweeper> sweeper;
  engine::ProjectionBook projections;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<door::CallObserver> observer;
  std::unique_ptr<rpc::LogStreamService> log_stream;
  std::unique_ptr<rpc::OrchestratorService> orchestrator;
  std::unique_ptr<rpc::WorkerService> workers;
  base::ThreadPool files{{.threads = kFileThreads, .max_queued = 10'000, .name = "artifacts"}};
  std::unique_ptr<rpc::ArtifactsService> artifacts_service;
  std::unique_ptr<apps::AccountsService> accounts;
  std::unique_ptr<apps::BlueprintsService> blueprints;
  std::unique_ptr<apps::QuizzesService> quizzes;
  std::unique_ptr<rpc::ReflectionService> reflection;
  std::unique_ptr<grpc::Server> server;
  std::string address;
  std::unique_ptr<base::FileWatch> watch;
  std::vector<std::unique_ptr<prometheus::Collectable>> shown;  // by options.metrics

  absl::Status Open();
  void MakeServices();
  absl::Status Listen();
  void WatchFiles();
  // Task types that workers brought to other replicas.
  void LoadFlows(const std::vector<store::FlowRow>& rows);
  void ShowMetrics();
  void HideMetrics();
  absl::StatusOr<bool> ReadKeysAgain();
};

absl::Status Replica::Parts::Open() {
  auto opened_identity = OpenIdentity(options.tls, &clock);
  if (!opened_identity.ok()) return opened_identity.status();
  identity = *std::move(opened_identity);
  credentials = identity == nullptr ? grpc::InsecureServerCredentials() : door::TlsServerCredentials(identity);
  auto opened = OpenStore(options.store, &clock);
  if (!opened.ok()) return opened.status();
  store = *std::move(opened);
  auto keys = ReadKeys(options, random);
  if (!keys.ok()) return keys.status();
  verifier = std::make_unique<door::TokenVerifier>(*std::move(keys), &clock);
  ticket_office = std::make_unique<door::TicketOffice>(verifier.get(), &clock);
  auto stream_tickets = rpc::StreamTickets::Create(ticket_office.get());
  if (!stream_tickets.ok()) return stream_tickets.status();
  tickets = *std::move(stream_tickets);
  signed_content.emplace(ticket_office.get());
  auto directory = artifacts::DirectoryStore::Open(
      options.artifacts_directory.empty() ? options.store.data_directory + "/artifacts" : options.artifacts_directory,
      store->shared() ? artifacts::DirectoryStore::Use::kShared : artifacts::DirectoryStore::Use::kAlone);
  if (!directory.ok()) return directory.status();
  objects = *std::move(directory);
  authenticator = std::make_unique<door::TokenAuthenticator>(
      verifier.get(), options.developer ? door::TokenAuthenticator::Anonymous::kDeveloper
                                        : door::TokenAuthenticator::Anonymous::kRefused);
  ids = std::make_unique<base::IdMaker>(&clock, [this] { return random.Next(); });
  if (absl::Status status = AddBuiltInFlows(&catalog); !status.ok()) return status;
  apps::QuizzesService::AddProjections(ids.get(), &projections);
  apps::BlueprintsService::AddProjections(ids.get(), &projections);
  auto flows = store->ReadFlows();
  if (!flows.ok()) return flows.status();
  if (absl::Status status = catalog.Load(*flows); !status.ok()) return status;
  engine = std::make_unique<engine::Engine>(
      engine::EngineOptions{.grace = options.grace,
                            .retention = options.retention,
                            .log_ends = options.access_log,
                            .projections = &projections,
                            .heartbeat = options.heartbeat,
                            .on_flows = [this](const std::vector<store::FlowRow>& rows) { LoadFlows(rows); },
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

void Replica::Parts::MakeServices() {
  if (options.metrics != nullptr) {
    observer = std::make_unique<door::CallObserver>(options.metrics->families(), options.access_log);
  }
  log_stream = std::make_unique<rpc::LogStreamService>(rpc::LogStreamTools{.hub = &engine->hub(),
                                                                           .store = store.get(),
                                                                           .readers = &engine->readers(),
                                                                           .authenticator = authenticator.get(),
                                                                           .tickets = &*tickets,
                                                                           .clock = &clock,
                                                                           .observer = observer.get()},
                                                       rpc::LogStreamLimits{});
  orchestrator = std::make_unique<rpc::OrchestratorService>(
      rpc::OrchestratorService::Parts{.engine = engine.get(),
                                      .authenticator = authenticator.get(),
                                      .catalog = &catalog,
                                      .ids = ids.get(),
                                      .open_tails = [this] { return static_cast<int>(log_stream->open_tails()); },
                                      .observer = observer.get()});
  workers = std::make_unique<rpc::WorkerService>(
      engine.get(), authenticator.get(), &catalog,
      rpc::WorkerDoor{.certificate_required = !options.tls.client_authorities.empty(),
                      .token_grace = options.token_grace},
      observer.get());
  artifacts_service = std::make_unique<rpc::ArtifactsService>(
      rpc::ArtifactTools{.engine = engine.get(),
                         .objects = objects.get(),
                         .files = &files,
                         .authenticator = authenticator.get(),
                         .signed_content = &*signed_content,
                         .ids = ids.get(),
                         .observer = observer.get()},
      rpc::ArtifactLimits{.worker_certificate_required = !options.tls.client_authorities.empty()});
  const apps::AppTools tools{
      .engine = engine.get(), .authenticator = authenticator.get(), .ids = ids.get(), .observer = observer.get()};
  accounts = std::make_unique<apps::AccountsService>(tools);
  blueprints = std::make_unique<apps::BlueprintsService>(tools, options.blueprint);
  quizzes = std::make_unique<apps::QuizzesService>(tools, options.quiz);
  reflection = std::make_unique<rpc::ReflectionService>(std::vector<std::string>{
      v1::Orchestrator::service_full_name(), v1::Worker::service_full_name(), v1::LogStream::service_full_name(),
      v1::Artifacts::service_full_name(), accounts::v1::Accounts::service_full_name(),
      blueprint::v1::Blueprints::service_full_name(), quiz::v1::Quizzes::service_full_name(), "grpc.health.v1.Health"});
}

absl::Status Replica::Parts::Listen() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.grpc_address, credentials, &port);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(kHandshakeTime)));
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(options.keepalive)));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(options.keepalive_timeout)));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 250);
  if (options.connection_age < absl::Milliseconds(INT_MAX)) {
    const absl::Duration grace = std::min(options.connection_age, kConnectionGrace);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                               static_cast<int>(absl::ToInt64Milliseconds(options.connection_age)));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                               static_cast<int>(absl::ToInt64Milliseconds(grace)));
  }
  builder.RegisterService(orchestrator.get());
  builder.RegisterService(log_stream.get());
  builder.RegisterService(workers.get());
  builder.RegisterService(artifacts_service.get());
  builder.RegisterService(accounts.get());
  builder.RegisterService(blueprints.get());
  builder.RegisterService(quizzes.get());
  reflection->AddTo(builder);
  files.Start();
  server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.grpc_address, ": is it in use? Choose another --grpc"));
  }
  address = absl::StrCat(options.grpc_address.substr(0, options.grpc_address.rfind(':')), ":", port);
  sweeper = std::make_unique<artifacts::ObjectSweeper>(
      artifacts::SweepOptions{}, objects.get(),
      [this](const base::Id& id) -> absl::StatusOr<bool> {
        const auto row = store->ReadArtifact(id);
        if (!row.ok()) return row.status();
        return row->has_value();
      },
      &clock);
  sweeper->Start();
  server->GetHealthCheckService()->SetServingStatus(true);
  return absl::OkStatus();
}

void Replica::Parts::LoadFlows(const std::vector<store::FlowRow>& rows) {
  if (absl::Status status = catalog.Load(rows); !status.ok()) {
    spdlog::error("the contracts of other replicas' workers are not understood: {}", std::string(status.message()));
  }
}

void Replica::Parts::ShowMetrics() {
  if (options.metrics == nullptr) return;
  shown.push_back(std::make_unique<metrics::EngineMetrics>(engine.get()));
  shown.push_back(std::make_unique<rpc::LogStreamMetrics>(log_stream.get()));
  for (const auto& source : shown) options.metrics->Add(source.get());
}

void Replica::Parts::HideMetrics() {
  for (const auto& source : shown) options.metrics->Remove(source.get());
  shown.clear();
}

void Replica::Parts::WatchFiles() {
  watch = LoggedFileWatch(&random);
  if (!options.keys_file.empty()) {
    watch->Add({.paths = {options.keys_file}, .read = [this] { return ReadKeysAgain(); }});
  }
  if (identity != nullptr) {
    watch->Add({.paths = identity->paths(), .read = [this] { return identity->Reread(); }});
  }
  watch->Start();
}

absl::StatusOr<bool> Replica::Parts::ReadKeysAgain() {
  auto keys = door::KeySet::FromFile(options.keys_file);
  if (!keys.ok()) return keys.status();
  return verifier->SetKeys(*std::move(keys));
}

absl::StatusOr<std::unique_ptr<Replica>> Replica::Start(const ReplicaOptions& options) {
  if (absl::Status status = CheckAddress(options); !status.ok()) return status;
  if (absl::Status status = CheckQuizWorker(options.quiz); !status.ok()) return status;
  auto parts = std::make_unique<Parts>();
  parts->options = options;
  if (absl::Status status = parts->Open(); !status.ok()) return status;
  parts->MakeServices();
  absl::Status status = parts->Listen();
  if (status.ok()) parts->WatchFiles();
  if (status.ok()) parts->ShowMetrics();
  std::unique_ptr<Replica> replica(new Replica(std::move(parts)));
  if (!status.ok()) return status;
  return replica;
}

Replica::Replica(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Replica::~Replica() { Stop(); }

const std::string& Replica::address() const { return parts_->address; }

std::shared_ptr<const tls::LiveIdentity> Replica::identity() const { return parts_->identity; }

void Replica::ReadFilesAgain() { parts_->watch->CheckNow(); }

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
  parts_->HideMetrics();
  if (parts_->watch != nullptr) parts_->watch->Stop();
  if (parts_->server != nullptr) {
    Drain();
    parts_->workers->Shutdown();
    parts_->log_stream->Shutdown();
    parts_->artifacts_service->Shutdown();
    parts_->engine->waiters().Close();
    parts_->server->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(kCallsLeft));
    parts_->server->Wait();
    parts_->server.reset();
  }
  if (parts_->sweeper != nullptr) parts_->sweeper->Stop();
  if (parts_->engine != nullptr) parts_->engine->Stop();
  parts_->files.Stop();
}

}  // namespace flowmesh::cli
