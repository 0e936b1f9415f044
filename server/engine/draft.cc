#include "server/engine/draft.h"

#include <algorithm>
#include <iterator>

namespace flowmesh::engine {
namespace {

std::optional<absl::Time> DeadlineTimer(const store::ExecutionRow& row) {
  if (store::IsFinal(row.state) || row.deadline == absl::InfiniteFuture()) return std::nullopt;
  return row.deadline;
}

}  // namespace

Draft::Draft(store::ExecutionRow row, bool fresh)
    : fresh_(fresh), before_state_(row.state), after_(std::move(row)), changed_(fresh) {
  root_found_ = FoundAs(after_.root, fresh);
  if (!fresh_) before_deadline_ = DeadlineTimer(after_);
}

Draft::Found Draft::FoundAs(const store::TaskRow& task, bool fresh) const {
  Found found{.fresh = fresh};
  if (fresh) return found;
  found.input_apart = task.input.apart;
  found.output_apart = task.output.apart;
  found.index = IndexOf(after_, task);
  return found;
}

void Draft::AddChild(store::TaskRow row) {
  auto [place, fresh] = children_.try_emplace(row.task);
  if (!fresh) return;
  place->second = std::make_unique<Child>();
  Child& child = *place->second;
  child.found = FoundAs(row, /*fresh=*/false);
  child.row = std::move(row);
  calls_[{child.row.parent, child.row.call_key}] = &child;
}

store::TaskRow& Draft::NewChild(store::TaskRow row) {
  row.task = after_.next_task++;
  auto added = std::make_unique<Child>();
  added->row = std::move(row);
  added->found.fresh = true;
  added->changed = true;
  changed_ = true;
  Child& child = *added;
  calls_[{child.row.parent, child.row.call_key}] = &child;
  children_[child.row.task] = std::move(added);
  return child.row;
}

store::TaskRow* Draft::FindTask(int32_t task) {
  if (task == 0) return &after_.root;
  auto it = children_.find(task);
  return it == children_.end() ? nullptr : &it->second->row;
}

store::TaskRow* Draft::FindCall(int32_t parent, const std::string& call_key) {
  auto it = calls_.find({parent, call_key});
  return it == calls_.end() ? nullptr : &it->second->row;
}

std::vector<store::TaskRow*> Draft::Children() {
  std::vector<store::TaskRow*> rows;
  rows.reserve(children_.size());
  for (auto& [number, child] : children_) rows.push_back(&child->row);
  return rows;
}

void Draft::AddSignals(std::vector<store::SignalRow> signals) {
  if (std::exchange(signals_loaded_, true)) return;
  signals_ = std::move(signals);
}

void Draft::KeepSignal(std::string name, store::Payload payload, absl::Time now) {
  const int64_t number = signals_.empty() ? 1 : signals_.back().number + 1;
  signals_.push_back({.execution_id = after_.id,
                      .number = number,
                      .name = std::move(name),
                      .payload = std::move(payload),
                      .create_time = now});
  signals_kept_.push_back(signals_.back());
  changed_ = true;
}

std::optional<store::Payload> Draft::TakeSignal(const std::string& name) {
  auto it = std::find_if(signals_.begin(), signals_.end(), [&](const auto& signal) { return signal.name == name; });
  if (it == signals_.end()) return std::nullopt;
  store::Payload payload = it->payload;
  const int64_t number = it->number;
  const auto of_number = [number](const store::SignalRow& signal) { return signal.number == number; };
  if (std::erase_if(signals_kept_, of_number) == 0) signals_taken_.push_back(*it);
  signals_.erase(it);
  changed_ = true;
  return payload;
}

void Draft::AddResource(store::ResourceRow row, absl::Time now) {
  row.owner = after_.owner;
  row.execution_id = after_.id;
  row.version = 1;
  row.create_time = now;
  row.update_time = now;
  resources_.push_back(std::move(row));
}

void Draft::Touch(const store::TaskRow& task) {
  changed_ = true;
  if (task.task != 0) children_.at(task.task)->changed = true;
}

void Draft::Emit(EventKind kind, int32_t task, int32_t attempt, absl::Time now, std::string_view payload) {
  events_.Add(kind, task, attempt, now, payload);
  ++after_.event_head;
  changed_ = true;
}

bool Draft::LacksReadyRow(const store::TaskRow& task, const Found& found) const {
  if (task.state != store::TaskState::kReady) return false;
  const bool claimed = std::find(ready_claimed_.begin(), ready_claimed_.end(), task.task) != ready_claimed_.end();
  return !found.index.ready || claimed;
}

std::vector<int32_t> Draft::BecameReady() const {
  std::vector<int32_t> ready;
  if (LacksReadyRow(after_.root, root_found_)) ready.push_back(0);
  for (const auto& [number, child] : children_) {
    if (LacksReadyRow(child->row, child->found)) ready.push_back(number);
  }
  return ready;
}

void Draft::CollectPayload(int32_t task, store::Payload* payload, bool was_apart, store::PayloadDirection direction,
                           store::Writes* writes) {
  if (was_apart || payload->bytes.size() <= store::Payload::kInlineBytes) return;
  payload->apart = true;
  writes->insert_payloads.push_back({.key = KeyOf(task), .direction = direction, .bytes = payload->bytes});
}

ClaimedRows Draft::ClaimedOf(int32_t task, const Found& found) const {
  ClaimedRows claimed{.ready = std::find(ready_claimed_.begin(), ready_claimed_.end(), task) != ready_claimed_.end()};
  if (found.index.timer) {
    const std::pair timer(task, found.index.timer->kind);
    claimed.timer = std::find(timers_claimed_.begin(), timers_claimed_.end(), timer) != timers_claimed_.end();
  }
  return claimed;
}

void Draft::CollectTask(store::TaskRow& task, const Found& found, bool changed, store::Writes* writes) {
  WriteIndex(found.index, IndexOf(after_, task), ClaimedOf(task.task, found), writes);
  if (!changed) return;
  CollectPayload(task.task, &task.input, found.input_apart, store::PayloadDirection::kInput, writes);
  CollectPayload(task.task, &task.output, found.output_apart, store::PayloadDirection::kOutput, writes);
  if (task.task != 0) (found.fresh ? writes->insert_tasks : writes->update_tasks).emplace_back(after_.id, task);
}

void Draft::Collect(store::Writes* writes) {
  if (deleted_) return CollectDeleted(writes);
  if (events_.count() > 0) {
    const int64_t first = after_.event_head - events_.count() + 1;
    const int32_t count = events_.count();
    chunk_ =
        store::EventChunkRow{.execution_id = after_.id, .first_seq = first, .count = count, .bytes = events_.Take()};
    after_.event_bytes += static_cast<int64_t>(chunk_->bytes.size());
    writes->insert_chunks.push_back(*chunk_);
  }
  CollectTask(after_.root, root_found_, changed_, writes);
  for (auto& [number, child] : children_) CollectTask(child->row, child->found, child->changed, writes);
  CollectDeadline(writes);
  CollectRelease(writes);
  if (!changed_) return;
  (fresh_ ? writes->insert_executions : writes->update_executions).push_back(after_);
  std::move(signals_kept_.begin(), signals_kept_.end(), std::back_inserter(writes->insert_signals));
  std::move(signals_taken_.begin(), signals_taken_.end(), std::back_inserter(writes->delete_signals));
  std::move(tokens_.begin(), tokens_.end(), std::back_inserter(writes->insert_task_tokens));
  std::move(resources_.begin(), resources_.end(), std::back_inserter(writes->insert_resources));
  std::move(resource_updates_.begin(), resource_updates_.end(), std::back_inserter(writes->update_resources));
}

// What this batch had to say of it before nobody will ever read; the rows that it has in other tables' keys must go.
void Draft::CollectDeleted(store::Writes* writes) const {
  WriteIndex(root_found_.index, {}, ClaimedOf(0, root_found_), writes);
  for (const auto& [number, child] : children_) {
    WriteIndex(child->found.index, {}, ClaimedOf(number, child->found), writes);
  }
  CollectDeadline(writes);
  CollectRelease(writes);
  if (fresh_) return;
  writes->delete_executions.push_back(
      {.id = after_.id, .retry_of = after_.retry_of, .token_digest = after_.root.token_digest});
}

void Draft::CollectRelease(store::Writes* writes) const {
  if (!became_final() || after_.concurrency_key.empty()) return;
  writes->insert_timers.push_back({.due = after_.end_time, .key = KeyOf(0), .kind = store::TimerKind::kRelease});
}

void Draft::CollectDeadline(store::Writes* writes) const {
  const std::optional<absl::Time> after = DeadlineTimer(after_);
  const std::pair timer(0, store::TimerKind::kDeadline);
  const bool claimed = std::find(timers_claimed_.begin(), timers_claimed_.end(), timer) != timers_claimed_.end();
  auto row = [this](absl::Time due) {
    return store::TimerRow{.due = due, .key = KeyOf(0), .kind = store::TimerKind::kDeadline};
  };
  if (before_deadline_ && !claimed && before_deadline_ != after)
    writes->delete_timers.push_back(row(*before_deadline_));
  if (after && (before_deadline_ != after || claimed)) writes->insert_timers.push_back(row(*after));
}

}  // namespace flowmesh::engine
