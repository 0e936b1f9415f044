#include "server/rpc/worker_service.h"

#include <utility>

#include "absl/strings/match.h"
#include "server/door/status.h"
#include "server/engine/errors.h"

namespace flowmesh::rpc {
namespace {

// A call that ends before it began.
class Refusal : public grpc::ServerBidiReactor<v1::WorkerFrame, v1::OrchestratorFrame> {
 public:
  explicit Refusal(const absl::Status& status) { Finish(door::ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

// gRPC knows no address of a peer that came through Server::InProcessChannel.
bool IsInProcess(const grpc::CallbackServerContext& context) {
  const std::string peer = context.peer();
  return !absl::StartsWith(peer, "ipv4:") && !absl::StartsWith(peer, "ipv6:") && !absl::StartsWith(peer, "unix");
}

}  // namespace

grpc::ServerBidiReactor<v1::WorkerFrame, v1::OrchestratorFrame>* WorkerService::Attach(
    grpc::CallbackServerContext* context) {
  auto caller = authenticator_->Authenticate(*context);
  if (!caller.ok()) return new Refusal(caller.status());
  if (absl::Status status = door::RequireWorker(*caller); !status.ok()) return new Refusal(status);
  base::MutexLock lock(mutex_);
  if (stopping_) return new Refusal(engine::Stopping());
  std::erase_if(sessions_, [](const auto& session) { return session.expired(); });
  auto session =
      WorkerSession::Begin(engine_, catalog_, *std::move(caller), engine_->NewSessionId(IsInProcess(*context)));
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
