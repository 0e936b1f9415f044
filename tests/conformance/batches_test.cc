#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::Optional;

STORE_SUITE(Batches);
STORE_SUITE(IdempotencyKeys);

IdempotencyRow KeyOf(const std::string& key, const Id& object, absl::Time expire_time) {
  return {"ann", "CreateExecution", key, object, "digest of " + key, expire_time};
}

// Claims `rows` in a batch of its own, or leaves it open for more when `body` is given.
std::vector<ClaimedKey> Claimed(Transaction& transaction, const std::vector<IdempotencyRow>& rows) {
  auto answers = transaction.ClaimIdempotencyKeys(rows);
  EXPECT_OK(answers);
  return answers.ok() ? *std::move(answers) : std::vector<ClaimedKey>(rows.size());
}

TEST_P(Batches, WithoutACommitNothingStays) {
  const ExecutionRow kept = NewExecution();
  const ReadyRow ready = Ready("ann");
  const TimerRow timer = {clock().Now(), {kept.id, 0}, TimerKind::kSleep};
  Writes insert;
  insert.insert_executions = {kept};
  insert.insert_ready = {ready};
  insert.insert_timers = {timer};
  ASSERT_OK(Write(insert));

  const ExecutionRow lost = NewExecution();
  store().Next({Fault::kNone});
  {
    ASSERT_OK_AND_ASSIGN(const auto transaction, Begin());
    Writes writes;
    writes.insert_executions = {lost};
    writes.update_executions = {kept};
    writes.update_executions[0].state = ExecutionState::kFailed;
    writes.insert_chunks = {{lost.id, 1, 1, "event"}};
    ASSERT_OK(transaction->Apply(writes));
    Claimed(*transaction, {KeyOf("lost", lost.id, absl::InfiniteFuture())});
    ASSERT_OK_AND_ASSIGN(const ClaimedReady claimed, transaction->ClaimReady("poem", 0, 10));
    EXPECT_EQ(claimed.rows.size(), 1);
    ASSERT_OK_AND_ASSIGN(const std::vector<TimerRow> timers, transaction->ClaimDueTimers(10));
    EXPECT_EQ(timers.size(), 1);
  }
  EXPECT_THAT(store().ReadExecution(lost.id), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store().ReadExecution(kept.id), IsOkAndHolds(Optional(kept)));
  EXPECT_THAT(store().ReadEvents(lost.id, 0, 100), IsOkAndHolds(IsEmpty()));
  ASSERT_OK_AND_ASSIGN(const auto counts, store().CountUnfinished());
  EXPECT_EQ(counts.at(ExecutionState::kQueued), 1);
  ASSERT_OK(Batch([&](Transaction& transaction) {
    EXPECT_TRUE(Claimed(transaction, {KeyOf("lost", lost.id, absl::InfiniteFuture())})[0].fresh);
    EXPECT_EQ(transaction.ClaimReady("poem", 0, 10)->rows.size(), 1);
    EXPECT_EQ(transaction.ClaimDueTimers(10)->size(), 1);
    return transaction.Apply(Writes());
  }));
}

TEST_P(Batches, ReadsSeeCommittedRowsOnly) {
  ExecutionRow row = NewExecution();
  Writes insert;
  insert.insert_executions = {row};
  ASSERT_OK(Write(insert));

  store().Next({Fault::kNone});
  ASSERT_OK_AND_ASSIGN(auto transaction, Begin());
  ExecutionRow changed = row;
  ChangeExecution(changed);
  Writes update;
  update.update_executions = {changed};
  update.insert_ready = {Ready("ann")};
  ASSERT_OK(transaction->Apply(update));
  EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(Optional(row)));
  EXPECT_THAT(store().ReadyQueues(), IsOkAndHolds(IsEmpty()));
  ASSERT_OK(transaction->Commit());
  EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(Optional(changed)));
}

