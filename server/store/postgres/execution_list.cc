#include "server/store/postgres/execution_list.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "server/store/packed_columns.h"
#include "server/store/postgres/row_codec.h"

namespace flowmesh::store::postgres {
namespace {

// How far an id's time may lie from the create_time of its row.
constexpr absl::Duration kIdSkew = absl::Hours(1);

constexpr uint64_t kAllBits = std::numeric_limits<uint64_t>::max();

}  // namespace

Id FirstIdOf(absl::Time time) {
  const int64_t last_millis = (int64_t{1} << 48) - 1;
  const int64_t millis = std::clamp<int64_t>(absl::ToUnixMillis(time), 0, last_millis);
  return {static_cast<uint64_t>(millis) << 16, 0};
}

namespace {

// A stretch of the walk from the newest to the oldest: below `before`, not below `from`. Of everybody only the ids
// count.
struct Stretch {
  std::pair<absl::Time, Id> before = {absl::InfiniteFuture(), {kAllBits, kAllBits}};
  std::pair<absl::Time, Id> from = {absl::InfinitePast(), {}};
};

Stretch StretchOf(const ExecutionFilter& filter) {
  Stretch stretch;
  if (filter.owner.has_value()) {
    stretch.from.first = filter.created_after;
    if (filter.created_before != absl::InfiniteFuture()) stretch.before = {filter.created_before, Id()};
    if (filter.before.has_value()) stretch.before = std::min(stretch.before, *filter.before);
    return stretch;
  }
  if (filter.created_after != absl::InfinitePast()) stretch.from.second = FirstIdOf(filter.created_after - kIdSkew);
  if (filter.created_before != absl::InfiniteFuture()) {
    stretch.before.second = FirstIdOf(filter.created_before + kIdSkew);
  }
  if (filter.before.has_value()) stretch.before.second = std::min(stretch.before.second, filter.before->second);
  return stretch;
}

// Owner and bounds, as the statements of both walks take them.
void BindStretch(const ExecutionFilter& filter, const Stretch& stretch, Parameters& to) {
  if (!filter.owner.has_value()) {
    to.Bind(stretch.before.second).Bind(stretch.from.second);
    return;
  }
  to.Bind(static_cast<int64_t>(base::ShardOf(*filter.owner))).BindBlob(*filter.owner);
  to.Bind(stretch.before.first).Bind(stretch.before.second).Bind(stretch.from.first).Bind(stretch.from.second);
}

// Ends the stretch with the last row that one page may look at. True: there are more behind it.
absl::StatusOr<bool> Shorten(Connection& connection, const ExecutionFilter& filter, Stretch* stretch) {
  const bool times = filter.created_after != absl::InfinitePast() || filter.created_before != absl::InfiniteFuture();
  const bool selects =
      !filter.flow.empty() || !filter.states.empty() || !filter.labels.empty() || (times && !filter.owner.has_value());
  if (!selects) return false;
  Parameters parameters;
  BindStretch(filter, *stretch, parameters);
  const auto end = connection.Run(filter.owner.has_value() ? Sql::kEndOfOwnerScan : Sql::kEndOfAllScan,
                                  std::move(parameters.Bind(kMaxScannedExecutions - 1)));
  if (!end.ok()) return end.status();
  if (end->rows() == 0) return false;
  stretch->from = {end->row(0).Time(0), end->row(0).ReadId(1)};
  return true;
}

bool HasLabels(const ExecutionRow& row, const ExecutionFilter& filter) {
  return std::all_of(filter.labels.begin(), filter.labels.end(), [&](const auto& label) {
    const auto found = row.labels.find(label.first);
    return found != row.labels.end() && found->second == label.second;
  });
}

Parameters BoundFilter(const ExecutionFilter& filter, int64_t limit) {
  std::vector<int64_t> states;
  for (const ExecutionState state : filter.states) states.push_back(static_cast<int64_t>(state));
  std::vector<std::string> pairs;
  for (const auto& [name, value] : filter.labels) pairs.push_back(PackLabels({{name, value}}));
  Parameters parameters;
  parameters.BindBlob(filter.flow).BindNumbers(states).Bind(filter.created_after).Bind(filter.created_before);
  parameters.BindBlobs(pairs).Bind(limit);
  return parameters;
}

}  // namespace

absl::StatusOr<ExecutionPage> ListExecutions(Connection& connection, const ExecutionFilter& filter) {
  Stretch stretch = StretchOf(filter);
  const absl::StatusOr<bool> more = Shorten(connection, filter, &stretch);
  if (!more.ok()) return more.status();
  const int limit = std::max(filter.limit, 1);
  // One row more tells whether there is another page.
  Parameters parameters = BoundFilter(filter, int64_t{limit} + 1);
  BindStretch(filter, stretch, parameters);
  const auto rows =
      connection.Run(filter.owner.has_value() ? Sql::kListOfOwner : Sql::kListOfAll, std::move(parameters));
  if (!rows.ok()) return rows.status();

  ExecutionPage page;
  for (int i = 0; i < std::min(rows->rows(), limit); ++i) {
    ExecutionRow row;
    if (absl::Status status = ReadExecutionColumns(rows->row(i), &row); !status.ok()) return status;
    page.next = {row.create_time, row.id};
    if (HasLabels(row, filter)) page.rows.push_back(std::move(row));
  }
  if (rows->rows() > limit) return page;
  page.next.reset();
  if (*more) page.next = stretch.from;
  return page;
}

}  // namespace flowmesh::store::postgres
