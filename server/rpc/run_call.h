// One RunExecution call: create, start, wait for the end.
#ifndef FLOWMESH_SERVER_RPC_RUN_CALL_H_
#define FLOWMESH_SERVER_RPC_RUN_CALL_H_

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "server/base/mutex.h"
#include "server/door/calls/call_observer.h"
#include "server/engine/engine.h"

namespace flowmesh::rpc {

// Lives until gRPC is done with it and no callback of the engine is left.
class RunCall : public grpc::ServerUnaryReactor, public std::enable_shared_from_this<RunCall> {
 public:
  // `wait`: answer with the execution as it is after this long; nullopt = until the call's deadline. The engine must
  // outlive the server.
  static grpc::ServerUnaryReactor* Begin(engine::Engine* engine, door::CallObserver* observer,
                                         grpc::CallbackServerContext* context, engine::SubmitCommand command,
                                         std::optional<absl::Duration> wait, v1::Execution* response);

 private:
  RunCall(engine::Engine* engine, door::CallObserver* observer, grpc::CallbackServerContext* context,
          std::optional<absl::Duration> wait, v1::Execution* response)
      : engine_(engine),
        context_(context),
        wait_(wait),
        response_(response),
        record_(observer, "RunExecution", context) {}

  void OnCancel() override;
  void OnDone() override;

  void Submitted(absl::StatusOr<engine::SubmitResult> result);
  void Ended(store::ExecutionRow row);
  void WaitOver();
  void Answer(const store::ExecutionRow& row, bool still_running);
  void Refuse(const absl::Status& status);
  // Whether the caller may call Finish; true once.
  bool Claim();

  engine::Engine* const engine_;
  grpc::CallbackServerContext* const context_;
  const std::optional<absl::Duration> wait_;
  v1::Execution* const response_;
  std::shared_ptr<RunCall> self_;
  grpc::Alarm alarm_;
  door::CallRecord record_;  // its end belongs to whoever has claimed the answer
  bool replayed_ = false;    // set before anything that leads to Answer
  bool joined_ = false;      // the same

  base::Mutex mutex_;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
  store::Id id_ ABSL_GUARDED_BY(mutex_);
  uint64_t ticket_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_RUN_CALL_H_
