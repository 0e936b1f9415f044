#include "server/artifacts/object_sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "absl/time/clock.h"
#include "server/artifacts/directory_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::artifacts {
namespace {

using base::Id;
using ::flowmesh::testing::StatusIs;
using ::flowmesh::testing::TemporaryDirectory;
using ::testing::UnorderedElementsAre;

Id IdOf(uint64_t n) { return {.hi = 0x0192f0c48d1e7000, .lo = 0x9abc000000000000 + n}; }

class ObjectSweepTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = DirectoryStore::Open(directory_.path());
    ASSERT_OK(opened);
    store_ = *std::move(opened);
    for (uint64_t n = 1; n <= 4; ++n) {
      auto writer = store_->Create(IdOf(n));
      ASSERT_OK(writer);
      ASSERT_OK((*writer)->Finish(""));
    }
  }

  std::set<Id> Left() {
    std::set<Id> ids;
    std::string cursor;
    do {
      auto page = store_->List(cursor);
      EXPECT_OK(page);
      for (const ListedObject& object : page->objects) ids.insert(object.id);
      cursor = page->next;
    } while (!cursor.empty());
    return ids;
  }

  void SweepAll(absl::Time before, const RowExists& exists) {
    std::string cursor;
    do {
      auto next = SweepPage(*store_, exists, before, cursor);
      ASSERT_OK(next);
      cursor = *next;
    } while (!cursor.empty());
  }

  static absl::StatusOr<bool> IsEven(const Id& id) { return id.lo % 2 == 0; }

  TemporaryDirectory directory_{TemporaryDirectory::On::kMemory};
  std::unique_ptr<DirectoryStore> store_;
};

TEST_F(ObjectSweepTest, WhatNoRowNamesGoes) {
  SweepAll(absl::Now() + absl::Hours(1), IsEven);
  EXPECT_THAT(Left(), UnorderedElementsAre(IdOf(2), IdOf(4)));
}

TEST_F(ObjectSweepTest, YoungObjectsStayAsTheirCommitMayBeOnItsWay) {
  SweepAll(absl::Now() - absl::Hours(1), [](const Id&) { return false; });
  EXPECT_EQ(Left().size(), 4U);
}

TEST_F(ObjectSweepTest, AnObjectStaysWhenTheRowsCannotBeRead) {
  const RowExists fails = [](const Id&) { return absl::DataLossError("the store is gone"); };
  EXPECT_THAT(SweepPage(*store_, fails, absl::Now() + absl::Hours(1), "1"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(Left().size(), 4U);
}

TEST_F(ObjectSweepTest, TheSweeperGoesThroughAllPagesByItself) {
  base::Mutex mutex;
  base::CondVar changed;
  std::set<Id> asked;
  const RowExists exists = [&](const Id& id) -> absl::StatusOr<bool> {
    base::MutexLock lock(mutex);
    asked.insert(id);
    changed.NotifyAll();
    return true;
  };
  testing::ManualClock clock(absl::Now() + absl::Hours(2));
  ObjectSweeper sweeper({.pause = absl::Milliseconds(1)}, store_.get(), exists, &clock);
  sweeper.Start();
  {
    base::MutexLock lock(mutex);
    while (asked.size() < 4) changed.Wait(lock);
  }
  sweeper.Stop();
  sweeper.Stop();
  EXPECT_EQ(Left().size(), 4U);
}

}  // namespace
}  // namespace flowmesh::artifacts
