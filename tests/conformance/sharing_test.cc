// Several replicas at work on one store.
#include <algorithm>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class Sharing : public StoreSuite {
 protected:
  // Begins with a batch of the replica, whose outcome is answered.
  absl::Status TryToWorkAs(uint64_t replica) {
    const uint64_t before = this->replica();
    WorkAs(replica);
    absl::Status status = Write(Writes());
    WorkAs(before);
    return status;
  }

  ReplicaRow RowOf(uint64_t replica) {
    for (ReplicaRow& row : Replicas()) {
      if (row.replica_id == replica) return std::move(row);
    }
    ADD_FAILURE() << "replica " << replica << " is not there";
    return {};
  }

  std::vector<uint64_t> Ids() {
    std::vector<uint64_t> ids;
    for (const ReplicaRow& row : Replicas()) ids.push_back(row.replica_id);
    return ids;
  }
};
RUN_ON_EVERY_SHARED_STORE(Sharing);

TEST_P(Sharing, WhoJoinsLeavesTheOthersAtWork) {
  EXPECT_TRUE(store().shared());
  const uint64_t other = JoinAnother();
  EXPECT_OK(TryToWorkAs(other));
  EXPECT_OK(TryToWorkAs(replica()));
  EXPECT_OK(TryToWorkAs(other));
}

TEST_P(Sharing, ReplicasAreListedById) {
  EXPECT_THAT(Ids(), ElementsAre(replica()));
  std::vector<uint64_t> joined = {replica()};
  for (int i = 0; i < 5; ++i) joined.push_back(JoinAnother());
  std::sort(joined.begin(), joined.end());
  EXPECT_EQ(Ids(), joined);
}

TEST_P(Sharing, TheBatchTellsWhetherAReplicaIsAtWork) {
  const uint64_t other = JoinAnother();
  EXPECT_EQ(RowOf(other).batch, 0);
  EXPECT_OK(TryToWorkAs(other));
  const uint64_t first = RowOf(other).batch;
  EXPECT_GT(first, 0);
  EXPECT_OK(Write(Writes()));
  EXPECT_EQ(RowOf(other).batch, first);
  EXPECT_OK(TryToWorkAs(other));
  EXPECT_GT(RowOf(other).batch, first);
}

TEST_P(Sharing, ASummaryIsTheLastOneThatTheReplicaWrote) {
  const uint64_t mine = replica();
  const uint64_t other = JoinAnother();
  EXPECT_EQ(RowOf(mine).summary, "");
  const std::string bytes("poem\0\xff", 6);
  ASSERT_OK(Write({.summary = bytes}));
  WorkAs(other);
  ASSERT_OK(Write({.summary = "theirs"}));
  EXPECT_EQ(RowOf(mine).summary, bytes);
  EXPECT_EQ(RowOf(other).summary, "theirs");
  ASSERT_OK(Write({.insert_mail = {{mine, NewId()}}}));
  EXPECT_EQ(RowOf(other).summary, "theirs") << "a batch without a summary leaves it";
  ASSERT_OK(Write({.summary = ""}));
  EXPECT_EQ(RowOf(other).summary, "");
}

TEST_P(Sharing, TheDeadCommitNothingAndComeBackUnderAnotherIdOnly) {
  const uint64_t other = JoinAnother();
  ASSERT_OK(TryToWorkAs(other));
  EXPECT_TRUE(DeclareDead(RowOf(other)));
  EXPECT_THAT(TryToWorkAs(other), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Ids(), ElementsAre(replica())) << "it left nothing";
  const uint64_t again = JoinAnother();
  EXPECT_OK(TryToWorkAs(again));
  EXPECT_OK(TryToWorkAs(replica()));
}

TEST_P(Sharing, NobodyIsDeclaredDeadWhoHasWorkedSince) {
  const uint64_t other = JoinAnother();
  const ReplicaRow seen = RowOf(other);
  ASSERT_OK(TryToWorkAs(other));
  EXPECT_FALSE(DeclareDead(seen));
  EXPECT_OK(TryToWorkAs(other));
}

TEST_P(Sharing, WhoIsDeadOrUnknownIsNotDeclaredDead) {
  const uint64_t other = JoinAnother();
  const ReplicaRow seen = RowOf(other);
  EXPECT_TRUE(DeclareDead(seen));
  EXPECT_FALSE(DeclareDead(seen)) << "a second time";
  EXPECT_FALSE(DeclareDead({.replica_id = other + 1}));
  EXPECT_OK(TryToWorkAs(replica()));
}

