#include "server/store/sqlite/execution_list.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include "server/store/packed_columns.h"

namespace flowmesh::store {
namespace {

// How far an id's time may lie from the create_time of its row.
constexpr absl::Duration kIdSkew = absl::Hours(1);

}  // namespace

std::string FirstIdOf(absl::Time time) {
  const int64_t last_millis = (int64_t{1} << 48) - 1;
  const int64_t millis = std::clamp<int64_t>(absl::ToUnixMillis(time), 0, last_millis);
  return Id{static_cast<uint64_t>(millis) << 16, 0}.bytes();
}

ListBounds BoundsOf(const ExecutionFilter& filter) {
  ListBounds bounds;
  bounds.before_id = std::string(17, '\xff');  // above all ids
  if (filter.owner.has_value()) {
    if (filter.created_before != absl::InfiniteFuture()) {
      // Below (time, the empty blob) is below the time.
      bounds.before_time = filter.created_before;
      bounds.before_id.clear();
    }
    if (filter.before.has_value() && filter.before->first < bounds.before_time) {
      bounds.before_time = filter.before->first;
      bounds.before_id = filter.before->second.bytes();
    }
    return bounds;
  }
  if (filter.created_after != absl::InfinitePast()) bounds.first_id = FirstIdOf(filter.created_after - kIdSkew);
  if (filter.created_before != absl::InfiniteFuture()) bounds.before_id = FirstIdOf(filter.created_before + kIdSkew);
  if (filter.before.has_value()) bounds.before_id = std::min(bounds.before_id, filter.before->second.bytes());
  return bounds;
}

bool Matches(const Run& run, const ExecutionFilter& filter) {
  const absl::Time create_time = run.Time(ExecutionColumn::kCreateTime);
  if (create_time < filter.created_after || create_time >= filter.created_before) return false;
  if (!filter.flow.empty() && run.View(ExecutionColumn::kFlow) != filter.flow) return false;
  const auto state = static_cast<ExecutionState>(run.Int(ExecutionColumn::kState));
  if (!filter.states.empty() && std::find(filter.states.begin(), filter.states.end(), state) == filter.states.end()) {
    return false;
  }
  if (filter.labels.empty()) return true;
  std::map<std::string, std::string> labels;
  if (!UnpackLabels(run.View(ExecutionColumn::kLabels), &labels)) return false;
  return std::all_of(filter.labels.begin(), filter.labels.end(), [&](const auto& label) {
    const auto found = labels.find(label.first);
    return found != labels.end() && found->second == label.second;
  });
}

}  // namespace flowmesh::store
