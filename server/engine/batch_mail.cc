// How replicas tell each other what their sessions must hear: by the row that guards the execution, and mail that says
// to look at it.
#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "server/engine/batch.h"
#include "server/engine/limits.h"

namespace flowmesh::engine {

absl::Status Batch::ClaimMail() {
  if (!look_.mail) return absl::OkStatus();
  auto claimed = transaction_->ClaimMail(kMaxMailPerBatch);
  if (!claimed.ok()) return claimed.status();
  mail_ = *std::move(claimed);
  mail_left_ = static_cast<int>(mail_.size()) == kMaxMailPerBatch;
  return absl::OkStatus();
}

// After all commands, which may have decided more.
absl::Status Batch::DeliverMail() {
  if (mail_.empty()) return absl::OkStatus();
  absl::flat_hash_set<store::Id> executions;
  for (const store::Id& id : mail_) {
    if (!Skipped(id)) {
      executions.insert(id);
      continue;
    }
    writes_.insert_mail.push_back({.replica_id = tools_.replica_id, .execution_id = id});
    mail_left_ = true;
  }
  const auto held = tools_.sessions->HeldOf(executions);
  std::vector<store::TaskKey> keys;
  for (const auto& [session, attempt] : held) keys.push_back(attempt.task);
  if (absl::Status status = LoadTasks(std::move(keys)); !status.ok()) return status;
  for (const auto& [session, attempt] : held) {
    Draft* draft = Find(attempt.task.execution_id);
    const store::TaskRow* task = draft == nullptr ? nullptr : draft->FindTask(attempt.task.task);
    if (task != nullptr && HeldBy(*task, attempt, session, world_)) {
      Remind(*draft, *task, world_);
      continue;
    }
    tools_.sessions->Release(session, attempt.task);
    said_[session].push_back(FencedMessage{.attempt = attempt, .reason = "STALE_ATTEMPT"});
  }
  return absl::OkStatus();
}

void Batch::SendMail() {
  if (!tools_.store->shared()) return;
  for (const auto& draft : drafts_) {
    for (const uint64_t replica : draft->concerned()) {
      if (replica == tools_.replica_id || replica == 0 || tools_.dead->contains(replica)) continue;
      writes_.insert_mail.push_back({.replica_id = replica, .execution_id = draft->row().id});
    }
  }
  std::sort(writes_.insert_mail.begin(), writes_.insert_mail.end());
  writes_.insert_mail.erase(std::unique(writes_.insert_mail.begin(), writes_.insert_mail.end()),
                            writes_.insert_mail.end());
}

void Batch::Apply(size_t, const DeclareDeadCommand& command) {
  if (!failed_.ok()) return;
  const auto declared = transaction_->DeclareDead(command.replica_id, command.batch);
  if (!declared.ok()) {
    failed_ = declared.status();
  } else if (*declared) {
    declared_dead_.push_back(command.replica_id);
  }
}

}  // namespace flowmesh::engine
