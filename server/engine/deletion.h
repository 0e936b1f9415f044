// The rules of deletion. Pure, as transition.h.
#ifndef FLOWMESH_SERVER_ENGINE_DELETION_H_
#define FLOWMESH_SERVER_ENGINE_DELETION_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/engine/draft.h"

namespace flowmesh::engine {

// The execution goes. FAILED_PRECONDITION WRONG_STATE while it is not final, RETRY_LIVE while a retry that is not final
// takes results from it.
absl::Status Delete(Draft& draft, const std::optional<store::Id>& live_retry);

// The same for one that ended at least `retention` ago; otherwise it stays.
void Expire(Draft& draft, const std::optional<store::Id>& live_retry, absl::Duration retention, absl::Time now);

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_DELETION_H_
