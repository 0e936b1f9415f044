#include "workers/sdk/flow_script.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::sdk {

absl::StatusOr<std::optional<FlowScript::Outcome>> FlowScript::AnswerTo(const v1::Call& call) {
  switch (call.what_case()) {
    case v1::Call::kTask: {
      const auto found = calls_.find(call.task().type());
      if (found == calls_.end()) {
        return absl::UnimplementedError(absl::StrCat("the flow calls '", call.task().type(), "' (", call.key(),
                                                     "): say with OnCall what it gives"));
      }
      return std::optional<Outcome>(found->second(call.task().input()));
    }
    case v1::Call::kSleep:
      return std::optional<Outcome>(Any());
    case v1::Call::kSignal: {
      std::deque<Any>& waiting = signals_[call.signal()];
      if (waiting.empty()) return std::optional<Outcome>();
      Any payload = std::move(waiting.front());
      waiting.pop_front();
      return std::optional<Outcome>(std::move(payload));
    }
    case v1::Call::kExternal:
      if (!external_) {
        return absl::UnimplementedError(absl::StrCat("the flow waits for somebody outside (", call.key(),
                                                     "): say with OnExternal what that gives"));
      }
      return std::optional<Outcome>(external_(call.external().token()));
    case v1::Call::WHAT_NOT_SET:
      break;
  }
  return absl::InternalError("a call without a kind");
}

const std::function<FlowScript::Outcome()>* FlowScript::StepFor(const std::string& key) const {
  const auto found = steps_.find(key);
  return found == steps_.end() ? nullptr : &found->second;
}

}  // namespace flowmesh::sdk
