#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Timers : public StoreSuite {
 protected:
  using Shown = std::tuple<absl::Time, TaskKey, TimerKind>;

  static Shown Show(const TimerRow& row) { return {row.due, row.key, row.kind}; }

  // Claims in a batch of its own; answers when the next one is due too.
  std::vector<Shown> Claim(int limit, absl::Time* next = nullptr) {
    std::vector<Shown> shown;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      shown.clear();
      const auto rows = transaction.ClaimDueTimers(limit);
      if (!rows.ok()) return rows.status();
      for (const TimerRow& row : *rows) shown.push_back(Show(row));
      const auto time = transaction.NextTimer();
      if (time.ok() && next != nullptr) *next = *time;
      return time.status();
    }));
    return shown;
  }
};
RUN_ON_EVERY_STORE(Timers);

TEST_P(Timers, DueOnesAreTakenOldestFirstUpToTheLimit) {
  const absl::Time start = clock().Now();
  const TimerRow first = {start + absl::Seconds(1), {NewId(), 0}, TimerKind::kDeadline};
  const TimerRow second = {start + absl::Seconds(2), {NewId(), 300}, TimerKind::kRetry};
  const TimerRow third = {start + absl::Seconds(3), {first.key.execution_id, 2}, TimerKind::kRelease};
  const TimerRow future = {start + absl::Hours(1), {NewId(), 1}, TimerKind::kSleep};
  Writes writes;
  writes.insert_timers = {third, future, first, second};
  ASSERT_OK(Write(writes));

  absl::Time next;
  EXPECT_THAT(Claim(10, &next), IsEmpty());
  EXPECT_EQ(next, first.due);
  clock().Advance(absl::Seconds(3));
  EXPECT_THAT(Claim(2, &next), ElementsAre(Show(first), Show(second)));
  EXPECT_EQ(next, third.due);
  EXPECT_THAT(Claim(2, &next), ElementsAre(Show(third)));
  EXPECT_EQ(next, future.due);
  EXPECT_THAT(Claim(2), IsEmpty());
}

TEST_P(Timers, WithoutAnyTheNextOneIsNever) {
  absl::Time next;
  EXPECT_THAT(Claim(10, &next), IsEmpty());
  EXPECT_EQ(next, absl::InfiniteFuture());
}

TEST_P(Timers, OfOneTaskAndTimeDifferByKindAndAreDeletedOneByOne) {
  const absl::Time due = clock().Now();
  const Id id = NewId();
  const TimerRow deadline = {due, {id, 0}, TimerKind::kDeadline};
  const TimerRow retry = {due, {id, 0}, TimerKind::kRetry};
  Writes insert;
  insert.insert_timers = {deadline, retry};
  ASSERT_OK(Write(insert));
  Writes erase;
  erase.delete_timers = {deadline, {due + absl::Seconds(1), {id, 0}, TimerKind::kRetry}};  // the second is not there
  ASSERT_OK(Write(erase));
  EXPECT_THAT(Claim(10), ElementsAre(Show(retry)));
}

TEST_P(Timers, NextTimerSeesTheWritesOfItsTransaction) {
  const TimerRow timer = {clock().Now() + absl::Microseconds(1), {NewId(), 0}, TimerKind::kSleep};
  ASSERT_OK(Batch([&](Transaction& transaction) {
    Writes writes;
    writes.insert_timers = {timer};
    if (absl::Status status = transaction.Apply(writes); !status.ok()) return status;
    EXPECT_THAT(transaction.NextTimer(), IsOkAndHolds(timer.due));
    return absl::OkStatus();
  }));
}

class AssignedRows : public StoreSuite {
 protected:
  using Shown = std::tuple<uint64_t, uint64_t, TaskKey>;

  static Shown Show(const AssignedRow& row) { return {row.replica_id, row.session, row.key}; }

  std::vector<Shown> Read(uint64_t replica_id, const std::optional<AssignedRow>& after, int limit) {
    const auto rows = store().ReadAssigned(replica_id, after, limit);
    EXPECT_OK(rows);
    std::vector<Shown> shown;
    for (const AssignedRow& row : *rows) shown.push_back(Show(row));
    return shown;
  }
};
RUN_ON_EVERY_STORE(AssignedRows);

TEST_P(AssignedRows, AreReadPageByPageOfOneReplica) {
  const uint64_t other = replica() ^ 1;
  Writes writes;
  std::vector<Shown> expected;
  for (const uint64_t session : {uint64_t{0}, uint64_t{5}, uint64_t{0x9000000000000000}}) {
    for (int i = 0; i < 7; ++i) {
      const AssignedRow row = {replica(), session, {NewId(), i}};
      writes.insert_assigned.push_back(row);
      writes.insert_assigned.push_back({other, session, row.key});
      expected.push_back(Show(row));
    }
  }
  ASSERT_OK(Write(writes));

  std::vector<Shown> all;
  std::optional<AssignedRow> after;
  while (true) {
    const auto page = store().ReadAssigned(replica(), after, 4);
    ASSERT_OK(page);
    if (page->empty()) break;
    EXPECT_LE(page->size(), 4);
    for (const AssignedRow& row : *page) all.push_back(Show(row));
    after = page->back();
    ASSERT_LE(all.size(), expected.size());
  }
  EXPECT_THAT(all, ::testing::UnorderedElementsAreArray(expected));
  EXPECT_THAT(Read(replica() ^ 2, std::nullopt, 10), IsEmpty());
}

TEST_P(AssignedRows, AreDeletedByTheirWholeKey) {
  const AssignedRow row = {replica(), 3, {NewId(), 0}};
  AssignedRow moved = row;
  moved.session = 4;
  Writes writes;
  writes.insert_assigned = {row};
  ASSERT_OK(Write(writes));
  Writes move;
  move.delete_assigned = {row};
  move.insert_assigned = {moved};
  ASSERT_OK(Write(move));
  EXPECT_THAT(Read(replica(), std::nullopt, 10), ElementsAre(Show(moved)));
  Writes erase;
  erase.delete_assigned = {row};  // not there any more
  ASSERT_OK(Write(erase));
  EXPECT_THAT(Read(replica(), std::nullopt, 10), ElementsAre(Show(moved)));
}

}  // namespace
}  // namespace flowmesh::store
