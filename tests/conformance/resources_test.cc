// Resources: what is written, changed only of its execution, counted, listed page by page, and purged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Optional;

class Resources : public StoreSuite {
 protected:
  ResourceRow New(const std::string& owner = "ann", const std::string& kind = "quiz.question") {
    ResourceRow row;
    row.id = NewId(owner);
    row.kind = kind;
    row.owner = owner;
    row.create_time = clock().Now();
    row.update_time = row.create_time;
    row.payload = std::string("pay\0load of \xff", 13) + row.id.ToString();
    return row;
  }
  // Has no column at its default.
  ResourceRow Full() {
    ResourceRow row = New();
    row.parent = NewId();
    row.execution_id = NewId();
    row.version = int64_t{3} << 40;
    row.update_time += absl::Microseconds(1);
    return row;
  }

  void Insert(const std::vector<ResourceRow>& rows) {
    Writes writes;
    writes.insert_resources = rows;
    ASSERT_OK(Write(writes));
  }
  void Update(const std::vector<ResourceUpdate>& updates) {
    Writes writes;
    writes.update_resources = updates;
    ASSERT_OK(Write(writes));
  }
  ResourceRow Read(const Id& id) {
    auto row = store().ReadResource(id);
    EXPECT_OK(row);
    return row.ok() && row->has_value() ? **row : ResourceRow();
  }
  int64_t CountUp(const ResourceRow& counter) {
    int64_t version = 0;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      const auto counted = transaction.CountUp(counter);
      if (counted.ok()) version = *counted;
      return counted.status();
    }));
    return version;
  }

  // Ids of a list that is read in pages of `limit`.
  std::vector<Id> Pages(ResourceFilter filter, int limit) {
    std::vector<Id> ids;
    filter.limit = limit;
    while (true) {
      const auto page = store().ListResources(filter);
      EXPECT_OK(page);
      if (!page.ok()) return ids;
      EXPECT_LE(page->rows.size(), static_cast<size_t>(limit));
      for (const ResourceRow& row : page->rows) ids.push_back(row.id);
      if (!page->more) return ids;
      EXPECT_EQ(page->rows.size(), static_cast<size_t>(limit));
      if (page->rows.empty()) return ids;
      filter.after = {page->rows.back().create_time, page->rows.back().id};
    }
  }
  // A list in both directions and pages of several sizes holds just these, the oldest of which is the first.
  void ExpectList(ResourceFilter filter, std::vector<Id> expected) {
    for (const bool newest_first : {false, true}) {
      filter.newest_first = newest_first;
      for (const int limit : {1, 2, 3, 100}) EXPECT_THAT(Pages(filter, limit), ElementsAreArray(expected)) << limit;
      std::reverse(expected.begin(), expected.end());
    }
  }
};

RUN_ON_EVERY_STORE(Resources);

TEST_P(Resources, EveryColumnComesBack) {
  const ResourceRow full = Full();
  ResourceRow bare = New();
  bare.payload.clear();
  const ResourceRow of_the_mesh = New("");
  Insert({full, bare, of_the_mesh});
  EXPECT_THAT(store().ReadResource(full.id), IsOkAndHolds(Optional(full)));
  EXPECT_THAT(store().ReadResource(bare.id), IsOkAndHolds(Optional(bare)));
  EXPECT_THAT(store().ReadResource(of_the_mesh.id), IsOkAndHolds(Optional(of_the_mesh)));
  EXPECT_THAT(store().ReadResource(NewId()), IsOkAndHolds(std::nullopt));
  Reopen();
  EXPECT_THAT(store().ReadResource(full.id), IsOkAndHolds(Optional(full)));
}

TEST_P(Resources, ABatchReadsThemInRequestOrderWithItsOwnWrites) {
  const ResourceRow first = New();
  const ResourceRow second = New("bob");
  Insert({first});
  ASSERT_OK(Batch([&](Transaction& transaction) {
    Writes writes;
    writes.insert_resources = {second};
    if (absl::Status status = transaction.Apply(writes); !status.ok()) return status;
    const auto rows = transaction.ReadResources({second.id, NewId(), first.id, second.id});
    if (!rows.ok()) return rows.status();
    EXPECT_THAT(*rows, ElementsAre(Optional(second), std::nullopt, Optional(first), Optional(second)));
    EXPECT_THAT(transaction.ReadResources({}), IsOkAndHolds(IsEmpty()));
    EXPECT_THAT(store().ReadResource(second.id), IsOkAndHolds(std::nullopt)) << "not committed yet";
    return absl::OkStatus();
  }));
}

