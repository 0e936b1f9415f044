#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ExecutionLists : public StoreSuite {
 protected:
  // Three executions of ann and one of bob each second.
  void InsertSeconds(int seconds) {
    Writes writes;
    for (int second = 0; second < seconds; ++second) {
      for (const char* owner : {"ann", "ann", "bob", "ann"}) {
        ExecutionRow row = NewExecution(owner);
        row.flow = rows_.size() % 2 == 0 ? "poem" : "quiz";
        row.state = static_cast<ExecutionState>(1 + rows_.size() % 9);
        row.labels["third"] = std::to_string(rows_.size() % 3);
        if (rows_.size() % 5 == 0) row.labels["fifth"] = "yes";
        rows_.push_back(row);
        writes.insert_executions.push_back(row);
      }
      clock().Advance(absl::Seconds(1));
    }
    ASSERT_OK(Write(writes));
  }

  // The ids of all pages; no page is larger than its limit.
  std::vector<Id> ListAll(ExecutionFilter filter) {
    std::vector<Id> ids;
    while (true) {
      const auto page = store().ListExecutions(filter);
      EXPECT_OK(page);
      if (!page.ok()) return ids;
      EXPECT_LE(page->rows.size(), static_cast<size_t>(filter.limit));
      for (const ExecutionRow& row : page->rows) ids.push_back(row.id);
      if (!page->next.has_value()) return ids;
      filter.before = page->next;
    }
  }

  // What a filter must answer: the rows that `matches` accepts, newest first.
  template <typename Predicate>
  std::vector<Id> Expected(Predicate matches) {
    std::vector<std::pair<absl::Time, Id>> keys;
    for (const ExecutionRow& row : rows_) {
      if (matches(row)) keys.emplace_back(row.create_time, row.id);
    }
    std::sort(keys.rbegin(), keys.rend());
    std::vector<Id> ids;
    for (const auto& [time, id] : keys) ids.push_back(id);
    return ids;
  }

  std::vector<ExecutionRow> rows_;
};
RUN_ON_EVERY_STORE(ExecutionLists);

TEST_P(ExecutionLists, HoldWholeRowsNewestFirst) {
  const ExecutionRow older = FullExecution();
  clock().Advance(absl::Seconds(1));
  const ExecutionRow newer = FullExecution();
  Writes writes;
  writes.insert_executions = {newer, older};
  ASSERT_OK(Write(writes));
  ExecutionFilter filter;
  filter.owner = "ann";
  ASSERT_OK_AND_ASSIGN(const ExecutionPage page, store().ListExecutions(filter));
  EXPECT_THAT(page.rows, ElementsAre(newer, older));
  EXPECT_FALSE(page.next.has_value());
}

TEST_P(ExecutionLists, OfOneOwnerComeInPagesWithoutGapOrDuplicate) {
  InsertSeconds(20);
  ExecutionFilter filter;
  filter.owner = "ann";
  for (const int limit : {1, 7, 60, 100}) {
    filter.limit = limit;
    EXPECT_EQ(ListAll(filter), Expected([](const ExecutionRow& row) { return row.owner == "ann"; }));
  }
  filter.owner = "nobody";
  EXPECT_THAT(ListAll(filter), IsEmpty());
}

TEST_P(ExecutionLists, OfEverybodyComeInPagesWithoutGapOrDuplicate) {
  InsertSeconds(20);
  ExecutionFilter filter;
  for (const int limit : {3, 80, 100}) {
    filter.limit = limit;
    EXPECT_EQ(ListAll(filter), Expected([](const ExecutionRow&) { return true; }));
  }
}

TEST_P(ExecutionLists, EveryFilterSelectsWhatItSays) {
  InsertSeconds(20);
  for (const bool all : {false, true}) {
    const auto visible = [&](const ExecutionRow& row) { return all || row.owner == "ann"; };
    ExecutionFilter base;
    if (!all) base.owner = "ann";
    base.limit = 7;

    ExecutionFilter flow = base;
    flow.flow = "quiz";
    EXPECT_EQ(ListAll(flow), Expected([&](const auto& row) { return visible(row) && row.flow == "quiz"; }));

    ExecutionFilter states = base;
    states.states = {ExecutionState::kFailed, ExecutionState::kRunning};
    EXPECT_EQ(ListAll(states), Expected([&](const auto& row) {
                return visible(row) && (row.state == ExecutionState::kFailed || row.state == ExecutionState::kRunning);
              }));

    ExecutionFilter labels = base;
    labels.labels = {{"third", "1"}, {"fifth", "yes"}};
    EXPECT_EQ(ListAll(labels), Expected([&](const auto& row) {
                return visible(row) && row.labels.at("third") == "1" && row.labels.contains("fifth");
              }));

    ExecutionFilter times = base;
    times.created_after = rows_[20].create_time;
    times.created_before = rows_[60].create_time;
    EXPECT_EQ(ListAll(times), Expected([&](const auto& row) {
                return visible(row) && row.create_time >= times.created_after && row.create_time < times.created_before;
              }));

    ExecutionFilter none = base;
    none.labels = {{"third", "4"}};
    EXPECT_THAT(ListAll(none), IsEmpty());
  }
}

TEST_P(ExecutionLists, InsertsBetweenPagesNeitherShiftNorRepeatRows) {
  InsertSeconds(10);
  const std::vector<Id> before = Expected([](const ExecutionRow& row) { return row.owner == "ann"; });
  ExecutionFilter filter;
  filter.owner = "ann";
  filter.limit = 4;
  std::vector<Id> seen;
  while (true) {
    ASSERT_OK_AND_ASSIGN(const ExecutionPage page, store().ListExecutions(filter));
    for (const ExecutionRow& row : page.rows) seen.push_back(row.id);
    if (!page.next.has_value()) break;
    filter.before = page.next;
    InsertSeconds(1);
  }
  EXPECT_EQ(seen, before);
}

TEST_P(ExecutionLists, RowsOfOneInstantAreToldApartByTheirIds) {
  Writes writes;
  for (int i = 0; i < 25; ++i) {
    rows_.push_back(NewExecution());
    writes.insert_executions.push_back(rows_.back());
  }
  ASSERT_OK(Write(writes));
  ExecutionFilter filter;
  filter.owner = "ann";
  filter.limit = 4;
  EXPECT_EQ(ListAll(filter), Expected([](const ExecutionRow&) { return true; }));
}

TEST_P(ExecutionLists, APageWithAFilterThatMatchesLittleIsBoundedAndGoesOn) {
  constexpr int kRows = 12'000;
  const ExecutionRow oldest = NewExecution();
  Writes writes;
  writes.insert_executions.push_back(oldest);
  for (int i = 0; i < kRows; ++i) {
    writes.insert_executions.push_back(NewExecution());
    writes.insert_executions.back().flow = "quiz";
  }
  ASSERT_OK(Write(writes));
  ExecutionFilter filter;
  filter.owner = "ann";
  filter.flow = "poem";
  EXPECT_THAT(ListAll(filter), ElementsAre(oldest.id));
}

}  // namespace
}  // namespace flowmesh::store
