#ifndef FLOWMESH_WORKERS_SDK_SIGNAL_WAIT_H_
#define FLOWMESH_WORKERS_SDK_SIGNAL_WAIT_H_

#include <string>
#include <utility>

#include "workers/sdk/durable_call.h"

namespace flowmesh::sdk {

// What FlowContext::WaitSignal gives.
template <typename T>
class [[nodiscard]] SignalWait : public CallWait {
 public:
  using Result = T;

  explicit SignalWait(std::string name) : CallWait(v1::Task::SIGNAL, "signal", SignalCall(std::move(name))) {}

  // Names the wait; otherwise it is `signal#n`.
  SignalWait Key(std::string key) && {
    SetName(std::move(key));
    return std::move(*this);
  }

  T await_resume() { return TakeOutputAs<T>(); }

 private:
  static v1::Call SignalCall(std::string name) {
    v1::Call call;
    call.set_signal(std::move(name));
    return call;
  }
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_SIGNAL_WAIT_H_
