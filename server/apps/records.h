// Typed records in the resources of the store, and what their executions add.
#ifndef FLOWMESH_SERVER_APPS_RECORDS_H_
#define FLOWMESH_SERVER_APPS_RECORDS_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/engine/projection.h"
#include "server/store/store.h"

namespace flowmesh::apps {

// The record of a resource. DATA_LOSS if its bytes are something else.
template <typename Message>
absl::StatusOr<Message> RecordOf(const store::ResourceRow& row) {
  Message message;
  if (message.ParseFromString(row.payload)) return message;
  return absl::DataLossError(absl::StrCat("the record of resource ", row.id.ToString(), " cannot be read"));
}

// Sends the ETag of an answer that shows this record and nothing else. Before the answer starts.
void SendEtag(const store::ResourceRow& row, grpc::CallbackServerContext& context);
// The same for one that also shows how far the execution is: another one after each of its events.
void SendEtag(const store::ResourceRow& row, const store::ExecutionRow& execution,
              grpc::CallbackServerContext& context);

// The executions of these resources, in their order; nullopt = deleted meanwhile. Blocks on the store.
absl::StatusOr<std::vector<std::optional<store::ExecutionRow>>> ReadExecutionsOf(
    store::Store& store, const std::vector<store::ResourceRow>& rows);

// Of an execution that gave all that it counts: percent 100, these counters, and the event that tells of it.
void SetFinalCounts(const std::map<std::string, int32_t>& counters, engine::Projection* projection);

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_RECORDS_H_
