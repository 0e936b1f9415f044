// One row holds a concurrency key; the others wait in order.
#include <optional>
#include <string>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

class ConcurrencyKeys : public StoreSuite {
 protected:
  static ConcurrencyName Name(const std::string& key = "k", const std::string& owner = "ann") { return {owner, key}; }

  ConcurrencyRow Place(int64_t place, const ConcurrencyName& name = Name()) {
    return {.name = name, .place = place, .execution_id = NewId(), .policy = ConcurrencyPolicy::kQueue};
  }

  absl::Status Put(const std::vector<ConcurrencyRow>& rows) {
    Writes writes;
    writes.put_concurrency_keys = rows;
    return Write(writes);
  }

  LockedKey Lock(const ConcurrencyName& name = Name()) {
    LockedKey locked;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      const auto answers = transaction.LockConcurrencyKeys({&name, 1});
      if (!answers.ok()) return answers.status();
      locked = answers->front();
      return absl::OkStatus();
    }));
    return locked;
  }

  std::vector<ConcurrencyRow> Waiters(int64_t after, int limit) {
    std::vector<ConcurrencyRow> waiters;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      const ConcurrencyName name = Name();
      if (const auto locked = transaction.LockConcurrencyKeys({&name, 1}); !locked.ok()) return locked.status();
      const auto rows = transaction.ReadKeyWaiters(name, after, limit);
      if (!rows.ok()) return rows.status();
      waiters = *rows;
      return absl::OkStatus();
    }));
    return waiters;
  }

  std::optional<ConcurrencyRow> Find(const Id& id) {
    std::optional<ConcurrencyRow> found;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      const auto rows = transaction.FindConcurrencyKeys({&id, 1});
      if (!rows.ok()) return rows.status();
      found = rows->front();
      return absl::OkStatus();
    }));
    return found;
  }
};
RUN_ON_EVERY_STORE(ConcurrencyKeys);

TEST_P(ConcurrencyKeys, AFreeKeyIsLockedToo) {
  EXPECT_EQ(Lock(), LockedKey());
  // Locking alone leaves nothing.
  EXPECT_EQ(Lock(), LockedKey());
  EXPECT_THAT(Waiters(0, 10), IsEmpty());
}

TEST_P(ConcurrencyKeys, HolderAndQueueAreAnsweredInRequestOrder) {
  const ConcurrencyRow holder = Place(0);
  const ConcurrencyRow other = Place(0, Name("other"));
  ASSERT_OK(Put({holder, Place(1), Place(4), other}));
  ASSERT_OK(Batch([&](Transaction& transaction) {
    const std::vector<ConcurrencyName> names = {Name("other"), Name("free"), Name()};
    const auto locked = transaction.LockConcurrencyKeys(names);
    if (!locked.ok()) return locked.status();
    EXPECT_THAT(*locked, ElementsAre(LockedKey{.holder = other.execution_id}, LockedKey(),
                                     LockedKey{.holder = holder.execution_id, .waiting = 2, .last_place = 4}));
    return absl::OkStatus();
  }));
}

TEST_P(ConcurrencyKeys, OwnerAndKeyAreBothPartOfTheName) {
  ASSERT_OK(Put({Place(0)}));
  EXPECT_EQ(Lock(Name("k", "bob")), LockedKey());
  EXPECT_EQ(Lock(Name("K")), LockedKey());
  EXPECT_EQ(Lock(Name("")), LockedKey());
  EXPECT_NE(Lock(Name("k")), LockedKey());
}

