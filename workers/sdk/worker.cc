#include "workers/sdk/worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "workers/sdk/descriptors.h"
#include "workers/sdk/remote_artifacts.h"
#include "workers/sdk/stop_signals.h"

namespace flowmesh::sdk {
namespace {

constexpr int kMaxMessage = 16 << 20;        // bytes
constexpr size_t kMaxDescriptors = 1 << 20;  // bytes

WorkerOptions WithDefaults(WorkerOptions options) {
  if (options.slots == 0) options.slots = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return options;
}

}  // namespace

// What exists from Start to Stop. The session calls the runner and the runner's threads call the session: the runner is
// stopped after the session has ended and both go together.
struct Worker::Running {
  Running(TaskRunnerOptions runner_options, const TaskRunner::Types* types, SessionOptions session_options,
          AccessSource access, v1::Hello hello, base::Clock* clock, base::RandomSource* random)
      : artifacts(access, session_options.reconnect, random),
        runner(runner_options, types, clock, &artifacts),
        session(
            session_options, std::move(access), std::move(hello),
            [this](std::shared_ptr<Attempt> attempt) { runner.Run(std::move(attempt)); }, clock, random) {}

  RemoteArtifacts artifacts;
  TaskRunner runner;
  Session session;
};

Worker::Worker(WorkerOptions options)
    : options_(WithDefaults(std::move(options))), worker_id_(base::Hex(random_.NextBytes(16))) {}

Worker::~Worker() { Stop(); }

void Worker::Add(ServedType type) {
  absl::Status status = type.Check();
  const std::string name = type.contract.name();
  if (status.ok() && !types_.emplace(name, std::move(type)).second) {
    status = absl::InvalidArgumentError(absl::StrCat("'", name, "' is served twice"));
  }
  types_status_.Update(status);
}

absl::Status Worker::CheckOptions() const {
  if (!types_status_.ok()) return types_status_;
  if (types_.empty()) return absl::InvalidArgumentError("the worker serves nothing: call Serve before Start");
  if (options_.slots < 0 || options_.flows < 0)
    return absl::InvalidArgumentError("slots and flows must not be negative");
  if (options_.step_threads < 1) return absl::InvalidArgumentError("step_threads must be at least 1");
  return absl::OkStatus();
}

absl::Status Worker::Start() {
  base::MutexLock lock(lifecycle_);
  if (running_ != nullptr) return absl::OkStatus();
  if (absl::Status status = CheckOptions(); !status.ok()) return status;
  v1::Hello hello = MakeHello();
  if (hello.descriptors().size() > kMaxDescriptors) {
    return absl::InvalidArgumentError(absl::StrCat("the descriptors of all types have ", hello.descriptors().size(),
                                                   " bytes, at most ", kMaxDescriptors,
                                                   " are taken: serve them from several workers"));
  }
  const TaskRunnerOptions runner{.slots = options_.slots,
                                 .flows = options_.flows,
                                 .step_threads = options_.step_threads,
                                 .park_after = options_.park_after};
  AccessSource access = MakeAccess();
  // Files that are missing are found here and not in a log.
  if (const absl::StatusOr<Access> first = access(); !first.ok()) return first.status();
  const bool renewable = options_.token.empty() && !options_.token_file.empty();
  const SessionOptions session{.token_patience = renewable ? options_.token_patience : absl::ZeroDuration(),
                               .reconnect = options_.reconnect,
                               .welcome_timeout = options_.welcome_timeout,
                               .drain_timeout = options_.drain_timeout,
                               .outbox = options_.outbox,
                               .observer = options_.observer};
  running_ =
      std::make_shared<Running>(runner, &types_, session, std::move(access), std::move(hello), &clock_, &random_);
  running_->runner.Start();
  running_->session.Start();
  return absl::OkStatus();
}

void Worker::Drain() {
  if (const auto running = this->running()) running->session.Drain();
}

void Worker::Stop() {
  const std::shared_ptr<Running> running = this->running();
  if (running == nullptr) return;
  running->session.Stop();
  running->runner.Stop();
  base::MutexLock lock(lifecycle_);
  if (running_ == running) running_ = nullptr;
}

absl::Status Worker::Wait() {
  const std::shared_ptr<Running> running = this->running();
  return running == nullptr ? absl::OkStatus() : running->session.Wait();
}

Outbox::Kept Worker::kept() {
  const std::shared_ptr<Running> running = this->running();
  return running == nullptr ? Outbox::Kept() : running->session.kept();
}

int Worker::Run() {
  StopSignals signals;
  absl::Status status = Start();
  if (status.ok()) {
    std::thread waiter([this, &signals, &status] {
      status = Wait();
      signals.Wake();
    });
    signals.Wait();
    Stop();
    waiter.join();
  }
  if (!status.ok()) spdlog::error("worker {} ends: {}", options_.name, status.ToString());
  return status.ok() ? 0 : 1;
}

std::shared_ptr<Worker::Running> Worker::running() {
  base::MutexLock lock(lifecycle_);
  return running_;
}

v1::Hello Worker::MakeHello() const {
  v1::Hello hello;
  hello.set_worker(options_.name);
  hello.set_worker_id(worker_id_);
  hello.set_version(options_.version);
  hello.mutable_capacity()->set_slots(options_.slots);
  hello.mutable_capacity()->set_flows(options_.flows);
  std::vector<const google::protobuf::Descriptor*> messages;
  for (const auto& [name, type] : types_) {
    *hello.add_types() = type.contract;
    messages.push_back(type.input);
    messages.push_back(type.output);
  }
  hello.set_descriptors(DescriptorSetOf(std::move(messages)));
  return hello;
}

AccessSource Worker::MakeAccess() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(absl::ToInt64Milliseconds(options_.keepalive)));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(options_.keepalive_timeout)));
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // the default stops the pings on idle streams
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(options_.reconnect.initial)));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(options_.reconnect.cap)));
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own, with its own keepalive
  arguments.SetMaxReceiveMessageSize(kMaxMessage);
  arguments.SetMaxSendMessageSize(kMaxMessage);
  auto files = std::make_shared<FileAccess>(AccessOptions{.channel = options_.channel,
                                                          .server = options_.server,
                                                          .token = options_.token,
                                                          .token_file = options_.token_file,
                                                          .tls = options_.tls,
                                                          .arguments = arguments},
                                            &clock_);
  // The dialler asks, and every thread that writes or reads an artifact.
  auto one_by_one = std::make_shared<base::Mutex>();
  return [files, one_by_one] {
    base::MutexLock lock(*one_by_one);
    return files->Read();
  };
}

}  // namespace flowmesh::sdk
