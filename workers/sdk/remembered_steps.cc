#include "workers/sdk/remembered_steps.h"

#include <utility>

namespace flowmesh::sdk {

void RememberedSteps::Add(const v1::Remembered& remembered) {
  base::MutexLock lock(mutex_);
  if (complete_) return;
  for (const v1::Remembered::Step& step : remembered.steps()) outputs_[step.key()] = step.output();
  complete_ = remembered.last();
}

bool RememberedSteps::complete() const {
  base::MutexLock lock(mutex_);
  return complete_;
}

std::optional<google::protobuf::Any> RememberedSteps::Take(const std::string& key) {
  base::MutexLock lock(mutex_);
  const auto found = outputs_.find(key);
  if (found == outputs_.end()) return std::nullopt;
  std::optional<google::protobuf::Any> output = std::move(found->second);
  outputs_.erase(found);
  return output;
}

}  // namespace flowmesh::sdk
