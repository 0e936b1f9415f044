#include "server/store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using flowmesh::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr uint64_t kReplica = 7;
constexpr Id kExecution = {1, 2};

class SqliteStoreTest : public ::testing::Test {
 protected:
  SqliteStoreTest() {
    options_.directory = directory_.file("a/b");
    options_.clock = &clock_;
  }

  static absl::Status Write(SqliteStore& store, uint64_t batch, size_t bytes = 100) {
    Writes writes;
    writes.insert_chunks = {{kExecution, static_cast<int64_t>(batch), 1, std::string(bytes, 'e')}};
    auto transaction = store.Begin(kReplica, batch);
    if (!transaction.ok()) return transaction.status();
    if (absl::Status status = (*transaction)->Apply(writes); !status.ok()) return status;
    return (*transaction)->Commit();
  }

  int64_t SizeOf(const std::string& file) const {
    struct stat found = {};
    return stat((options_.directory + "/" + file).c_str(), &found) == 0 ? found.st_size : -1;
  }

  TemporaryDirectory directory_{TemporaryDirectory::On::kMemory};
  flowmesh::testing::ManualClock clock_;
  SqliteOptions options_;
};

TEST_F(SqliteStoreTest, MakesItsDirectoryForNobodyElse) {
  ASSERT_OK(SqliteStore::Open(options_));
  struct stat made = {};
  ASSERT_EQ(stat(options_.directory.c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777, 0700);
  EXPECT_OK(SqliteStore::Open(options_));
}

TEST_F(SqliteStoreTest, ASecondOneOnTheSameDirectoryIsRefusedUntilTheFirstIsClosed) {
  auto first = SqliteStore::Open(options_);
  ASSERT_OK(first);
  EXPECT_THAT(SqliteStore::Open(options_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(options_.directory), HasSubstr(std::to_string(getpid())))));
  first->reset();
  EXPECT_OK(SqliteStore::Open(options_));
}

TEST_F(SqliteStoreTest, AFileInPlaceOfTheDirectoryIsRefused) {
  options_.directory = "/dev/null/store";
  EXPECT_THAT(SqliteStore::Open(options_), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("/dev/null")));
}

TEST_F(SqliteStoreTest, OnlyOneTransactionIsOpenAtATime) {
  ASSERT_OK_AND_ASSIGN(const auto store, SqliteStore::Open(options_));
  ASSERT_OK(store->Join(kReplica));
  {
    ASSERT_OK_AND_ASSIGN(const auto transaction, store->Begin(kReplica, 1));
    EXPECT_THAT(store->Begin(kReplica, 2), StatusIs(absl::StatusCode::kAborted));
    EXPECT_THAT(store->Join(9), StatusIs(absl::StatusCode::kAborted));
    ASSERT_OK(transaction->Commit());
    EXPECT_THAT(transaction->Commit(), StatusIs(absl::StatusCode::kInternal));
  }
  EXPECT_OK(store->Begin(kReplica, 3));
}

TEST_F(SqliteStoreTest, AReplicaThatJoinsFencesTheOneBefore) {
  ASSERT_OK_AND_ASSIGN(const auto store, SqliteStore::Open(options_));
  ASSERT_OK(store->Join(kReplica));
  ASSERT_OK(Write(*store, 1));
  ASSERT_OK(store->Join(8));
  EXPECT_THAT(Write(*store, 2), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("join")));
  EXPECT_THAT(store->ReadEvents(kExecution, 1, 100), IsOkAndHolds(::testing::IsEmpty()));
}

TEST_F(SqliteStoreTest, TheLogStaysBoundedUnderWritesAndReads) {
  options_.checkpoint_bytes = size_t{64} << 10;
  options_.restart_bytes = size_t{256} << 10;
  ASSERT_OK_AND_ASSIGN(const auto store, SqliteStore::Open(options_));
  ASSERT_OK(store->Join(kReplica));
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) EXPECT_OK(store->ReadEvents(kExecution, 0, 50'000));
    });
  }
  int64_t largest = 0;
  for (uint64_t batch = 1; batch <= 2000; ++batch) {
    ASSERT_OK(Write(*store, batch, 2000));
    largest = std::max(largest, SizeOf("flowmesh.db-wal"));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(largest, int64_t{64} << 10);
  EXPECT_LT(largest, int64_t{512} << 10);
}

TEST_F(SqliteStoreTest, ClosingCopiesTheLogIntoTheDatabase) {
  {
    ASSERT_OK_AND_ASSIGN(const auto store, SqliteStore::Open(options_));
    ASSERT_OK(store->Join(kReplica));
    ASSERT_OK(Write(*store, 1));
    EXPECT_GT(SizeOf("flowmesh.db-wal"), 0);
  }
  EXPECT_LE(SizeOf("flowmesh.db-wal"), 0);
}

TEST_F(SqliteStoreTest, WhatAKilledProcessHadCommittedIsThere) {
  options_.checkpoint_bytes = size_t{64} << 10;  // so that it is killed in checkpoints, too
  for (int round = 0; round < 5; ++round) {
    int acknowledged[2];
    ASSERT_EQ(pipe(acknowledged), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto store = SqliteStore::Open(options_);
      if (!store.ok() || !(*store)->Join(kReplica + static_cast<uint64_t>(round)).ok()) _exit(1);
      for (uint64_t batch = 1;; ++batch) {
        Writes writes;
        const Id id = {static_cast<uint64_t>(round), 1};
        writes.insert_chunks = {{id, static_cast<int64_t>(batch), 1, std::string(500, 'e')}};
        auto transaction = (*store)->Begin(kReplica + static_cast<uint64_t>(round), batch);
        if (!transaction.ok() || !(*transaction)->Apply(writes).ok() || !(*transaction)->Commit().ok()) _exit(1);
        if (write(acknowledged[1], &batch, sizeof(batch)) != sizeof(batch)) _exit(1);
      }
    }
    close(acknowledged[1]);
    uint64_t last = 0;
    uint64_t batch = 0;
    while (last < 100 + 37 * static_cast<uint64_t>(round) &&
           read(acknowledged[0], &batch, sizeof(batch)) == static_cast<ssize_t>(sizeof(batch))) {
      last = batch;
    }
    kill(child, SIGKILL);
    while (read(acknowledged[0], &batch, sizeof(batch)) == static_cast<ssize_t>(sizeof(batch))) last = batch;
    waitpid(child, nullptr, 0);
    close(acknowledged[0]);
    ASSERT_GE(last, 100);

    ASSERT_OK_AND_ASSIGN(const auto store, SqliteStore::Open(options_));
    ASSERT_OK_AND_ASSIGN(const auto chunks, store->ReadEvents({static_cast<uint64_t>(round), 1}, 0, size_t{1} << 30));
    // The one in flight may be there as well, but nothing is missing before it.
    EXPECT_GE(chunks.size(), last);
    EXPECT_LE(chunks.size(), last + 1);
    EXPECT_EQ(chunks.back().first_seq, static_cast<int64_t>(chunks.size()));
  }
}

TEST_F(SqliteStoreTest, ReadsOfManyThreadsShareTheReaders) {
  options_.readers = 1;
  ASSERT_OK_AND_ASSIGN(const auto store, SqliteStore::Open(options_));
  ASSERT_OK(store->Join(kReplica));
  ASSERT_OK(Write(*store, 1));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 200; ++j)
        EXPECT_THAT(store->ReadEvents(kExecution, 0, 1), IsOkAndHolds(::testing::SizeIs(1)));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace flowmesh::store
