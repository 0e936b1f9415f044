#ifndef FLOWMESH_WORKERS_SDK_USER_CODE_H_
#define FLOWMESH_WORKERS_SDK_USER_CODE_H_

#include <functional>

#include "absl/status/status.h"

namespace flowmesh::sdk {

// Calls code that others wrote and returns what it returns. What it throws ends here: a FlowFailure becomes its status,
// anything else a failure `EXCEPTION` (retryable) with what() as its message.
absl::Status CallUserCode(const std::function<absl::Status()>& code);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_USER_CODE_H_
