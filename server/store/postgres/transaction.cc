#include "server/store/postgres/transaction.h"

#include <utility>

#include "server/store/postgres/apply.h"
#include "server/store/postgres/claims.h"
#include "server/store/postgres/concurrency.h"
#include "server/store/postgres/failure.h"
#include "server/store/postgres/purge.h"
#include "server/store/postgres/reads.h"
#include "server/store/postgres/replicas.h"
#include "server/store/postgres/resources.h"
#include "server/store/postgres/row_codec.h"

namespace flowmesh::store::postgres {
namespace {

class PostgresTransaction : public Transaction {
 public:
  PostgresTransaction(Writer& writer, uint64_t replica_id, uint64_t batch)
      : writer_(writer), replica_id_(replica_id), batch_(batch) {}

  ~PostgresTransaction() override {
    if (ended_.ok()) writer_.Fail(absl::CancelledError()).IgnoreError();
    writer_.Release();
  }

  absl::Status Start();

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
  absl::StatusOr<std::string> ReadPayload(const TaskKey& key, PayloadDirection direction) override;
  absl::StatusOr<ClaimedReady> ClaimReady(const std::string& queue, uint64_t cursor, int limit) override;
  absl::StatusOr<std::vector<TimerRow>> ClaimDueTimers(int limit) override;
  absl::StatusOr<std::vector<Id>> ClaimMail(int limit) override;
  absl::StatusOr<bool> DeclareDead(uint64_t replica_id, uint64_t batch) override;
  absl::StatusOr<absl::Time> NextTimer() override;
  absl::StatusOr<std::vector<std::optional<ArtifactRow>>> FindArtifacts(absl::Span<const ArtifactRow> like) override;
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
  template <typename T>
  absl::StatusOr<T> Checked(absl::StatusOr<T> answer) {
    if (!answer.ok()) return Fail(answer.status());
    return answer;
  }

  absl::Status Beat();
  absl::StatusOr<std::vector<std::optional<TaskRow>>> ReadTaskList(Sql sql, Parameters parameters, size_t count);

