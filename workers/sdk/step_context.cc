#include "workers/sdk/step_context.h"

#include <utility>

#include "server/base/digest.h"

namespace flowmesh::sdk {
namespace {

AttemptInfo InfoOfStep(AttemptInfo info, absl::string_view key) {
  base::Sha256Builder digest;
  info.idempotency_key = base::Hex(digest.Add("step").Add(info.idempotency_key).Add(key).Finish());
  return info;
}

}  // namespace

StepContext::StepContext(AttemptInfo info, absl::string_view key, EventSink* sink, Cancellation* cancellation,
                         base::Clock* clock, ArtifactBox* artifacts)
    : TaskContext(InfoOfStep(std::move(info), key), sink, cancellation, clock, artifacts) {}

}  // namespace flowmesh::sdk
