#include "server/engine/batch.h"

#include <algorithm>
#include <utility>

#include "server/engine/limits.h"

namespace flowmesh::engine {

absl::Status Batch::Run(uint64_t number, BatchLook look) {
  look_ = std::move(look);
  auto work = [&]() -> absl::Status {
    auto begun = tools_.store->Begin(tools_.replica_id, number);
    if (!begun.ok()) return begun.status();
    transaction_ = *std::move(begun);
    world_ = {.now = transaction_->now(),
              .types = tools_.types,
              .replica_id = tools_.replica_id,
              .jitter = tools_.random->NextUniform()};
    if (absl::Status status = ClaimKeys(); !status.ok()) return status;
    if (absl::Status status = ClaimNames(); !status.ok()) return status;
    if (absl::Status status = CountNumbers(); !status.ok()) return status;
    if (absl::Status status = ReadReplayedResources(); !status.ok()) return status;
    if (absl::Status status = ClaimTimers(); !status.ok()) return status;
    if (absl::Status status = LockKeys(); !status.ok()) return status;
    // Who writes mail waits for this claim, so nothing is waited for after it.
    if (absl::Status status = ClaimMail(); !status.ok()) return status;
    if (absl::Status status = FindTokens(); !status.ok()) return status;
    if (absl::Status status = LockAll(); !status.ok()) return status;
    if (absl::Status status = LoadTasks(); !status.ok()) return status;
    if (absl::Status status = LoadCalls(); !status.ok()) return status;
    if (absl::Status status = ReleaseKeys(); !status.ok()) return status;
    if (absl::Status status = FindArtifacts(); !status.ok()) return status;
    if (absl::Status status = LoadRetried(); !status.ok()) return status;
    if (absl::Status status = LoadCounterparts(); !status.ok()) return status;
    if (absl::Status status = FindLiveRetries(); !status.ok()) return status;
    for (const store::TimerRow& timer : due_timers_) ApplyTimer(timer);
    for (size_t i = 0; i < commands_.size(); ++i) {
      std::visit([&](const auto& command) { Apply(i, command); }, commands_[i]);
    }
    if (!failed_.ok()) return failed_;
    if (absl::Status status = EndAllLeftovers(); !status.ok()) return status;
    if (absl::Status status = DeliverMail(); !status.ok()) return status;
    if (absl::Status status = Dispatch(); !status.ok()) return status;
    return Write();
  };
  absl::Status status = work();
  transaction_.reset();
  if (!status.ok()) {
    tools_.sessions->Undo();
    return status;
  }
  tools_.sessions->Keep();
  for (const auto& [queue, may_wait] : waiting_) tools_.dispatcher->SetMayWait(queue, may_wait);
  CollectEffects();
  return absl::OkStatus();
}

Draft& Batch::AddDraft(Draft draft) {
  drafts_.push_back(std::make_unique<Draft>(std::move(draft)));
  Draft& added = *drafts_.back();
  by_id_[added.row().id] = &added;
  return added;
}

Draft* Batch::Find(const store::Id& id) {
  auto it = by_id_.find(id);
  return it == by_id_.end() || it->second->deleted() ? nullptr : it->second;
}

Draft* Batch::FindOf(const store::Id& id, const std::string& owner) {
  Draft* draft = Find(id);
  return draft != nullptr && draft->row().owner == owner ? draft : nullptr;
}

void Batch::ReleaseCapacity(Draft& draft) {
  for (const auto& [session, key] : draft.TakeReleased()) tools_.sessions->Release(session, key);
}

absl::Status Batch::EndAllLeftovers() {
  for (const auto& draft : drafts_) {
    if (!draft->leaves_others()) continue;
    if (absl::Status status = LoadUnfinished(*draft); !status.ok()) return status;
    EndLeftovers(*draft, world_);
    ReleaseCapacity(*draft);
  }
  return absl::OkStatus();
}

// New runnable tasks go straight to a session, unless older ones wait in the same queue: these come first.
absl::Status Batch::Dispatch() {
  for (size_t i = 0; i < drafts_.size(); ++i) {
    Draft& draft = *drafts_[i];
    for (const int32_t task : draft.BecameReady()) {
      const std::string queue = QueueOf(*draft.FindTask(task));
      if (!tools_.dispatcher->MayWait(queue) && !waiting_.contains(queue)) {
        if (auto session = tools_.dispatcher->Pick(queue)) {
          if (absl::Status status = AssignTo(draft, task, *session); !status.ok()) return status;
          continue;
        }
      }
      waiting_[queue] = true;
    }
  }
  return ClaimReady();
}

absl::Status Batch::ClaimReady() {
  int budget = kMaxClaimsPerBatch;
  for (const std::string& queue : tools_.dispatcher->Claimable()) {
    const int room = tools_.dispatcher->Room(queue, budget);
    if (room == 0) continue;
    auto claimed = transaction_->ClaimReady(queue, tools_.dispatcher->cursor(queue), room);
    if (!claimed.ok()) return claimed.status();
    tools_.dispatcher->set_cursor(queue, claimed->cursor);
    if (claimed->exhausted && !waiting_.contains(queue)) waiting_[queue] = false;
    std::vector<store::Id> ids;
    for (const store::ReadyRow& row : claimed->rows) ids.push_back(row.key.execution_id);
    if (absl::Status status = Lock(std::move(ids)); !status.ok()) return status;
    std::vector<store::TaskKey> keys;
    for (const store::ReadyRow& row : claimed->rows) keys.push_back(row.key);
    if (absl::Status status = LoadTasks(std::move(keys)); !status.ok()) return status;
    for (const store::ReadyRow& row : claimed->rows) {
      Draft* draft = Find(row.key.execution_id);
      if (draft == nullptr) {
        if (Skipped(row.key.execution_id)) {
          writes_.insert_ready.push_back(row);
          waiting_[queue] = true;
        }
        continue;
      }
      draft->MarkReadyClaimed(row.key.task);
      const store::TaskRow* task = draft->FindTask(row.key.task);
      if (task == nullptr || task->state != store::TaskState::kReady) continue;
      auto session = tools_.dispatcher->Pick(queue);
      if (!session) {
        waiting_[queue] = true;
        continue;
      }
      if (absl::Status status = AssignTo(*draft, row.key.task, *session); !status.ok()) return status;
      claimed_ = true;
    }
    budget -= static_cast<int>(claimed->rows.size());
    if (budget <= 0) break;
  }
  return absl::OkStatus();
}

absl::Status Batch::AssignTo(Draft& draft, int32_t number, uint64_t session) {
  store::TaskRow& task = *draft.FindTask(number);
  if (task.input.apart && task.input.bytes.empty()) {
    auto bytes = transaction_->ReadPayload(draft.KeyOf(task.task), store::PayloadDirection::kInput);
    if (!bytes.ok()) return bytes.status();
    task.input.bytes = *std::move(bytes);
  }
  Assign(draft, task.task, session, world_);
  tools_.sessions->Hold(
      session, draft.KeyOf(task.task),
      {.attempt = task.attempt, .slot = tools_.types->Find(task.type).holds_slot, .records = task.records});
  return absl::OkStatus();
}

absl::Status Batch::Write() {
  for (const auto& draft : drafts_) draft->Collect(&writes_);
  SendMail();
  writes_.summary = look_.summary;
  for (const auto& [name, claimed] : keys_) {
    if (claimed.fresh) writes_.delete_idempotency_keys.push_back(claimed.row);  // its command came to nothing
  }
  for (const auto& [name, claimed] : names_) {
    const auto& [owner, kind, alias] = name;
    if (claimed.fresh) writes_.delete_aliases.push_back({owner, kind, alias, claimed.object_id});
  }
  for (const auto& [name, queue] : queues_) queue.Collect(&writes_);
  rows_ = static_cast<int64_t>(writes_.rows());
  if (absl::Status status = transaction_->Apply(writes_); !status.ok()) return status;
  if (absl::Status status = Purge(); !status.ok()) return status;
  for (const store::TimerRow& timer : writes_.insert_timers) next_timer_ = std::min(next_timer_, timer.due);
  if (look_.timers) {
    auto next = transaction_->NextTimer();
    if (!next.ok()) return next.status();
    next_timer_ = *next;
  }
  return transaction_->Commit();
}

bool Batch::Number(uint64_t session, SessionMessage* message) {
  const auto* record = std::get_if<RecordMessage>(message);
  const auto* records = std::get_if<RecordsMessage>(message);
  const AttemptKey attempt = record != nullptr ? record->attempt : records->attempt;
  const int32_t number = record != nullptr ? record->number : records->records;
  Session::Held* held = tools_.sessions->FindHeld(session, attempt);
  if (held == nullptr || number <= held->records) return false;
  const bool next = record != nullptr && number == held->records + 1;
  if (!next) *message = RecordsMessage{.attempt = attempt, .after = held->records, .records = number};
  held->records = number;
  return true;
}

void Batch::CollectEffects() {
  std::map<uint64_t, std::vector<SessionMessage>> by_session = std::move(said_);
  // Records before acks: the ack of a parked entry says that there are no records that its flow has not been sent.
  std::vector<std::pair<uint64_t, SessionMessage>> others;
  for (const auto& draft : drafts_) {
    for (auto& [session, message] : draft->TakeMessages()) {
      if (std::holds_alternative<RecordMessage>(message) || std::holds_alternative<RecordsMessage>(message)) {
        if (Number(session, &message)) by_session[session].push_back(std::move(message));
      } else {
        others.emplace_back(session, std::move(message));
      }
    }
  }
  for (const auto& [asked, number] : acks_) {
    by_session[asked.second].push_back(AckMessage{.attempt = asked.first, .number = number});
  }
  for (auto& [session, message] : others) by_session[session].push_back(std::move(message));
  for (const store::MailRow& mail : writes_.insert_mail) effects_.hint.mail.push_back(mail.replica_id);
  effects_.hint.ready = !writes_.insert_ready.empty();
  effects_.hint.flows = !writes_.upsert_flows.empty();
  effects_.hint.replicas = look_.summary.has_value() || !declared_dead_.empty();
  for (const auto& draft : drafts_) {
    for (const AttemptTimer& timer : draft->TakeTimers()) timers_.push_back(timer);
    if (draft->chunk()) {
      events_ += draft->chunk()->count;
      effects_.chunks.push_back(*draft->chunk());
    }
    if (draft->became_final()) effects_.finals.push_back(draft->row());
    if (draft->deleted()) effects_.deleted.push_back(draft->row().id);
  }
  for (auto& [session_id, messages] : by_session) {
    Session* session = tools_.sessions->Find(session_id);
    if (session != nullptr) effects_.messages.emplace_back(session->channel, std::move(messages));
  }
  for (auto& [draft, reply] : row_replies_) {
    effects_.replies.push_back([reply = std::move(reply), row = draft->row()] { reply(row); });
  }
}

}  // namespace flowmesh::engine
