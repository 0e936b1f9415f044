#include "workers/sdk/local_step.h"

#include "absl/strings/str_cat.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/payload.h"
#include "workers/sdk/user_code.h"

namespace flowmesh::sdk {
namespace {

absl::Status ResultTooLarge(const std::string& key, size_t bytes) {
  return Fail("LIMIT",
              absl::StrCat("the result of '", key, "' has ", bytes, " bytes; at most ", kMaxPayload,
                           " are taken: store it as an artifact and give its id"),
              /*retryable=*/false);
}

}  // namespace

// The frame that holds this object stays until the code has returned (FlowMachine, Join).
absl::Status StepWait::Launch(FlowHost& host) {
  return host.StartStep(key(), [this](StepContext& context) -> absl::StatusOr<google::protobuf::Any> {
    google::protobuf::Any output;
    absl::Status status = CallUserCode([&] {
      absl::StatusOr<google::protobuf::Any> result = code_(context);
      if (!result.ok()) return result.status();
      output = *std::move(result);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    if (output.value().size() > kMaxPayload) return ResultTooLarge(key(), output.value().size());
    return output;
  });
}

}  // namespace flowmesh::sdk
