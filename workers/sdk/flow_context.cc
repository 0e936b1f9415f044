#include "workers/sdk/flow_context.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/ids.h"
#include "workers/sdk/failure.h"

namespace flowmesh::sdk {
namespace {

absl::Time CreationTime(const AttemptInfo& info) {
  const absl::StatusOr<base::Id> id =
      base::Id::Parse(info.first_of_chain.empty() ? info.execution_id : info.first_of_chain);
  return id.ok() ? id->time() : absl::UnixEpoch();
}

}  // namespace

FlowContext::FlowContext(const AttemptInfo& info, EventSink* sink, Cancellation* cancellation,
                         const FlowMachine* machine)
    : AttemptContext(info, sink, cancellation), machine_(machine), created_(CreationTime(info)) {}

std::string FlowContext::NewId() {
  constexpr uint64_t kVersion = 7;
  constexpr uint64_t kVariant = 2;
  base::Id id;
  id.hi = static_cast<uint64_t>(absl::ToUnixMillis(created_)) << 16 | kVersion << 12 | random().Next() >> 52;
  id.lo = kVariant << 62 | random().Next() >> 2;
  return id.ToString();
}

bool FlowContext::Admit(bool droppable) {
  if (replaying()) return false;
  if (sink().HasRoom()) {
    TellOfDropped();
    return true;
  }
  if (!droppable) throw FlowFailure("LIMIT", "the flow tells more than can be committed in time", /*retryable=*/true);
  dropped_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

void FlowContext::TellOfDropped() {
  const int dropped = dropped_.exchange(0, std::memory_order_relaxed);
  if (dropped == 0) return;
  v1::Event event;
  event.mutable_log()->set_level(v1::LogLine::WARNING);
  event.mutable_log()->set_message(absl::StrCat(dropped, " log lines or progress reports were dropped here"));
  sink().Append(std::move(event));
}

}  // namespace flowmesh::sdk
