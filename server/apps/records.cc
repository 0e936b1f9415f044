#include "server/apps/records.h"

#include "flowmesh/v1/execution.pb.h"
#include "server/door/canonical.h"

namespace flowmesh::apps {

void SendEtag(const store::ResourceRow& row, grpc::CallbackServerContext& context) {
  context.AddInitialMetadata("etag", absl::StrCat("\"", row.version, "\""));
}

void SendEtag(const store::ResourceRow& row, const store::ExecutionRow& execution,
              grpc::CallbackServerContext& context) {
  context.AddInitialMetadata("etag", absl::StrCat("\"", row.version, "-", execution.event_head, "\""));
}

absl::StatusOr<std::vector<std::optional<store::ExecutionRow>>> ReadExecutionsOf(
    store::Store& store, const std::vector<store::ResourceRow>& rows) {
  std::vector<base::Id> ids;
  ids.reserve(rows.size());
  for (const store::ResourceRow& row : rows) ids.push_back(row.execution_id);
  return store.ReadExecutions(ids);
}

void SetFinalCounts(const std::map<std::string, int32_t>& counters, engine::Projection* projection) {
  projection->progress = store::Progress{.percent = 100, .counters = counters};
  v1::Progress told;
  told.set_percent(100);
  told.mutable_counters()->insert(counters.begin(), counters.end());
  projection->progress_event = door::SerializeDeterministically(told);
}

}  // namespace flowmesh::apps
