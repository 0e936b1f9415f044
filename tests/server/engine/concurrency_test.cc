// One execution of an owner holds a concurrency key; the others are refused, wait or join.
#include <string>
#include <vector>

#include "server/base/error.h"
#include "server/engine/limits.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::StatusIs;
using store::ConcurrencyPolicy;
using store::ExecutionState;
using store::TaskState;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ConcurrencyTest : public CommitLoopTest {
 protected:
  using Reply = std::shared_ptr<Heard<SubmitResult>>;

  struct Wish {
    ConcurrencyPolicy policy = ConcurrencyPolicy::kQueue;
    bool start = true;
    std::string key = "k";
    std::string owner = "ann";
    std::string idempotency_key;
    absl::Duration timeout = absl::InfiniteDuration();
  };

  Reply Offer(const Wish& wish) {
    store::ExecutionRow row = NewRow(wish.owner);
    row.concurrency_key = wish.key;
    row.concurrency_policy = wish.policy;
    row.timeout = wish.timeout;
    std::optional<store::IdempotencyRow> key;
    if (!wish.idempotency_key.empty()) {
      key = store::IdempotencyRow{.owner = wish.owner,
                                  .method = "CreateExecution",
                                  .key = wish.idempotency_key,
                                  .object_id = row.id,
                                  .digest = "digest"};
    }
    return Submit(std::move(row), wish.start, std::move(key));
  }

  Reply Create(const Wish& wish) {
    Reply reply = Offer(wish);
    Run();
    return reply;
  }

  store::Id Created(const Wish& wish) {
    const Reply reply = Create(wish);
    EXPECT_OK(reply->status());
    return reply->ok() ? reply->value().row.id : store::Id();
  }

  void Finish(const Worker& worker, const store::Id& id) {
    Say(worker, {{id, 0}, Read(id).root.attempt}, 1, FinishedWith("poem"));
  }

  void ExpectAssigned(const store::Id& id) {
    EXPECT_EQ(Read(id).state, ExecutionState::kRunning);
    EXPECT_EQ(Read(id).root.state, TaskState::kAssigned);
  }

  void ExpectWaitsBehindKey(const store::Id& id) {
    const store::ExecutionRow row = Read(id);
    EXPECT_TRUE(row.behind_key);
    EXPECT_EQ(row.root.state, TaskState::kWaiting);
    EXPECT_EQ(row.root.attempt, 0);
  }

  void ExpectHeldBy(const Reply& refused, const store::Id& holder) {
    EXPECT_EQ(refused->times, 1);
    EXPECT_THAT(refused->status(), StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(base::GetReason(refused->status()), "CONCURRENCY_KEY_HELD");
    EXPECT_EQ(base::GetMetadata(refused->status())["execution_id"], holder.ToString());
    EXPECT_EQ(base::GetMetadata(refused->status())["concurrency_key"], "k");
  }

  int Executions() {
    const auto page = database_->ListExecutions({.limit = 10'000});
    EXPECT_OK(page);
    return page.ok() ? static_cast<int>(page->rows.size()) : -1;
  }

  static constexpr ConcurrencyPolicy kReject = ConcurrencyPolicy::kReject;
  static constexpr ConcurrencyPolicy kQueue = ConcurrencyPolicy::kQueue;
  static constexpr ConcurrencyPolicy kJoin = ConcurrencyPolicy::kJoin;
};

// ---- reject --------------------------------------------------------------------------------------------------------

TEST_F(ConcurrencyTest, ASecondOneIsRefusedWhileTheFirstLivesAndTakesTheKeyAfterwards) {
  const Worker worker = Attach();
  const store::Id first = Created({.policy = kReject});
  ExpectHeldBy(Create({.policy = kReject}), first);
  EXPECT_EQ(Executions(), 1);
  Finish(worker, first);
  Run();
  const store::Id second = Created({.policy = kReject});
  ExpectAssigned(second);
  ExpectHeldBy(Create({.policy = kReject}), second);
}

TEST_F(ConcurrencyTest, OneThatWasNotStartedHoldsTheKey) {
  const store::Id first = Created({.policy = kReject, .start = false});
  ExpectHeldBy(Create({.policy = kReject}), first);
}

TEST_F(ConcurrencyTest, ARefusedCreateGivesItsIdempotencyKeyBack) {
  const Worker worker = Attach();
  const store::Id first = Created({.policy = kReject});
  ExpectHeldBy(Create({.policy = kReject, .idempotency_key = "i"}), first);
  ExpectHeldBy(Create({.policy = kReject, .idempotency_key = "i"}), first);
  Finish(worker, first);
  Run();
  const Reply second = Create({.policy = kReject, .idempotency_key = "i"});
  ASSERT_OK(second->status());
  EXPECT_FALSE(second->value().replayed);
  const Reply again = Create({.policy = kReject, .idempotency_key = "i"});
  ASSERT_OK(again->status());
  EXPECT_TRUE(again->value().replayed);
  EXPECT_EQ(again->value().row.id, second->value().row.id);
}

TEST_F(ConcurrencyTest, AReplayAsksForNoKey) {
  const Reply first = Create({.policy = kReject, .idempotency_key = "i"});
  const Reply again = Create({.policy = kReject, .idempotency_key = "i"});
  ASSERT_OK(again->status());
  EXPECT_TRUE(again->value().replayed);
  EXPECT_EQ(again->value().row.id, first->value().row.id);
}

TEST_F(ConcurrencyTest, KeysOfOtherOwnersAndOtherKeysAreFree) {
  Created({.policy = kReject});
  Created({.policy = kReject, .owner = "bob"});
  Created({.policy = kReject, .key = "other"});
  EXPECT_EQ(Executions(), 3);
}

TEST_F(ConcurrencyTest, OfOneBatchTheFirstTakesTheKey) {
  const Reply first = Offer({.policy = kReject});
  const Reply refused = Offer({.policy = kReject, .idempotency_key = "i"});
  const Reply joined = Offer({.policy = kJoin});
  const Reply queued = Offer({.policy = kQueue});
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  ASSERT_OK(first->status());
  const store::Id id = first->value().row.id;
  ExpectHeldBy(refused, id);
  ASSERT_OK(joined->status());
  EXPECT_TRUE(joined->value().joined);
  EXPECT_EQ(joined->value().row.id, id);
  ASSERT_OK(queued->status());
  ExpectWaitsBehindKey(queued->value().row.id);
  EXPECT_EQ(Executions(), 2);
}

TEST_F(ConcurrencyTest, AKeyIsFreeAtOnceWhenItsHolderWasCancelledEarlierInTheBatch) {
  const store::Id first = Created({.policy = kReject, .start = false});
  const Reply refused = Offer({.policy = kReject, .idempotency_key = "i"});
  Cancel(first);
  const Reply second = Offer({.policy = kReject, .idempotency_key = "i"});
  const Reply third = Offer({.policy = kReject});
  Run();
  ExpectHeldBy(refused, first);
  ASSERT_OK(second->status());
  EXPECT_FALSE(second->value().replayed);
  ExpectHeldBy(third, second->value().row.id);
  // The idempotency key was claimed for the refused one and stands for the one that was made.
  const Reply again = Create({.policy = kReject, .idempotency_key = "i"});
  ASSERT_OK(again->status());
  EXPECT_EQ(again->value().row.id, second->value().row.id);
}

TEST_F(ConcurrencyTest, ACreateFindsTheEndOfTheHolderBeforeTheKeyWasReleased) {
  const Worker worker = Attach();
  const store::Id first = Created({.policy = kReject});
  Finish(worker, first);
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  ASSERT_EQ(Read(first).state, ExecutionState::kCompleted);
  const Reply second = Offer({.policy = kReject});
  Run();
  ASSERT_OK(second->status());
  ExpectAssigned(second->value().row.id);
}

// ---- join ----------------------------------------------------------------------------------------------------------

TEST_F(ConcurrencyTest, AJoinAnswersTheHolderAsItIs) {
  const Worker worker = Attach();
  const store::Id first = Created({});
  const store::Id waiter = Created({.policy = kQueue});
  const Reply joined = Create({.policy = kJoin});
  ASSERT_OK(joined->status());
  EXPECT_TRUE(joined->value().joined);
  EXPECT_FALSE(joined->value().replayed);
  EXPECT_EQ(joined->value().row.id, first);
  EXPECT_EQ(joined->value().row.state, ExecutionState::kRunning);
  EXPECT_EQ(Executions(), 2);
  ExpectWaitsBehindKey(waiter);
}

TEST_F(ConcurrencyTest, AJoinOfAFreeKeyTakesIt) {
  const Reply first = Create({.policy = kJoin});
  ASSERT_OK(first->status());
  EXPECT_FALSE(first->value().joined);
  ExpectHeldBy(Create({.policy = kReject}), first->value().row.id);
}

TEST_F(ConcurrencyTest, AJoinDoesNotStartTheHolder) {
  const store::Id first = Created({.start = false});
  const Reply joined = Create({.policy = kJoin, .start = true});
  ASSERT_OK(joined->status());
  EXPECT_EQ(joined->value().row.id, first);
  EXPECT_EQ(Read(first).state, ExecutionState::kCreated);
}

TEST_F(ConcurrencyTest, TheJoinersIdempotencyKeyStandsForTheHolderAlsoAfterItsEnd) {
  const Worker worker = Attach();
  const store::Id first = Created({});
  ASSERT_OK(Create({.policy = kJoin, .idempotency_key = "i"})->status());
  for (int i = 0; i < 2; ++i) {
    const Reply again = Create({.policy = kJoin, .idempotency_key = "i"});
    ASSERT_OK(again->status());
    EXPECT_TRUE(again->value().replayed);
    EXPECT_EQ(again->value().row.id, first);
    if (i == 0) Finish(worker, first);
    Run();
  }
  Restart();
  const Reply later = Create({.policy = kJoin, .idempotency_key = "i"});
  ASSERT_OK(later->status());
  EXPECT_EQ(later->value().row.id, first);
  EXPECT_EQ(later->value().row.state, ExecutionState::kCompleted);
}

// ---- queue ---------------------------------------------------------------------------------------------------------

TEST_F(ConcurrencyTest, WaitersFollowInOrderOfCreationOneAtATime) {
  const Worker worker = Attach({.slots = 10});
  std::vector<store::Id> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(Created({}));
  for (size_t i = 0; i < ids.size(); ++i) {
    ExpectAssigned(ids[i]);
    for (size_t later = i + 1; later < ids.size(); ++later) {
      ExpectWaitsBehindKey(ids[later]);
      EXPECT_EQ(Read(ids[later]).state, ExecutionState::kQueued);
    }
    Finish(worker, ids[i]);
    Run();
  }
  EXPECT_THAT(worker.Assignments(), SizeIs(4));
  EXPECT_OK(Create({.policy = kReject})->status());
}

TEST_F(ConcurrencyTest, AWaiterThatEndsLeavesTheQueueAndDisturbsNobody) {
  const Worker worker = Attach({.slots = 10});
  const store::Id holder = Created({});
  const store::Id cancelled = Created({});
  const store::Id late = Created({.timeout = absl::Minutes(1)});
  const store::Id last = Created({});
  Cancel(cancelled);
  Run();
  EXPECT_EQ(Read(cancelled).state, ExecutionState::kCancelled);
  RunAfter(absl::Minutes(1));
  EXPECT_EQ(Read(late).state, ExecutionState::kTimedOut);
  ExpectAssigned(holder);
  ExpectWaitsBehindKey(last);
  const auto place = database_->ReadKeyPlace(last);
  ASSERT_OK(place);
  ASSERT_TRUE(place->has_value());
  EXPECT_EQ((*place)->holder, holder);
  EXPECT_EQ((*place)->ahead, 0);
  Finish(worker, holder);
  Run();
  ExpectAssigned(last);
  EXPECT_THAT(worker.Assignments(), SizeIs(2));
}

TEST_F(ConcurrencyTest, WaitersThatEndWithTheHolderInOneBatchArePassedOver) {
  const Worker worker = Attach({.slots = 10});
  const store::Id holder = Created({});
  std::vector<store::Id> waiters;
  for (int i = 0; i < 40; ++i) waiters.push_back(Created({}));
  for (int i = 0; i < 39; ++i) Cancel(waiters[static_cast<size_t>(i)]);
  Finish(worker, holder);
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  Run();
  ExpectAssigned(waiters.back());
  EXPECT_THAT(worker.Assignments(), SizeIs(2));
  Finish(worker, waiters.back());
  Run();
  EXPECT_OK(Create({.policy = kReject})->status());
}

TEST_F(ConcurrencyTest, AWaiterIsPassedOverThatEndedBeforeItsPlaceWasGivenUp) {
  const Worker worker = Attach({.slots = 10});
  const store::Id holder = Created({});
  const store::Id second = Created({});
  const store::Id third = Created({});
  Finish(worker, holder);
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  // In one batch: the key goes to the second, which is cancelled before a worker has it; a create finds its end.
  Cancel(second);
  const Reply refused = Offer({.policy = kReject});
  Run();
  ExpectHeldBy(refused, third);
  ExpectAssigned(third);
  EXPECT_EQ(Read(second).state, ExecutionState::kCancelled);
  EXPECT_EQ(Read(second).root.attempt, 0);
}

TEST_F(ConcurrencyTest, TheDeadlineOfAWaiterCountsFromItsStart) {
  Created({});
  const store::Id waiter = Created({.start = false, .timeout = absl::Minutes(1)});
  RunAfter(absl::Minutes(5));
  EXPECT_EQ(Read(waiter).state, ExecutionState::kCreated);
  Start(waiter);
  Run();
  EXPECT_EQ(Read(waiter).state, ExecutionState::kQueued);
  EXPECT_EQ(Read(waiter).deadline, clock_.Now() + absl::Minutes(1));
  ExpectWaitsBehindKey(waiter);
}

TEST_F(ConcurrencyTest, AWaiterThatWasNotStartedHoldsTheKeyWhenItsTurnComes) {
  const Worker worker = Attach({.slots = 10});
  const store::Id holder = Created({});
  const store::Id waiter = Created({.start = false});
  Finish(worker, holder);
  Run();
  EXPECT_EQ(Read(waiter).state, ExecutionState::kCreated);
  EXPECT_FALSE(Read(waiter).behind_key);
  ExpectHeldBy(Create({.policy = kReject}), waiter);
  Start(waiter);
  Run();
  ExpectAssigned(waiter);
}

TEST_F(ConcurrencyTest, StartAndReleaseOfOneBatchActInTurn) {
  const Worker worker = Attach({.slots = 10});
  const store::Id holder = Created({});
  const store::Id waiter = Created({.start = false});
  Finish(worker, holder);
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  Start(waiter);
  const Reply next = Offer({});
  Run();
  ExpectAssigned(waiter);
  ASSERT_OK(next->status());
  ExpectWaitsBehindKey(next->value().row.id);
}

TEST_F(ConcurrencyTest, AQueueHasAnEnd) {
  const store::Id holder = Created({});
  for (int i = 0; i < kMaxKeyWaiters; ++i) Offer({});
  Run();
  EXPECT_EQ(Executions(), kMaxKeyWaiters + 1);
  const Reply refused = Create({.idempotency_key = "i"});
  EXPECT_THAT(refused->status(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(base::GetReason(refused->status()), "CONCURRENCY_QUEUE_FULL");
  EXPECT_EQ(base::GetMetadata(refused->status())["execution_id"], holder.ToString());
  EXPECT_TRUE(base::GetRetryDelay(refused->status()).has_value());
  EXPECT_EQ(Executions(), kMaxKeyWaiters + 1);
  Cancel(holder);
  Run();
  EXPECT_OK(Create({.idempotency_key = "i"})->status());
  EXPECT_THAT(Create({})->status(), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(ConcurrencyTest, ACancelledHolderKeepsTheKeyUntilItsWorkerHasStopped) {
  const Worker worker = Attach({.slots = 10});
  const store::Id holder = Created({});
  const store::Id waiter = Created({});
  Cancel(holder);
  Run();
  EXPECT_EQ(Read(holder).state, ExecutionState::kCancelling);
  ExpectWaitsBehindKey(waiter);
  Say(worker, {{holder, 0}, 1}, 1, Failed{.cancelled = true});
  Run();
  ExpectAssigned(waiter);
}

// ---- crashes and faults --------------------------------------------------------------------------------------------

TEST_F(ConcurrencyTest, AfterACrashBetweenTheEndAndTheReleaseTheNextOneGoesOn) {
  const Worker worker = Attach();
  const store::Id holder = Created({});
  const store::Id waiter = Created({});
  Finish(worker, holder);
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  ASSERT_EQ(Read(holder).state, ExecutionState::kCompleted);
  ExpectWaitsBehindKey(waiter);
  Restart();
  Attach();
  ExpectAssigned(waiter);
}

TEST_F(ConcurrencyTest, ACrashAroundTheCommitOfTheReleaseLosesNothing) {
  for (const Fault fault : {Fault::kLostBeforeCommit, Fault::kLostAfterCommit}) {
    const Worker worker = Attach();
    const store::Id holder = Created({});
    const store::Id waiter = Created({});
    Finish(worker, holder);
    ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
    store_->Next({fault});
    loop_->Step(absl::ZeroDuration());
    EXPECT_THAT(fatal_, SizeIs(1));
    fatal_.clear();
    Restart();
    // Who lost the answer to the commit may have had the task on the dead server's worker.
    const Worker next = Attach({.id = "w2"});
    RunAfter(kGrace);
    ExpectAssigned(waiter);
    Finish(next, waiter);
    Run();
    EXPECT_EQ(Read(waiter).state, ExecutionState::kCompleted);
    const store::Id free = Created({.policy = kReject});
    Finish(next, free);
    Detach(next, /*gone=*/true);
    Run();
  }
}

TEST_F(ConcurrencyTest, ABatchThatFailedAtFirstActsOnce) {
  const Worker worker = Attach({.slots = 10});
  const store::Id holder = Created({});
  store_->Next({Fault::kConflictAtApply, Fault::kConflictAtCommit});
  const Reply queued = Offer({.idempotency_key = "q"});
  const Reply joined = Offer({.policy = kJoin, .idempotency_key = "j"});
  const Reply refused = Offer({.policy = kReject, .idempotency_key = "r"});
  Run();
  ASSERT_OK(queued->status());
  ASSERT_OK(joined->status());
  EXPECT_EQ(joined->value().row.id, holder);
  ExpectHeldBy(refused, holder);
  EXPECT_EQ(Executions(), 2);
  Finish(worker, holder);
  ASSERT_TRUE(loop_->Step(absl::ZeroDuration()));
  store_->Next({Fault::kConflictAtCommit, Fault::kOutOfSpaceAtCommit});
  Run();
  ExpectWaitsBehindKey(queued->value().row.id);
  RunAfter(absl::Seconds(1));
  ExpectAssigned(queued->value().row.id);
  EXPECT_THAT(worker.Assignments(), SizeIs(2));
}

TEST_F(ConcurrencyTest, NothingIsLeftOfKeysThatAreFree) {
  const Worker worker = Attach();
  const store::Id holder = Created({});
  const store::Id waiter = Created({});
  Cancel(waiter);
  Finish(worker, holder);
  Run();
  auto transaction = database_->Begin(loop_->replica_id(), uint64_t{1} << 60);
  ASSERT_OK(transaction);
  const std::vector<store::Id> ids = {holder, waiter};
  const auto places = (*transaction)->FindConcurrencyKeys(ids);
  ASSERT_OK(places);
  EXPECT_THAT(*places, ::testing::Each(std::nullopt));
  const auto next = (*transaction)->NextTimer();
  ASSERT_OK(next);
  EXPECT_EQ(*next, absl::InfiniteFuture());
}

}  // namespace
}  // namespace flowmesh::engine
