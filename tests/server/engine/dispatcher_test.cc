#include "server/engine/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/row_builders.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::IdNumber;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

class DispatcherTest : public ::testing::Test {
 protected:
  void Attach(uint64_t id, int slots, int flows = 0, std::vector<std::string> queues = {"verse"}) {
    sessions_.Add({.id = id, .slots = slots, .flows = flows, .welcomed = true});
    dispatcher_.Serve(id, queues);
  }
  void Hold(uint64_t session) { sessions_.Hold(session, {IdNumber(++held_), 0}, {.attempt = 1}); }

  SessionTable sessions_;
  TaskTypes types_;
  Dispatcher dispatcher_{&sessions_, &types_};
  uint64_t held_ = 0;
};

TEST_F(DispatcherTest, SessionsTakeTurns) {
  for (uint64_t id : {2, 4, 6}) Attach(id, 100);
  std::map<uint64_t, int> picked;
  for (int i = 0; i < 30; ++i) ++picked[dispatcher_.Pick("verse").value()];
  EXPECT_THAT(picked, ElementsAre(std::pair(2, 10), std::pair(4, 10), std::pair(6, 10)));
}

TEST_F(DispatcherTest, AFullSessionIsPassedOver) {
  Attach(2, 1);
  Attach(4, 1);
  Hold(2);
  EXPECT_THAT(dispatcher_.Pick("verse"), Optional(4));
  EXPECT_THAT(dispatcher_.Pick("verse"), Optional(4));
  Hold(4);
  EXPECT_EQ(dispatcher_.Pick("verse"), std::nullopt);
}

TEST_F(DispatcherTest, OnlySessionsThatServeTheQueueArePicked) {
  Attach(2, 1, 0, {"verse"});
  Attach(4, 1, 0, {"rhyme"});
  EXPECT_THAT(dispatcher_.Pick("rhyme"), Optional(4));
  EXPECT_EQ(dispatcher_.Pick("podcast"), std::nullopt);
  dispatcher_.Leave(4);
  EXPECT_EQ(dispatcher_.Pick("rhyme"), std::nullopt);
}

TEST_F(DispatcherTest, RoomIsCountedOverSessionsUpToTheLimit) {
  Attach(2, 3);
  Attach(4, 2);
  Hold(2);
  EXPECT_EQ(dispatcher_.Room("verse", 100), 4);
  EXPECT_EQ(dispatcher_.Room("verse", 3), 3);
  EXPECT_EQ(dispatcher_.Room("podcast", 3), 0);
  sessions_.Find(2)->draining = true;
  EXPECT_EQ(dispatcher_.Room("verse", 100), 2);
}

TEST_F(DispatcherTest, FlowsNeedAPlaceInMemoryAndFunctionsASlot) {
  types_.Set("poem", {.holds_slot = false});
  Attach(2, 1, 0, {"poem", "poem@3", "verse"});
  EXPECT_EQ(dispatcher_.Pick("poem"), std::nullopt);
  EXPECT_EQ(dispatcher_.Pick("poem@3"), std::nullopt);
  EXPECT_THAT(dispatcher_.Pick("verse"), Optional(2));
  sessions_.Find(2)->flows = 5;
  EXPECT_EQ(dispatcher_.Room("poem@3", 100), 5);
}

TEST_F(DispatcherTest, AQueueIsClaimableWhileRowsMayWaitAndThereIsRoom) {
  Attach(2, 1);
  EXPECT_THAT(dispatcher_.Claimable(), IsEmpty());
  dispatcher_.SetMayWait("verse", true);
  dispatcher_.SetMayWait("unserved", true);
  EXPECT_TRUE(dispatcher_.MayWait("unserved"));
  EXPECT_THAT(dispatcher_.Claimable(), ElementsAre("verse"));
  Hold(2);
  EXPECT_THAT(dispatcher_.Claimable(), IsEmpty());
  sessions_.Undo();
  dispatcher_.SetMayWait("verse", false);
  EXPECT_THAT(dispatcher_.Claimable(), IsEmpty());
}

TEST_F(DispatcherTest, TheCursorOfAQueueIsKept) {
  EXPECT_EQ(dispatcher_.cursor("verse"), 0u);
  dispatcher_.set_cursor("verse", 42);
  EXPECT_EQ(dispatcher_.cursor("verse"), 42u);
  EXPECT_EQ(dispatcher_.cursor("rhyme"), 0u);
}

}  // namespace
}  // namespace flowmesh::engine
