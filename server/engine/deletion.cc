#include "server/engine/deletion.h"

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/engine/transition.h"

namespace flowmesh::engine {

absl::Status Delete(Draft& draft, const std::optional<store::Id>& live_retry) {
  const store::ExecutionRow& row = draft.row();
  if (!store::IsFinal(row.state)) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                       absl::StrCat("execution ", row.id.ToString(), " is ", StateName(row.state),
                                    "; only one that is final can be deleted: cancel it first, or wait until it ends"))
        .With("state", StateName(row.state));
  }
  if (live_retry) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "RETRY_LIVE",
                       absl::StrCat("execution ", live_retry->ToString(), " retries execution ", row.id.ToString(),
                                    " and takes results from it: delete it when that one has ended"))
        .With("retry_id", live_retry->ToString());
  }
  draft.MarkDeleted();
  return absl::OkStatus();
}

void Expire(Draft& draft, const std::optional<store::Id>& live_retry, absl::Duration retention, absl::Time now) {
  const store::ExecutionRow& row = draft.row();
  if (store::IsFinal(row.state) && row.end_time + retention <= now) Delete(draft, live_retry).IgnoreError();
}

}  // namespace flowmesh::engine
