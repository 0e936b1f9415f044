// What lies between a task and the model that does its work: the task's cancel, usage and failures in the words of the
// other side.
#ifndef FLOWMESH_WORKERS_FLOWS_MODEL_TASK_MODEL_TASK_H_
#define FLOWMESH_WORKERS_FLOWS_MODEL_TASK_MODEL_TASK_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "workers/models/provider/cancellation.h"
#include "workers/models/provider/model_usage.h"

namespace flowmesh::flows {

// Whether a task or a step was told to stop. `Context`: sdk::TaskContext or sdk::StepContext, which must outlive it.
template <typename Context>
class ContextCancellation : public models::Cancellation {
 public:
  explicit ContextCancellation(Context* context) : context_(context) {}
  bool cancelled() const override { return context_->cancelled(); }
  bool WaitFor(absl::Duration pause) const override { return context_->WaitCancelled(pause); }

 private:
  Context* const context_;
};

v1::Usage UsageEvent(const models::ModelUsage& usage);

// A ModelError as a failure of the task, with its reason; any other status as it is.
absl::Status TaskFailure(const absl::Status& status);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_MODEL_TASK_MODEL_TASK_H_
