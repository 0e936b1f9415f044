// Two replicas on one database, each with a batch under way: what one has locked, the other passes over or waits for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "server/store/ready_order.h"
#include "tests/server/store/postgres/postgres_fixture.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;
using ::testing::SizeIs;

using Outcome = LockedExecution::Outcome;

class TwoReplicasTest : public PostgresFixture {
 protected:
  static constexpr uint64_t kOther = 8;

  TwoReplicasTest() {
    PostgresOptions options;
    options.lock_timeout = absl::Milliseconds(100);
    mine_ = OpenStore(options, kReplica);
    theirs_ = OpenStore(options, kOther);
  }

  std::unique_ptr<Transaction> Mine() { return Begun(*mine_, kReplica); }
  std::unique_ptr<Transaction> Theirs() { return Begun(*theirs_, kOther); }

  void Write(const Writes& writes) {
    const auto transaction = Mine();
    ASSERT_OK(transaction->Apply(writes));
    ASSERT_OK(transaction->Commit());
  }

  static IdempotencyRow Key(const Id& id) {
    return {"ann", "CreateExecution", "key", id, "digest", absl::InfiniteFuture()};
  }

  std::unique_ptr<PostgresStore> mine_;
  std::unique_ptr<PostgresStore> theirs_;

 private:
  std::unique_ptr<Transaction> Begun(PostgresStore& store, uint64_t replica) {
    auto transaction = store.Begin(replica, ++batch_);
    EXPECT_OK(transaction);
    if (!transaction.ok()) std::abort();
    return *std::move(transaction);
  }

  uint64_t batch_ = 0;
};

TEST_F(TwoReplicasTest, ALockedExecutionIsSkippedAndAFreeOneIsNot) {
  const ExecutionRow held = NewExecution();
  const ExecutionRow free = NewExecution();
  Write({.insert_executions = {held, free}});
  auto mine = Mine();
  ASSERT_OK(mine->LockExecutions({held.id}));
  const auto theirs = Theirs();
  ASSERT_OK_AND_ASSIGN(auto locked, theirs->LockExecutions({held.id, Id{1, 1}, free.id}));
  EXPECT_EQ(locked[0].outcome, Outcome::kSkipped);
  EXPECT_EQ(locked[1].outcome, Outcome::kMissing);
  EXPECT_EQ(locked[2].outcome, Outcome::kLocked);
  ExecutionRow changed = held;
  changed.state = ExecutionState::kRunning;
  ASSERT_OK(mine->Apply({.update_executions = {changed}}));
  ASSERT_OK(mine->Commit());
  ASSERT_OK_AND_ASSIGN(locked, theirs->LockExecutions({held.id}));
  EXPECT_EQ(locked[0].outcome, Outcome::kLocked);
  EXPECT_EQ(locked[0].row, changed) << "as it was committed meanwhile";
}

TEST_F(TwoReplicasTest, NoRunnableTaskIsHandedOutTwice) {
  Writes writes;
  for (int i = 0; i < 6; ++i) {
    const std::string owner = "owner-" + std::to_string(i % 2);
    writes.insert_ready.push_back({"poem", OwnerHash(owner), 5, {ids_.Make(owner), 0}, clock_.Now()});
  }
  Write(writes);
  auto mine = Mine();
  ASSERT_OK_AND_ASSIGN(const ClaimedReady first, mine->ClaimReady("poem", 0, 4));
  EXPECT_THAT(first.rows, SizeIs(4));
  auto theirs = Theirs();
  ASSERT_OK_AND_ASSIGN(const ClaimedReady second, theirs->ClaimReady("poem", 0, 10));
  EXPECT_THAT(second.rows, SizeIs(2));
  EXPECT_FALSE(second.exhausted) << "the other four may come back";
  for (const ReadyRow& a : first.rows) {
    for (const ReadyRow& b : second.rows) EXPECT_NE(a.key, b.key);
  }
  ASSERT_OK(theirs->Commit());
  mine.reset();
  theirs.reset();
  EXPECT_THAT(Theirs()->ClaimReady("poem", 0, 10)->rows, SizeIs(4)) << "rolled back";
}

