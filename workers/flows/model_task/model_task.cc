#include "workers/flows/model_task/model_task.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "server/base/error.h"
#include "workers/models/provider/model_error.h"
#include "workers/sdk/failure.h"

namespace flowmesh::flows {

v1::Usage UsageEvent(const models::ModelUsage& usage) {
  v1::Usage event;
  event.set_provider(usage.provider);
  event.set_model(usage.model);
  event.set_input_tokens(usage.input_tokens);
  event.set_output_tokens(usage.output_tokens);
  event.set_cost(usage.cost);
  event.set_latency_ms(static_cast<int32_t>(
      std::min<int64_t>(absl::ToInt64Milliseconds(usage.latency), std::numeric_limits<int32_t>::max())));
  event.set_fallback(usage.fallback);
  return event;
}

absl::Status TaskFailure(const absl::Status& status) {
  if (!models::ModelFailureOf(status)) return status;
  return sdk::Fail(base::GetReason(status), std::string(status.message()), models::IsRetryable(status));
}

}  // namespace flowmesh::flows
