#include "workers/sdk/flow_promise.h"

#include "workers/sdk/flow_machine.h"
#include "workers/sdk/join.h"

namespace flowmesh::sdk {

void FlowPromise::TellEnd() noexcept {
  if (join_ != nullptr) {
    join_->BranchEnded(exception_);
  } else if (waiter_) {
    place_.machine->Push(waiter_);
  }
}

}  // namespace flowmesh::sdk
