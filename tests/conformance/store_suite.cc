#include "tests/conformance/store_suite.h"

#include <utility>

#include "server/store/ready_order.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::FaultyStore;

// More than the longest run of faults in the script.
constexpr int kTries = 8;

Fault EveryOtherFails(int64_t transaction) {
  switch (transaction % 8) {
    case 1:
      return Fault::kConflictAtCommit;
    case 3:
      return Fault::kOutOfSpaceAtApply;
    case 4:
      return Fault::kConflictAtBegin;
    case 6:
      return Fault::kOutOfSpaceAtCommit;
    case 7:
      return Fault::kConflictAtApply;
    default:
      return Fault::kNone;
  }
}

}  // namespace

void StoreSuite::SetUp() {
  database_ = GetParam().make();
  ASSERT_NE(database_, nullptr);
  Reopen();
}

std::vector<uint64_t> StoreSuite::Reopen() {
  store_.reset();
  absl::StatusOr<std::unique_ptr<Store>> opened = database_->Open(&clock_);
  EXPECT_OK(opened);
  if (!opened.ok()) std::abort();
  store_ = std::make_unique<FaultyStore>(*std::move(opened), GetParam().faulty ? EveryOtherFails : nullptr);
  replica_ = random_.Next();
  const absl::StatusOr<std::vector<uint64_t>> dead = store_->Join(replica_);
  EXPECT_OK(dead);
  if (!store_->shared()) return dead.ok() ? *dead : std::vector<uint64_t>();
  std::vector<uint64_t> left_work;
  for (const ReplicaRow& replica : Replicas()) {
    if (replica.replica_id == replica_ || !replica.alive) continue;
    EXPECT_TRUE(DeclareDead(replica));
  }
  for (const ReplicaRow& replica : Replicas()) {
    if (replica.left_work) left_work.push_back(replica.replica_id);
  }
  return left_work;
}

uint64_t StoreSuite::JoinAnother() {
  const uint64_t another = random_.Next();
  EXPECT_OK(store_->Join(another));
  return another;
}

bool StoreSuite::DeclareDead(const ReplicaRow& replica) {
  bool declared = false;
  EXPECT_OK(Batch([&](Transaction& transaction) {
    const absl::StatusOr<bool> answer = transaction.DeclareDead(replica.replica_id, replica.batch);
    declared = answer.ok() && *answer;
    return answer.status();
  }));
  return declared;
}

std::vector<Id> StoreSuite::ClaimMail(int limit) {
  std::vector<Id> claimed;
  EXPECT_OK(Batch([&](Transaction& transaction) {
    absl::StatusOr<std::vector<Id>> mail = transaction.ClaimMail(limit);
    if (mail.ok()) claimed = *std::move(mail);
    return mail.status();
  }));
  return claimed;
}

std::vector<ReplicaRow> StoreSuite::Replicas() {
  absl::StatusOr<std::vector<ReplicaRow>> replicas = store_->ReadReplicas();
  EXPECT_OK(replicas);
  return replicas.ok() ? *std::move(replicas) : std::vector<ReplicaRow>();
}

absl::Status StoreSuite::Batch(const std::function<absl::Status(Transaction&)>& body) {
  absl::Status status;
  for (int i = 0; i < kTries; ++i) {
    absl::StatusOr<std::unique_ptr<Transaction>> transaction = Begin();
    status = transaction.status();
    if (status.ok()) status = body(**transaction);
    if (status.ok()) status = (*transaction)->Commit();
    if (!GetParam().faulty || (!absl::IsAborted(status) && !absl::IsResourceExhausted(status))) return status;
  }
  return status;
}

absl::Status StoreSuite::Write(const Writes& writes) {
  return Batch([&](Transaction& transaction) { return transaction.Apply(writes); });
}

ExecutionRow StoreSuite::NewExecution(const std::string& owner) {
  ExecutionRow row;
  row.id = NewId(owner);
  row.owner = owner;
  row.flow = "poem";
  row.state = ExecutionState::kQueued;
  row.create_time = clock_.Now();
  row.first_of_chain = row.id;
  row.root.type = "poem";
  row.root.create_time = row.create_time;
  return row;
}

ExecutionRow StoreSuite::FullExecution() {
  ExecutionRow row = NewExecution();
  row.labels = {{"batch", "7"}, {"empty", ""}, {std::string("nul\0l", 5), "\xff"}};
  row.timeout = absl::Minutes(7);
  row.concurrency_key = "one at a time";
  row.concurrency_policy = ConcurrencyPolicy::kQueue;
  row.retry_of = NewId();
  row.first_of_chain = NewId();
  row.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  row.root.type = "poem-root";
  row.root.priority = 2;
  row.root.create_time = row.create_time + absl::Microseconds(1);
  row.root.input = {"flowmesh.poem.v1.PoemRequest", std::string("in\0put", 6), false};
  ChangeExecution(row);
  return row;
}

void StoreSuite::ChangeExecution(ExecutionRow& row) {
  row.state = row.state == ExecutionState::kRunning ? ExecutionState::kFailed : ExecutionState::kRunning;
  row.progress.percent += 11;
  row.progress.message += "writing";
  row.progress.counters["verses"] -= 5;
  row.start_time = clock_.Now() + absl::Seconds(row.progress.percent);
  row.end_time = row.start_time + absl::Seconds(1);
  row.deadline = row.start_time + absl::Hours(1);
  row.event_head += 3;
  row.event_bytes += int64_t{5} << 32;
  row.dropped_logs += 9;
  row.next_task += 4;
  row.result_bytes += int64_t{6} << 32;
  row.with_errors = !row.with_errors;
  row.behind_key = !row.behind_key;
  ChangeTask(row.root);
}

TaskRow StoreSuite::FullTask(int32_t number) {
  TaskRow task;
  task.task = number;
  task.parent = 3;
  task.call_key = "verse#" + std::to_string(number);
  task.kind = TaskKind::kCall;
  task.type = "write_verse";
  task.priority = 9;
  task.create_time = clock_.Now() - absl::Seconds(1);
  task.input = {"flowmesh.poem.v1.VerseRequest", "", false};
  ChangeTask(task);
  return task;
}

void StoreSuite::ChangeTask(TaskRow& task) {
  task.state = task.state == TaskState::kAssigned ? TaskState::kTimedOut : TaskState::kAssigned;
  task.attempt += 2;
  task.failures += 1;
  task.losses += 3;
  task.acked += int64_t{1} << 40;
  task.output_ends["text"] += int64_t{7} << 33;
  task.replica_id += 0xf000000000000001;
  task.session += 0x8000000000000003;
  task.record += 5;
  task.records += 6;
  task.code_version += 8;
  task.token_digest += std::string("\0\x80token", 7);
  task.failure = {task.failure.reason + "RATE_LIMITED", task.failure.message + "slow down", !task.failure.retryable};
  task.output = {"flowmesh.poem.v1.Poem", task.output.bytes + "roses", false};
  task.ready_time = clock_.Now() + absl::Microseconds(task.record);
  task.start_time = task.ready_time + absl::Microseconds(1);
  task.end_time = task.ready_time + absl::Microseconds(2);
}

ReadyRow StoreSuite::Ready(const std::string& owner, int32_t priority, const std::string& queue) {
  return {queue, OwnerHash(owner), priority, {NewId(owner), 0}, clock_.Now()};
}

}  // namespace flowmesh::store
