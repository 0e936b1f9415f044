#include "server/engine/lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "server/engine/limits.h"
#include "tests/support/row_builders.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::IdNumber;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Command Cancel(uint64_t n) { return CancelCommand{.id = IdNumber(n)}; }
Command Frame(uint64_t session, size_t bytes = 0) { return FrameCommand{.session = session, .bytes = bytes}; }

// "c1" for the cancel of execution 1, "f2" for a frame of session 2.
std::vector<std::string> Names(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (const auto* cancel = std::get_if<CancelCommand>(&command)) {
      names.push_back("c" + std::to_string(cancel->id.lo - IdNumber(0).lo));
    } else if (const auto* frame = std::get_if<FrameCommand>(&command)) {
      names.push_back("f" + std::to_string(frame->session));
    }
  }
  return names;
}

class LanesTest : public ::testing::Test {
 protected:
  Lanes::Taken TakeNow() { return lanes_.Take(absl::ZeroDuration()); }
  Lanes lanes_;
};

TEST_F(LanesTest, EachLaneKeepsItsOrderAndWorkersComeFirst) {
  EXPECT_TRUE(lanes_.OfferClient(Cancel(1), 0));
  EXPECT_TRUE(lanes_.OfferWorker(Frame(1)));
  EXPECT_TRUE(lanes_.OfferClient(Cancel(2), 0));
  EXPECT_TRUE(lanes_.OfferWorker(Frame(2)));
  EXPECT_THAT(Names(TakeNow().commands), ElementsAre("f1", "f2", "c1", "c2"));
  EXPECT_THAT(TakeNow().commands, IsEmpty());
}

TEST_F(LanesTest, AFullClientLaneRefusesAndHasRoomAgainOnceItIsTaken) {
  for (size_t i = 0; i < kMaxWaitingCommands; ++i) ASSERT_TRUE(lanes_.OfferClient(Cancel(i), 0));
  EXPECT_FALSE(lanes_.OfferClient(Cancel(1), 0));
  EXPECT_EQ(lanes_.waiting_clients(), kMaxWaitingCommands);
  EXPECT_TRUE(lanes_.OfferWorker(Frame(1)));
  EXPECT_THAT(TakeNow().commands, SizeIs(kMaxBatchCommands));
  EXPECT_TRUE(lanes_.OfferClient(Cancel(1), 0));
}

TEST_F(LanesTest, TheClientLaneIsLimitedInBytesToo) {
  EXPECT_TRUE(lanes_.OfferClient(Cancel(1), kMaxWaitingBytes - 10));
  EXPECT_FALSE(lanes_.OfferClient(Cancel(2), 11));
  EXPECT_TRUE(lanes_.OfferClient(Cancel(3), 10));
  EXPECT_FALSE(lanes_.OfferClient(Cancel(4), 1));
  EXPECT_THAT(Names(TakeNow().commands), ElementsAre("c1"));
  EXPECT_THAT(Names(TakeNow().commands), ElementsAre("c3"));
  EXPECT_TRUE(lanes_.OfferClient(Cancel(5), kMaxWaitingBytes));
}

TEST_F(LanesTest, AGroupIsTakenInAsAWholeOrNotAtAll) {
  for (size_t i = 0; i + 1 < kMaxWaitingCommands; ++i) ASSERT_TRUE(lanes_.OfferClient(Cancel(i), 0));
  std::vector<Command> two;
  two.push_back(Cancel(1));
  two.push_back(Cancel(2));
  EXPECT_FALSE(lanes_.OfferClients(std::move(two), 0));
  EXPECT_EQ(lanes_.waiting_clients(), kMaxWaitingCommands - 1);
  std::vector<Command> one;
  one.push_back(Cancel(1));
  EXPECT_TRUE(lanes_.OfferClients(std::move(one), 0));
}

TEST_F(LanesTest, TheBytesOfAGroupAreGivenBack) {
  std::vector<Command> group;
  group.push_back(Cancel(1));
  group.push_back(Cancel(2));
  ASSERT_TRUE(lanes_.OfferClients(std::move(group), kMaxWaitingBytes));
  EXPECT_FALSE(lanes_.OfferClient(Cancel(3), 1));
  while (!TakeNow().commands.empty()) {
  }
  EXPECT_TRUE(lanes_.OfferClient(Cancel(3), kMaxWaitingBytes));
}

