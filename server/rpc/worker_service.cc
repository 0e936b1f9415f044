#include "server/rpc/worker_service.h"

#include <utility>

#include "absl/strings/match.h"
#include "server/base/error.h"
#include "server/door/status.h"
#include "server/door/worker_certificate.h"
#include "server/engine/errors.h"

namespace flowmesh::rpc {
namespace {

// A call that ends before it began.
class Refusal : public grpc::ServerBidiReactor<v1::WorkerFrame, v1::OrchestratorFrame> {
 public:
  explicit Refusal(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerBidiReactor<v1::WorkerFrame, v1::OrchestratorFrame>* WorkerService::Attach(
    grpc::CallbackServerContext* context) {
  auto record = std::make_unique<door::CallRecord>(observer_, "Attach", context);
  auto caller = authenticator_->Authenticate(*context);
  if (!caller.ok()) return new Refusal(record->End(caller.status()));
  if (absl::Status status = door::RequireWorker(*caller); !status.ok()) return new Refusal(record->End(status));
  if (options_.certificate_required) {
    absl::Status shown = door::RequireWorkerCertificate(*context);
    if (!shown.ok()) return new Refusal(record->End(shown));
  }
  base::MutexLock lock(mutex_);
  if (stopping_) return new Refusal(record->End(engine::Stopping()));
  std::erase_if(sessions_, [](const auto& session) { return session.expired(); });
  // A token may expire while its successor is on the way.
  if (caller->expire_time != absl::InfiniteFuture()) caller->expire_time += options_.token_grace;
  auto session = WorkerSession::Begin(engine_, catalog_, *std::move(caller),
                                      engine_->NewSessionId(door::IsInProcess(*context)), std::move(record));
  sessions_.push_back(session);
  return session.get();
}

void WorkerService::Shutdown() {
  std::vector<std::weak_ptr<WorkerSession>> sessions;
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
    sessions.swap(sessions_);
  }
  for (const auto& weak : sessions) {
    if (auto session = weak.lock()) session->Drain();
  }
}

}  // namespace flowmesh::rpc
