#include <algorithm>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;

STORE_SUITE(Replicas);
STORE_SUITE(StoreTime);

TEST_P(Replicas, ABatchOfAReplicaThatNeverJoinedIsRefused) {
  EXPECT_OK(Write(Writes()));
  absl::Status refused;
  do {
    refused = store().Begin(replica() + 1, 1000).status();
  } while (GetParam().faulty && absl::IsAborted(refused));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_OK(Write(Writes()));
}

TEST_P(Replicas, ADeadReplicasWorkIsFoundUntilItWasTakenOver) {
  const uint64_t first = replica();
  const AssignedRow row = {first, 1, {NewId(), 0}};
  Writes writes;
  writes.insert_assigned = {row};
  ASSERT_OK(Write(writes));

  EXPECT_THAT(Reopen(), ElementsAre(first));
  EXPECT_THAT(Reopen(), Contains(first)) << "its work is still there";
  ASSERT_OK_AND_ASSIGN(const std::vector<AssignedRow> orphans, store().ReadAssigned(first, std::nullopt, 10));
  ASSERT_EQ(orphans.size(), 1);
  EXPECT_EQ(orphans[0].key, row.key);

  Writes take_over;
  take_over.delete_assigned = orphans;
  ASSERT_OK(Write(take_over));
  EXPECT_THAT(Reopen(), Not(Contains(first)));
}

TEST_P(Replicas, EverythingCommittedIsThereAfterReopening) {
  const ExecutionRow row = FullExecution();
  const ReadyRow ready = Ready("ann");
  Writes writes;
  writes.insert_executions = {row};
  writes.insert_tasks = {{row.id, FullTask(1)}};
  writes.insert_ready = {ready};
  writes.insert_timers = {{clock().Now(), {row.id, 0}, TimerKind::kDeadline}};
  writes.insert_chunks = {{row.id, 1, 2, "events"}};
  writes.insert_payloads = {{{row.id, 0}, PayloadDirection::kOutput, "payload"}};
  ASSERT_OK(Write(writes));

  Reopen();
  EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(Optional(row)));
  EXPECT_THAT(store().ListTasks(row.id, 0, 10), IsOkAndHolds(ElementsAre(FullTask(1))));
  EXPECT_THAT(store().ReadPayload({row.id, 0}, PayloadDirection::kOutput), IsOkAndHolds("payload"));
  EXPECT_THAT(store().ReadyQueues(), IsOkAndHolds(ElementsAre("poem")));
  ASSERT_OK_AND_ASSIGN(const std::vector<EventChunkRow> chunks, store().ReadEvents(row.id, 0, 100));
  ASSERT_EQ(chunks.size(), 1);
  EXPECT_EQ(chunks[0].bytes, "events");
  ASSERT_OK_AND_ASSIGN(const auto counts, store().CountUnfinished());
  EXPECT_EQ(counts.at(row.state), 1);
  EXPECT_OK(Batch([&](Transaction& transaction) {
    const auto timers = transaction.ClaimDueTimers(10);
    EXPECT_THAT(timers, IsOkAndHolds(::testing::SizeIs(1)));
    return timers.status();
  }));
}

TEST_P(StoreTime, NeverDecreasesWhenTheClockIsSetBack) {
  absl::Time last = absl::InfinitePast();
  const auto advanced = [&] {
    absl::Time now;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      now = transaction.now();
      return absl::OkStatus();
    }));
    const bool later = now > last;
    EXPECT_GE(now, last);
    last = now;
    return later;
  };
  EXPECT_TRUE(advanced());
  clock().Advance(absl::Microseconds(1));
  EXPECT_TRUE(advanced());
  EXPECT_EQ(last, clock().Now());
  clock().Advance(-absl::Hours(5));
  EXPECT_FALSE(advanced());
  Reopen();
  EXPECT_FALSE(advanced()) << "over a restart";
  Reopen();
  Reopen();
  EXPECT_FALSE(advanced()) << "over restarts without a batch";
  clock().Advance(absl::Hours(6));
  EXPECT_TRUE(advanced());
  EXPECT_EQ(last, clock().Now());
}

TEST_P(StoreTime, HasWholeMicroseconds) {
  clock().Advance(absl::Nanoseconds(1'700));
  EXPECT_OK(Batch([&](Transaction& transaction) {
    EXPECT_EQ(transaction.now(), absl::FromUnixMicros(absl::ToUnixMicros(transaction.now())));
    EXPECT_LE(transaction.now(), clock().Now());
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace flowmesh::store