TEST_P(Sharing, AReplicaLeavesByItsOwnDeclaration) {
  const uint64_t other = JoinAnother();
  int declared = 0;
  EXPECT_OK(Batch([&](Transaction& transaction) {
    declared = 0;
    for (uint64_t batch = 0; batch < 1000; ++batch) {  // one of them is the number of this batch
      const absl::StatusOr<bool> left = transaction.DeclareDead(replica(), batch);
      if (!left.ok()) return left.status();
      declared += *left ? 1 : 0;
    }
    return absl::OkStatus();
  }));
  EXPECT_EQ(declared, 1);
  EXPECT_THAT(TryToWorkAs(replica()), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_OK(TryToWorkAs(other));
}

TEST_P(Sharing, ADeclarationThatIsRolledBackChangesNothing) {
  const uint64_t other = JoinAnother();
  absl::StatusOr<std::unique_ptr<Transaction>> transaction;
  do {
    transaction = Begin();
  } while (GetParam().faulty && absl::IsAborted(transaction.status()));
  ASSERT_OK(transaction);
  EXPECT_THAT((*transaction)->DeclareDead(other, 0), IsOkAndHolds(true));
  transaction->reset();
  EXPECT_TRUE(RowOf(other).alive);
  EXPECT_OK(TryToWorkAs(other));
}

TEST_P(Sharing, TheDeadAreListedUntilTheirWorkWasTakenOver) {
  const uint64_t other = JoinAnother();
  const AssignedRow row = {other, 1, {NewId(), 0}};
  WorkAs(other);
  ASSERT_OK(Write({.insert_assigned = {row}, .summary = "poems"}));
  const uint64_t mine = JoinAnother();
  WorkAs(mine);
  const ReplicaRow seen = RowOf(other);
  EXPECT_TRUE(seen.alive);
  EXPECT_FALSE(seen.left_work);
  EXPECT_TRUE(DeclareDead(seen));

  const ReplicaRow dead = RowOf(other);
  EXPECT_FALSE(dead.alive);
  EXPECT_TRUE(dead.left_work);
  EXPECT_EQ(dead.summary, "poems");
  EXPECT_EQ(dead.batch, seen.batch);
  EXPECT_FALSE(RowOf(mine).left_work);
  // Who joins hears of it too.
  const uint64_t third = replica() + 1;
  EXPECT_THAT(store().Join(third), IsOkAndHolds(ElementsAre(other)));

  ASSERT_OK_AND_ASSIGN(const std::vector<AssignedRow> orphans, store().ReadAssigned(other, std::nullopt, 10));
  ASSERT_OK(Write({.delete_assigned = orphans}));
  EXPECT_THAT(Ids(), ::testing::Not(::testing::Contains(other)));
  EXPECT_THAT(store().Join(third + 1), IsOkAndHolds(IsEmpty()));
}

TEST_P(Sharing, WhatTheDeadHaveCountedStaysCounted) {
  const uint64_t other = JoinAnother();
  ExecutionRow row = NewExecution();
  const uint64_t mine = replica();
  WorkAs(other);
  ASSERT_OK(Write({.insert_executions = {row, NewExecution()}}));
  WorkAs(mine);
  EXPECT_TRUE(DeclareDead(RowOf(other)));
  EXPECT_THAT(store().CountUnfinished(), IsOkAndHolds(ElementsAre(Pair(ExecutionState::kQueued, 2))));
  // Taken over, by a replica that has counted nothing of it.
  row.state = ExecutionState::kRunning;
  ASSERT_OK(Write({.update_executions = {row}}));
  const auto expected = ElementsAre(Pair(ExecutionState::kQueued, 1), Pair(ExecutionState::kRunning, 1));
  EXPECT_THAT(store().CountUnfinished(), IsOkAndHolds(expected));
  JoinAnother();
  EXPECT_THAT(store().CountUnfinished(), IsOkAndHolds(expected));
  row.state = ExecutionState::kCompleted;
  ASSERT_OK(Write({.update_executions = {row}}));
  EXPECT_THAT(store().CountUnfinished(), IsOkAndHolds(ElementsAre(Pair(ExecutionState::kQueued, 1))));
}

}  // namespace
}  // namespace flowmesh::store
