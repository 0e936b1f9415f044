#include "server/rpc/log_stream/tail_registry.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/engine/errors.h"
#include "server/rpc/log_stream/log_tail.h"

namespace flowmesh::rpc {

absl::Status TailRegistry::Enter(const std::shared_ptr<LogTail>& tail) {
  base::MutexLock lock(mutex_);
  if (closed_) return engine::Stopping();
  if (tails_.size() >= max_tails_) {
    return base::Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_TAILS",
                       absl::StrCat("this server has ", max_tails_, " open tails, its limit: try again later, or poll"))
        .RetryAfter(absl::Seconds(5));
  }
  tails_.emplace(tail.get(), tail);
  return absl::OkStatus();
}

void TailRegistry::Leave(const LogTail* tail) {
  base::MutexLock lock(mutex_);
  tails_.erase(tail);
}

void TailRegistry::Close(const absl::Status& why) {
  std::vector<std::shared_ptr<LogTail>> open;
  {
    base::MutexLock lock(mutex_);
    closed_ = true;
    open.reserve(tails_.size());
    for (const auto& [key, tail] : tails_) {
      if (auto alive = tail.lock()) open.push_back(std::move(alive));
    }
  }
  for (const auto& tail : open) tail->End(why);
}

size_t TailRegistry::open() const {
  base::MutexLock lock(mutex_);
  return tails_.size();
}

}  // namespace flowmesh::rpc
