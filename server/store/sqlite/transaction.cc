#include "server/store/sqlite/transaction.h"

#include <utility>

#include "server/store/sqlite/apply.h"
#include "server/store/sqlite/claims.h"
#include "server/store/sqlite/concurrency_reads.h"
#include "server/store/sqlite/failure.h"
#include "server/store/sqlite/purge.h"
#include "server/store/sqlite/reads.h"
#include "server/store/sqlite/replicas.h"
#include "server/store/sqlite/resources.h"

namespace flowmesh::store {
namespace {

class SqliteTransaction : public Transaction {
 public:
  SqliteTransaction(Writer& writer, uint64_t replica_id)
      : writer_(writer), connection_(writer.connection()), replica_id_(replica_id) {}

  ~SqliteTransaction() override {
    if (connection_.in_transaction()) writer_.Fail(absl::CancelledError()).IgnoreError();
    writer_.Release();
  }

  absl::Status Start(uint64_t batch);

  absl::Time now() const override { return now_; }
  absl::StatusOr<std::vector<ClaimedKey>> ClaimIdempotencyKeys(absl::Span<const IdempotencyRow> rows) override;
  absl::StatusOr<std::vector<ClaimedAlias>> ClaimAliases(absl::Span<const AliasRow> rows) override;
  absl::StatusOr<int64_t> CountUp(const ResourceRow& counter) override;
  absl::StatusOr<std::vector<std::optional<ResourceRow>>> ReadResources(absl::Span<const Id> ids) override;
  absl::StatusOr<std::vector<std::optional<ConcurrencyRow>>> FindConcurrencyKeys(absl::Span<const Id> ids) override;
  absl::StatusOr<std::vector<LockedKey>> LockConcurrencyKeys(absl::Span<const ConcurrencyName> names) override;
  absl::StatusOr<std::vector<ConcurrencyRow>> ReadKeyWaiters(const ConcurrencyName& name, int64_t after,
                                                             int limit) override;
  absl::StatusOr<std::vector<LockedExecution>> LockExecutions(absl::Span<const Id> ids) override;
  absl::StatusOr<std::vector<std::optional<TaskRow>>> ReadTasks(absl::Span<const TaskKey> keys) override;
  absl::StatusOr<std::vector<std::optional<TaskRow>>> FindCalls(absl::Span<const CallName> calls) override;
  absl::StatusOr<std::vector<TaskRow>> ReadUnfinishedTasks(const Id& id) override;
  absl::StatusOr<std::vector<SignalRow>> ReadSignals(const Id& id) override;
  absl::StatusOr<std::vector<std::optional<TaskKey>>> FindTaskTokens(absl::Span<const std::string> digests) override;
  absl::StatusOr<std::vector<std::optional<ArtifactRow>>> FindArtifacts(absl::Span<const ArtifactRow> like) override;
  absl::StatusOr<std::string> ReadPayload(const TaskKey& key, PayloadDirection direction) override;
  absl::StatusOr<ClaimedReady> ClaimReady(const std::string& queue, uint64_t cursor, int limit) override;
  absl::StatusOr<std::vector<TimerRow>> ClaimDueTimers(int limit) override;
  absl::StatusOr<std::vector<Id>> ClaimMail(int limit) override;
  absl::StatusOr<bool> DeclareDead(uint64_t replica_id, uint64_t batch) override;
  absl::StatusOr<absl::Time> NextTimer() override;
  absl::StatusOr<std::vector<std::optional<Id>>> FindLiveRetries(absl::Span<const Id> ids) override;
  absl::StatusOr<Purged> Purge(int max_rows, size_t max_bytes) override;
  absl::Status Apply(const Writes& writes) override;
  absl::Status Commit() override;

 private:
  // Ends the transaction: what was done so far is rolled back, and every later call answers the same.
  absl::Status Fail(absl::Status failure) {
    ended_ = writer_.Fail(std::move(failure));
    return ended_;
  }
  absl::Status Fail(int code) { return Fail(connection_.Failed(code)); }

  // Of the row that `read` has been bound for, if there is one.
  absl::Status ReadTask(Run& read, std::optional<TaskRow>* task);

