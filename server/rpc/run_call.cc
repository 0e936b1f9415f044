#include "server/rpc/run_call.h"

#include <utility>

#include "server/door/convert/execution_proto.h"
#include "server/engine/errors.h"
#include "server/rpc/blocked_on.h"
#include "server/rpc/execution_reader.h"

namespace flowmesh::rpc {

grpc::ServerUnaryReactor* RunCall::Begin(engine::Engine* engine, door::CallObserver* observer,
                                         grpc::CallbackServerContext* context, engine::SubmitCommand command,
                                         std::optional<absl::Duration> wait, v1::Execution* response) {
  std::shared_ptr<RunCall> call(new RunCall(engine, observer, context, wait, response));
  call->self_ = call;
  command.reply = [call](absl::StatusOr<engine::SubmitResult> result) { call->Submitted(std::move(result)); };
  engine->Submit(std::move(command));
  return call.get();
}

bool RunCall::Claim() {
  base::MutexLock lock(mutex_);
  return !std::exchange(answered_, true);
}

void RunCall::Submitted(absl::StatusOr<engine::SubmitResult> result) {
  if (!result.ok()) return Refuse(result.status());
  replayed_ = result->replayed;
  joined_ = result->joined;
  if (store::IsFinal(result->row.state)) return Ended(std::move(result->row));
  const uint64_t ticket = engine_->waiters().Await(
      result->row.id, [self = shared_from_this()](const store::ExecutionRow& row) { self->Ended(row); },
      [self = shared_from_this()] { self->Refuse(engine::Stopping()); });
  bool cancelled = false;
  {
    base::MutexLock lock(mutex_);
    id_ = result->row.id;
    ticket_ = ticket;
    cancelled = answered_;
    if (!cancelled && wait_) {
      alarm_.Set(std::chrono::system_clock::now() + absl::ToChronoNanoseconds(*wait_),
                 // Weak: the alarm keeps its callback for as long as it lives itself.
                 [weak = weak_from_this()](bool fired) {
                   const auto self = fired ? weak.lock() : nullptr;
                   if (self != nullptr) self->WaitOver();
                 });
    }
  }
  if (cancelled) engine_->waiters().Leave(result->row.id, ticket);
}

void RunCall::Ended(store::ExecutionRow row) {
  LoadPayloads(*engine_, std::move(row), [self = shared_from_this()](absl::StatusOr<store::ExecutionRow> full) {
    if (!full.ok()) return self->Refuse(full.status());
    self->Answer(*full, /*still_running=*/false);
  });
}

void RunCall::WaitOver() {
  store::Id id;
  {
    base::MutexLock lock(mutex_);
    id = id_;
  }
  ReadFullExecution(*engine_, id, [self = shared_from_this()](absl::StatusOr<store::ExecutionRow> row) {
    if (!row.ok()) return self->Refuse(row.status());
    self->Answer(*row, /*still_running=*/!store::IsFinal(row->state));
  });
}

void RunCall::Answer(const store::ExecutionRow& row, bool still_running) {
  // Once somebody else has answered, context and response may be gone.
  if (!Claim()) return;
  if (replayed_) context_->AddInitialMetadata("idempotency-replayed", "true");
  if (joined_) context_->AddInitialMetadata("concurrency-joined", "true");
  if (still_running) context_->AddInitialMetadata("x-http-status", "202");
  door::ToProto(row, door::ExecutionView::kFull, response_);
  ShowBlocked(row, response_);
  record_.About(row.id);
  Finish(record_.End(absl::OkStatus()));
}

void RunCall::Refuse(const absl::Status& status) {
  if (Claim()) Finish(record_.End(status));
}

void RunCall::OnCancel() {
  if (Claim()) Finish(record_.End(absl::CancelledError("the caller went away; the execution goes on")));
}

void RunCall::OnDone() {
  store::Id id;
  uint64_t ticket = 0;
  {
    base::MutexLock lock(mutex_);
    id = id_;
    ticket = ticket_;
  }
  if (ticket != 0) engine_->waiters().Leave(id, ticket);
  alarm_.Cancel();
  self_.reset();
}

}  // namespace flowmesh::rpc