TEST_P(Batches, AfterEveryKindOfFailureNothingStaysAndTheSameBatchCanBeTriedAgain) {
  const std::vector<std::pair<Fault, absl::StatusCode>> faults = {
      {Fault::kConflictAtBegin, absl::StatusCode::kAborted},
      {Fault::kConflictAtApply, absl::StatusCode::kAborted},
      {Fault::kConflictAtCommit, absl::StatusCode::kAborted},
      {Fault::kOutOfSpaceAtApply, absl::StatusCode::kResourceExhausted},
      {Fault::kOutOfSpaceAtCommit, absl::StatusCode::kResourceExhausted}};
  for (const auto& [fault, code] : faults) {
    const ExecutionRow row = FullExecution();
    Writes writes;
    writes.insert_executions = {row};
    writes.insert_tasks = {{row.id, FullTask(1)}};
    writes.insert_assigned = {{replica(), 1, {row.id, 0}}};
    const auto attempt = [&]() -> absl::Status {
      auto transaction = Begin();
      if (!transaction.ok()) return transaction.status();
      if (absl::Status status = (*transaction)->Apply(writes); !status.ok()) return status;
      return (*transaction)->Commit();
    };
    store().Next({fault, Fault::kNone});
    EXPECT_THAT(attempt(), StatusIs(code));
    EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(std::nullopt));
    EXPECT_THAT(store().ListTasks(row.id, 0, 10), IsOkAndHolds(IsEmpty()));
    EXPECT_OK(attempt());
    EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(Optional(row)));
  }
}

TEST_P(Batches, WhatFollowsAFailureInATransactionAnswersTheSame) {
  const ExecutionRow row = NewExecution();
  Writes writes;
  writes.insert_executions = {row};
  ASSERT_OK(Write(writes));
  store().Next({Fault::kNone});
  {
    ASSERT_OK_AND_ASSIGN(const auto transaction, Begin());
    const absl::Status refused = transaction->Apply(writes);
    EXPECT_FALSE(refused.ok());
    EXPECT_EQ(transaction->LockExecutions({row.id}).status(), refused);
    EXPECT_EQ(transaction->Commit(), refused);
  }
  EXPECT_OK(Write(Writes()));
}

TEST_P(Batches, AnAnswerLostAfterTheCommitIsFoundDoneByTheNextProcess) {
  for (const auto& [fault, there] :
       {std::pair(Fault::kLostBeforeCommit, false), std::pair(Fault::kLostAfterCommit, true)}) {
    const ExecutionRow row = NewExecution();
    store().Next({fault});
    {
      ASSERT_OK_AND_ASSIGN(const auto transaction, Begin());
      Writes writes;
      writes.insert_executions = {row};
      ASSERT_OK(transaction->Apply(writes));
      EXPECT_THAT(transaction->Commit(), StatusIs(absl::StatusCode::kDataLoss));
    }
    EXPECT_THAT(store().ReadExecution(row.id), StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(Begin(), StatusIs(absl::StatusCode::kDataLoss));
    Reopen();
    ASSERT_OK_AND_ASSIGN(const auto found, store().ReadExecution(row.id));
    EXPECT_EQ(found.has_value(), there);
  }
}

TEST_P(Batches, OfTwoThousandRowsAreOneCommit) {
  Writes writes;
  for (int i = 0; i < 2000; ++i) {
    writes.insert_executions.push_back(NewExecution("owner-" + std::to_string(i % 50)));
    writes.insert_chunks.push_back({writes.insert_executions.back().id, 1, 1, std::string(200, 'e')});
  }
  ASSERT_OK(Write(writes));
  EXPECT_THAT(store().CountUnfinished(),
              IsOkAndHolds(::testing::ElementsAre(::testing::Pair(ExecutionState::kQueued, 2000))));
}

TEST_P(IdempotencyKeys, AFreshKeyIsTheCallersAndAnOldOneShowsItsRow) {
  const Id first = NewId();
  const Id second = NewId();
  const absl::Time expire = clock().Now() + absl::Hours(1);
  ASSERT_OK(Batch([&](Transaction& transaction) {
    const auto answers = Claimed(transaction, {KeyOf("b", first, expire), KeyOf("a", first, expire)});
    EXPECT_TRUE(answers[0].fresh);
    EXPECT_TRUE(answers[1].fresh);
    EXPECT_EQ(answers[0].row.key, "b");
    EXPECT_EQ(answers[0].row.object_id, first);
    return transaction.Apply(Writes());
  }));
  ASSERT_OK(Batch([&](Transaction& transaction) {
    IdempotencyRow again = KeyOf("a", second, absl::InfiniteFuture());
    again.digest = "another request";
    const auto answers = Claimed(transaction, {KeyOf("c", second, expire), again});
    EXPECT_TRUE(answers[0].fresh);
    EXPECT_FALSE(answers[1].fresh);
    EXPECT_EQ(answers[1].row.owner, "ann");
    EXPECT_EQ(answers[1].row.method, "CreateExecution");
    EXPECT_EQ(answers[1].row.key, "a");
    EXPECT_EQ(answers[1].row.object_id, first);
    EXPECT_EQ(answers[1].row.digest, "digest of a");
    EXPECT_EQ(answers[1].row.expire_time, expire);
    return transaction.Apply(Writes());
  }));
}

TEST_P(IdempotencyKeys, OwnerMethodAndKeyAreAllPartOfIt) {
  const Id id = NewId();
  IdempotencyRow of_bob = KeyOf("a", id, absl::InfiniteFuture());
  of_bob.owner = "bob";
  IdempotencyRow of_signal = KeyOf("a", id, absl::InfiniteFuture());
  of_signal.method = "Signal";
  ASSERT_OK(Batch([&](Transaction& transaction) {
    const auto answers = Claimed(transaction, {KeyOf("a", id, absl::InfiniteFuture()), of_bob, of_signal,
                                               KeyOf("", id, absl::InfiniteFuture())});
    for (const ClaimedKey& answer : answers) EXPECT_TRUE(answer.fresh) << answer.row.owner << answer.row.method;
    return transaction.Apply(Writes());
  }));
}

TEST_P(IdempotencyKeys, AnExpiredOneIsReplaced) {
  const Id first = NewId();
  const Id second = NewId();
  const absl::Time expire = clock().Now() + absl::Hours(1);
  const auto claim = [&](const Id& id) {
    ClaimedKey answer;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      answer = Claimed(transaction, {KeyOf("a", id, expire + absl::Hours(9))})[0];
      return transaction.Apply(Writes());
    }));
    return answer;
  };
  ASSERT_OK(Batch([&](Transaction& transaction) {
    Claimed(transaction, {KeyOf("a", first, expire)});
    return transaction.Apply(Writes());
  }));
  clock().SetTime(expire - absl::Microseconds(1));
  EXPECT_FALSE(claim(second).fresh);
  clock().SetTime(expire);
  EXPECT_TRUE(claim(second).fresh);
  const ClaimedKey third = claim(first);
  EXPECT_FALSE(third.fresh);
  EXPECT_EQ(third.row.object_id, second);
}

