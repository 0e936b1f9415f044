// What an application makes of a payload: records that are written in the payload's own commit, or not at all. Pure, as
// the rules in transition.h.
#ifndef FLOWMESH_SERVER_ENGINE_PROJECTION_H_
#define FLOWMESH_SERVER_ENGINE_PROJECTION_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/engine/transition.h"
#include "server/store/resource_rows.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

// An execution that was made for an application has a resource of its own: its id is that of the first execution in the
// chain of retries, and it points to the newest one.
struct Projection {
  std::vector<std::string> flows;             // it counts in executions of these; in others nothing is written
  std::vector<store::ResourceRow> resources;  // id, kind and payload; they get the execution's own resource as parent
  std::optional<std::string> payload;         // of the execution's own resource from now on
  std::vector<store::AliasRow> names;         // of the execution's own resource; owner, kind and alias
  std::optional<store::Progress> progress;    // of the execution from now on
  std::string progress_event;                 // payload of the event that tells of it
};

// Whether it counts in this execution.
bool Counts(const Projection& projection, const store::ExecutionRow& row);

// Its records and names become the draft's, with owner, parent, execution and times set and ids moved to the
// execution's shard. Before the event that ends the execution. Does nothing if it does not count, or is null.
void Project(Draft& draft, const Projection* projection, const Circumstances& world);

// The projection that an entry brings; null = none.
const Projection* ProjectionOf(const EntryBody& body);

// An application completes an execution that it holds, whatever its root task is doing. The same output again changes
// nothing. FAILED_PRECONDITION with reason TASK_FINISHED: it has ended otherwise, or is being cancelled;
// INVALID_ARGUMENT with reason CONTRACT. A final root's output must hold its bytes.
absl::Status CompleteExecution(Draft& draft, store::Payload output, const Projection* projection,
                               const Circumstances& world);

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_PROJECTION_H_
