#include "workers/sdk/durable_call.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/payload.h"

namespace flowmesh::sdk {

CallWait::CallWait(v1::Task::Kind kind, std::string label, v1::Call call)
    : Wait(kind, std::move(label), call.task().type()), call_(std::move(call)) {}

absl::Status CallWait::Check() const {
  const size_t bytes = call_.task().input().value().size();
  if (bytes <= kMaxPayload) return absl::OkStatus();
  return Fail("LIMIT",
              absl::StrCat("the input of '", key(), "' has ", bytes, " bytes; at most ", kMaxPayload,
                           " are taken: store it as an artifact and hand over its id"),
              /*retryable=*/false);
}

absl::Status CallWait::Launch(FlowHost& host) {
  call_.set_key(key());
  return host.MakeCall(std::move(call_));
}

}  // namespace flowmesh::sdk
