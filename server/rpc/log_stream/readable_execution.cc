#include "server/rpc/log_stream/readable_execution.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/engine/errors.h"

namespace flowmesh::rpc {

absl::StatusOr<store::ExecutionRow> ReadReadableExecution(store::Store& store, const door::Caller& caller,
                                                          const store::Id& id) {
  absl::StatusOr<std::optional<store::ExecutionRow>> row = store.ReadExecution(id);
  if (!row.ok()) return row.status();
  if (!row->has_value() || ((*row)->owner != caller.owner && !caller.admin)) return engine::UnknownExecution(id);
  return **std::move(row);
}

absl::Status CheckAfter(int64_t after, const store::ExecutionRow& row) {
  if (after >= 0 && after <= row.event_head) return absl::OkStatus();
  return base::Error(absl::StatusCode::kOutOfRange, "SEQ_OUT_OF_RANGE",
                     absl::StrCat("`after` is ", after, " but the newest event is ", row.event_head,
                                  ": resume with the last seq that was received, or with 0"))
      .With("first_seq", row.event_head == 0 ? 0 : 1)
      .With("last_seq", row.event_head);
}

absl::Status EventUnreadable(const store::Id& id, int64_t seq) {
  return base::Error(absl::StatusCode::kDataLoss, "EVENT_UNREADABLE",
                     absl::StrCat("event ", seq, " of execution ", id.ToString(), " cannot be read from the store"));
}

absl::Status EventMissing(store::Store& store, const store::Id& id, int64_t seq) {
  const absl::StatusOr<std::optional<store::ExecutionRow>> row = store.ReadExecution(id);
  if (!row.ok()) return row.status();
  return row->has_value() ? EventUnreadable(id, seq) : engine::UnknownExecution(id);
}

}  // namespace flowmesh::rpc
