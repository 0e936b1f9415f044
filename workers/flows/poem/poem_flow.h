#ifndef FLOWMESH_WORKERS_FLOWS_POEM_POEM_FLOW_H_
#define FLOWMESH_WORKERS_FLOWS_POEM_POEM_FLOW_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "workers/models/text/text_model.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::flows {

struct PoemOptions {
  // Pause before each line but the first, for people who watch; a text model has a pace of its own.
  absl::Duration line_pace = absl::ZeroDuration();
  // Writes the poems; null = the builtin poet does, offline.
  std::shared_ptr<models::TextModel> model = nullptr;
};

// Writes a poem and outputs it line by line, a blank line between stanzas, with progress after every line and the usage
// at the end. With the builtin poet equal inputs with equal seeds give equal poems; with seed 0 every execution has its
// own, the same in each of its attempts. A new attempt replaces the output from its start. Stops between lines.
// INVALID_ARGUMENT: the input breaks the rules of the contract. A text model adds the reasons of ModelFailure.
absl::StatusOr<poem::v1::Poem> WritePoem(sdk::TaskContext& context, const poem::v1::WritePoem& request,
                                         const PoemOptions& options = {});

// Serves it as `poem`.
void RegisterPoem(sdk::Worker& worker, const PoemOptions& options = {});

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_POEM_POEM_FLOW_H_
