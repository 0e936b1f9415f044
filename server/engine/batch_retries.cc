// What a batch reads of executions that are retried. They are final, so they need no lock.
#include <algorithm>
#include <utility>

#include "server/engine/batch.h"

namespace flowmesh::engine {
namespace {

// The entry's call, if it is one.
const CallMade* CallOf(const Entry& entry) { return std::get_if<CallMade>(&entry.body); }

}  // namespace

absl::Status Batch::LoadBytes(const store::TaskKey& key, store::PayloadDirection direction, store::Payload* payload) {
  if (!payload->apart || !payload->bytes.empty()) return absl::OkStatus();
  auto bytes = transaction_->ReadPayload(key, direction);
  if (!bytes.ok()) return bytes.status();
  payload->bytes = *std::move(bytes);
  return absl::OkStatus();
}

// The name never changes, so that it may be read before the execution is locked, as the order of locks asks for.
absl::Status Batch::FindKeysOfRetried(std::map<store::ConcurrencyName, store::LockedKey>* wanted) {
  for (const Command& command : commands_) {
    const auto* retry = std::get_if<RetryCommand>(&command);
    if (retry == nullptr) continue;
    auto row = tools_.store->ReadExecution(retry->id);
    if (!row.ok()) return row.status();
    if (row->has_value() && !(*row)->concurrency_key.empty()) (*wanted)[{(*row)->owner, (*row)->concurrency_key}];
  }
  return absl::OkStatus();
}

// The inputs that new executions take over.
absl::Status Batch::LoadRetried() {
  for (const Command& command : commands_) {
    const auto* retry = std::get_if<RetryCommand>(&command);
    Draft* draft = retry == nullptr ? nullptr : FindOf(retry->id, retry->owner);
    if (draft == nullptr) continue;
    absl::Status status = LoadBytes(draft->KeyOf(0), store::PayloadDirection::kInput, &draft->row().root.input);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Batch::LoadCounterparts() {
  std::vector<store::CallName> names;                              // in the retried execution
  std::vector<std::pair<const CallMade*, store::CallName>> calls;  // in the retry
  for (const Command& command : commands_) {
    const auto* frame = std::get_if<FrameCommand>(&command);
    if (frame == nullptr) continue;
    for (const Entry& entry : frame->entries) {
      const CallMade* call = CallOf(entry);
      const store::TaskKey& key = entry.attempt.task;
      Draft* draft = call == nullptr ? nullptr : Find(key.execution_id);
      if (draft == nullptr || draft->row().retry_of.is_zero()) continue;
      const store::TaskRow* flow = draft->FindTask(key.task);
      if (flow == nullptr || (flow->task != 0 && flow->counterpart == 0)) continue;
      if (draft->FindCall(key.task, call->key) != nullptr) continue;
      names.push_back({draft->row().retry_of, flow->task == 0 ? 0 : flow->counterpart, call->key});
      calls.emplace_back(call, store::CallName{key.execution_id, key.task, call->key});
    }
  }
  if (names.empty()) return absl::OkStatus();
  auto found = transaction_->FindCalls(names);
  if (!found.ok()) return found.status();
  for (size_t i = 0; i < names.size(); ++i) {
    std::optional<store::TaskRow>& old = (*found)[i];
    const auto& [call, name] = calls[i];
    if (!old || !IsCounterpart(*old, *call)) continue;
    const store::TaskKey key{names[i].execution_id, old->task};
    // What stands apart is larger than what stands in its row.
    const bool may_be_same = !old->input.apart || call->input.bytes.size() > store::Payload::kInlineBytes;
    if (may_be_same) {
      absl::Status status = LoadBytes(key, store::PayloadDirection::kInput, &old->input);
      if (!status.ok()) return status;
    }
    if (may_be_same && old->input.bytes == call->input.bytes && IsReusable(*old, *call, world_)) {
      absl::Status status = LoadBytes(key, store::PayloadDirection::kOutput, &old->output);
      if (!status.ok()) return status;
    }
    counterparts_.emplace(name, *std::move(old));
  }
  return absl::OkStatus();
}

const store::TaskRow* Batch::CounterpartOf(const Draft& draft, const Entry& entry) const {
  const CallMade* call = CallOf(entry);
  if (call == nullptr || draft.row().retry_of.is_zero()) return nullptr;
  const auto found = counterparts_.find({draft.row().id, entry.attempt.task.task, call->key});
  return found == counterparts_.end() ? nullptr : &found->second;
}

}  // namespace flowmesh::engine
