#include "server/engine/session_table.h"

#include <gtest/gtest.h>

#include "tests/support/row_builders.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::IdNumber;

store::TaskKey Key(uint64_t n) { return {IdNumber(n), 0}; }

class SessionTableTest : public ::testing::Test {
 protected:
  SessionTableTest() {
    table_.Add({.id = 2, .worker_id = "w1", .slots = 2, .flows = 1, .welcomed = true});
    table_.Add({.id = 4, .worker_id = "w2", .slots = 1, .flows = 0, .welcomed = true});
  }
  Session& One() { return *table_.Find(2); }

  SessionTable table_;
};

TEST_F(SessionTableTest, FindsBySessionAndByWorker) {
  EXPECT_EQ(table_.FindByWorker("w2")->id, 4u);
  EXPECT_EQ(table_.FindByWorker("w3"), nullptr);
  EXPECT_EQ(table_.Find(6), nullptr);
  table_.Remove(4);
  EXPECT_EQ(table_.FindByWorker("w2"), nullptr);
}

TEST_F(SessionTableTest, SlotsAndFlowsAreCountedApart) {
  table_.Hold(2, Key(1), {.attempt = 1, .slot = true});
  table_.Hold(2, Key(2), {.attempt = 1, .slot = false});
  EXPECT_EQ(One().slots_used, 1);
  EXPECT_EQ(One().flows_used, 1);
  EXPECT_TRUE(One().HasRoom(/*slot=*/true));
  EXPECT_FALSE(One().HasRoom(/*slot=*/false));
  EXPECT_EQ(table_.attempts(), 2u);
  table_.Release(2, Key(2));
  EXPECT_TRUE(One().HasRoom(/*slot=*/false));
  EXPECT_EQ(table_.attempts(), 1u);
}

TEST_F(SessionTableTest, ThereIsRoomOnlyInASessionThatTakesWork) {
  EXPECT_TRUE(One().HasRoom(true));
  One().welcomed = false;
  EXPECT_FALSE(One().HasRoom(true));
  One().welcomed = true;
  One().detached = true;
  EXPECT_FALSE(One().HasRoom(true));
  One().detached = false;
  One().draining = true;
  EXPECT_FALSE(One().HasRoom(true));
}

TEST_F(SessionTableTest, UndoTakesBackHoldsAndReleasesInReverse) {
  table_.Hold(2, Key(1), {.attempt = 3, .slot = true});
  table_.Keep();
  table_.Release(2, Key(1));
  table_.Hold(4, Key(1), {.attempt = 4, .slot = true});
  table_.Hold(2, Key(2), {.attempt = 1, .slot = true});
  table_.Release(2, Key(2));
  table_.Undo();
  ASSERT_EQ(One().attempts.size(), 1u);
  EXPECT_EQ(One().attempts.at(Key(1)).attempt, 3);
  EXPECT_EQ(One().slots_used, 1);
  EXPECT_TRUE(table_.Find(4)->attempts.empty());
  EXPECT_EQ(table_.Find(4)->slots_used, 0);
  EXPECT_EQ(table_.attempts(), 1u);
}

TEST_F(SessionTableTest, WhatWasKeptIsNotUndone) {
  table_.Hold(2, Key(1), {.attempt = 1});
  table_.Keep();
  table_.Undo();
  EXPECT_EQ(One().attempts.size(), 1u);
}

TEST_F(SessionTableTest, ReleasingWhatIsNotHeldChangesNothing) {
  table_.Release(2, Key(1));
  table_.Release(99, Key(1));
  table_.Hold(99, Key(1), {.attempt = 1});
  EXPECT_EQ(table_.attempts(), 0u);
  EXPECT_EQ(One().slots_used, 0);
  table_.Undo();
  EXPECT_EQ(table_.attempts(), 0u);
}

TEST_F(SessionTableTest, ARemovedSessionTakesItsAttemptsAlong) {
  table_.Hold(2, Key(1), {.attempt = 1});
  table_.Hold(4, Key(2), {.attempt = 1});
  table_.Remove(2);
  EXPECT_EQ(table_.attempts(), 1u);
  table_.Undo();  // its journal names a session that is gone
  EXPECT_EQ(table_.attempts(), 0u);
}

}  // namespace
}  // namespace flowmesh::engine
