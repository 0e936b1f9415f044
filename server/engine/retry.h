// The rules of retries: what a new execution takes over from the one that it retries. Pure, as transition.h.
//
// The outcomes of the old execution are a cache by call path, type and input: a call that is made again in the same
// place with the same input, and that succeeded there, is not done again. The old execution is final and never changes.
#ifndef FLOWMESH_SERVER_ENGINE_RETRY_H_
#define FLOWMESH_SERVER_ENGINE_RETRY_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/engine/transition.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

// What a retry does not take over.
struct RetryWish {
  store::Id id;
  std::string traceparent;
  // Stand in place of the old labels of these names as far as there is room; an empty value takes the old one away.
  std::map<std::string, std::string> labels;
};

// The row to submit; the old root's input must hold its bytes. FAILED_PRECONDITION WRONG_STATE unless the old execution
// is FAILED, TIMED_OUT, CANCELLED or COMPLETED_WITH_ERRORS.
absl::StatusOr<store::ExecutionRow> RetryOf(const store::ExecutionRow& old, const RetryWish& wish);

// Whether the two are calls of the same thing, whatever their inputs.
bool IsCounterpart(const store::TaskRow& old, const CallMade& call);

// Whether the old outcome may stand for the new one if the inputs are the same.
bool IsReusable(const store::TaskRow& old, const CallMade& call, const Circumstances& world);

// A new child of a retry meets its counterpart, if it has one. True: it has ended with the old outcome.
bool TakeOver(Draft& draft, store::TaskRow& child, const CallMade& call, const Circumstances& world);

// The flow whose recorded steps the task's code may take for its own: that of the same path and input in the retried
// execution. Nullopt for functions.
std::optional<store::TaskKey> RememberedBy(const store::ExecutionRow& row, const store::TaskRow& task,
                                           const Circumstances& world);

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_RETRY_H_