  Writer& writer_;
  Connection& connection_;
  const uint64_t replica_id_;
  absl::Time now_ = absl::InfinitePast();
  absl::Status ended_;  // why nothing more can be done
  StateChanges states_;
};

absl::Status SqliteTransaction::Start(uint64_t batch) {
  if (Run begin(connection_, Sql::kBegin); begin.Step() != SQLITE_DONE) return Fail(begin.code());
  now_ = writer_.Tick();
  Run beat(connection_, Sql::kBeat);
  beat.Bind(batch).Bind(now_).Bind(replica_id_);
  if (beat.Step() != SQLITE_DONE) return Fail(beat.code());
  if (connection_.changes() == 0) {
    return Fail(absl::FailedPreconditionError("this replica was declared dead; join under a new id"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ClaimedKey>> SqliteTransaction::ClaimIdempotencyKeys(absl::Span<const IdempotencyRow> rows) {
  if (!ended_.ok()) return ended_;
  std::vector<ClaimedKey> answers;
  answers.reserve(rows.size());
  Run claim(connection_, Sql::kClaimIdempotencyKey);
  Run read(connection_, Sql::kReadIdempotencyKey);
  for (const IdempotencyRow& row : rows) {
    claim.BindText(row.owner).BindText(row.method).BindText(row.key);
    claim.Bind(row.object_id).BindBlob(row.digest).Bind(row.expire_time).Bind(now_);
    if (!claim.Do()) return Fail(claim.code());
    ClaimedKey& answer = answers.emplace_back(ClaimedKey{true, row});
    if (connection_.changes() != 0) continue;
    answer.fresh = false;
    read.BindText(row.owner).BindText(row.method).BindText(row.key);
    if (read.Step() != SQLITE_ROW) return Fail(read.code());
    answer.row.object_id = read.ReadId(0);
    answer.row.digest = read.String(1);
    answer.row.expire_time = read.Time(2);
    read.Rewind();
  }
  return answers;
}

absl::StatusOr<std::vector<ClaimedAlias>> SqliteTransaction::ClaimAliases(absl::Span<const AliasRow> rows) {
  if (!ended_.ok()) return ended_;
  auto answers = store::ClaimAliases(connection_, rows);
  if (!answers.ok()) return Fail(answers.status());
  return answers;
}

absl::StatusOr<int64_t> SqliteTransaction::CountUp(const ResourceRow& counter) {
  if (!ended_.ok()) return ended_;
  absl::StatusOr<int64_t> version = store::CountUp(connection_, counter);
  if (!version.ok()) return Fail(version.status());
  return version;
}

absl::StatusOr<std::vector<std::optional<ResourceRow>>> SqliteTransaction::ReadResources(absl::Span<const Id> ids) {
  if (!ended_.ok()) return ended_;
  auto answers = store::ReadResources(connection_, ids);
  if (!answers.ok()) return Fail(answers.status());
  return answers;
}

absl::StatusOr<std::vector<std::optional<ConcurrencyRow>>> SqliteTransaction::FindConcurrencyKeys(
    absl::Span<const Id> ids) {
  if (!ended_.ok()) return ended_;
  auto answers = FindKeys(connection_, ids);
  if (!answers.ok()) return Fail(answers.status());
  return answers;
}

absl::StatusOr<std::vector<LockedKey>> SqliteTransaction::LockConcurrencyKeys(absl::Span<const ConcurrencyName> names) {
  if (!ended_.ok()) return ended_;
  // The transaction is the only writer, so it holds every row.
  auto answers = ReadKeys(connection_, names);
  if (!answers.ok()) return Fail(answers.status());
  return answers;
}

absl::StatusOr<std::vector<ConcurrencyRow>> SqliteTransaction::ReadKeyWaiters(const ConcurrencyName& name,
                                                                              int64_t after, int limit) {
  if (!ended_.ok()) return ended_;
  auto waiters = store::ReadKeyWaiters(connection_, name, after, limit);
  if (!waiters.ok()) return Fail(waiters.status());
  return waiters;
}

absl::StatusOr<std::vector<LockedExecution>> SqliteTransaction::LockExecutions(absl::Span<const Id> ids) {
  if (!ended_.ok()) return ended_;
  // The transaction is the only writer, so it holds every row.
  std::vector<LockedExecution> answers(ids.size());
  Run read(connection_, Sql::kReadExecution);
  for (size_t i = 0; i < ids.size(); ++i) {
    read.Bind(ids[i]);
    const int code = read.Step();
    if (code == SQLITE_ROW) {
      answers[i].outcome = LockedExecution::Outcome::kLocked;
      if (absl::Status status = ReadExecutionColumns(read, &answers[i].row); !status.ok()) return Fail(status);
      states_.Found(ids[i], answers[i].row.state);
    } else if (code != SQLITE_DONE) {
      return Fail(code);
    }
    read.Rewind();
  }
  return answers;
}

absl::StatusOr<std::vector<std::optional<TaskRow>>> SqliteTransaction::ReadTasks(absl::Span<const TaskKey> keys) {
  if (!ended_.ok()) return ended_;
  std::vector<std::optional<TaskRow>> answers(keys.size());
  Run read(connection_, Sql::kReadTask);
  for (size_t i = 0; i < keys.size(); ++i) {
    read.Bind(keys[i].execution_id).Bind(keys[i].task);
    if (absl::Status status = ReadTask(read, &answers[i]); !status.ok()) return status;
  }
  return answers;
}

absl::Status SqliteTransaction::ReadTask(Run& read, std::optional<TaskRow>* task) {
  const int code = read.Step();
  if (code == SQLITE_ROW) {
    if (absl::Status status = ReadTaskColumns(read, &task->emplace()); !status.ok()) return Fail(status);
  } else if (code != SQLITE_DONE) {
    return Fail(code);
  }
  read.Rewind();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::optional<TaskRow>>> SqliteTransaction::FindCalls(absl::Span<const CallName> calls) {
  if (!ended_.ok()) return ended_;
  std::vector<std::optional<TaskRow>> answers(calls.size());
  Run read(connection_, Sql::kFindCall);
  for (size_t i = 0; i < calls.size(); ++i) {
    read.Bind(calls[i].execution_id).Bind(calls[i].parent).BindText(calls[i].call_key);
    if (absl::Status status = ReadTask(read, &answers[i]); !status.ok()) return status;
  }
  return answers;
}

absl::StatusOr<std::vector<TaskRow>> SqliteTransaction::ReadUnfinishedTasks(const Id& id) {
  if (!ended_.ok()) return ended_;
  std::vector<TaskRow> tasks;
  Run read(connection_, Sql::kUnfinishedTasks);
  read.Bind(id).Bind(static_cast<int32_t>(TaskState::kCompleted));
  while (read.Step() == SQLITE_ROW) {
    if (absl::Status status = ReadTaskColumns(read, &tasks.emplace_back()); !status.ok()) return Fail(status);
  }
  if (!read.done()) return Fail(read.code());
  return tasks;
}

absl::StatusOr<std::vector<SignalRow>> SqliteTransaction::ReadSignals(const Id& id) {
  if (!ended_.ok()) return ended_;
  std::vector<SignalRow> signals;
  Run read(connection_, Sql::kReadSignals);
  read.Bind(id);
  while (read.Step() == SQLITE_ROW) signals.push_back(ReadSignal(id, read));
  if (!read.done()) return Fail(read.code());
  return signals;
}

absl::StatusOr<std::vector<std::optional<ArtifactRow>>> SqliteTransaction::FindArtifacts(
    absl::Span<const ArtifactRow> like) {
  if (!ended_.ok()) return ended_;
  std::vector<std::optional<ArtifactRow>> answers(like.size());
  for (size_t i = 0; i < like.size(); ++i) {
    const bool upload = like[i].execution_id.is_zero();
    Run find(connection_, upload ? Sql::kFindUpload : Sql::kFindArtifactOfTask);
    if (upload) {
      find.BindText(like[i].owner);
    } else {
      find.Bind(like[i].execution_id).Bind(like[i].task);
    }
    find.BindText(like[i].name).BindText(like[i].media_type).BindBlob(like[i].digest);
    const int code = find.Step();
    if (code == SQLITE_ROW) answers[i] = store::ReadArtifact(find);
    if (code != SQLITE_ROW && code != SQLITE_DONE) return Fail(code);
  }
  return answers;
}

absl::StatusOr<std::vector<std::optional<TaskKey>>> SqliteTransaction::FindTaskTokens(
    absl::Span<const std::string> digests) {
  if (!ended_.ok()) return ended_;
  std::vector<std::optional<TaskKey>> answers(digests.size());
  Run read(connection_, Sql::kFindTaskToken);
  for (size_t i = 0; i < digests.size(); ++i) {
    read.BindBlob(digests[i]);
    const int code = read.Step();
    if (code == SQLITE_ROW) answers[i] = TaskKey{read.ReadId(0), read.Int(1)};
    if (code != SQLITE_ROW && code != SQLITE_DONE) return Fail(code);
    read.Rewind();
  }
  return answers;
}

absl::StatusOr<std::string> SqliteTransaction::ReadPayload(const TaskKey& key, PayloadDirection direction) {
  if (!ended_.ok()) return ended_;
  absl::StatusOr<std::string> bytes = store::ReadPayload(connection_, key, direction);
  if (bytes.ok() || absl::IsNotFound(bytes.status())) return bytes;
  return Fail(bytes.status());
}

absl::StatusOr<ClaimedReady> SqliteTransaction::ClaimReady(const std::string& queue, uint64_t cursor, int limit) {
  if (!ended_.ok()) return ended_;
  absl::StatusOr<ClaimedReady> claimed = store::ClaimReady(connection_, queue, cursor, limit);
  if (!claimed.ok()) return Fail(claimed.status());
  return claimed;
}

absl::StatusOr<std::vector<TimerRow>> SqliteTransaction::ClaimDueTimers(int limit) {
  if (!ended_.ok()) return ended_;
  absl::StatusOr<std::vector<TimerRow>> timers = store::ClaimDueTimers(connection_, now_, limit);
  if (!timers.ok()) return Fail(timers.status());
  return timers;
}

absl::StatusOr<std::vector<Id>> SqliteTransaction::ClaimMail(int limit) {
  if (!ended_.ok()) return ended_;
  absl::StatusOr<std::vector<Id>> claimed = store::ClaimMail(connection_, replica_id_, limit);
  if (!claimed.ok()) return Fail(claimed.status());
  return claimed;
}

absl::StatusOr<bool> SqliteTransaction::DeclareDead(uint64_t replica_id, uint64_t batch) {
  if (!ended_.ok()) return ended_;
  absl::StatusOr<bool> declared = store::DeclareDead(connection_, replica_id, batch);
  if (!declared.ok()) return Fail(declared.status());
  return declared;
}

absl::StatusOr<absl::Time> SqliteTransaction::NextTimer() {
  if (!ended_.ok()) return ended_;
  Run next(connection_, Sql::kNextTimer);
  const int code = next.Step();
  if (code == SQLITE_ROW) return next.Time(0);
  if (code != SQLITE_DONE) return Fail(code);
  return absl::InfiniteFuture();
}

absl::StatusOr<std::vector<std::optional<Id>>> SqliteTransaction::FindLiveRetries(absl::Span<const Id> ids) {
  if (!ended_.ok()) return ended_;
  std::vector<std::optional<Id>> answers(ids.size());
  Run read(connection_, Sql::kFindLiveRetry);
  for (size_t i = 0; i < ids.size(); ++i) {
    read.Bind(ids[i]).Bind(static_cast<int32_t>(ExecutionState::kCompleted));
    const int code = read.Step();
    if (code == SQLITE_ROW) answers[i] = read.ReadId(0);
    if (code != SQLITE_ROW && code != SQLITE_DONE) return Fail(code);
    read.Rewind();
  }
  return answers;
}

absl::StatusOr<Purged> SqliteTransaction::Purge(int max_rows, size_t max_bytes) {
  if (!ended_.ok()) return ended_;
  absl::StatusOr<Purged> purged = PurgeDeleted(connection_, max_rows, max_bytes);
  if (!purged.ok()) return Fail(purged.status());
  return purged;
}

absl::Status SqliteTransaction::Apply(const Writes& writes) {
  if (!ended_.ok()) return ended_;
  const int code = ApplyWrites(connection_, replica_id_, writes, states_);
  return code == SQLITE_OK ? absl::OkStatus() : Fail(code);
}

absl::Status SqliteTransaction::Commit() {
  if (!ended_.ok()) return ended_;
  Run commit(connection_, Sql::kCommit);
  if (commit.Step() != SQLITE_DONE) return Fail(commit.code());
  ended_ = absl::InternalError("the transaction was committed before");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Transaction>> BeginTransaction(Writer& writer, uint64_t replica_id, uint64_t batch) {
  if (writer.lost()) return LostStatus();
  if (!writer.Acquire()) return absl::AbortedError("another transaction is open; retry");
  auto transaction = std::make_unique<SqliteTransaction>(writer, replica_id);
  if (absl::Status status = writer.Checkpoint(); !status.ok()) return status;
  if (absl::Status status = transaction->Start(batch); !status.ok()) return status;
  return transaction;
}

}  // namespace flowmesh::store
