#ifndef FLOWMESH_WORKERS_SDK_TEST_FLOW_CONTEXT_H_
#define FLOWMESH_WORKERS_SDK_TEST_FLOW_CONTEXT_H_

// A context for tests of flows without any server:
//
//   flowmesh::sdk::TestFlowContext context;
//   context.OnCall(kHarvest, [](const HarvestRequest& request) -> absl::StatusOr<Sources> { ... });
//   const absl::StatusOr<Podcast> podcast = context.Run(MakePodcast, request);
//   EXPECT_OK(context.Replay());

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "workers/sdk/flow.h"
#include "workers/sdk/played_flow.h"
#include "workers/sdk/replay_check.h"
#include "workers/sdk/step_value.h"
#include "workers/sdk/task_type.h"
#include "workers/sdk/user_code.h"

namespace flowmesh::sdk {

namespace test_flow_context_internal {

// Comes before the context among the bases, so that it outlives it.
struct Script {
  FlowScript script;
};

}  // namespace test_flow_context_internal

// Runs flows on the caller's thread. Calls are answered by the test, steps run their own code, sleeps take no time. Not
// thread-safe, Cancel excepted.
class TestFlowContext : private test_flow_context_internal::Script, public PlayedFlow {
 public:
  explicit TestFlowContext(AttemptInfo info = {}) : PlayedFlow(std::move(info), &(Script::script)) {}

  // What calls of this type give, the last word of the test standing. Say Fail(...) for a certain failure.
  template <typename In, typename Out>
  void OnCall(const TaskType<In, Out>& type,
              std::type_identity_t<std::function<absl::StatusOr<Out>(const In&)>> answer) {
    Script::script.OnCall(type.name,
                          [answer = std::move(answer)](const FlowScript::Any& packed) -> FlowScript::Outcome {
                            In input;
                            packed.UnpackTo(&input);
                            const absl::StatusOr<Out> output = answer(input);
                            if (!output.ok()) return output.status();
                            return PackStepValue(*output);
                          });
  }
  // What stands for the code of the step with this key.
  template <typename T>
  void OnStep(const std::string& key, std::type_identity_t<std::function<absl::StatusOr<T>()>> answer) {
    Script::script.OnStep(key, [answer = std::move(answer)]() -> FlowScript::Outcome {
      const absl::StatusOr<T> output = answer();
      if (!output.ok()) return output.status();
      return PackStepValue(*output);
    });
  }
  // What somebody outside answers who has this token.
  template <typename T>
  void OnExternal(std::function<absl::StatusOr<T>(const std::string& token)> answer) {
    Script::script.OnExternal([answer = std::move(answer)](const std::string& token) -> FlowScript::Outcome {
      const absl::StatusOr<T> output = answer(token);
      if (!output.ok()) return output.status();
      return PackStepValue(*output);
    });
  }
  // Sends a signal; before Run, or from an answer.
  void Signal(const std::string& name, const google::protobuf::Message& payload) {
    FlowScript::Any packed;
    packed.PackFrom(payload);
    Script::script.AddSignal(name, std::move(packed));
  }

  // The inputs of the calls of this type so far, in the order of the calls.
  template <typename In, typename Out>
  std::vector<In> InputsOf(const TaskType<In, Out>& type) const {
    std::vector<In> inputs;
    for (const v1::Call& call : calls()) {
      if (call.task().type() != type.name) continue;
      inputs.emplace_back();
      call.task().input().UnpackTo(&inputs.back());
    }
    return inputs;
  }
  // The keys of everything that the flow has called, in order.
  std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    for (const Asked& asked : this->asked()) keys.push_back(asked.key);
    return keys;
  }

  // Runs the flow until it is over: its result (absl::Status for nothing), or how it failed. Once for each context.
  template <typename T>
  auto Run(Flow<T> flow) {
    flow.BeginIn(&machine());
    return Finish(*this, flow);
  }
  // The same for code that Replay can run again: code(context, input...), a flow. The inputs are copied.
  template <typename Code, typename... Input>
  requires std::is_invocable_v<Code&, FlowContext&, Input...>
  auto Run(Code code, Input... input) {
    auto result = Run(code(*this, input...));
    replay_ = [this, code, result, input...](int replayed) mutable -> absl::Status {
      PlayedFlow again(NextAttempt(attempt_info()), records(), replayed);
      auto flow = code(again, input...);
      flow.BeginIn(&again.machine());
      const auto replayed_result = Finish(again, flow);
      return CompareReplay(*this, DescribeResult(result), again, DescribeResult(replayed_result), replayed);
    };
    return result;
  }

  // Runs the flow again as other attempts would after a crash: with the first 0, 1, 2, ... all of the records replayed
  // and the others coming live. Each run must ask the same of the world, in the same order and with the same inputs,
  // and end in the same way. Otherwise FAILED_PRECONDITION says what differs. Call it after Run with code.
  absl::Status Replay() {
    if (!replay_) return absl::FailedPreconditionError("nothing to replay: call Run(code, input) before");
    for (int replayed = 0; replayed <= static_cast<int>(records().size()); ++replayed) {
      if (absl::Status status = replay_(replayed); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  template <typename T>
  using Outcome = std::conditional_t<std::is_void_v<T>, absl::Status, absl::StatusOr<T>>;

  template <typename T>
  static Outcome<T> Finish(PlayedFlow& played, Flow<T>& flow) {
    absl::Status status = played.Play();
    if (!status.ok()) return status;
    if constexpr (std::is_void_v<T>) {
      return CallUserCode([&] {
        flow.Take();
        return absl::OkStatus();
      });
    } else {
      std::optional<T> result;
      status = CallUserCode([&] {
        result.emplace(flow.Take());
        return absl::OkStatus();
      });
      if (!status.ok()) return status;
      return *std::move(result);
    }
  }

  std::function<absl::Status(int)> replay_;  // with so many records
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_TEST_FLOW_CONTEXT_H_
