// What a batch claims, locks and reads before its commands meet the rules.
#include <algorithm>
#include <utility>

#include "server/engine/batch.h"
#include "server/engine/limits.h"

namespace flowmesh::engine {
namespace {

// The name under which an entry calls; null = it calls nothing.
const std::string* CallKeyOf(const EntryBody& body) {
  if (const auto* call = std::get_if<CallMade>(&body)) return &call->key;
  if (const auto* step = std::get_if<StepDone>(&body)) return &step->key;
  return nullptr;
}

bool AsksForSignal(const EntryBody& body) {
  const auto* call = std::get_if<CallMade>(&body);
  return call != nullptr && call->kind == store::TaskKind::kSignal;
}

template <typename Visit>
void ForEachEntry(absl::Span<const Command> commands, Visit visit) {
  for (const Command& command : commands) {
    const auto* frame = std::get_if<FrameCommand>(&command);
    if (frame == nullptr) continue;
    for (const Entry& entry : frame->entries) visit(entry);
  }
}

// The task that a command is about; nullopt = none, or several.
std::optional<store::TaskKey> TaskOf(const Command& command) {
  if (const auto* resume = std::get_if<ResumeCommand>(&command)) return resume->attempt.task;
  if (const auto* lose = std::get_if<LoseCommand>(&command)) return lose->attempt.task;
  if (const auto* timer = std::get_if<AttemptTimerCommand>(&command)) return timer->timer.attempt.task;
  const auto* write = std::get_if<WriteArtifactCommand>(&command);
  if (write != nullptr && !write->artifact.row.execution_id.is_zero()) {
    return store::TaskKey{write->artifact.row.execution_id, write->artifact.row.task};
  }
  if (const auto* expire = std::get_if<ExpireCommand>(&command)) return store::TaskKey{expire->id, 0};
  return std::nullopt;
}

}  // namespace

absl::Status Batch::ClaimKeys() {
  std::vector<store::IdempotencyRow> rows;
  auto want = [&](const store::IdempotencyRow& key, const store::Id& object, absl::Duration life) {
    if (!keys_.emplace(KeyName{key.owner, key.method, key.key}, store::ClaimedKey{}).second) return;
    rows.push_back(key);
    rows.back().object_id = object;
    rows.back().expire_time = world_.now + life;
  };
  for (const Command& command : commands_) {
    const auto* submit = std::get_if<SubmitCommand>(&command);
    if (submit != nullptr && submit->key) want(*submit->key, submit->row.id, submit->key_life);
    const auto* signal = std::get_if<SignalCommand>(&command);
    if (signal != nullptr && signal->key) want(*signal->key, signal->id, signal->key_life);
    const auto* retry = std::get_if<RetryCommand>(&command);
    if (retry != nullptr && retry->key) want(*retry->key, retry->wish.id, retry->key_life);
    const auto* make = std::get_if<MakeResourceCommand>(&command);
    if (make != nullptr && make->key) want(*make->key, make->row.id, make->key_life);
  }
  if (rows.empty()) return absl::OkStatus();
  auto claimed = transaction_->ClaimIdempotencyKeys(rows);
  if (!claimed.ok()) return claimed.status();
  for (size_t i = 0; i < rows.size(); ++i) {
    keys_[{rows[i].owner, rows[i].method, rows[i].key}] = std::move((*claimed)[i]);
  }
  return absl::OkStatus();
}

absl::Status Batch::ClaimTimers() {
  if (!look_.timers) return absl::OkStatus();
  auto timers = transaction_->ClaimDueTimers(kMaxTimersPerBatch);
  if (!timers.ok()) return timers.status();
  due_timers_ = *std::move(timers);
  return absl::OkStatus();
}

absl::Status Batch::FindTokens() {
  for (const Command& command : commands_) {
    if (const auto* complete = std::get_if<CompleteTaskCommand>(&command)) tokens_[complete->token_digest];
  }
  ForEachEntry(commands_, [this](const Entry& entry) {
    if (std::string token = TokenOf(entry.body); !token.empty()) tokens_[std::move(token)];
  });
  if (tokens_.empty()) return absl::OkStatus();
  std::vector<std::string> digests;
  for (const auto& [digest, key] : tokens_) digests.push_back(digest);
  auto found = transaction_->FindTaskTokens(digests);
  if (!found.ok()) return found.status();
  for (size_t i = 0; i < digests.size(); ++i) tokens_[digests[i]] = (*found)[i];
  return absl::OkStatus();
}

absl::Status Batch::LockAll() {
  std::vector<store::Id> ids;
  for (const store::TimerRow& timer : due_timers_) ids.push_back(timer.key.execution_id);
  ids.insert(ids.end(), mail_.begin(), mail_.end());
  for (const auto& [name, claimed] : keys_) {
    if (!claimed.fresh) ids.push_back(claimed.row.object_id);
  }
  for (const auto& [digest, key] : tokens_) {
    if (key) ids.push_back(key->execution_id);
  }
  for (const auto& [name, queue] : queues_) {
    if (queue.holder()) ids.push_back(*queue.holder());
  }
  for (const Command& command : commands_) {
    std::visit(
        [&](const auto& one) {
          if constexpr (requires {
                          one.owner;
                          one.id;
                        })
            ids.push_back(one.id);
        },
        command);
    if (const auto task = TaskOf(command)) ids.push_back(task->execution_id);
  }
  ForEachEntry(commands_, [&](const Entry& entry) { ids.push_back(entry.attempt.task.execution_id); });
  return Lock(std::move(ids));
}

absl::Status Batch::Lock(std::vector<store::Id> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::erase_if(ids, [&](const store::Id& id) { return by_id_.contains(id) || skipped_.contains(id); });
  if (ids.empty()) return absl::OkStatus();
  auto locked = transaction_->LockExecutions(ids);
  if (!locked.ok()) return locked.status();
  for (size_t i = 0; i < ids.size(); ++i) {
    store::LockedExecution& one = (*locked)[i];
    if (one.outcome == store::LockedExecution::Outcome::kLocked) AddDraft(Draft::Locked(std::move(one.row)));
    if (one.outcome == store::LockedExecution::Outcome::kSkipped) skipped_[ids[i]] = true;
  }
  return absl::OkStatus();
}

absl::Status Batch::LoadTasks() {
  std::vector<store::TaskKey> keys;
  for (const store::TimerRow& timer : due_timers_) keys.push_back(timer.key);
  for (const auto& [digest, key] : tokens_) {
    if (key) keys.push_back(*key);
  }
  for (const Command& command : commands_) {
    if (const auto task = TaskOf(command)) keys.push_back(*task);
  }
  ForEachEntry(commands_, [&](const Entry& entry) { keys.push_back(entry.attempt.task); });
  if (absl::Status status = LoadTasks(std::move(keys)); !status.ok()) return status;
  for (const auto& [digest, key] : tokens_) {
    if (!key) continue;
    if (absl::Status status = LoadOutput(*key); !status.ok()) return status;
  }
  for (const Command& command : commands_) {
    const auto* complete = std::get_if<CompleteExecutionCommand>(&command);
    if (complete == nullptr) continue;
    if (absl::Status status = LoadOutput({complete->id, 0}); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Batch::LoadTasks(std::vector<store::TaskKey> keys) {
  while (true) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    std::erase_if(keys, [this](const store::TaskKey& key) {
      Draft* draft = Find(key.execution_id);
      return draft == nullptr || draft->FindTask(key.task) != nullptr;
    });
    if (keys.empty()) return absl::OkStatus();
    auto tasks = transaction_->ReadTasks(keys);
    if (!tasks.ok()) return tasks.status();
    std::vector<store::TaskKey> parents;
    for (size_t i = 0; i < keys.size(); ++i) {
      std::optional<store::TaskRow>& task = (*tasks)[i];
      if (!task) continue;
      parents.push_back({keys[i].execution_id, task->parent});
      Find(keys[i].execution_id)->AddChild(*std::move(task));
    }
    keys = std::move(parents);
  }
}

absl::Status Batch::LoadCalls() {
  std::vector<store::CallName> names;
  absl::Status status;
  ForEachEntry(commands_, [&](const Entry& entry) {
    Draft* draft = Find(entry.attempt.task.execution_id);
    const std::string* key = CallKeyOf(entry.body);
    if (draft == nullptr || key == nullptr || draft->row().next_task == 1) return;
    names.push_back({entry.attempt.task.execution_id, entry.attempt.task.task, *key});
  });
  ForEachEntry(commands_, [&](const Entry& entry) {
    Draft* draft = AsksForSignal(entry.body) ? Find(entry.attempt.task.execution_id) : nullptr;
    if (draft != nullptr && status.ok()) status = LoadSignals(*draft);
  });
  for (const Command& command : commands_) {
    const auto* signal = std::get_if<SignalCommand>(&command);
    Draft* draft = signal == nullptr ? nullptr : Find(signal->id);
    if (draft != nullptr && status.ok()) status = LoadSignals(*draft);
    if (const auto* cancel = std::get_if<CancelCommand>(&command)) draft = Find(cancel->id);
    if (draft != nullptr && status.ok()) status = LoadUnfinished(*draft);
  }
  if (!status.ok() || names.empty()) return status;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  auto calls = transaction_->FindCalls(names);
  if (!calls.ok()) return calls.status();
  for (size_t i = 0; i < names.size(); ++i) {
    if ((*calls)[i]) Find(names[i].execution_id)->AddChild(*std::move((*calls)[i]));
  }
  return absl::OkStatus();
}

absl::Status Batch::LoadUnfinished(Draft& draft) {
  if (draft.unfinished_loaded()) return absl::OkStatus();
  draft.MarkUnfinishedLoaded();
  if (draft.row().next_task == 1) return absl::OkStatus();
  auto tasks = transaction_->ReadUnfinishedTasks(draft.row().id);
  if (!tasks.ok()) return tasks.status();
  for (store::TaskRow& task : *tasks) draft.AddChild(std::move(task));
  return absl::OkStatus();
}

absl::Status Batch::LoadSignals(Draft& draft) {
  if (draft.signals_loaded()) return absl::OkStatus();
  auto signals = transaction_->ReadSignals(draft.row().id);
  if (!signals.ok()) return signals.status();
  draft.AddSignals(*std::move(signals));
  return absl::OkStatus();
}

absl::Status Batch::LoadOutput(const store::TaskKey& key) {
  Draft* draft = Find(key.execution_id);
  store::TaskRow* task = draft == nullptr ? nullptr : draft->FindTask(key.task);
  if (task == nullptr || !task->output.apart || !task->output.bytes.empty()) return absl::OkStatus();
  auto bytes = transaction_->ReadPayload(key, store::PayloadDirection::kOutput);
  if (!bytes.ok()) return bytes.status();
  task->output.bytes = *std::move(bytes);
  return absl::OkStatus();
}

}  // namespace flowmesh::engine