TEST_P(Resources, AnUpdateChangesWhatItNamesAndRaisesTheVersion) {
  ResourceRow row = Full();
  ResourceRow other = Full();
  Insert({row, other});
  const absl::Time later = row.update_time + absl::Seconds(5);

  Update({{.id = row.id, .payload = "second", .update_time = later}});
  row.payload = "second";
  row.update_time = later;
  ++row.version;
  EXPECT_EQ(Read(row.id), row);

  const Id retry = NewId();
  Update({{.id = row.id, .execution_id = retry, .update_time = later}});
  row.execution_id = retry;
  ++row.version;
  EXPECT_EQ(Read(row.id), row);

  // Several at once, in whatever order, one of them unknown; an empty payload is a payload.
  Update({{.id = other.id, .execution_id = Id(), .payload = "", .update_time = later},
          {.id = NewId(), .payload = "nobody's", .update_time = later},
          {.id = row.id, .update_time = later + absl::Seconds(1)}});
  row.update_time = later + absl::Seconds(1);
  ++row.version;
  other.execution_id = Id();
  other.payload.clear();
  other.update_time = later;
  ++other.version;
  EXPECT_EQ(Read(row.id), row);
  EXPECT_EQ(Read(other.id), other);
}

TEST_P(Resources, AnUpdateOfAnotherExecutionChangesNothing) {
  const ResourceRow row = Full();
  ResourceRow free = New();
  Insert({row, free});
  const absl::Time later = row.update_time + absl::Seconds(5);
  Update({{.id = row.id, .only_of = NewId(), .execution_id = NewId(), .payload = "late", .update_time = later},
          {.id = free.id, .only_of = row.execution_id, .payload = "late", .update_time = later}});
  EXPECT_EQ(Read(row.id), row);
  EXPECT_EQ(Read(free.id), free);

  Update({{.id = row.id, .only_of = Id(), .payload = "late", .update_time = later},
          {.id = free.id, .only_of = Id(), .payload = "in time", .update_time = later}});
  EXPECT_EQ(Read(row.id), row);
  EXPECT_EQ(Read(free.id).payload, "in time");

  Update({{.id = row.id, .only_of = row.execution_id, .payload = "in time", .update_time = later}});
  EXPECT_EQ(Read(row.id).payload, "in time");
  EXPECT_EQ(Read(row.id).version, row.version + 1);
}

TEST_P(Resources, WhatABatchInsertsItCanUpdate) {
  ResourceRow row = New();
  Writes writes;
  writes.insert_resources = {row};
  writes.update_resources = {{.id = row.id, .payload = "after all", .update_time = row.update_time}};
  ASSERT_OK(Write(writes));
  row.payload = "after all";
  row.version = 2;
  EXPECT_EQ(Read(row.id), row);
}

TEST_P(Resources, NoIdIsThereTwice) {
  const ResourceRow row = New();
  const ResourceRow beside = New();
  Insert({row});
  ResourceRow again = row;
  again.payload = "another";
  Writes writes;
  writes.insert_resources = {again, beside};
  EXPECT_FALSE(Write(writes).ok());
  EXPECT_EQ(Read(row.id), row);
  EXPECT_THAT(store().ReadResource(beside.id), IsOkAndHolds(std::nullopt));
}

TEST_P(Resources, ACounterNeverAnswersTheSameNumberTwice) {
  ResourceRow counter = New("ann", "quiz.counter");
  ResourceRow other = New("bob", "quiz.counter");
  other.version = 7;
  EXPECT_EQ(CountUp(counter), 1);
  EXPECT_EQ(CountUp(counter), 2);
  EXPECT_EQ(CountUp(other), 7);
  std::vector<int64_t> counted;
  ASSERT_OK(Batch([&](Transaction& transaction) {
    counted.clear();
    for (int i = 0; i < 3; ++i) {
      const auto number = transaction.CountUp(counter);
      if (!number.ok()) return number.status();
      counted.push_back(*number);
    }
    return absl::OkStatus();
  }));
  EXPECT_THAT(counted, ElementsAre(3, 4, 5));
  store().Next({Fault::kNone, Fault::kConflictAtCommit});
  {
    ASSERT_OK_AND_ASSIGN(const auto rolled_back, Begin());
    EXPECT_THAT(rolled_back->CountUp(counter), IsOkAndHolds(6));
  }
  {
    ASSERT_OK_AND_ASSIGN(const auto in_conflict, Begin());
    EXPECT_THAT(in_conflict->CountUp(counter), IsOkAndHolds(6));
    EXPECT_THAT(in_conflict->Commit(), StatusIs(absl::StatusCode::kAborted));
  }
  counter.update_time += absl::Seconds(9);
  EXPECT_EQ(CountUp(counter), 6);
  counter.version = 6;
  EXPECT_EQ(Read(counter.id), counter);
}

