#ifndef FLOWMESH_SERVER_DOOR_CONTRACT_H_
#define FLOWMESH_SERVER_DOOR_CONTRACT_H_

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/door/descriptor_set.h"
#include "server/store/rows.h"

namespace flowmesh::door {

// What the store keeps of a contract. `descriptors` is the closure of both types (ClosureOf).
using ContractRecord = store::FlowRow;

// What a task type takes and gives. Immutable.
struct Contract {
  ContractRecord record;
  std::shared_ptr<const DescriptorSet> types;
  const google::protobuf::Descriptor* input;   // of `types`
  const google::protobuf::Descriptor* output;  // of `types`
  bool compiled_in = false;                    // known before any worker came
};

using ContractPtr = std::shared_ptr<const Contract>;

// Completes `record` (its types, descriptors and digest) from `types`. INVALID_ARGUMENT with violations of
// `where`.input_type or `where`.output_type if a type is not there.
absl::StatusOr<ContractPtr> MakeContract(ContractRecord record, std::shared_ptr<const DescriptorSet> types,
                                         const std::string& where);

// Which contract stands once `offered` has come where `current` (nullptr: none) stood. A higher code version replaces.
// Otherwise both must have the same types by name and be wire-compatible, else FAILED_PRECONDITION with reason
// CONTRACT_INCOMPATIBLE that names message and field; then retry policy, timeout and kind of the same version are the
// newer ones, and its descriptors too unless they lack fields (an older worker that came back must not hide new fields)
// or merely repeat what is compiled in. Returns `current` itself if nothing changes.
absl::StatusOr<ContractPtr> Succeed(const ContractPtr& current, const ContractPtr& offered);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONTRACT_H_
