#ifndef FLOWMESH_WORKERS_SDK_LOCAL_STEP_H_
#define FLOWMESH_WORKERS_SDK_LOCAL_STEP_H_

#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/any.pb.h"
#include "workers/sdk/flow_host.h"
#include "workers/sdk/step_context.h"
#include "workers/sdk/step_value.h"
#include "workers/sdk/wait.h"

namespace flowmesh::sdk {

namespace local_step_internal {

template <typename T>
struct ResultOfStatus;
template <>
struct ResultOfStatus<absl::Status> {
  using Type = void;
};
template <typename T>
struct ResultOfStatus<absl::StatusOr<T>> {
  using Type = T;
};

// Code may take the context or leave it.
template <typename Code>
decltype(auto) CallCode(Code& code, StepContext& context) {
  if constexpr (std::is_invocable_v<Code&, StepContext&>) {
    return code(context);
  } else {
    return code();
  }
}

template <typename Code>
using Returned = std::decay_t<decltype(CallCode(std::declval<Code&>(), std::declval<StepContext&>()))>;

template <typename Code>
using ResultOfCode = typename ResultOfStatus<Returned<Code>>::Type;

}  // namespace local_step_internal

// The part of a local step that needs no type.
class StepWait : public Wait {
 protected:
  // With a key of its own, or the next `label#n`.
  StepWait(std::string label, StepCode code) : Wait(v1::Task::STEP, std::move(label)), code_(std::move(code)) {}
  absl::Status Launch(FlowHost& host) override;

 private:
  StepCode code_;  // called once, on another thread
};

// What FlowContext::Run gives: a step whose result is a T, void for none.
template <typename T>
class [[nodiscard]] LocalStep : public StepWait {
 public:
  using Result = T;

  template <typename Code>
  LocalStep(std::string key, Code code) : StepWait("step", WorkOf(std::move(code))) {
    SetName(std::move(key));
  }

  T await_resume() {
    const google::protobuf::Any output = TakeOutput();
    if constexpr (!std::is_void_v<T>) {
      T value{};
      if (!UnpackStepValue(output, &value)) ThrowOutputDoesNotParse(output, "what the step gives");
      return value;
    }
  }

 private:
  // Takes the type of the code away, so that what awaits the step does not depend on it.
  template <typename Code>
  static StepCode WorkOf(Code code) {
    return [code = std::move(code)](StepContext& context) mutable -> absl::StatusOr<google::protobuf::Any> {
      local_step_internal::Returned<Code> returned = local_step_internal::CallCode(code, context);
      if constexpr (std::is_void_v<T>) {
        if (!returned.ok()) return returned;
        return google::protobuf::Any();
      } else {
        if (!returned.ok()) return returned.status();
        return PackStepValue(*returned);
      }
    };
  }
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_LOCAL_STEP_H_
