// How each command of a batch finds its execution and meets its rule.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/batch.h"
#include "server/engine/errors.h"
#include "server/engine/limits.h"

namespace flowmesh::engine {
namespace {

absl::Status KeyReused(const store::IdempotencyRow& row) {
  return base::Error(absl::StatusCode::kAlreadyExists, "IDEMPOTENCY_KEY_REUSED",
                     absl::StrCat("idempotency key '", row.key, "' stands for another request (execution ",
                                  row.object_id.ToString(), "): send the same request again, or use a new key"))
      .With("execution_id", row.object_id.ToString());
}

}  // namespace

void Batch::ReplyWithRow(const Draft& draft, const ExecutionReply& reply) {
  row_replies_.emplace_back(&draft, [reply](const store::ExecutionRow& row) { reply(row); });
}

void Batch::StandFor(store::ClaimedKey& claimed, const store::IdempotencyRow& key, const store::Id& object,
                     absl::Duration life) {
  claimed.fresh = false;
  const absl::Time expire_time = world_.now + life;
  const bool as_claimed =
      claimed.row.object_id == object && claimed.row.digest == key.digest && claimed.row.expire_time == expire_time;
  if (as_claimed) return;
  // It was claimed for an earlier command, which was refused, or for an execution that there was no need to make.
  claimed.row.object_id = object;
  claimed.row.digest = key.digest;
  claimed.row.expire_time = expire_time;
  writes_.update_idempotency_keys.push_back(claimed.row);
}

bool Batch::Replay(size_t index, const std::optional<store::IdempotencyRow>& key, const SubmitReply& reply) {
  if (!key) return false;
  const store::ClaimedKey& claimed = keys_[{key->owner, key->method, key->key}];
  if (claimed.fresh) return false;
  if (Skipped(claimed.row.object_id)) {
    deferred_.push_back(index);
    return true;
  }
  Draft* existing = Find(claimed.row.object_id);
  const bool same = claimed.row.digest == key->digest;
  if (existing == nullptr || !same) {
    const absl::Status status = same ? DeletedUnderKey(key->key, claimed.row.object_id) : KeyReused(claimed.row);
    effects_.replies.push_back([reply, status] { reply(status); });
    return true;
  }
  row_replies_.emplace_back(
      existing, [reply](const store::ExecutionRow& row) { reply(SubmitResult{.row = row, .replayed = true}); });
  return true;
}

template <typename C>
void Batch::MakeExecution(size_t index, const C& command, const store::ExecutionRow& row) {
  if constexpr (requires { command.names; }) {
    if (absl::Status status = CheckNames(command.names, row.id); !status.ok()) {
      effects_.replies.push_back([reply = command.reply, status] { reply(status); });
      return;
    }
  }
  KeyTurn turn{.kind = KeyTurn::Kind::kHolds};
  if (!row.concurrency_key.empty()) {
    const absl::StatusOr<KeyTurn> asked = AskForKey(row);
    if (!asked.ok()) {
      effects_.replies.push_back([reply = command.reply, status = asked.status()] { reply(status); });
      return;
    }
    turn = *asked;
  }
  if (turn.kind == KeyTurn::Kind::kUnknown) {
    deferred_.push_back(index);
    return;
  }
  const bool joined = turn.kind == KeyTurn::Kind::kJoins;
  if (!joined) {
    turn.draft = &AddDraft(Draft::New(row));
    turn.draft->row().behind_key = turn.kind == KeyTurn::Kind::kWaits;
    Submit(*turn.draft, command.start, world_);
    KeepResource(*turn.draft, command);
  }
  if (command.key) {
    StandFor(keys_[{command.key->owner, command.key->method, command.key->key}], *command.key, turn.draft->row().id,
             command.key_life);
  }
  row_replies_.emplace_back(turn.draft, [reply = command.reply, joined](const store::ExecutionRow& made) {
    reply(SubmitResult{.row = made, .joined = joined});
  });
}

void Batch::Apply(size_t index, const SubmitCommand& command) {
  if (!Replay(index, command.key, command.reply)) MakeExecution(index, command, command.row);
}

void Batch::Apply(size_t index, const RetryCommand& command) {
  if (Replay(index, command.key, command.reply)) return;
  if (Skipped(command.id)) {
    deferred_.push_back(index);
    return;
  }
  const Draft* old = FindOf(command.id, command.owner);
  absl::StatusOr<store::ExecutionRow> row = UnknownExecution(command.id);
  if (old != nullptr) row = RetryOf(old->row(), command.wish);
  if (!row.ok()) {
    effects_.replies.push_back([reply = command.reply, status = row.status()] { reply(status); });
    return;
  }
  // Of one that this very batch made, the key was not known when keys were locked.
  if (!row->concurrency_key.empty() && !queues_.contains({row->owner, row->concurrency_key})) {
    deferred_.push_back(index);
    return;
  }
  MakeExecution(index, command, *row);
}

void Batch::Apply(size_t index, const StartCommand& command) {
  if (Skipped(command.id)) {
    deferred_.push_back(index);
    return;
  }
  Draft* draft = FindOf(command.id, command.owner);
  absl::Status status = draft == nullptr ? UnknownExecution(command.id) : Start(*draft, world_);
  if (!status.ok()) {
    effects_.replies.push_back([reply = command.reply, status] { reply(status); });
    return;
  }
  ReplyWithRow(*draft, command.reply);
}

void Batch::Apply(size_t index, const CancelCommand& command) {
  if (Skipped(command.id)) {
    deferred_.push_back(index);
    return;
  }
  Draft* draft = FindOf(command.id, command.owner);
  absl::Status status = draft == nullptr ? UnknownExecution(command.id) : Cancel(*draft, command.reason, world_);
  if (!status.ok()) {
    effects_.replies.push_back([reply = command.reply, status] { reply(status); });
    return;
  }
  ReleaseCapacity(*draft);
  ReplyWithRow(*draft, command.reply);
}

void Batch::Apply(size_t index, const SignalCommand& command) {
  if (Skipped(command.id)) {
    deferred_.push_back(index);
    return;
  }
  auto reply = [&](const absl::Status& status) {
    effects_.replies.push_back([reply = command.reply, status] { reply(status); });
  };
  store::ClaimedKey* claimed = nullptr;
  if (command.key) {
    claimed = &keys_[{command.key->owner, command.key->method, command.key->key}];
    if (!claimed->fresh) {
      const bool same = claimed->row.digest == command.key->digest && claimed->row.object_id == command.id;
      return reply(same ? absl::OkStatus() : KeyReused(claimed->row));
    }
  }
  Draft* draft = FindOf(command.id, command.owner);
  absl::Status status =
      draft == nullptr ? UnknownExecution(command.id) : SendSignal(*draft, command.name, command.payload, world_);
  if (status.ok() && claimed != nullptr) StandFor(*claimed, *command.key, command.id, command.key_life);
  if (draft != nullptr) ReleaseCapacity(*draft);
  reply(status);
}

void Batch::Apply(size_t index, const CompleteTaskCommand& command) {
  const std::optional<store::TaskKey>& key = tokens_[command.token_digest];
  if (key && Skipped(key->execution_id)) {
    deferred_.push_back(index);
    return;
  }
  Draft* draft = key ? Find(key->execution_id) : nullptr;
  absl::Status status = UnknownToken();
  if (draft != nullptr) {
    status = CheckNamesOf(command.outcome.projection.get(), *draft);
    if (status.ok()) status = CompleteTask(*draft, key->task, command.token_digest, command.outcome, world_);
    TakeNames(draft->TakeNames());
  }
  if (draft != nullptr) ReleaseCapacity(*draft);
  effects_.replies.push_back([reply = command.reply, status] { reply(status); });
}

void Batch::SetSpeaker(uint64_t session, const Entry& entry, Draft& draft) {
  world_.code_version = 0;
  world_.token_taken = false;
  const store::TaskRow* task = draft.FindTask(entry.attempt.task.task);
  const Session* speaker = tools_.sessions->Find(session);
  if (task != nullptr && speaker != nullptr) {
    auto version = speaker->types.find(task->type);
    if (version != speaker->types.end()) world_.code_version = version->second;
  }
  const auto token = tokens_.find(TokenOf(entry.body));
  world_.token_taken = token != tokens_.end() && token->second.has_value();
  world_.counterpart = CounterpartOf(draft, entry);
  world_.name_taken = !CheckNamesOf(ProjectionOf(entry.body), draft).ok();
}

void Batch::ApplyEntryOf(uint64_t session, const Entry& entry) {
  Draft* draft = Find(entry.attempt.task.execution_id);
  if (draft != nullptr) SetSpeaker(session, entry, *draft);
  const EntryVerdict verdict = draft == nullptr ? EntryVerdict::kStale : ApplyEntry(*draft, entry, world_);
  switch (verdict) {
    case EntryVerdict::kApplied:
    case EntryVerdict::kAlreadyApplied: {
      int64_t& acked = acks_[{entry.attempt, session}];
      acked = std::max(acked, entry.number);
      break;
    }
    case EntryVerdict::kGap:
      Lose(*draft, entry.attempt, session, /*by_worker=*/true, world_);
      said_[session].push_back(FencedMessage{.attempt = entry.attempt, .reason = "ENTRY_GAP"});
      break;
    case EntryVerdict::kStale:
      // A database that lost its last commits to a failover may know nothing of the assignment.
      if (tools_.sessions->FindHeld(session, entry.attempt) != nullptr) {
        tools_.sessions->Release(session, entry.attempt.task);
      }
      said_[session].push_back(FencedMessage{.attempt = entry.attempt, .reason = "STALE_ATTEMPT"});
      break;
  }
  if (draft == nullptr) return;
  for (const store::TaskTokenRow& token : draft->tokens()) tokens_[token.digest] = token.key;
  TakeNames(draft->TakeNames());
  ReleaseCapacity(*draft);
}

void Batch::Apply(size_t index, const FrameCommand& command) {
  // Entries are idempotent by their numbers: a frame that meets a locked execution is run again as a whole.
  bool skipped = false;
  for (const Entry& entry : command.entries) skipped = skipped || Skipped(entry.attempt.task.execution_id);
  for (const Entry& entry : command.entries) {
    if (!Skipped(entry.attempt.task.execution_id)) ApplyEntryOf(command.session, entry);
  }
  if (skipped) {
    deferred_.push_back(index);
  } else if (command.committed) {
    effects_.replies.push_back(command.committed);
  }
}

void Batch::Apply(size_t index, const ResumeCommand& command) {
  const store::Id& id = command.attempt.task.execution_id;
  if (Skipped(id)) {
    deferred_.push_back(index);
    return;
  }
  WelcomeMessage::Held& answer = command.answers->held[command.place];
  Draft* draft = Find(id);
  if (draft == nullptr) {
    answer = {.attempt = command.attempt, .fenced = true};
    return;
  }
  // A worker's own old session is gone from the table by now, so whoever still stands there is another worker.
  const store::TaskRow* task = draft->FindTask(command.attempt.task.task);
  const bool held_by_another = task != nullptr && task->state == store::TaskState::kAssigned &&
                               task->replica_id == world_.replica_id && task->session != command.session &&
                               tools_.sessions->Find(task->session) != nullptr;
  if (held_by_another) {
    answer = {.attempt = command.attempt, .fenced = true};
    return;
  }
  answer = Resume(*draft, command.attempt, command.session, kCancelGrace, world_);
  answer.last_record = command.last_record;
  if (command.wants_remembered && task != nullptr) answer.remembers = RememberedBy(draft->row(), *task, world_);
  ReleaseCapacity(*draft);
  if (!answer.fenced) {
    tools_.sessions->Hold(command.session, command.attempt.task,
                          {.attempt = command.attempt.attempt,
                           .slot = tools_.types->Find(task->type).holds_slot,
                           .records = answer.records});
  }
}

void Batch::Apply(size_t index, const WelcomeCommand& command) {
  // Its resumes stand before it; while one of them waits for a lock, so does the welcome.
  for (size_t waiting : deferred_) {
    const auto* resume = std::get_if<ResumeCommand>(&commands_[waiting]);
    if (resume != nullptr && resume->session == command.session) {
      deferred_.push_back(index);
      return;
    }
  }
  // Two workers of one program may come in one batch: a row stands in a list of writes once.
  for (const store::FlowRow& flow : command.flows) {
    std::erase_if(writes_.upsert_flows, [&](const store::FlowRow& row) { return row.name == flow.name; });
    writes_.upsert_flows.push_back(flow);
  }
  auto& messages = said_[command.session];
  messages.insert(messages.begin(), *command.answers);
  welcomed_.push_back(command.session);
}

void Batch::Apply(size_t index, const LoseCommand& command) {
  if (Skipped(command.attempt.task.execution_id)) {
    deferred_.push_back(index);
    return;
  }
  Draft* draft = Find(command.attempt.task.execution_id);
  if (draft == nullptr) return;
  Lose(*draft, command.attempt, command.session, command.by_worker, world_);
  ReleaseCapacity(*draft);
}

void Batch::ApplyTimer(const store::TimerRow& timer) {
  if (timer.kind == store::TimerKind::kRelease) return;  // ReleaseKeys
  Draft* draft = Find(timer.key.execution_id);
  if (draft == nullptr) {
    if (Skipped(timer.key.execution_id)) writes_.insert_timers.push_back(timer);
    return;
  }
  draft->MarkTimerClaimed(timer.key.task, timer.kind);
  if (timer.kind == store::TimerKind::kDeadline) DeadlinePassed(*draft, world_);
  if (timer.kind == store::TimerKind::kRetry) RetryDue(*draft, timer.key.task, world_);
  if (timer.kind == store::TimerKind::kSleep) WaitDue(*draft, timer.key.task, world_);
  ReleaseCapacity(*draft);
}

void Batch::Apply(size_t index, const AttemptTimerCommand& command) {
  const AttemptTimer& timer = command.timer;
  if (Skipped(timer.attempt.task.execution_id)) {
    deferred_.push_back(index);
    return;
  }
  Draft* draft = Find(timer.attempt.task.execution_id);
  if (draft == nullptr) return;
  if (timer.kind == AttemptTimer::Kind::kAttemptTimeout) {
    AttemptTimedOut(*draft, timer.attempt, world_);
  } else {
    CancelGraceOver(*draft, timer.attempt, world_);
  }
  ReleaseCapacity(*draft);
}

}  // namespace flowmesh::engine
