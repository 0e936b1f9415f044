#include "server/engine/engine.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/base/log_context.h"
#include "server/base/trace_context.h"
#include "server/engine/errors.h"
#include "spdlog/spdlog.h"

namespace flowmesh::engine {
namespace {

void LogEnd(const store::ExecutionRow& row) {
  const auto request = row.labels.find("x-request-id");
  const base::LogContext context({{"trace_id", base::TraceIdOf(row.traceparent)},
                                  {"request_id", request == row.labels.end() ? "" : request->second},
                                  {"execution_id", row.id.ToString()},
                                  {"flow", row.flow},
                                  {"state", StateName(row.state)},
                                  {"reason", row.root.failure.reason}});
  spdlog::info("execution {}", StateName(row.state));
}

}  // namespace

Engine::Engine(EngineOptions options, store::Store* store, base::Clock* clock, base::RandomSource* random)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      random_(random),
      readers_({.threads = options_.reader_threads, .max_queued = 100'000, .name = "readers"}),
      effects_("effects"),
      loop_({.grace = options_.grace,
             .retention = options_.retention,
             .heartbeat = store->shared() ? options_.heartbeat : absl::InfiniteDuration(),
             .on_fatal = options_.on_fatal},
            store, clock, random, &lanes_, [this](Effects effects) { Perform(std::move(effects)); }) {}

Engine::~Engine() { Stop(); }

absl::Status Engine::Start() {
  if (absl::Status status = loop_.Prepare(); !status.ok()) return status;
  readers_.Start();
  effects_.Start();
  if (store_->shared()) {
    watch_ = std::make_unique<ReplicaWatch>(ReplicaWatchOptions{.heartbeat = options_.heartbeat,
                                                                .looks = options_.looks,
                                                                .grace = options_.grace,
                                                                .on_flows = options_.on_flows},
                                            ReplicaWatchTools{.store = store_,
                                                              .clock = clock_,
                                                              .random = random_,
                                                              .lanes = &lanes_,
                                                              .hub = &hub_,
                                                              .waiters = &waiters_,
                                                              .loop = &loop_});
    watch_->Start();
  }
  loop_.Start();
  return absl::OkStatus();
}

std::vector<SessionSummary> Engine::SessionsOfMesh(const CommitLoop& loop) const {
  std::vector<SessionSummary> sessions = Summarize(loop.sessions());
  if (watch_ == nullptr) return sessions;
  std::vector<SessionSummary> others = watch_->others();
  std::move(others.begin(), others.end(), std::back_inserter(sessions));
  return sessions;
}

void Engine::Stop() {
  if (watch_ != nullptr) watch_->Stop();
  loop_.Stop();
  effects_.Stop();
  readers_.Stop();
}

void Engine::Perform(Effects effects) {
  {
    base::MutexLock lock(unperformed_mutex_);
    while (unperformed_ >= kMaxUnperformed) performed_.Wait(lock);
    ++unperformed_;
  }
  auto shared = std::make_shared<Effects>(std::move(effects));
  effects_.Post([this, shared] {
    committed_.Count(*shared);
    if (watch_ != nullptr) watch_->Tell(*shared);
    if (options_.log_ends) std::for_each(shared->finals.begin(), shared->finals.end(), LogEnd);
    std::move(*shared).Perform(hub_, waiters_);
    base::MutexLock lock(unperformed_mutex_);
    --unperformed_;
    performed_.NotifyOne();
  });
}

template <typename C>
void Engine::OfferClient(C command, size_t bytes) {
  auto reply = command.reply;
  if (!lanes_.OfferClient(std::move(command), bytes)) reply(lanes_.closed() ? Stopping() : QueueFull());
}

void Engine::Submit(SubmitCommand command) {
  const size_t bytes = command.row.root.input.bytes.size() + (command.resource ? command.resource->payload.size() : 0);
  OfferClient(std::move(command), bytes);
}

void Engine::SubmitAll(std::vector<SubmitCommand> commands) {
  size_t bytes = 0;
  std::vector<std::function<void(absl::StatusOr<SubmitResult>)>> replies;
  std::vector<Command> offered;
  for (SubmitCommand& command : commands) {
    bytes += command.row.root.input.bytes.size();
    replies.push_back(command.reply);
    offered.push_back(std::move(command));
  }
  if (lanes_.OfferClients(std::move(offered), bytes)) return;
  for (auto& reply : replies) reply(lanes_.closed() ? Stopping() : QueueFull());
}

void Engine::Start(StartCommand command) { OfferClient(std::move(command), 0); }

void Engine::Cancel(CancelCommand command) {
  const size_t bytes = command.reason.size();
  OfferClient(std::move(command), bytes);
}

void Engine::Signal(SignalCommand command) {
  const size_t bytes = command.payload.bytes.size();
  OfferClient(std::move(command), bytes);
}

absl::StatusOr<std::shared_ptr<const Projection>> Engine::ProjectionOf(const store::Payload& output) const {
  return options_.projections == nullptr ? nullptr : options_.projections->Of(output);
}

void Engine::Deliver(FrameCommand frame) {
  if (options_.projections != nullptr) {
    for (Entry& entry : frame.entries) options_.projections->Project(&entry.body);
  }
  lanes_.OfferWorker(Command(std::move(frame)));
}

void Engine::CompleteTask(CompleteTaskCommand command) {
  auto projection = ProjectionOf(command.outcome.output);
  if (!projection.ok()) return command.reply(projection.status());
  command.outcome.projection = *std::move(projection);
  const size_t bytes = command.outcome.output.bytes.size();
  OfferClient(std::move(command), bytes);
}

void Engine::WriteArtifact(WriteArtifactCommand command) {
  const size_t bytes = command.artifact.notice.size();
  OfferClient(std::move(command), bytes);
}

void Engine::Retry(RetryCommand command) { OfferClient(std::move(command), 0); }

void Engine::Delete(DeleteCommand command) { OfferClient(std::move(command), 0); }

void Engine::CompleteExecution(CompleteExecutionCommand command) {
  auto projection = ProjectionOf(command.output);
  if (!projection.ok()) return command.reply(projection.status());
  command.projection = *std::move(projection);
  const size_t bytes = command.output.bytes.size();
  OfferClient(std::move(command), bytes);
}

void Engine::MakeResource(MakeResourceCommand command) {
  const size_t bytes = command.row.payload.size();
  OfferClient(std::move(command), bytes);
}

uint64_t Engine::NewSessionId(bool in_process) { return (random_->Next() & ~uint64_t{1}) | (in_process ? 1 : 0); }

bool Engine::Inspect(std::function<void(const CommitLoop&)> inspection) {
  return lanes_.OfferWorker(Inspection([this, inspection = std::move(inspection)] { inspection(loop_); }));
}

}  // namespace flowmesh::engine
