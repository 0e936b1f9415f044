// flowmesh.v1.Orchestrator over the engine. Every method does four things: check, convert in, one call, convert out.
#ifndef FLOWMESH_SERVER_RPC_ORCHESTRATOR_SERVICE_H_
#define FLOWMESH_SERVER_RPC_ORCHESTRATOR_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <functional>

#include "flowmesh/v1/orchestrator.grpc.pb.h"
#include "server/base/ids.h"
#include "server/door/authenticator.h"
#include "server/door/calls/call_observer.h"
#include "server/door/contract_catalog.h"
#include "server/door/poll_limiter.h"
#include "server/engine/engine.h"
#include "server/rpc/submit_request.h"

namespace flowmesh::rpc {

// Thread-safe; nothing in it blocks.
class OrchestratorService : public v1::Orchestrator::CallbackService {
 public:
  struct Parts {
    engine::Engine* engine = nullptr;
    door::Authenticator* authenticator = nullptr;
    const door::ContractCatalog* catalog = nullptr;
    base::IdMaker* ids = nullptr;
    std::function<int()> open_tails;         // for GetStats
    door::CallObserver* observer = nullptr;  // null: calls are not counted
  };
  // All parts must outlive the service.
  explicit OrchestratorService(Parts parts);

  grpc::ServerUnaryReactor* CreateExecution(grpc::CallbackServerContext* context,
                                            const v1::CreateExecutionRequest* request,
                                            v1::Execution* response) override;
  grpc::ServerUnaryReactor* BatchCreateExecutions(grpc::CallbackServerContext* context,
                                                  const v1::BatchCreateExecutionsRequest* request,
                                                  v1::BatchCreateExecutionsResponse* response) override;
  grpc::ServerUnaryReactor* StartExecution(grpc::CallbackServerContext* context,
                                           const v1::StartExecutionRequest* request, v1::Execution* response) override;
  grpc::ServerUnaryReactor* RunExecution(grpc::CallbackServerContext* context, const v1::RunExecutionRequest* request,
                                         v1::Execution* response) override;
  grpc::ServerUnaryReactor* CancelExecution(grpc::CallbackServerContext* context,
                                            const v1::CancelExecutionRequest* request,
                                            v1::Execution* response) override;
  grpc::ServerUnaryReactor* GetExecution(grpc::CallbackServerContext* context, const v1::GetExecutionRequest* request,
                                         v1::Execution* response) override;
  grpc::ServerUnaryReactor* ListExecutions(grpc::CallbackServerContext* context,
                                           const v1::ListExecutionsRequest* request,
                                           v1::ListExecutionsResponse* response) override;
  grpc::ServerUnaryReactor* ListTasks(grpc::CallbackServerContext* context, const v1::ListTasksRequest* request,
                                      v1::ListTasksResponse* response) override;
  grpc::ServerUnaryReactor* ListFlows(grpc::CallbackServerContext* context, const v1::ListFlowsRequest* request,
                                      v1::ListFlowsResponse* response) override;
  grpc::ServerUnaryReactor* ListWorkers(grpc::CallbackServerContext* context, const v1::ListWorkersRequest* request,
                                        v1::ListWorkersResponse* response) override;
  grpc::ServerUnaryReactor* GetStats(grpc::CallbackServerContext* context, const v1::GetStatsRequest* request,
                                     v1::Stats* response) override;
  grpc::ServerUnaryReactor* RetryExecution(grpc::CallbackServerContext* context,
                                           const v1::RetryExecutionRequest* request, v1::Execution* response) override;
  grpc::ServerUnaryReactor* SignalExecution(grpc::CallbackServerContext* context,
                                            const v1::SignalExecutionRequest* request,
                                            v1::SignalExecutionResponse* response) override;
  grpc::ServerUnaryReactor* DeleteExecution(grpc::CallbackServerContext* context,
                                            const v1::DeleteExecutionRequest* request,
                                            v1::DeleteExecutionResponse* response) override;
  grpc::ServerUnaryReactor* CompleteTask(grpc::CallbackServerContext* context, const v1::CompleteTaskRequest* request,
                                         v1::CompleteTaskResponse* response) override;

 private:
  const Parts parts_;
  const SubmitRequestReader submits_;
  door::PollLimiter polls_;
  const absl::Time start_time_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ORCHESTRATOR_SERVICE_H_
