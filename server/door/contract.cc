#include "server/door/contract.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/door/wire_compatibility.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Descriptor;

absl::Status Incompatible(const Contract& current, const std::string& what) {
  const ContractRecord& record = current.record;
  return base::Error(absl::StatusCode::kFailedPrecondition, "CONTRACT_INCOMPATIBLE",
                     absl::StrCat("the contract of ", record.name, " does not fit the current one (code_version ",
                                  record.code_version, "): ", what, "; give it a higher code_version to replace it"))
      .With("type", record.name)
      .With("code_version", record.code_version);
}

// `current` with everything of `offered` but the types.
ContractPtr WithPolicyOf(const ContractPtr& current, const ContractRecord& offered) {
  ContractRecord record = offered;
  record.descriptors = current->record.descriptors;
  record.descriptors_digest = current->record.descriptors_digest;
  if (record == current->record) return current;
  auto merged = std::make_shared<Contract>(*current);
  merged->record = std::move(record);
  return merged;
}

}  // namespace

absl::StatusOr<ContractPtr> MakeContract(ContractRecord record, std::shared_ptr<const DescriptorSet> types,
                                         const std::string& where) {
  const Descriptor* input = types->Find(record.input_type);
  const Descriptor* output = types->Find(record.output_type);
  base::FieldViolations violations;
  const auto require = [&](const Descriptor* found, const char* field, const std::string& name) {
    if (found == nullptr) {
      violations.Add(absl::StrCat(where, ".", field),
                     absl::StrCat("names \"", name, "\", which is not in the descriptors"));
    }
  };
  require(input, "input_type", record.input_type);
  require(output, "output_type", record.output_type);
  if (!violations.empty()) return violations.ToStatus();
  record.descriptors = ClosureOf(*input, *output);
  record.descriptors_digest = base::Sha256(record.descriptors);
  return std::make_shared<const Contract>(Contract{std::move(record), std::move(types), input, output});
}

absl::StatusOr<ContractPtr> Succeed(const ContractPtr& current, const ContractPtr& offered) {
  if (current == nullptr || offered->record.code_version > current->record.code_version) return offered;
  const ContractRecord& old = current->record;
  const ContractRecord& next = offered->record;
  if (old.input_type != next.input_type) {
    return Incompatible(*current, absl::StrCat("its input is ", old.input_type, ", not ", next.input_type));
  }
  if (old.output_type != next.output_type) {
    return Incompatible(*current, absl::StrCat("its output is ", old.output_type, ", not ", next.output_type));
  }
  bool drops = false, adds = false;
  if (old.descriptors_digest != next.descriptors_digest) {
    for (const auto& [before, after] :
         {std::pair(current->input, offered->input), std::pair(current->output, offered->output)}) {
      const WireDifference difference = CompareOnTheWire(*before, *after);
      if (!difference.conflict.empty()) return Incompatible(*current, difference.conflict);
      drops |= difference.drops;
      adds |= difference.adds;
    }
  }
  if (next.code_version < old.code_version) return current;
  const bool same_types = old.descriptors_digest == next.descriptors_digest;
  if (same_types || drops || (current->compiled_in && !adds)) return WithPolicyOf(current, next);
  return offered;
}

}  // namespace flowmesh::door