TEST_F(TwoReplicasTest, NoTimerFiresTwice) {
  const TimerRow timer = {clock_.Now() - absl::Seconds(1), {ids_.Make("ann"), 0}, TimerKind::kSleep};
  Write({.insert_timers = {timer}});
  const auto mine = Mine();
  EXPECT_THAT(mine->ClaimDueTimers(10), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(Theirs()->ClaimDueTimers(10), IsOkAndHolds(IsEmpty()));
}

TEST_F(TwoReplicasTest, AKeyThatIsBeingClaimedIsWaitedFor) {
  const Id first = ids_.Make("ann");
  auto mine = Mine();
  ASSERT_OK_AND_ASSIGN(auto claimed, mine->ClaimIdempotencyKeys({Key(first)}));
  EXPECT_TRUE(claimed[0].fresh);
  EXPECT_THAT(Theirs()->ClaimIdempotencyKeys({Key(ids_.Make("ann"))}), StatusIs(absl::StatusCode::kAborted))
      << "the lock timeout";
  ASSERT_OK(mine->Commit());
  ASSERT_OK_AND_ASSIGN(claimed, Theirs()->ClaimIdempotencyKeys({Key(ids_.Make("ann"))}));
  EXPECT_FALSE(claimed[0].fresh);
  EXPECT_EQ(claimed[0].row.object_id, first);
}

TEST_F(TwoReplicasTest, AConcurrencyKeyHasOneBatchAtATimeAlsoWhenItIsFree) {
  const ConcurrencyName name = {"ann", "one at a time"};
  auto mine = Mine();
  ASSERT_OK_AND_ASSIGN(auto locked, mine->LockConcurrencyKeys({name}));
  EXPECT_EQ(locked[0].holder, std::nullopt);
  EXPECT_THAT(Theirs()->LockConcurrencyKeys({name}), StatusIs(absl::StatusCode::kAborted)) << "the lock timeout";
  const Id holder = ids_.Make("ann");
  ASSERT_OK(mine->Apply({.put_concurrency_keys = {{name, 0, holder, ConcurrencyPolicy::kQueue}}}));
  ASSERT_OK(mine->Commit());
  auto theirs = Theirs();
  ASSERT_OK_AND_ASSIGN(locked, theirs->LockConcurrencyKeys({name}));
  EXPECT_EQ(locked[0].holder, holder);
  ASSERT_OK(theirs->Apply({.delete_concurrency_keys = {{name, 0, holder, ConcurrencyPolicy::kQueue}}}));
  ASSERT_OK(theirs->Commit());
  EXPECT_EQ(database_.Execute("SELECT count(*) FROM concurrency_locks"), "0") << "a free key leaves nothing behind";
}

TEST_F(TwoReplicasTest, CountsAreTheSumOfWhatBothHaveWritten) {
  ExecutionRow row = NewExecution();
  Write({.insert_executions = {row, NewExecution()}});
  row.state = ExecutionState::kRunning;
  auto theirs = Theirs();
  ASSERT_OK(theirs->Apply({.update_executions = {row}}));
  ASSERT_OK(theirs->Commit());
  const auto expected = ElementsAre(Pair(ExecutionState::kQueued, 1), Pair(ExecutionState::kRunning, 1));
  EXPECT_THAT(mine_->CountUnfinished(), IsOkAndHolds(expected));
  // A replica that dies leaves its share to one that joins.
  database_.Execute("UPDATE replicas SET alive = false WHERE replica_id = 8");
  ASSERT_OK(mine_->Join(9));
  EXPECT_EQ(database_.Execute("SELECT count(*) FROM totals WHERE replica_id = 8"), "0");
  EXPECT_THAT(mine_->CountUnfinished(), IsOkAndHolds(expected));
}

TEST_F(TwoReplicasTest, AReplicaThatIsAtWorkIsNotDeclaredDead) {
  ASSERT_OK(Theirs()->Commit());  // batch 1
  const ExecutionRow row = NewExecution();
  auto theirs = Theirs();
  ASSERT_OK(theirs->Apply({.insert_executions = {row}}));
  {
    const auto mine = Mine();
    EXPECT_THAT(mine->DeclareDead(kOther, 1), IsOkAndHolds(false)) << "its row is locked";
    ASSERT_OK(mine->Commit());
  }
  EXPECT_OK(theirs->Commit());
  theirs.reset();
  EXPECT_THAT(mine_->ReadExecution(row.id), IsOkAndHolds(Optional(row)));
  {
    const auto mine = Mine();
    EXPECT_THAT(mine->DeclareDead(kOther, 1), IsOkAndHolds(false)) << "its batch is another";
    EXPECT_THAT(mine->DeclareDead(kOther, 2), IsOkAndHolds(true));
    ASSERT_OK(mine->Commit());
  }
  EXPECT_THAT(theirs_->Begin(kOther, 10), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(TwoReplicasTest, ABatchThatBeginsWhileItsReplicaIsDeclaredDeadWaitsForTheVerdict) {
  auto mine = Mine();
  EXPECT_THAT(mine->DeclareDead(kOther, 0), IsOkAndHolds(true));
  EXPECT_THAT(theirs_->Begin(kOther, 1), StatusIs(absl::StatusCode::kAborted)) << "the lock timeout";
  mine.reset();
  EXPECT_OK(Theirs()->Commit()) << "rolled back";

  mine = Mine();
  ASSERT_OK_AND_ASSIGN(const std::vector<ReplicaRow> replicas, mine_->ReadReplicas());
  ASSERT_THAT(replicas, SizeIs(2));
  EXPECT_THAT(mine->DeclareDead(kOther, replicas[1].batch), IsOkAndHolds(true));
  PostgresOptions options;
  options.lock_timeout = absl::Minutes(1);
  const auto patient = OpenStore(options, 9);
  absl::Status begun;
  std::thread beginner([&] { begun = patient->Begin(kOther, 100).status(); });
  WaitUntil(database_, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  ASSERT_OK(mine->Commit());
  beginner.join();
  EXPECT_THAT(begun, StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(TwoReplicasTest, TwoThatDeclareEachOtherDeadDoNotWaitForEachOther) {
  auto mine = Mine();
  auto theirs = Theirs();
  EXPECT_THAT(mine->DeclareDead(kOther, 0), IsOkAndHolds(false));
  EXPECT_THAT(theirs->DeclareDead(kReplica, 0), IsOkAndHolds(false));
  EXPECT_OK(mine->Commit());
  EXPECT_OK(theirs->Commit());
}

TEST_F(TwoReplicasTest, MailIsReadOnceAndOnlyWhenWhatItTellsOfCanBeRead) {
  const ExecutionRow row = NewExecution();
  const MailRow mail = {kOther, row.id};
  Write({.insert_mail = {mail}});
  auto mine = Mine();
  ASSERT_OK(mine->Apply({.insert_executions = {row}, .insert_mail = {mail}}));
  {
    // The row that is there is of a time before; if it were taken now, nobody would look again.
    const auto theirs = Theirs();
    EXPECT_THAT(theirs->ClaimMail(10), IsOkAndHolds(IsEmpty()));
    ASSERT_OK(theirs->Commit());
  }
  ASSERT_OK(mine->Commit());
  auto theirs = Theirs();
  EXPECT_THAT(theirs->ClaimMail(10), IsOkAndHolds(ElementsAre(row.id)));
  EXPECT_THAT(theirs->ClaimMail(10), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(theirs->LockExecutions({row.id})->front().row, row);
  ASSERT_OK(theirs->Commit());
  theirs.reset();
  EXPECT_THAT(Theirs()->ClaimMail(10), IsOkAndHolds(IsEmpty()));
}

TEST_F(TwoReplicasTest, MailThatIsBeingReadIsWrittenAgain) {
  const MailRow mail = {kOther, ids_.Make("ann")};
  Write({.insert_mail = {mail}});
  auto theirs = Theirs();
  EXPECT_THAT(theirs->ClaimMail(10), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(Mine()->Apply({.insert_mail = {mail}}), StatusIs(absl::StatusCode::kAborted)) << "the lock timeout";
  ASSERT_OK(theirs->Commit());
  theirs.reset();
  Write({.insert_mail = {mail}});
  EXPECT_THAT(Theirs()->ClaimMail(10), IsOkAndHolds(SizeIs(1)));
}

TEST_F(TwoReplicasTest, WhoJoinsDoesNotWaitForMailThatIsBeingWritten) {
  const MailRow to_nobody = {99, ids_.Make("ann")};
  Write({.insert_mail = {to_nobody}});
  auto mine = Mine();
  ASSERT_OK(mine->Apply({.insert_mail = {to_nobody}}));
  EXPECT_OK(theirs_->Join(10));
  ASSERT_OK(mine->Commit());
  EXPECT_THAT(mine_->HasMail(99), IsOkAndHolds(true));
  EXPECT_OK(theirs_->Join(11));
  EXPECT_THAT(mine_->HasMail(99), IsOkAndHolds(false));
}

}  // namespace
}  // namespace flowmesh::store
