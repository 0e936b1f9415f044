#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/store/ready_order.h"
#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ReadyRows : public StoreSuite {
 protected:
  void Insert(const std::vector<ReadyRow>& rows) {
    Writes writes;
    writes.insert_ready = rows;
    ASSERT_OK(Write(writes));
  }

  ClaimedReady Claim(uint64_t cursor, int limit, const std::string& queue = "poem") {
    ClaimedReady claimed;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      auto answer = transaction.ClaimReady(queue, cursor, limit);
      if (answer.ok()) claimed = *std::move(answer);
      return answer.status();
    }));
    return claimed;
  }

  static std::vector<TaskKey> Keys(const std::vector<ReadyRow>& rows) {
    std::vector<TaskKey> keys;
    for (const ReadyRow& row : rows) keys.push_back(row.key);
    return keys;
  }
};
RUN_ON_EVERY_STORE(ReadyRows);

TEST_P(ReadyRows, AClaimAnswersEveryColumnAndTakesTheRow) {
  ReadyRow row = Ready("ann", 3);
  row.key.task = 70'000;
  Insert({row, Ready("ann", 3, "quiz")});
  const ClaimedReady claimed = Claim(0, 10);
  ASSERT_EQ(claimed.rows.size(), 1);
  EXPECT_EQ(claimed.rows[0].queue, "poem");
  EXPECT_EQ(claimed.rows[0].owner_hash, OwnerHash("ann"));
  EXPECT_EQ(claimed.rows[0].priority, 3);
  EXPECT_EQ(claimed.rows[0].key, row.key);
  EXPECT_EQ(claimed.rows[0].since, row.since);
  EXPECT_TRUE(claimed.exhausted);
  EXPECT_THAT(Claim(claimed.cursor, 10).rows, IsEmpty());
  EXPECT_THAT(store().ReadyQueues(), IsOkAndHolds(ElementsAre("quiz")));
}

TEST_P(ReadyRows, OfOneOwnerAreServedByPriorityThenAge) {
  std::vector<ReadyRow> rows;
  for (const int priority : {5, 0, 9, 5, 0, 5}) {
    rows.push_back(Ready("ann", priority));
    clock().Advance(absl::Seconds(1));
  }
  Insert(rows);
  std::stable_sort(rows.begin(), rows.end(), ServedBefore);
  EXPECT_EQ(Keys(Claim(0, 10).rows), Keys(rows));
}

TEST_P(ReadyRows, AFloodOfOneOwnerDoesNotHoldUpTheOthers) {
  std::vector<ReadyRow> rows;
  for (int i = 0; i < 3000; ++i) rows.push_back(Ready("flood"));
  for (int owner = 0; owner < 200; ++owner) rows.push_back(Ready("owner-" + std::to_string(owner)));
  Insert(rows);

  std::map<uint64_t, int> served;
  uint64_t cursor = 0;
  for (int claims = 0; claims < 21; ++claims) {
    const ClaimedReady claimed = Claim(cursor, 10);
    ASSERT_EQ(claimed.rows.size(), 10);
    EXPECT_FALSE(claimed.exhausted);
    for (const ReadyRow& row : claimed.rows) ++served[row.owner_hash];
    cursor = claimed.cursor;
  }
  EXPECT_EQ(served.size(), 201);
  EXPECT_LE(served[OwnerHash("flood")], 12);
}

TEST_P(ReadyRows, OwnersAreServedRoundAndRoundFourAtATime) {
  std::vector<ReadyRow> rows;
  for (const char* owner : {"ann", "bob", "cid"}) {
    for (int i = 0; i < 6; ++i) rows.push_back(Ready(owner));
  }
  Insert(rows);
  const ClaimedReady claimed = Claim(0, 18);
  ASSERT_EQ(claimed.rows.size(), 18);
  EXPECT_TRUE(claimed.exhausted);
  std::vector<uint64_t> turns;
  for (size_t i = 0; i < 12; i += 4) {
    const uint64_t owner = claimed.rows[i].owner_hash;
    turns.push_back(owner);
    for (size_t j = i; j < i + 4; ++j) EXPECT_EQ(claimed.rows[j].owner_hash, owner);
  }
  for (size_t i = 12; i < 18; ++i) EXPECT_EQ(claimed.rows[i].owner_hash, turns[(i - 12) / 2]);
  EXPECT_THAT(turns, UnorderedElementsAre(OwnerHash("ann"), OwnerHash("bob"), OwnerHash("cid")));
  EXPECT_EQ(claimed.cursor, turns.back());
}