TEST_P(IdempotencyKeys, OneClaimedForARefusedCommandIsGivenBack) {
  const Id id = NewId();
  ASSERT_OK(Batch([&](Transaction& transaction) {
    const auto answers =
        Claimed(transaction, {KeyOf("kept", id, absl::InfiniteFuture()), KeyOf("refused", id, absl::InfiniteFuture())});
    Writes writes;
    writes.delete_idempotency_keys = {answers[1].row};
    return transaction.Apply(writes);
  }));
  ASSERT_OK(Batch([&](Transaction& transaction) {
    const auto answers =
        Claimed(transaction, {KeyOf("refused", id, absl::InfiniteFuture()), KeyOf("kept", id, absl::InfiniteFuture())});
    EXPECT_TRUE(answers[0].fresh);
    EXPECT_FALSE(answers[1].fresh);
    return transaction.Apply(Writes());
  }));
}

TEST_P(IdempotencyKeys, OneClaimedCanBeGivenToAnotherObject) {
  const Id first = NewId();
  const Id second = NewId();
  const absl::Time expire = clock().Now() + absl::Hours(1);
  ASSERT_OK(Batch([&](Transaction& transaction) {
    Writes writes;
    writes.update_idempotency_keys = {Claimed(transaction, {KeyOf("a", first, absl::InfiniteFuture())})[0].row};
    writes.update_idempotency_keys[0].object_id = second;
    writes.update_idempotency_keys[0].digest = "of another request";
    writes.update_idempotency_keys[0].expire_time = expire;
    return transaction.Apply(writes);
  }));
  ASSERT_OK(Batch([&](Transaction& transaction) {
    const ClaimedKey answer = Claimed(transaction, {KeyOf("a", first, absl::InfiniteFuture())})[0];
    EXPECT_FALSE(answer.fresh);
    EXPECT_EQ(answer.row.object_id, second);
    EXPECT_EQ(answer.row.digest, "of another request");
    EXPECT_EQ(answer.row.expire_time, expire);
    return transaction.Apply(Writes());
  }));
}

}  // namespace
}  // namespace flowmesh::store