TEST_P(ConcurrencyKeys, WaitersAreReadInOrderFromAPlaceOn) {
  const ConcurrencyRow first = Place(2);
  const ConcurrencyRow second = Place(3);
  const ConcurrencyRow third = Place(900'000'000'000);
  ASSERT_OK(Put({third, first, Place(0), second, Place(1, Name("other"))}));
  EXPECT_THAT(Waiters(0, 10), ElementsAre(first, second, third));
  EXPECT_THAT(Waiters(0, 2), ElementsAre(first, second));
  EXPECT_THAT(Waiters(2, 10), ElementsAre(second, third));
  EXPECT_THAT(Waiters(third.place, 10), IsEmpty());
}

TEST_P(ConcurrencyKeys, AnExecutionIsFoundByItsId) {
  const ConcurrencyRow holder = Place(0);
  const ConcurrencyRow waiter = Place(7);
  ASSERT_OK(Put({holder, waiter}));
  EXPECT_THAT(Find(holder.execution_id), Optional(holder));
  EXPECT_THAT(Find(waiter.execution_id), Optional(waiter));
  EXPECT_EQ(Find(NewId()), std::nullopt);
}

TEST_P(ConcurrencyKeys, TheNextOneTakesThePlaceOfTheHolderInOneBatch) {
  const ConcurrencyRow holder = Place(0);
  const ConcurrencyRow waiter = Place(1);
  ASSERT_OK(Put({holder, waiter}));
  Writes writes;
  writes.delete_concurrency_keys = {waiter};
  writes.put_concurrency_keys = {waiter};
  writes.put_concurrency_keys[0].place = 0;
  ASSERT_OK(Write(writes));
  EXPECT_EQ(Lock(), LockedKey{.holder = waiter.execution_id});
  EXPECT_EQ(Find(holder.execution_id), std::nullopt);
  ASSERT_TRUE(Find(waiter.execution_id).has_value());
  EXPECT_EQ(Find(waiter.execution_id)->place, 0);
}

TEST_P(ConcurrencyKeys, OnlyTheNamedExecutionLosesItsPlace) {
  const ConcurrencyRow holder = Place(0);
  const ConcurrencyRow waiter = Place(1);
  ASSERT_OK(Put({holder, waiter}));
  ConcurrencyRow stranger = waiter;
  stranger.execution_id = NewId();
  Writes writes;
  writes.delete_concurrency_keys = {stranger};
  ASSERT_OK(Write(writes));
  EXPECT_THAT(Waiters(0, 10), ElementsAre(waiter));
  writes.delete_concurrency_keys = {waiter};
  ASSERT_OK(Write(writes));
  EXPECT_EQ(Lock(), LockedKey{.holder = holder.execution_id});
}

TEST_P(ConcurrencyKeys, AnExecutionStandsAtOnePlaceOnly) {
  const ConcurrencyRow holder = Place(0);
  ASSERT_OK(Put({holder}));
  ConcurrencyRow again = holder;
  again.name = Name("other");
  store().Next({Fault::kNone});
  ASSERT_OK_AND_ASSIGN(const auto transaction, Begin());
  Writes writes;
  writes.put_concurrency_keys = {again};
  EXPECT_FALSE(transaction->Apply(writes).ok());
}

TEST_P(ConcurrencyKeys, ReadersSeeWhoHoldsItAndHowManyStandBefore) {
  const ConcurrencyRow holder = Place(0);
  const ConcurrencyRow first = Place(3);
  const ConcurrencyRow second = Place(5);
  ASSERT_OK(Put({holder, first, second}));
  EXPECT_THAT(store().ReadKeyPlace(first.execution_id),
              IsOkAndHolds(Optional(KeyPlace{.holder = holder.execution_id, .ahead = 0})));
  EXPECT_THAT(store().ReadKeyPlace(second.execution_id),
              IsOkAndHolds(Optional(KeyPlace{.holder = holder.execution_id, .ahead = 1})));
  EXPECT_THAT(store().ReadKeyPlace(holder.execution_id), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store().ReadKeyPlace(NewId()), IsOkAndHolds(std::nullopt));
}

TEST_P(ConcurrencyKeys, AHandOverIsThereWithItsTimerOrNotAtAll) {
  const ConcurrencyRow holder = Place(0);
  const ConcurrencyRow waiter = Place(1);
  const TimerRow release = {clock().Now(), {holder.execution_id, 0}, TimerKind::kRelease};
  Writes insert;
  insert.put_concurrency_keys = {holder, waiter};
  insert.insert_timers = {release};
  ASSERT_OK(Write(insert));
  for (const auto& [fault, done] :
       {std::pair(Fault::kLostBeforeCommit, false), std::pair(Fault::kLostAfterCommit, true)}) {
    store().Next({fault});
    {
      ASSERT_OK_AND_ASSIGN(const auto transaction, Begin());
      ASSERT_OK_AND_ASSIGN(const auto timers, transaction->ClaimDueTimers(10));
      EXPECT_EQ(timers.size(), 1);
      Writes writes;
      writes.delete_concurrency_keys = {waiter};
      writes.put_concurrency_keys = {waiter};
      writes.put_concurrency_keys[0].place = 0;
      ASSERT_OK(transaction->Apply(writes));
      EXPECT_THAT(transaction->Commit(), StatusIs(absl::StatusCode::kDataLoss));
    }
    Reopen();
    EXPECT_EQ(Lock().holder, done ? waiter.execution_id : holder.execution_id);
    ASSERT_OK(Batch([&, done = done](Transaction& transaction) {
      const auto next = transaction.NextTimer();
      if (!next.ok()) return next.status();
      EXPECT_EQ(*next, done ? absl::InfiniteFuture() : release.due);
      return absl::OkStatus();
    }));
  }
}

}  // namespace
}  // namespace flowmesh::store
