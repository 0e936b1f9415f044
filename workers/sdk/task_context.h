#ifndef FLOWMESH_WORKERS_SDK_TASK_CONTEXT_H_
#define FLOWMESH_WORKERS_SDK_TASK_CONTEXT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "workers/sdk/artifact_box.h"
#include "workers/sdk/attempt_context.h"

namespace flowmesh::sdk {

// The context of a function. A function runs on a thread of its own slot and may block; what it tells blocks it while
// too much of what it told before is not yet committed (WorkerOptions::outbox). Thread-safe.
class TaskContext : public AttemptContext {
 public:
  // All pointers must outlive the context.
  TaskContext(AttemptInfo info, EventSink* sink, Cancellation* cancellation, base::Clock* clock,
              ArtifactBox* artifacts);

  // Blocks for `pause` or until the work shall stop; returns cancelled(). Use it wherever the function would sleep.
  bool WaitCancelled(absl::Duration pause) { return cancellation().WaitFor(pause); }

  // Stores a blob that belongs to the execution and stands in its stream; it exists once this answers OK. `name` as of
  // a file, without path separators; `media_type` as in "audio/ogg", empty = application/octet-stream. Blocks, and goes
  // on over lost connections while the attempt may work; written again by this task, in whichever attempt, it is the
  // same artifact. FAILED_PRECONDITION: the attempt is not this worker's any more, so stop. See ArtifactBox.
  absl::StatusOr<Artifact> WriteArtifact(const std::string& name, const std::string& media_type,
                                         absl::string_view bytes);
  // The same for what does not fit into memory: `content` writes it to a sink, again if the connection was lost.
  absl::StatusOr<Artifact> WriteArtifact(const std::string& name, const std::string& media_type,
                                         const ArtifactContent& content);

  // Opens an artifact of the execution's owner, by its id or uri, from byte `offset` on (negative = before the end).
  // The reader must not outlive the context.
  absl::StatusOr<std::unique_ptr<ArtifactReader>> OpenArtifact(absl::string_view id_or_uri, int64_t offset = 0);
  // All of it; OUT_OF_RANGE if that is more than `max_bytes`.
  absl::StatusOr<std::string> ReadArtifact(absl::string_view id_or_uri, size_t max_bytes = size_t{64} << 20);

  // The worker's clock.
  absl::Time Now() { return clock_->Now(); }

 protected:
  bool Admit(bool droppable) override;

 private:
  v1::AttemptId attempt_id() const;

  base::Clock* const clock_;
  ArtifactBox* const artifacts_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_TASK_CONTEXT_H_