TEST_P(Resources, AListWalksTheResourcesOfOneKindByAge) {
  std::vector<Id> anns;
  std::vector<Id> everybodys;
  for (int i = 0; i < 7; ++i) {
    // Three at the same time, then the next three.
    if (i % 3 == 0) clock().Advance(absl::Seconds(1));
    ResourceRow row = New(i % 3 == 2 ? "bob" : "ann");
    ResourceRow child = New();
    child.parent = row.id;
    Insert({row, New("ann", "quiz.quiz"), New("anna"), child});
    everybodys.push_back(row.id);
    if (row.owner == "ann") anns.push_back(row.id);
  }
  ExpectList({.kind = "quiz.question", .owner = "ann"}, anns);
  ASSERT_OK_AND_ASSIGN(const ResourcePage all, store().ListResources({.kind = "quiz.question", .newest_first = false}));
  EXPECT_FALSE(all.more);
  std::vector<Id> without_anna;
  for (const ResourceRow& row : all.rows) {
    EXPECT_EQ(row.kind, "quiz.question");
    EXPECT_TRUE(row.parent.is_zero());
    if (row.owner != "anna") without_anna.push_back(row.id);
  }
  EXPECT_EQ(without_anna, everybodys);
  ExpectList({.kind = "quiz.question", .owner = "carl"}, {});
  ExpectList({.kind = "quiz.quest"}, {});
}

TEST_P(Resources, OneThatIsInsertedLaterWithAnEarlierTimeStandsWhereItsTimeIs) {
  ResourceRow late = New();
  ResourceRow early = New();
  late.create_time += absl::Seconds(1);
  Insert({late});
  Insert({early});
  ExpectList({.kind = "quiz.question", .owner = "ann"}, {early.id, late.id});
  ExpectList({.kind = "quiz.question"}, {early.id, late.id});
}

TEST_P(Resources, AnOwnerOfNoNameIsAnOwner) {
  const ResourceRow of_the_mesh = New("");
  Insert({of_the_mesh, New("ann")});
  ExpectList({.kind = "quiz.question", .owner = ""}, {of_the_mesh.id});
}

TEST_P(Resources, TheChildrenOfAParentAreListedByIdWhoeverOwnsThem) {
  const Id parent = NewId("ann");
  std::vector<Id> children;
  std::vector<Id> bobs;
  std::vector<Id> of_execution;
  const Id execution = NewId("ann");
  for (int i = 0; i < 6; ++i) {
    ResourceRow child = New(i % 2 == 0 ? "ann" : "bob");
    child.parent = parent;
    child.create_time -= absl::Seconds(i);  // does not count
    if (i >= 3) child.execution_id = execution;
    ResourceRow others = New();
    others.parent = NewId();
    ResourceRow other_kind = New("ann", "quiz.answer");
    other_kind.parent = parent;
    Insert({child, others, other_kind});
    children.push_back(child.id);
    if (child.owner == "bob") bobs.push_back(child.id);
    if (i >= 3) of_execution.push_back(child.id);
  }
  ExpectList({.kind = "quiz.question", .parent = parent}, children);
  ExpectList({.kind = "quiz.question", .owner = "bob", .parent = parent}, bobs);
  ExpectList({.kind = "quiz.question", .parent = parent, .execution_id = execution}, of_execution);
  ExpectList({.kind = "quiz.question", .parent = NewId()}, {});
}

TEST_P(Resources, WhatAnExecutionMadeIsListedByAgeWhoeverOwnsIt) {
  const Id execution = NewId("ann");
  std::vector<Id> made;
  std::vector<Id> bobs;
  for (int i = 0; i < 5; ++i) {
    ResourceRow row = New(i % 2 == 0 ? "ann" : "bob");
    row.execution_id = execution;
    ResourceRow child = row;
    child.id = NewId();
    child.parent = row.id;
    Insert({row, child, New()});
    made.push_back(row.id);
    if (row.owner == "bob") bobs.push_back(row.id);
  }
  ExpectList({.kind = "quiz.question", .execution_id = execution}, made);
  ExpectList({.kind = "quiz.question", .owner = "bob", .execution_id = execution}, bobs);
  // One that moves on is in the list of its new execution.
  const Id retry = NewId();
  Update({{.id = made[1], .execution_id = retry, .update_time = clock().Now()}});
  ExpectList({.kind = "quiz.question", .execution_id = retry}, {made[1]});
  made.erase(made.begin() + 1);
  ExpectList({.kind = "quiz.question", .execution_id = execution}, made);
}

TEST_P(Resources, ALimitBelowOneIsOne) {
  const ResourceRow row = New();
  Insert({row, New()});
  ASSERT_OK_AND_ASSIGN(const ResourcePage page,
                       store().ListResources({.kind = row.kind, .newest_first = false, .limit = 0}));
  EXPECT_THAT(page.rows, ElementsAre(row));
  EXPECT_TRUE(page.more);
}

}  // namespace
}  // namespace flowmesh::store
