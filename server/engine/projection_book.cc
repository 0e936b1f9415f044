#include "server/engine/projection_book.h"

#include <utility>

#include "server/base/error.h"

namespace flowmesh::engine {
namespace {

store::Failure FailureOf(const absl::Status& refusal) {
  const std::string reason = base::GetReason(refusal);
  return {.reason = reason.empty() ? "REFUSED" : reason, .message = std::string(refusal.message())};
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Projection>> ProjectionBook::Of(const store::Payload& payload) const {
  const auto found = projectors_.find(payload.type);
  if (found == projectors_.end()) return nullptr;
  auto projection = found->second(payload.bytes);
  if (!projection.ok()) return projection.status();
  return std::make_shared<const Projection>(*std::move(projection));
}

void ProjectionBook::Project(EntryBody* body) const {
  if (auto* step = std::get_if<StepDone>(body)) {
    if (!step->failure.reason.empty()) return;
    auto projection = Of(step->output);
    if (projection.ok()) {
      step->projection = *std::move(projection);
    } else {
      step->output = {};
      step->failure = FailureOf(projection.status());
    }
  } else if (auto* finished = std::get_if<Finished>(body)) {
    if (finished->outside) return;
    auto projection = Of(finished->output);
    if (projection.ok()) {
      finished->projection = *std::move(projection);
    } else {
      *body = Failed{.failure = FailureOf(projection.status())};
    }
  }
}

}  // namespace flowmesh::engine
