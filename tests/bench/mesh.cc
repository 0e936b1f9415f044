#include "tests/bench/mesh.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace flowmesh::bench {
namespace {

constexpr absl::Duration kServingTimeout = absl::Seconds(20);
constexpr absl::Duration kWorkerTimeout = absl::Seconds(20);
constexpr absl::Duration kAskEvery = absl::Milliseconds(5);
constexpr absl::Duration kSideCall = absl::Seconds(20);

}  // namespace

void SetDeadline(grpc::ClientContext* context, absl::Duration from_now) {
  context->set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(from_now));
}

absl::Status ToStatus(const grpc::Status& status) {
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

absl::StatusOr<std::unique_ptr<Mesh>> Mesh::Start(const MeshOptions& options, BuiltInWorker built_in) {
  std::unique_ptr<Mesh> mesh(new Mesh());
  mesh->options_ = options;
  mesh->directory_ = options.directory + "/flowmesh-bench-XXXXXX";
  if (mkdtemp(mesh->directory_.data()) == nullptr) return absl::ErrnoToStatus(errno, "mkdtemp");
  auto counter = SharedCounter::Open(mesh->directory_ + "/begun");
  if (!counter.ok()) return counter.status();
  mesh->counter_ = *std::move(counter);
  const std::string fifo = mesh->directory_ + "/address";
  if (mkfifo(fifo.c_str(), 0600) != 0) return absl::ErrnoToStatus(errno, "mkfifo");

  std::vector<std::string> arguments = {
      options.flowmesh, "dev", "--grpc", "127.0.0.1:0", "--data", mesh->directory_ + "/data", "--address-file", fifo};
  if (built_in == BuiltInWorker::kNone) arguments.emplace_back("--no-worker");
  arguments.insert(arguments.end(), options.server_flags.begin(), options.server_flags.end());
  auto server = ChildProcess::Spawn(std::move(arguments), mesh->directory_ + "/server.log");
  if (!server.ok()) return server.status();
  mesh->server_ = *std::move(server);
  auto address = mesh->server_->ReadLineFrom(fifo, kServingTimeout);
  if (!address.ok()) return address.status();
  mesh->address_ = *std::move(address);
  mesh->orchestrator_ = v1::Orchestrator::NewStub(mesh->NewChannel());
  return mesh;
}

Mesh::~Mesh() {
  worker_.reset();
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

absl::Status Mesh::AttachWorker(int slots) {
  auto worker = ChildProcess::Spawn(
      {options_.self, "--worker", address_, "--slots", absl::StrCat(slots), "--counter", directory_ + "/begun"},
      directory_ + "/worker.log");
  if (!worker.ok()) return worker.status();
  worker_ = *std::move(worker);
  return AwaitWorkers(1);
}

absl::Status Mesh::DetachWorker() {
  worker_.reset();
  return AwaitWorkers(0);
}

absl::Status Mesh::AwaitWorkers(int count) {
  const absl::Time deadline = absl::Now() + kWorkerTimeout;
  while (absl::Now() < deadline) {
    grpc::ClientContext context;
    SetDeadline(&context, kSideCall);
    v1::ListWorkersResponse response;
    absl::Status status = ToStatus(orchestrator_->ListWorkers(&context, v1::ListWorkersRequest(), &response));
    if (!status.ok()) return status;
    if (response.workers_size() == count) return absl::OkStatus();
    absl::SleepFor(kAskEvery);
  }
  return absl::DeadlineExceededError(absl::StrCat("the server never listed ", count, " workers"));
}

std::shared_ptr<grpc::Channel> Mesh::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(16 << 20);
  return grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments);
}

absl::Status Mesh::AwaitAllFinal(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  int64_t live = 0;
  do {
    grpc::ClientContext context;
    SetDeadline(&context, kSideCall);
    v1::Stats stats;
    absl::Status status = ToStatus(orchestrator_->GetStats(&context, v1::GetStatsRequest(), &stats));
    if (!status.ok()) return status;
    live = 0;
    for (const auto& [state, count] : stats.executions()) live += count;
    if (live == 0) return absl::OkStatus();
    absl::SleepFor(kAskEvery);
  } while (absl::Now() < deadline);
  return absl::DeadlineExceededError(absl::StrCat(live, " executions are live after ", absl::FormatDuration(timeout)));
}

}  // namespace flowmesh::bench
