// A client's wish for an execution, checked and turned into the engine's command.
#ifndef FLOWMESH_SERVER_RPC_SUBMIT_REQUEST_H_
#define FLOWMESH_SERVER_RPC_SUBMIT_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "server/base/ids.h"
#include "server/door/call_metadata.h"
#include "server/door/caller.h"
#include "server/door/contract_catalog.h"
#include "server/engine/command.h"

namespace flowmesh::rpc {

// Thread-safe; does not block.
class SubmitRequestReader {
 public:
  // Both must outlive the reader.
  SubmitRequestReader(const door::ContractCatalog* catalog, base::IdMaker* ids) : catalog_(catalog), ids_(ids) {}

  // `method` is the scope of the idempotency key. The command's reply is not set. INVALID_ARGUMENT with violations,
  // NOT_FOUND FLOW_UNKNOWN.
  absl::StatusOr<engine::SubmitCommand> Read(const v1::CreateExecutionRequest& request, const door::Caller& caller,
                                             const door::CallMetadata& metadata, const std::string& method) const;

 private:
  const door::ContractCatalog* const catalog_;
  base::IdMaker* const ids_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_SUBMIT_REQUEST_H_
