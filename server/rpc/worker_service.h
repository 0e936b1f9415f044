// flowmesh.v1.Worker: the door for workers.
#ifndef FLOWMESH_SERVER_RPC_WORKER_SERVICE_H_
#define FLOWMESH_SERVER_RPC_WORKER_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <vector>

#include "flowmesh/v1/worker.grpc.pb.h"
#include "server/base/mutex.h"
#include "server/door/authenticator.h"
#include "server/door/contract_catalog.h"
#include "server/engine/engine.h"
#include "server/rpc/worker_session.h"

namespace flowmesh::rpc {

// Who may attach, beyond the token's role.
struct WorkerDoor {
  // Demands a client certificate (door::HasVerifiedCertificate) of every worker outside of this process.
  bool certificate_required = false;
  // A stream ends this long after the token that opened it has expired. Until then the worker may get a new token.
  absl::Duration token_grace = absl::Minutes(1);
};

// Thread-safe; nothing in it blocks.
class WorkerService : public v1::Worker::CallbackService {
 public:
  // All must outlive the service.
  WorkerService(engine::Engine* engine, door::Authenticator* authenticator, door::ContractCatalog* catalog,
                const WorkerDoor& options, door::CallObserver* observer = nullptr)
      : engine_(engine), authenticator_(authenticator), catalog_(catalog), options_(options), observer_(observer) {}
  WorkerService(engine::Engine* engine, door::Authenticator* authenticator, door::ContractCatalog* catalog)
      : WorkerService(engine, authenticator, catalog, WorkerDoor()) {}

  grpc::ServerBidiReactor<v1::WorkerFrame, v1::OrchestratorFrame>* Attach(
      grpc::CallbackServerContext* context) override;

  // Ends all sessions, and refuses new ones, with UNAVAILABLE.
  void Shutdown();

 private:
  engine::Engine* const engine_;
  door::Authenticator* const authenticator_;
  door::ContractCatalog* const catalog_;
  const WorkerDoor options_;
  door::CallObserver* const observer_;  // null: calls are not counted
  base::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<WorkerSession>> sessions_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_WORKER_SERVICE_H_
