#include "server/engine/final_waiters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/row_builders.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::IdNumber;
using flowmesh::testing::NewExecutionRow;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FinalWaitersTest : public ::testing::Test {
 protected:
  uint64_t Await(uint64_t n, const std::string& name) {
    return waiters_.Await(IdNumber(n), [this, name](const store::ExecutionRow& row) {
      EXPECT_EQ(row.owner, "ann");
      called_.push_back(name);
    });
  }

  FinalWaiters waiters_;
  std::vector<std::string> called_;
};

TEST_F(FinalWaitersTest, EverybodyWhoWaitsForItIsCalledOnce) {
  Await(1, "a");
  Await(1, "b");
  Await(2, "stranger");
  waiters_.Notify(NewExecutionRow(1));
  waiters_.Notify(NewExecutionRow(1));
  EXPECT_THAT(called_, ElementsAre("a", "b"));
}

TEST_F(FinalWaitersTest, WhoLeftIsNotCalled) {
  const uint64_t leaves = Await(1, "leaves");
  Await(1, "stays");
  waiters_.Leave(IdNumber(1), leaves);
  waiters_.Notify(NewExecutionRow(1));
  EXPECT_THAT(called_, ElementsAre("stays"));
  waiters_.Leave(IdNumber(1), leaves);
}

TEST_F(FinalWaitersTest, NobodyWaits) {
  waiters_.Notify(NewExecutionRow(1));
  EXPECT_THAT(called_, IsEmpty());
}

TEST_F(FinalWaitersTest, ACallbackMayWaitLeaveAndNotify) {
  waiters_.Await(IdNumber(1), [&](const store::ExecutionRow&) {
    const uint64_t ticket = Await(2, "left");
    Await(2, "second");
    waiters_.Leave(IdNumber(2), ticket);
    waiters_.Notify(NewExecutionRow(2));
  });
  waiters_.Notify(NewExecutionRow(1));
  EXPECT_THAT(called_, ElementsAre("second"));
}

TEST_F(FinalWaitersTest, ACallbackMayTakeAnotherOneOut) {
  uint64_t other = 0;
  waiters_.Await(IdNumber(1), [&](const store::ExecutionRow&) { waiters_.Leave(IdNumber(1), other); });
  other = Await(1, "left in time");
  waiters_.Notify(NewExecutionRow(1));
  EXPECT_THAT(called_, IsEmpty());
}

TEST_F(FinalWaitersTest, CloseAbandonsWhoWaitsAndWhoComesLater) {
  int abandoned = 0;
  const auto never = [](const store::ExecutionRow&) { FAIL() << "nothing became final"; };
  waiters_.Await(IdNumber(1), never, [&] { ++abandoned; });
  const uint64_t left = waiters_.Await(IdNumber(1), never, [&] { FAIL() << "it had left"; });
  waiters_.Leave(IdNumber(1), left);
  waiters_.Close();
  EXPECT_EQ(abandoned, 1);
  waiters_.Await(IdNumber(2), never, [&] { ++abandoned; });
  EXPECT_EQ(abandoned, 2);
}

}  // namespace
}  // namespace flowmesh::engine
