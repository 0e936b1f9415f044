#include "server/rpc/artifacts/open_calls.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/engine/errors.h"

namespace flowmesh::rpc {

absl::Status OpenCalls::Enter(const std::shared_ptr<OpenCall>& call) {
  base::MutexLock lock(mutex_);
  if (closed_) return engine::Stopping();
  if (calls_.size() >= most_) {
    return base::Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_CALLS",
                       absl::StrCat("this server has ", most_, " ", what_, " at work, its limit: try again later"))
        .RetryAfter(absl::Seconds(1));
  }
  calls_.emplace(call.get(), call);
  return absl::OkStatus();
}

void OpenCalls::Leave(const OpenCall* call) {
  base::MutexLock lock(mutex_);
  calls_.erase(call);
}

void OpenCalls::Close(const absl::Status& why) {
  std::vector<std::shared_ptr<OpenCall>> open;
  {
    base::MutexLock lock(mutex_);
    closed_ = true;
    for (const auto& [key, call] : calls_) {
      if (auto alive = call.lock()) open.push_back(std::move(alive));
    }
  }
  for (const auto& call : open) call->End(why);
}

}  // namespace flowmesh::rpc