TEST_P(ReadyRows, TheCursorGoesAroundAndServesEveryOwnerOnce) {
  std::vector<ReadyRow> rows;
  for (int owner = 0; owner < 20; ++owner) {
    for (int i = 0; i < 2; ++i) rows.push_back(Ready("owner-" + std::to_string(owner)));
  }
  Insert(rows);
  uint64_t cursor = OwnerHash("owner-13");
  std::set<uint64_t> first_round;
  for (int i = 0; i < 20; ++i) {
    const ClaimedReady claimed = Claim(cursor, 1);
    ASSERT_EQ(claimed.rows.size(), 1);
    EXPECT_EQ(claimed.cursor, claimed.rows[0].owner_hash);
    first_round.insert(claimed.cursor);
    cursor = claimed.cursor;
  }
  EXPECT_EQ(first_round.size(), 20);
  EXPECT_EQ(cursor, OwnerHash("owner-13"));
}

TEST_P(ReadyRows, ExhaustedSaysThatTheQueueIsEmpty) {
  EXPECT_TRUE(Claim(5, 10).exhausted);
  Insert({Ready("ann"), Ready("bob")});
  const ClaimedReady first = Claim(0, 1);
  EXPECT_FALSE(first.exhausted);
  const ClaimedReady second = Claim(first.cursor, 1);
  EXPECT_EQ(second.rows.size(), 1);
  EXPECT_TRUE(second.exhausted);
  EXPECT_TRUE(Claim(second.cursor, 10).exhausted);
}

TEST_P(ReadyRows, WithALimitOfZeroNothingIsTaken) {
  Insert({Ready("ann")});
  const ClaimedReady claimed = Claim(3, 0);
  EXPECT_THAT(claimed.rows, IsEmpty());
  EXPECT_FALSE(claimed.exhausted);
  EXPECT_EQ(Claim(0, 1).rows.size(), 1);
}

TEST_P(ReadyRows, AreDeletedByKey) {
  const ReadyRow kept = Ready("ann");
  ReadyRow gone = Ready("ann");
  Insert({kept, gone});
  gone.since = absl::InfinitePast();  // not part of the key
  Writes writes;
  writes.delete_ready = {gone, Ready("bob")};
  ASSERT_OK(Write(writes));
  EXPECT_THAT(Keys(Claim(0, 10).rows), ElementsAre(kept.key));
}

TEST_P(ReadyRows, CountAheadCountsOnlyTheOwnersOwnUpToTheLimit) {
  std::vector<ReadyRow> rows;
  for (int i = 0; i < 5; ++i) rows.push_back(Ready("ann"));
  const ReadyRow urgent = Ready("ann", 0);
  rows.push_back(urgent);
  rows.push_back(Ready("bob", 0));
  rows.push_back(Ready("ann", 0, "quiz"));
  Insert(rows);
  EXPECT_THAT(store().CountAhead(urgent, 100), IsOkAndHolds(0));
  EXPECT_THAT(store().CountAhead(rows[0], 100), IsOkAndHolds(1));
  EXPECT_THAT(store().CountAhead(rows[4], 100), IsOkAndHolds(5));
  EXPECT_THAT(store().CountAhead(rows[4], 3), IsOkAndHolds(3));
  EXPECT_THAT(store().CountAhead(Ready("ann", 9), 100), IsOkAndHolds(6));
}

TEST_P(ReadyRows, QueuesShowTheirDepthAndTheirOldestRow) {
  EXPECT_THAT(store().QueueDepths(10), IsOkAndHolds(IsEmpty()));
  const absl::Time start = clock().Now();
  std::vector<ReadyRow> rows = {Ready("ann", 5, "poem@2")};
  clock().Advance(absl::Seconds(7));
  for (int i = 0; i < 20; ++i) rows.push_back(Ready("owner-" + std::to_string(i)));
  Insert(rows);
  ASSERT_OK_AND_ASSIGN(std::vector<QueueDepth> depths, store().QueueDepths(10));
  ASSERT_EQ(depths.size(), 2);
  std::sort(depths.begin(), depths.end(), [](const QueueDepth& a, const QueueDepth& b) { return a.queue < b.queue; });
  EXPECT_EQ(depths[0].queue, "poem");
  EXPECT_EQ(depths[0].depth, 10);
  EXPECT_EQ(depths[0].oldest, start + absl::Seconds(7));
  EXPECT_EQ(depths[1].queue, "poem@2");
  EXPECT_EQ(depths[1].depth, 1);
  EXPECT_EQ(depths[1].oldest, start);
  EXPECT_THAT(store().ReadyQueues(), IsOkAndHolds(UnorderedElementsAre("poem", "poem@2")));
}

}  // namespace
}  // namespace flowmesh::store