  Writer& writer_;
  const uint64_t replica_id_;
  const uint64_t batch_;
  Connection* connection_ = nullptr;
  absl::Time now_ = absl::InfinitePast();
  absl::Status ended_ = absl::AbortedError("the transaction has not begun");  // why nothing more can be done
  std::vector<ConcurrencyName> locked_keys_;
  StateChanges states_;
};

absl::Status PostgresTransaction::Beat() {
  const absl::StatusOr<Connection*> connected = writer_.Connected();
  if (!connected.ok()) return connected.status();
  connection_ = *connected;
  Parameters beat;
  writer_.BindTime(beat);
  beat.Bind(replica_id_).Bind(batch_);
  connection_->Send(Sql::kBegin);
  connection_->Send(Sql::kBeat, std::move(beat));
  const auto results = connection_->Exchange();
  if (!results.ok()) return results.status();
  const Result& row = results->back();
  if (row.rows() == 0) {
    return absl::FailedPreconditionError("this replica was declared dead; join under a new id");
  }
  now_ = writer_.Saw(row.row(0).Time(0));
  return absl::OkStatus();
}

absl::Status PostgresTransaction::Start() {
  absl::Status status = Beat();
  // That the server has closed the connection meanwhile is noticed now, when nothing has been done on it yet.
  if (absl::IsAborted(status) && connection_ != nullptr && connection_->lost()) {
    writer_.Fail(status).IgnoreError();
    status = Beat();
  }
  ended_ = absl::OkStatus();
  return status.ok() ? status : Fail(status);
}

absl::StatusOr<std::vector<ClaimedKey>> PostgresTransaction::ClaimIdempotencyKeys(
    absl::Span<const IdempotencyRow> rows) {
  if (!ended_.ok()) return ended_;
  return Checked(postgres::ClaimIdempotencyKeys(*connection_, rows, now_));
}

absl::StatusOr<std::vector<ClaimedAlias>> PostgresTransaction::ClaimAliases(absl::Span<const AliasRow> rows) {
  if (!ended_.ok()) return ended_;
  return Checked(postgres::ClaimAliases(*connection_, rows));
}

absl::StatusOr<int64_t> PostgresTransaction::CountUp(const ResourceRow& counter) {
  if (!ended_.ok()) return ended_;
  return Checked(postgres::CountUp(*connection_, counter));
}

absl::StatusOr<std::vector<std::optional<ResourceRow>>> PostgresTransaction::ReadResources(absl::Span<const Id> ids) {
  if (!ended_.ok()) return ended_;
  return Checked(postgres::ReadResources(*connection_, ids));
}

absl::StatusOr<std::vector<std::optional<ConcurrencyRow>>> PostgresTransaction::FindConcurrencyKeys(
    absl::Span<const Id> ids) {
  if (!ended_.ok()) return ended_;
  return Checked(FindKeys(*connection_, ids));
}

absl::StatusOr<std::vector<LockedKey>> PostgresTransaction::LockConcurrencyKeys(
    absl::Span<const ConcurrencyName> names) {
  if (!ended_.ok()) return ended_;
  locked_keys_.assign(names.begin(), names.end());
  return Checked(LockKeys(*connection_, names));
}

absl::StatusOr<std::vector<ConcurrencyRow>> PostgresTransaction::ReadKeyWaiters(const ConcurrencyName& name,
                                                                                int64_t after, int limit) {
  if (!ended_.ok()) return ended_;
  return Checked(postgres::ReadKeyWaiters(*connection_, name, after, limit));
}

absl::StatusOr<std::vector<LockedExecution>> PostgresTransaction::LockExecutions(absl::Span<const Id> ids) {
  if (!ended_.ok()) return ended_;
  std::vector<LockedExecution> answers(ids.size());
  if (ids.empty()) return answers;
  Parameters keys(StatementOf(Sql::kLockExecutions));
  for (const Id& id : ids) keys.Row().BindKey(id);
  const auto locked = connection_->Run(Sql::kLockExecutions, keys);
  if (!locked.ok()) return Fail(locked.status());
  for (int i = 0; i < locked->rows(); ++i) {
    const Row row = locked->row(i);
    LockedExecution& answer = answers[static_cast<size_t>(row.Number(0)) - 1];
    answer.outcome = LockedExecution::Outcome::kLocked;
    if (absl::Status status = ReadExecutionColumns(row.From(1), &answer.row); !status.ok()) return Fail(status);
    states_.Found(answer.row.id, answer.row.state);
  }
  if (static_cast<size_t>(locked->rows()) == ids.size()) return answers;
  // What is there all the same is locked by somebody else.
  const auto found = connection_->Run(Sql::kFindExecutions, std::move(keys));
  if (!found.ok()) return Fail(found.status());
  for (int i = 0; i < found->rows(); ++i) {
    LockedExecution& answer = answers[static_cast<size_t>(found->row(i).Number(0)) - 1];
    if (answer.outcome == LockedExecution::Outcome::kMissing) answer.outcome = LockedExecution::Outcome::kSkipped;
  }
  return answers;
}

absl::StatusOr<std::vector<std::optional<TaskRow>>> PostgresTransaction::ReadTaskList(Sql sql, Parameters parameters,
                                                                                      size_t count) {
  std::vector<std::optional<TaskRow>> answers(count);
  if (count == 0) return answers;
  const auto tasks = connection_->Run(sql, std::move(parameters));
  if (!tasks.ok()) return Fail(tasks.status());
  for (int i = 0; i < tasks->rows(); ++i) {
    const Row row = tasks->row(i);
    TaskRow& task = answers[static_cast<size_t>(row.Number(0)) - 1].emplace();
    if (absl::Status status = ReadTaskColumns(row.From(1), &task); !status.ok()) return Fail(status);
  }
  return answers;
}

absl::StatusOr<std::vector<std::optional<TaskRow>>> PostgresTransaction::ReadTasks(absl::Span<const TaskKey> keys) {
  if (!ended_.ok()) return ended_;
  Parameters parameters(StatementOf(Sql::kReadTasks));
  for (const TaskKey& key : keys) parameters.Row().BindKey(key.execution_id).Bind(key.task);
  return ReadTaskList(Sql::kReadTasks, std::move(parameters), keys.size());
}

absl::StatusOr<std::vector<std::optional<TaskRow>>> PostgresTransaction::FindCalls(absl::Span<const CallName> calls) {
  if (!ended_.ok()) return ended_;
  Parameters parameters(StatementOf(Sql::kFindCalls));
  for (const CallName& call : calls) {
    parameters.Row().BindKey(call.execution_id).Bind(call.parent).BindBlob(call.call_key);
  }
  return ReadTaskList(Sql::kFindCalls, std::move(parameters), calls.size());
}

absl::StatusOr<std::vector<TaskRow>> PostgresTransaction::ReadUnfinishedTasks(const Id& id) {
  if (!ended_.ok()) return ended_;
  const auto rows = connection_->Run(
      Sql::kUnfinishedTasks, std::move(Parameters().BindKey(id).Bind(static_cast<int32_t>(TaskState::kCompleted))));
  if (!rows.ok()) return Fail(rows.status());
  std::vector<TaskRow> tasks(static_cast<size_t>(rows->rows()));
  for (int i = 0; i < rows->rows(); ++i) {
    if (absl::Status status = ReadTaskColumns(rows->row(i), &tasks[static_cast<size_t>(i)]); !status.ok()) {
      return Fail(status);
    }
  }
  return tasks;
}

absl::StatusOr<std::vector<SignalRow>> PostgresTransaction::ReadSignals(const Id& id) {
  if (!ended_.ok()) return ended_;
  const auto rows = connection_->Run(Sql::kReadSignals, std::move(Parameters().BindKey(id)));
  if (!rows.ok()) return Fail(rows.status());
  std::vector<SignalRow> signals;
  for (int i = 0; i < rows->rows(); ++i) signals.push_back(ReadSignal(id, rows->row(i)));
  return signals;
}

absl::StatusOr<std::vector<std::optional<TaskKey>>> PostgresTransaction::FindTaskTokens(
    absl::Span<const std::string> digests) {
  if (!ended_.ok()) return ended_;
  std::vector<std::optional<TaskKey>> answers(digests.size());
  if (digests.empty()) return answers;
  Parameters parameters(StatementOf(Sql::kFindTaskTokens));
  for (const std::string& digest : digests) parameters.Row().BindBlob(digest);
  const auto rows = connection_->Run(Sql::kFindTaskTokens, std::move(parameters));
  if (!rows.ok()) return Fail(rows.status());
  for (int i = 0; i < rows->rows(); ++i) {
    const Row row = rows->row(i);
    answers[static_cast<size_t>(row.Number(0)) - 1] = TaskKey{row.ReadId(1), row.Int(2)};
  }
  return answers;
}

absl::StatusOr<std::string> PostgresTransaction::ReadPayload(const TaskKey& key, PayloadDirection direction) {
  if (!ended_.ok()) return ended_;
  absl::StatusOr<std::string> bytes = postgres::ReadPayload(*connection_, key, direction);
  if (bytes.ok() || absl::IsNotFound(bytes.status())) return bytes;
  return Fail(bytes.status());
}

absl::StatusOr<ClaimedReady> PostgresTransaction::ClaimReady(const std::string& queue, uint64_t cursor, int limit) {
  if (!ended_.ok()) return ended_;
  return Checked(postgres::ClaimReady(*connection_, queue, cursor, limit));
}

absl::StatusOr<std::vector<TimerRow>> PostgresTransaction::ClaimDueTimers(int limit) {
  if (!ended_.ok()) return ended_;
  return Checked(postgres::ClaimDueTimers(*connection_, now_, limit));
}

absl::StatusOr<std::vector<Id>> PostgresTransaction::ClaimMail(int limit) {
  if (!ended_.ok()) return ended_;
  return Checked(postgres::ClaimMail(*connection_, replica_id_, limit));
}

absl::StatusOr<bool> PostgresTransaction::DeclareDead(uint64_t replica_id, uint64_t batch) {
  if (!ended_.ok()) return ended_;
  return Checked(postgres::DeclareDead(*connection_, replica_id, batch));
}

absl::StatusOr<absl::Time> PostgresTransaction::NextTimer() {
  if (!ended_.ok()) return ended_;
  const auto next = connection_->Run(Sql::kNextTimer);
  if (!next.ok()) return Fail(next.status());
  return next->rows() == 0 ? absl::InfiniteFuture() : next->row(0).Time(0);
}

absl::StatusOr<std::vector<std::optional<ArtifactRow>>> PostgresTransaction::FindArtifacts(
    absl::Span<const ArtifactRow> like) {
  if (!ended_.ok()) return ended_;
  std::vector<std::optional<ArtifactRow>> answers(like.size());
  Parameters of_tasks(StatementOf(Sql::kFindArtifactsOfTasks));
  Parameters uploads(StatementOf(Sql::kFindUploads));
  std::vector<size_t> places[2];
  for (size_t i = 0; i < like.size(); ++i) {
    const bool upload = like[i].execution_id.is_zero();
    Parameters& to = (upload ? uploads : of_tasks).Row();
    if (upload) {
      to.Bind(static_cast<int64_t>(base::ShardOf(like[i].owner))).BindBlob(like[i].owner);
    } else {
      to.BindKey(like[i].execution_id).Bind(like[i].task);
    }
    to.BindBlob(like[i].name).BindBlob(like[i].media_type).BindBlob(like[i].digest);
    places[upload ? 1 : 0].push_back(i);
  }
  connection_->Send(Sql::kFindArtifactsOfTasks, std::move(of_tasks));
  connection_->Send(Sql::kFindUploads, std::move(uploads));
  const auto results = connection_->Exchange();
  if (!results.ok()) return Fail(results.status());
  for (size_t kind = 0; kind < 2; ++kind) {
    const Result& found = (*results)[kind];
    for (int i = 0; i < found.rows(); ++i) {
      const size_t place = places[kind][static_cast<size_t>(found.row(i).Number(0)) - 1];
      answers[place] = postgres::ReadArtifact(found.row(i).From(1));
    }
  }
  return answers;
}

absl::StatusOr<std::vector<std::optional<Id>>> PostgresTransaction::FindLiveRetries(absl::Span<const Id> ids) {
  if (!ended_.ok()) return ended_;
  std::vector<std::optional<Id>> answers(ids.size());
  if (ids.empty()) return answers;
  Parameters parameters(StatementOf(Sql::kFindLiveRetries));
  for (const Id& id : ids) parameters.Row().BindKey(id);
  parameters.Scalars().Bind(static_cast<int32_t>(ExecutionState::kCompleted));
  const auto rows = connection_->Run(Sql::kFindLiveRetries, std::move(parameters));
  if (!rows.ok()) return Fail(rows.status());
  for (int i = 0; i < rows->rows(); ++i) {
    answers[static_cast<size_t>(rows->row(i).Number(0)) - 1] = rows->row(i).ReadId(1);
  }
  return answers;
}

absl::StatusOr<Purged> PostgresTransaction::Purge(int max_rows, size_t max_bytes) {
  if (!ended_.ok()) return ended_;
  return Checked(PurgeDeleted(*connection_, max_rows, max_bytes));
}

absl::Status PostgresTransaction::Apply(const Writes& writes) {
  if (!ended_.ok()) return ended_;
  absl::Status status = ApplyWrites(*connection_, replica_id_, writes, locked_keys_, states_);
  return status.ok() ? status : Fail(std::move(status));
}

absl::Status PostgresTransaction::Commit() {
  if (!ended_.ok()) return ended_;
  const auto committed = connection_->Run(Sql::kCommit);
  if (!committed.ok() && !connection_->lost()) return Fail(committed.status());
  if (committed.ok() && committed->command() != "COMMIT") {
    return Fail(absl::AbortedError("the database rolled back; retry"));
  }
  if (!committed.ok() || connection_->warned()) {
    if (absl::Status status = writer_.FindOut(replica_id_, batch_); !status.ok()) {
      ended_ = status;
      return status;
    }
  }
  ended_ = absl::InternalError("the transaction was committed before");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Transaction>> BeginTransaction(Writer& writer, uint64_t replica_id, uint64_t batch) {
  if (writer.lost()) return LostStatus();
  if (!writer.Acquire()) return absl::AbortedError("another transaction is open; retry");
  auto transaction = std::make_unique<PostgresTransaction>(writer, replica_id, batch);
  if (absl::Status status = transaction->Start(); !status.ok()) return status;
  return transaction;
}

}  // namespace flowmesh::store::postgres
