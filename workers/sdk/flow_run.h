#ifndef FLOWMESH_WORKERS_SDK_FLOW_RUN_H_
#define FLOWMESH_WORKERS_SDK_FLOW_RUN_H_

#include <coroutine>
#include <memory>
#include <optional>
#include <vector>

#include "google/protobuf/any.pb.h"
#include "server/base/executor.h"
#include "workers/sdk/attempt.h"
#include "workers/sdk/flow.h"
#include "workers/sdk/flow_context.h"
#include "workers/sdk/served_type.h"
#include "workers/sdk/strand.h"

namespace flowmesh::sdk {

// One flow in memory: runs its body in turns on an executor, one thread at a time, and ends its attempt when the body
// has ended. A fenced flow is destroyed where it waits. Keeps itself alive until then.
class FlowRun : public FlowResumer, public std::enable_shared_from_this<FlowRun> {
 public:
  // `type` and `executor` must outlive the run.
  FlowRun(std::shared_ptr<Attempt> attempt, const ServedType* type, base::Executor* executor);

  // Call once. Does not block.
  void Start();

  void ResumeWhenCancelled(std::coroutine_handle<> waiter) override;

 private:
  // All of these run on the strand.
  void Begin();
  void Look();
  void Step(std::coroutine_handle<> handle);
  void Finish();

  const std::shared_ptr<Attempt> attempt_;
  const ServedType* const type_;
  const std::shared_ptr<Strand> strand_;
  FlowContext context_;
  std::optional<Flow<google::protobuf::Any>> body_;  // empty before Begin and once over
  std::vector<std::coroutine_handle<>> wait_for_cancel_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FLOW_RUN_H_
