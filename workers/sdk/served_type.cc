#include "workers/sdk/served_type.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/proto_duration.h"

namespace flowmesh::sdk {
namespace {

constexpr size_t kMaxName = 128;  // characters
constexpr int kMaxFailuresLimit = 100;

bool IsNameCharacter(char c) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
         c == '-' || c == '_' || c == '.';
}

v1::Failure ContractFailure(const google::protobuf::Any& input, const google::protobuf::Descriptor* expected) {
  return FlowFailure("CONTRACT", absl::StrCat("the input (", input.value().size(), " bytes of ", input.type_url(),
                                              ") cannot be read as ", expected->full_name()))
      .failure();
}

}  // namespace

absl::Status ServedType::Check() const {
  const std::string& name = contract.name();
  if (name.empty() || name.size() > kMaxName || !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return absl::InvalidArgumentError(absl::StrCat("'", name, "' is no name for a task type: use 1 to ", kMaxName,
                                                   " lower case letters, digits, '-', '_' and '.'"));
  }
  if (contract.retry().max_failures() < 1 || contract.retry().max_failures() > kMaxFailuresLimit) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": retry.max_failures must be 1 to ", kMaxFailuresLimit));
  }
  if (contract.code_version() < 1) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": code_version counts from 1"));
  }
  return absl::OkStatus();
}

namespace served_type_internal {

ServedType Describe(std::string name, v1::TaskType::Kind kind, const google::protobuf::Descriptor* input,
                    const google::protobuf::Descriptor* output, const TaskOptions& options) {
  ServedType type;
  type.input = input;
  type.output = output;
  v1::TaskType& contract = type.contract;
  contract.set_name(std::move(name));
  contract.set_kind(kind);
  contract.set_input_type(input->full_name());
  contract.set_output_type(output->full_name());
  contract.mutable_retry()->set_max_failures(options.retry.max_failures);
  *contract.mutable_retry()->mutable_initial() = ToProtoDuration(options.retry.initial);
  contract.mutable_retry()->set_multiplier(options.retry.multiplier);
  *contract.mutable_retry()->mutable_cap() = ToProtoDuration(options.retry.cap);
  if (options.attempt_timeout != absl::InfiniteDuration()) {
    *contract.mutable_attempt_timeout() = ToProtoDuration(options.attempt_timeout);
  }
  contract.set_code_version(options.code_version);
  contract.set_flow(options.flow);
  return type;
}

absl::Status InputDoesNotParse(const google::protobuf::Any& input, const google::protobuf::Descriptor* expected) {
  return StatusFrom(ContractFailure(input, expected));
}

void ThrowInputDoesNotParse(const google::protobuf::Any& input, const google::protobuf::Descriptor* expected) {
  throw FlowFailure(ContractFailure(input, expected));
}

}  // namespace served_type_internal
}  // namespace flowmesh::sdk
