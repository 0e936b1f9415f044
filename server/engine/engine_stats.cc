#include "server/engine/engine_stats.h"

#include <algorithm>
#include <variant>

namespace flowmesh::engine {
namespace {

constexpr char kOther[] = "other";

template <typename T>
T& Place(std::map<std::string, T>& places, const std::string& name) {
  const auto found = places.find(name);
  if (found != places.end()) return found->second;
  return places.size() < CommittedStats::kMaxNames ? places[name] : places[kOther];
}

absl::Duration DurationOf(const store::ExecutionRow& row) {
  const absl::Time begin = row.start_time == absl::InfinitePast() ? row.create_time : row.start_time;
  return std::max(absl::ZeroDuration(), row.end_time - begin);
}

}  // namespace

void CommitStats::CountFailure(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
      ++conflicts;
      break;
    case absl::StatusCode::kResourceExhausted:
      ++out_of_space;
      break;
    case absl::StatusCode::kFailedPrecondition:
      ++declared_dead;
      break;
    default:
      ++failures;
  }
}

void CommittedStats::Count(const Effects& effects) {
  for (const store::EventChunkRow& chunk : effects.chunks) {
    chunks.fetch_add(1, std::memory_order_relaxed);
    chunk_bytes.fetch_add(static_cast<int64_t>(chunk.bytes.size()), std::memory_order_relaxed);
  }
  if (effects.finals.empty() && effects.messages.empty()) return;
  base::MutexLock lock(mutex_);
  for (const auto& [channel, messages] : effects.messages) {
    for (const SessionMessage& message : messages) {
      if (const auto* assignment = std::get_if<AssignmentMessage>(&message)) ++Place(attempts_, assignment->type);
      if (std::holds_alternative<FencedMessage>(message)) ++fenced;
    }
  }
  for (const store::ExecutionRow& row : effects.finals) {
    FlowCounts& flow = Place(flows_, row.flow);
    ++flow.ended[static_cast<size_t>(row.state)];
    flow.duration.Add(absl::ToInt64Milliseconds(DurationOf(row)));
  }
}

CommittedStats::Snapshot CommittedStats::snapshot() const {
  Snapshot now;
  base::MutexLock lock(mutex_);
  for (const auto& [name, counts] : flows_) now.flows[name] = {counts.ended, counts.duration.counts()};
  now.attempts = attempts_;
  return now;
}

}  // namespace flowmesh::engine
