#ifndef FLOWMESH_WORKERS_SDK_FLOW_SCRIPT_H_
#define FLOWMESH_WORKERS_SDK_FLOW_SCRIPT_H_

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "flowmesh/v1/worker.pb.h"
#include "google/protobuf/any.pb.h"

namespace flowmesh::sdk {

// What the world answers a flow in a test. Not thread-safe.
class FlowScript {
 public:
  using Any = google::protobuf::Any;
  using Outcome = absl::StatusOr<Any>;

  void OnCall(const std::string& type, std::function<Outcome(const Any& input)> answer) {
    calls_[type] = std::move(answer);
  }
  void OnStep(const std::string& key, std::function<Outcome()> answer) { steps_[key] = std::move(answer); }
  void OnExternal(std::function<Outcome(const std::string& token)> answer) { external_ = std::move(answer); }
  void AddSignal(const std::string& name, Any payload) { signals_[name].push_back(std::move(payload)); }

  // The outcome of a call; nothing while a signal has not come. A call that nobody answers is UNIMPLEMENTED, with what
  // to add to the test.
  absl::StatusOr<std::optional<Outcome>> AnswerTo(const v1::Call& call);
  // What stands for the code of a step; null = the code itself.
  const std::function<Outcome()>* StepFor(const std::string& key) const;

 private:
  std::map<std::string, std::function<Outcome(const Any&)>> calls_;  // by type
  std::map<std::string, std::function<Outcome()>> steps_;            // by key
  std::function<Outcome(const std::string&)> external_;
  std::map<std::string, std::deque<Any>> signals_;  // by name
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FLOW_SCRIPT_H_
