#ifndef FLOWMESH_WORKERS_SDK_STEP_CONTEXT_H_
#define FLOWMESH_WORKERS_SDK_STEP_CONTEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "workers/sdk/task_context.h"

namespace flowmesh::sdk {

// What the code of a local step knows and may tell. It runs on a thread of its own and may block. Thread-safe.
class StepContext : private TaskContext {
 public:
  // `info` is the flow's, `key` the step's call key. All pointers must outlive the context.
  StepContext(AttemptInfo info, absl::string_view key, EventSink* sink, Cancellation* cancellation, base::Clock* clock,
              ArtifactBox* artifacts);

  using AttemptContext::Attributes;
  using AttemptContext::Counters;
  using AttemptContext::Debug;
  using AttemptContext::Error;
  using AttemptContext::Info;
  using AttemptContext::Level;
  using AttemptContext::Log;
  using AttemptContext::Progress;
  using AttemptContext::ReportUsage;
  using AttemptContext::Warning;

  using AttemptContext::attempt;
  using AttemptContext::cancelled;
  using AttemptContext::deadline;
  using AttemptContext::execution_id;
  // The step's own, derived from the flow's and its call key: the same whenever the step runs again.
  using AttemptContext::idempotency_key;
  using AttemptContext::labels;
  using AttemptContext::owner;
  using AttemptContext::traceparent;
  using TaskContext::Now;
  using TaskContext::OpenArtifact;
  using TaskContext::ReadArtifact;
  using TaskContext::WaitCancelled;
  // Of the flow's task: the step that runs again writes the same artifact.
  using TaskContext::WriteArtifact;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_STEP_CONTEXT_H_
