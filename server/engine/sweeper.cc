#include "server/engine/sweeper.h"

#include <algorithm>
#include <utility>

#include "server/engine/limits.h"
#include "spdlog/spdlog.h"

namespace flowmesh::engine {

absl::Duration Sweeper::ExecutionRest() const { return std::clamp(retention_ / 10, kShortestRest, kLongestRest); }

absl::Time Sweeper::After(absl::Time now, absl::Duration rest) const {
  return now + rest * (0.75 + 0.5 * random_->NextUniform());
}

void Sweeper::Begin(absl::Time now) {
  last_execution_ = {};
  last_key_ = {};
  if (retention_ != absl::InfiniteDuration()) executions_due_ = After(now, ExecutionRest());
  keys_due_ = After(now, kKeyRest);
}

std::vector<Command> Sweeper::Sweep(absl::Time now) {
  std::vector<Command> commands;
  if (executions_due_ <= now) SweepExecutions(now, &commands);
  if (keys_due_ <= now) SweepKeys(now, &commands);
  return commands;
}

void Sweeper::SweepExecutions(absl::Time now, std::vector<Command>* commands) {
  auto page = store_->ListEnded(last_execution_, now - retention_, kMaxSweptExecutions);
  if (!page.ok()) spdlog::warn("executions beyond the retention cannot be looked for: {}", page.status().ToString());
  if (page.ok() && page->next) {
    last_execution_ = *page->next;
    executions_due_ = now;
  } else {
    last_execution_ = {};
    executions_due_ = After(now, ExecutionRest());
  }
  if (!page.ok()) return;
  for (const store::Id& id : page->ids) commands->push_back(ExpireCommand{.id = id, .retention = retention_});
}

void Sweeper::SweepKeys(absl::Time now, std::vector<Command>* commands) {
  auto page = store_->ListExpiredKeys(last_key_, now, kMaxSweptKeys);
  if (!page.ok()) spdlog::warn("expired idempotency keys cannot be looked for: {}", page.status().ToString());
  if (page.ok() && page->next) {
    last_key_ = *page->next;
    keys_due_ = now;
  } else {
    last_key_ = {};
    keys_due_ = After(now, kKeyRest);
  }
  if (page.ok() && !page->rows.empty()) commands->push_back(ForgetKeysCommand{.rows = std::move(page->rows)});
}

}  // namespace flowmesh::engine
