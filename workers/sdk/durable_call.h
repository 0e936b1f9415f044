#ifndef FLOWMESH_WORKERS_SDK_DURABLE_CALL_H_
#define FLOWMESH_WORKERS_SDK_DURABLE_CALL_H_

#include <string>
#include <utility>

#include "workers/sdk/wait.h"

namespace flowmesh::sdk {

// A wait that is a Call entry of the protocol. An input above kMaxPayload is thrown as LIMIT.
class CallWait : public Wait {
 protected:
  CallWait(v1::Task::Kind kind, std::string label, v1::Call call);

  v1::Call& call() { return call_; }
  absl::Status Check() const override;
  absl::Status Launch(FlowHost& host) override;

 private:
  v1::Call call_;  // without its key
};

// What FlowContext::Call gives.
template <typename Out>
class [[nodiscard]] DurableCall : public CallWait {
 public:
  using Result = Out;

  template <typename In>
  DurableCall(const char* type, const In& input) : CallWait(v1::Task::CALL, type, TaskCall(type)) {
    call().mutable_task()->mutable_input()->PackFrom(input);
  }

  // Names the call inside its flow; otherwise it is `type#n`, the n-th of its type. Calls in loops over a set that may
  // change between versions of the code want names.
  DurableCall Key(std::string key) && {
    SetName(std::move(key));
    return std::move(*this);
  }
  // 0 (first) to 9; otherwise the execution's.
  DurableCall Priority(int priority) && {
    call().mutable_task()->set_priority(priority);
    return std::move(*this);
  }

  Out await_resume() { return TakeOutputAs<Out>(); }

 private:
  static v1::Call TaskCall(const char* type) {
    v1::Call call;
    call.mutable_task()->set_type(type);
    return call;
  }
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_DURABLE_CALL_H_
