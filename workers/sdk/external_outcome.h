#ifndef FLOWMESH_WORKERS_SDK_EXTERNAL_OUTCOME_H_
#define FLOWMESH_WORKERS_SDK_EXTERNAL_OUTCOME_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "flowmesh/v1/worker.pb.h"

namespace flowmesh::sdk {

// 256 random bits in base64url: names a task to somebody outside, who may complete it by this token alone.
std::string NewExternalToken();

// What a function returns when its result will come from outside, from whoever calls Orchestrator.CompleteTask with
// `token`:
//
//   const std::string token = NewExternalToken();
//   if (absl::Status asked = Ask(request, token); !asked.ok()) return asked;
//   return ExternalOutcome(token, absl::Minutes(15));
//
// The task then waits without a worker, and fails with reason TIMEOUT after `timeout`. The token is known to the
// orchestrator once the function's end is committed; an answer that is quicker is refused and has to be given again. A
// flow that opens an external task (FlowContext::External) has no such gap.
absl::Status ExternalOutcome(const std::string& token, absl::Duration timeout = absl::InfiniteDuration());

// What ExternalOutcome put into `status`; nothing for every other status.
std::optional<v1::ExternalCall> ExternalOutcomeFrom(const absl::Status& status);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_EXTERNAL_OUTCOME_H_
