#include "tests/bench/mesh.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"

namespace flowmesh::bench {
namespace {

constexpr absl::Duration kServingTimeout = absl::Seconds(20);
constexpr absl::Duration kWorkerTimeout = absl::Seconds(20);
constexpr absl::Duration kAskEvery = absl::Milliseconds(5);
constexpr absl::Duration kAskOften = absl::Milliseconds(1);
constexpr absl::Duration kSideCall = absl::Seconds(20);
constexpr char kHttpAnnounced[] = "flowmesh serves HTTP on ";

}  // namespace

void SetDeadline(grpc::ClientContext* context, absl::Duration from_now) {
  context->set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(from_now));
}

absl::Status ToStatus(const grpc::Status& status) {
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

absl::StatusOr<std::unique_ptr<Mesh>> Mesh::Start(const MeshOptions& options, BuiltInWorker built_in, Gateway gateway) {
  std::unique_ptr<Mesh> mesh(new Mesh());
  mesh->options_ = options;
  mesh->directory_ = options.directory + "/flowmesh-bench-XXXXXX";
  if (mkdtemp(mesh->directory_.data()) == nullptr) return absl::ErrnoToStatus(errno, "mkdtemp");
  auto counter = SharedCounter::Open(mesh->directory_ + "/begun");
  if (!counter.ok()) return counter.status();
  mesh->counter_ = *std::move(counter);
  for (int number = 0; number < options.replicas; ++number) {
    if (absl::Status status = mesh->StartServer(built_in, gateway, number); !status.ok()) return status;
  }
  mesh->orchestrator_ = v1::Orchestrator::NewStub(mesh->NewChannel());
  if (gateway == Gateway::kNone) return mesh;
  if (gateway == Gateway::kApart) {
    if (absl::Status status = mesh->StartGateway(); !status.ok()) return status;
  }
  auto http =
      mesh->AwaitHttpAddress(mesh->directory_ + (gateway == Gateway::kApart ? "/gateway.log" : "/server-0.log"));
  if (!http.ok()) return http.status();
  mesh->http_address_ = *std::move(http);
  return mesh;
}

absl::Status Mesh::StartServer(BuiltInWorker built_in, Gateway gateway, int number) {
  const std::string name = absl::StrCat(directory_, "/server-", number);
  const std::string fifo = name + ".address";
  if (mkfifo(fifo.c_str(), 0600) != 0) return absl::ErrnoToStatus(errno, "mkfifo");
  std::vector<std::string> arguments = {options_.flowmesh, "dev", "--grpc",         "127.0.0.1:0",
                                        "--data",          name,  "--address-file", fifo};
  if (options_.replicas > 1) arguments.insert(arguments.end(), {"--artifacts", directory_ + "/artifacts"});
  if (built_in == BuiltInWorker::kNone) arguments.emplace_back("--no-worker");
  if (gateway == Gateway::kInside && number == 0) arguments.insert(arguments.end(), {"--http", "127.0.0.1:0"});
  arguments.insert(arguments.end(), options_.server_flags.begin(), options_.server_flags.end());
  auto server = ChildProcess::Spawn(std::move(arguments), name + ".log");
  if (!server.ok()) return server.status();
  servers_.push_back(*std::move(server));
  auto address = servers_.back()->ReadLineFrom(fifo, kServingTimeout);
  if (!address.ok()) return address.status();
  addresses_.push_back(*std::move(address));
  return absl::OkStatus();
}

double Mesh::ProcessorSeconds(const Processes& processes) {
  double seconds = 0;
  for (const auto& process : processes) seconds += process->ProcessorSeconds();
  return seconds;
}

absl::Status Mesh::StartGateway() {
  auto gateway =
      ChildProcess::Spawn({options_.flowmesh, "gateway", "--server", addresses_.front(), "--http", "127.0.0.1:0"},
                          directory_ + "/gateway.log");
  if (!gateway.ok()) return gateway.status();
  gateway_ = *std::move(gateway);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Mesh::AwaitHttpAddress(const std::string& log_file) const {
  const absl::Time deadline = absl::Now() + kServingTimeout;
  std::string line;
  do {
    std::ifstream in(log_file);
    while (std::getline(in, line)) {
      absl::string_view rest = line;
      // A line that is still being written has no end yet.
      if (!in.eof() && absl::ConsumePrefix(&rest, kHttpAnnounced)) return std::string(rest.substr(0, rest.find(' ')));
    }
    absl::SleepFor(kAskEvery);
  } while (absl::Now() < deadline);
  return absl::DeadlineExceededError(absl::StrCat("no gateway announced itself; the last line of its log: ", line));
}

Mesh::~Mesh() {
  workers_.clear();
  gateway_.reset();
  servers_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

absl::Status Mesh::AttachWorker(int slots) {
  const int each = std::max(1, slots / options_.replicas);
  for (const std::string& address : addresses_) {
    auto worker = ChildProcess::Spawn(
        {options_.self, "--worker", address, "--slots", absl::StrCat(each), "--counter", directory_ + "/begun"},
        absl::StrCat(directory_, "/worker-", workers_.size(), ".log"));
    if (!worker.ok()) return worker.status();
    workers_.push_back(*std::move(worker));
  }
  return AwaitWorkers(options_.replicas);
}

absl::Status Mesh::DetachWorker() {
  workers_.clear();
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

absl::Status Mesh::AwaitTails(int count, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  int tails = 0;
  do {
    grpc::ClientContext context;
    SetDeadline(&context, kSideCall);
    v1::Stats stats;
    absl::Status status = ToStatus(orchestrator_->GetStats(&context, v1::GetStatsRequest(), &stats));
    if (!status.ok()) return status;
    tails = stats.tails();
    if (tails == count) return absl::OkStatus();
    absl::SleepFor(kAskOften);
  } while (absl::Now() < deadline);
  return absl::DeadlineExceededError(
      absl::StrCat(tails, " tails are open, not ", count, ", after ", absl::FormatDuration(timeout)));
}

std::shared_ptr<grpc::Channel> Mesh::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(16 << 20);
  return grpc::CreateCustomChannel(addresses_[next_address_++ % addresses_.size()], grpc::InsecureChannelCredentials(),
                                   arguments);
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
