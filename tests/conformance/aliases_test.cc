// Names that lead to objects: claimed once, released, led elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::IsOkAndHolds;
using ::testing::IsEmpty;
using ::testing::Optional;

class Aliases : public StoreSuite {
 protected:
  AliasRow New(const std::string& alias, const std::string& owner = "ann", const std::string& kind = "quiz.task") {
    return {owner, kind, alias, NewId(owner)};
  }

  // In one committed batch, which then writes `writes`.
  std::vector<ClaimedAlias> Claim(const std::vector<AliasRow>& rows, const Writes& writes = {}) {
    std::vector<ClaimedAlias> claimed;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      auto answers = transaction.ClaimAliases(rows);
      if (!answers.ok()) return answers.status();
      claimed = *std::move(answers);
      return transaction.Apply(writes);
    }));
    return claimed.size() == rows.size() ? claimed : std::vector<ClaimedAlias>(rows.size());
  }
};

RUN_ON_EVERY_STORE(Aliases);

TEST_P(Aliases, ANameIsClaimedOnceAndLeadsToWhoWasFirst) {
  const AliasRow b = New("b");
  const AliasRow d = New("d");
  for (const ClaimedAlias& claimed : Claim({d, b})) EXPECT_TRUE(claimed.fresh);
  const AliasRow a = New("a");
  const AliasRow c = New("c");
  const AliasRow e = New("e");
  const auto answers = Claim({e, New("d"), c, New("b"), a});
  const std::vector<bool> fresh = {true, false, true, false, true};
  const std::vector<Id> objects = {e.object_id, d.object_id, c.object_id, b.object_id, a.object_id};
  for (size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].fresh, fresh[i]) << i;
    EXPECT_EQ(answers[i].object_id, objects[i]) << i;
  }
  EXPECT_THAT(store().ReadAlias(c), IsOkAndHolds(Optional(c.object_id)));
  AliasRow name = d;
  name.object_id = NewId();
  EXPECT_THAT(store().ReadAlias(name), IsOkAndHolds(Optional(d.object_id)));
  Reopen();
  EXPECT_THAT(store().ReadAlias(d), IsOkAndHolds(Optional(d.object_id)));
}

TEST_P(Aliases, ABatchMeetsItsOwnNames) {
  const AliasRow mine = New("mine");
  ASSERT_OK(Batch([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.ClaimAliases({mine})->at(0).fresh);
    const auto again = transaction.ClaimAliases({New("mine")});
    if (!again.ok()) return again.status();
    EXPECT_FALSE(again->at(0).fresh);
    EXPECT_EQ(again->at(0).object_id, mine.object_id);
    EXPECT_THAT(transaction.ClaimAliases({}), IsOkAndHolds(IsEmpty()));
    EXPECT_THAT(store().ReadAlias(mine), IsOkAndHolds(std::nullopt)) << "not committed yet";
    return absl::OkStatus();
  }));
}

TEST_P(Aliases, OwnersAndKindsDoNotMeet) {
  const std::string bytes("na\0me \xff", 7);
  const std::vector<AliasRow> rows = {New(bytes), New(bytes, "bob"), New(bytes, ""), New(bytes, "ann", "user.name"),
                                      New("na")};
  for (const ClaimedAlias& claimed : Claim(rows)) EXPECT_TRUE(claimed.fresh);
  for (const AliasRow& row : rows) EXPECT_THAT(store().ReadAlias(row), IsOkAndHolds(Optional(row.object_id)));
  EXPECT_THAT(store().ReadAlias(New(bytes, "carl")), IsOkAndHolds(std::nullopt));
  EXPECT_FALSE(Claim({New(bytes, "")})[0].fresh);
}

TEST_P(Aliases, WhatARefusedCommandClaimedIsFreeAgain) {
  const AliasRow refused = New("refused");
  const AliasRow kept = New("kept");
  Writes release;
  release.delete_aliases = {refused, New("never there")};
  Claim({refused, kept}, release);
  EXPECT_THAT(store().ReadAlias(refused), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store().ReadAlias(kept), IsOkAndHolds(Optional(kept.object_id)));
  EXPECT_TRUE(Claim({New("refused")})[0].fresh);
}

TEST_P(Aliases, AClaimedNameCanLeadToAnotherObjectAfterAll) {
  AliasRow name = New("name");
  const AliasRow beside = New("beside");
  Writes writes;
  writes.update_aliases = {name};
  writes.update_aliases[0].object_id = NewId();
  Claim({name, beside}, writes);
  EXPECT_THAT(store().ReadAlias(name), IsOkAndHolds(Optional(writes.update_aliases[0].object_id)));
  EXPECT_THAT(store().ReadAlias(beside), IsOkAndHolds(Optional(beside.object_id)));
}

TEST_P(Aliases, AnInsertedNameIsThereAndATakenOneIsRefused) {
  const AliasRow first = New("first");
  Writes writes;
  writes.insert_aliases = {first};
  ASSERT_OK(Write(writes));
  EXPECT_THAT(store().ReadAlias(first), IsOkAndHolds(Optional(first.object_id)));
  const AliasRow beside = New("beside");
  writes.insert_aliases = {beside, New("first")};
  EXPECT_FALSE(Write(writes).ok());
  EXPECT_THAT(store().ReadAlias(first), IsOkAndHolds(Optional(first.object_id)));
  EXPECT_THAT(store().ReadAlias(beside), IsOkAndHolds(std::nullopt));
}

TEST_P(Aliases, WithoutACommitNoNameIsTaken) {
  const AliasRow lost = New("lost");
  store().Next({Fault::kNone});
  {
    ASSERT_OK_AND_ASSIGN(const auto transaction, Begin());
    EXPECT_TRUE(transaction->ClaimAliases({lost})->at(0).fresh);
  }
  EXPECT_THAT(store().ReadAlias(lost), IsOkAndHolds(std::nullopt));
  EXPECT_TRUE(Claim({New("lost")})[0].fresh);
}

}  // namespace
}  // namespace flowmesh::store
