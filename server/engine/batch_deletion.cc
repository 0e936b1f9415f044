// How executions go, and what they leave behind.
#include <utility>

#include "server/engine/batch.h"
#include "server/engine/deletion.h"
#include "server/engine/errors.h"
#include "server/engine/limits.h"

namespace flowmesh::engine {

absl::Status Batch::FindLiveRetries() {
  for (const Command& command : commands_) {
    if (const auto* one = std::get_if<DeleteCommand>(&command)) live_retries_[one->id];
    if (const auto* one = std::get_if<ExpireCommand>(&command)) live_retries_[one->id];
  }
  if (live_retries_.empty()) return absl::OkStatus();
  std::vector<store::Id> ids;
  for (const auto& [id, retry] : live_retries_) ids.push_back(id);
  auto found = transaction_->FindLiveRetries(ids);
  if (!found.ok()) return found.status();
  for (size_t i = 0; i < ids.size(); ++i) live_retries_[ids[i]] = (*found)[i];
  return absl::OkStatus();
}

std::optional<store::Id> Batch::LiveRetryOf(const store::Id& id) const {
  if (const auto found = live_retries_.find(id); found != live_retries_.end() && found->second) return found->second;
  for (const auto& draft : drafts_) {
    if (draft->fresh() && draft->row().retry_of == id && !store::IsFinal(draft->row().state)) return draft->row().id;
  }
  return std::nullopt;
}

void Batch::Apply(size_t index, const DeleteCommand& command) {
  if (Skipped(command.id)) {
    deferred_.push_back(index);
    return;
  }
  Draft* draft = FindOf(command.id, command.owner);
  const absl::Status status = draft == nullptr ? UnknownExecution(command.id) : Delete(*draft, LiveRetryOf(command.id));
  effects_.replies.push_back([reply = command.reply, status] { reply(status); });
}

// One that is locked by others is found by the next sweep.
void Batch::Apply(size_t, const ExpireCommand& command) {
  Draft* draft = Find(command.id);
  if (draft != nullptr) Expire(*draft, LiveRetryOf(command.id), command.retention, world_.now);
}

void Batch::Apply(size_t, const ForgetKeysCommand& command) {
  for (const store::IdempotencyRow& row : command.rows) {
    if (row.expire_time <= world_.now) writes_.delete_expired_keys.push_back(row);
  }
}

absl::Status Batch::Purge() {
  purged_.left = !writes_.delete_executions.empty();
  if (!purge_wanted_) return absl::OkStatus();
  auto purged = transaction_->Purge(kMaxPurgedRows, kMaxPurgedBytes);
  if (!purged.ok()) return purged.status();
  purged_ = *purged;
  return absl::OkStatus();
}

}  // namespace flowmesh::engine
