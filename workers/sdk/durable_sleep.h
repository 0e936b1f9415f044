#ifndef FLOWMESH_WORKERS_SDK_DURABLE_SLEEP_H_
#define FLOWMESH_WORKERS_SDK_DURABLE_SLEEP_H_

#include <string>
#include <utility>

#include "absl/time/time.h"
#include "workers/sdk/durable_call.h"

namespace flowmesh::sdk {

// What FlowContext::Sleep gives.
class [[nodiscard]] DurableSleep : public CallWait {
 public:
  using Result = void;

  explicit DurableSleep(absl::Duration pause);

  // Names it; otherwise it is `sleep#n`.
  DurableSleep Key(std::string key) && {
    SetName(std::move(key));
    return std::move(*this);
  }

  void await_resume() { TakeOutput(); }
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_DURABLE_SLEEP_H_
