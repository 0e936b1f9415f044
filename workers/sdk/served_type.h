#ifndef FLOWMESH_WORKERS_SDK_SERVED_TYPE_H_
#define FLOWMESH_WORKERS_SDK_SERVED_TYPE_H_

#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/v1/worker.pb.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.h"
#include "server/base/backoff.h"
#include "workers/sdk/flow.h"
#include "workers/sdk/flow_context.h"
#include "workers/sdk/task_context.h"

namespace flowmesh::sdk {

using base::RetryPolicy;

// How a task type behaves beyond its code.
struct TaskOptions {
  RetryPolicy retry;
  absl::Duration attempt_timeout = absl::InfiniteDuration();  // longest time one attempt may take
  int code_version = 1;  // raise it when a flow that is running could not be continued by the new code
  bool flow = true;      // clients may create executions of it; false: only flows call it
};

// A task type as a worker serves it: its contract and its code with the types taken away.
struct ServedType {
  using Any = google::protobuf::Any;

  v1::TaskType contract;
  const google::protobuf::Descriptor* input = nullptr;
  const google::protobuf::Descriptor* output = nullptr;
  std::function<absl::StatusOr<Any>(TaskContext&, const Any&)> function;  // set for functions
  std::function<Flow<Any>(FlowContext&, Any)> flow;                       // set for flows

  // INVALID_ARGUMENT, saying what to change, if the orchestrator would refuse the contract.
  absl::Status Check() const;
};

namespace served_type_internal {

ServedType Describe(std::string name, v1::TaskType::Kind kind, const google::protobuf::Descriptor* input,
                    const google::protobuf::Descriptor* output, const TaskOptions& options);

// CONTRACT, not retryable.
absl::Status InputDoesNotParse(const google::protobuf::Any& input, const google::protobuf::Descriptor* expected);
[[noreturn]] void ThrowInputDoesNotParse(const google::protobuf::Any& input,
                                         const google::protobuf::Descriptor* expected);

template <typename Out, typename In>
Flow<google::protobuf::Any> RunTyped(std::function<Flow<Out>(FlowContext&, In)> body, FlowContext& flow,
                                     google::protobuf::Any input) {
  In typed;
  if (!input.UnpackTo(&typed)) ThrowInputDoesNotParse(input, In::descriptor());
  Flow<Out> running = body(flow, std::move(typed)).SharingScope();
  const Out result = co_await running;
  google::protobuf::Any packed;
  packed.PackFrom(result);
  co_return packed;
}

template <typename Out, typename Input>
ServedType TypedFunction(std::string name, std::function<absl::StatusOr<Out>(TaskContext&, Input)> code,
                         const TaskOptions& options) {
  using In = std::decay_t<Input>;
  ServedType type = Describe(std::move(name), v1::TaskType::FUNCTION, In::descriptor(), Out::descriptor(), options);
  type.function = [code = std::move(code)](
                      TaskContext& context,
                      const google::protobuf::Any& input) -> absl::StatusOr<google::protobuf::Any> {
    In typed;
    if (!input.UnpackTo(&typed)) return InputDoesNotParse(input, In::descriptor());
    const absl::StatusOr<Out> result = code(context, typed);
    if (!result.ok()) return result.status();
    google::protobuf::Any packed;
    packed.PackFrom(*result);
    return packed;
  };
  return type;
}

template <typename Out, typename In>
ServedType TypedFlow(std::string name, std::function<Flow<Out>(FlowContext&, In)> code, const TaskOptions& options) {
  static_assert(!std::is_reference_v<In>, "a flow takes its input by value: a reference may be gone when it resumes");
  ServedType type = Describe(std::move(name), v1::TaskType::FLOW, In::descriptor(), Out::descriptor(), options);
  type.flow = [code = std::move(code)](FlowContext& flow, google::protobuf::Any input) {
    return RunTyped<Out, In>(code, flow, std::move(input));
  };
  return type;
}

}  // namespace served_type_internal

// `code`: absl::StatusOr<Out>(TaskContext&, const In&), Out and In Protobuf messages. Called on many threads at once.
template <typename Code>
ServedType ServeFunction(std::string name, Code code, const TaskOptions& options = {}) {
  return served_type_internal::TypedFunction(std::move(name), std::function(std::move(code)), options);
}

// `code`: a coroutine Flow<Out>(FlowContext&, In). Called on many threads at once; must outlive the flows it started if
// it is a lambda with captures.
template <typename Code>
ServedType ServeCoroutine(std::string name, Code code, const TaskOptions& options = {}) {
  return served_type_internal::TypedFlow(std::move(name), std::function(std::move(code)), options);
}

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_SERVED_TYPE_H_