TEST_F(LanesTest, ABatchEndsAtItsLimitInItemsAndGoesOnWhereItEnded) {
  for (size_t i = 0; i < kMaxBatchCommands + 3; ++i) ASSERT_TRUE(lanes_.OfferWorker(Frame(i)));
  EXPECT_THAT(TakeNow().commands, SizeIs(kMaxBatchCommands));
  EXPECT_THAT(Names(TakeNow().commands), ElementsAre("f2000", "f2001", "f2002"));
}

TEST_F(LanesTest, ABatchEndsAtItsLimitInBytesButTakesOneLargeCommand) {
  ASSERT_TRUE(lanes_.OfferWorker(Frame(1, 2 * kMaxBatchBytes)));
  ASSERT_TRUE(lanes_.OfferWorker(Frame(2, 1)));
  ASSERT_TRUE(lanes_.OfferClient(Cancel(1), 1));
  EXPECT_THAT(Names(TakeNow().commands), ElementsAre("f1"));
  EXPECT_THAT(Names(TakeNow().commands), ElementsAre("f2", "c1"));
}

TEST_F(LanesTest, WhatChangesTheLoopsMemoryKeepsItsPlaceAmongTheWorkersCommands) {
  int inspected = 0;
  ASSERT_TRUE(lanes_.OfferWorker(Frame(1)));
  ASSERT_TRUE(lanes_.OfferWorker(SessionCommand(DetachCommand{.session = 1})));
  ASSERT_TRUE(lanes_.OfferWorker(Inspection([&] { ++inspected; })));
  ASSERT_TRUE(lanes_.OfferWorker(Frame(2)));
  Lanes::Taken first = TakeNow();
  EXPECT_THAT(Names(first.commands), ElementsAre("f1"));
  EXPECT_THAT(first.memory, IsEmpty());
  Lanes::Taken second = TakeNow();
  ASSERT_THAT(second.memory, SizeIs(2));
  EXPECT_TRUE(std::holds_alternative<SessionCommand>(second.memory[0]));
  EXPECT_TRUE(std::holds_alternative<Inspection>(second.memory[1]));
  EXPECT_THAT(Names(second.commands), ElementsAre("f2"));
}

TEST_F(LanesTest, ClosedLanesRefuseBothButGiveOutWhatIsInside) {
  ASSERT_TRUE(lanes_.OfferClient(Cancel(1), 0));
  ASSERT_TRUE(lanes_.OfferWorker(Frame(1)));
  lanes_.Close();
  EXPECT_TRUE(lanes_.closed());
  EXPECT_FALSE(lanes_.OfferClient(Cancel(2), 0));
  EXPECT_FALSE(lanes_.OfferWorker(Frame(2)));
  EXPECT_FALSE(lanes_.Finished());
  EXPECT_THAT(Names(TakeNow().commands), ElementsAre("f1", "c1"));
  EXPECT_TRUE(lanes_.Finished());
}

TEST_F(LanesTest, AnOfferWakesWhoWaits) {
  for (bool worker : {false, true}) {
    Lanes lanes;
    std::vector<std::string> names;
    std::thread taker([&] { names = Names(lanes.Take(absl::Hours(1)).commands); });
    if (worker) {
      EXPECT_TRUE(lanes.OfferWorker(Frame(7)));
    } else {
      EXPECT_TRUE(lanes.OfferClient(Cancel(7), 0));
    }
    taker.join();
    EXPECT_THAT(names, ElementsAre(worker ? "f7" : "c7"));
  }
}

TEST_F(LanesTest, CloseWakesWhoWaits) {
  std::thread taker([&] { EXPECT_THAT(lanes_.Take(absl::Hours(1)).commands, IsEmpty()); });
  lanes_.Close();
  taker.join();
}

}  // namespace
}  // namespace flowmesh::engine
