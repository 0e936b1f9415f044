// What the store does when the disk fails or is full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "server/store/sqlite/sqlite_store.h"
#include "tests/server/store/sqlite/faulty_vfs.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::FaultyVfs;
using flowmesh::testing::IsOk;
using flowmesh::testing::StatusIs;
using flowmesh::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kReplica = 7;

class SqliteFailuresTest : public ::testing::Test {
 protected:
  SqliteFailuresTest() {
    options_.directory = directory_.path();
    options_.clock = &clock_;
    options_.vfs = vfs_.name();
  }

  void Open() {
    store_.reset();
    absl::StatusOr<std::unique_ptr<SqliteStore>> opened = SqliteStore::Open(options_);
    ASSERT_OK(opened);
    store_ = *std::move(opened);
    ASSERT_OK(store_->Join(kReplica + ++replicas_));
  }

  // Commits one payload of so many bytes.
  absl::Status Write(int32_t task, size_t bytes = 100) {
    Writes writes;
    writes.insert_payloads = {{{kExecution, task}, PayloadDirection::kOutput, std::string(bytes, 'p')}};
    auto transaction = store_->Begin(kReplica + replicas_, ++batch_);
    if (!transaction.ok()) return transaction.status();
    if (absl::Status status = (*transaction)->Apply(writes); !status.ok()) return status;
    return (*transaction)->Commit();
  }

  absl::Status Read(int32_t task) {
    return store_->ReadPayload({kExecution, task}, PayloadDirection::kOutput).status();
  }

  // Writes until there is no more room, takes back that room with `make_room`, and writes again.
  template <typename Function>
  void FillThenMakeRoom(Function make_room) {
    int32_t task = 0;
    absl::Status status;
    while (status.ok() && task < 10'000) status = Write(++task, 20'000);
    ASSERT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("free some")));
    EXPECT_THAT(Read(task), StatusIs(absl::StatusCode::kNotFound));
    EXPECT_OK(Read(task - 1)) << "reads go on";
    EXPECT_THAT(Write(task, 20'000), StatusIs(absl::StatusCode::kResourceExhausted));
    make_room();
    EXPECT_OK(Write(task, 20'000));
    EXPECT_OK(Read(task));
    Open();
    for (int32_t i = 1; i <= task; ++i) EXPECT_OK(Read(i));
  }

  static constexpr Id kExecution = {1, 2};

  FaultyVfs vfs_;
  TemporaryDirectory directory_{TemporaryDirectory::On::kMemory};
  flowmesh::testing::ManualClock clock_;
  SqliteOptions options_;
  std::unique_ptr<SqliteStore> store_;
  uint64_t replicas_ = 0;
  uint64_t batch_ = 0;
};

TEST_F(SqliteFailuresTest, AFailedSyncOfTheLogIsFatalForEverything) {
  Open();
  ASSERT_OK(Write(1));
  vfs_.results().wal_sync = SQLITE_IOERR_FSYNC;
  EXPECT_THAT(Write(2), StatusIs(absl::StatusCode::kDataLoss));
  vfs_.results().wal_sync = SQLITE_OK;
  EXPECT_THAT(Write(2), StatusIs(absl::StatusCode::kDataLoss)) << "the kernel may have dropped pages";
  EXPECT_THAT(Read(1), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(store_->Join(9), StatusIs(absl::StatusCode::kDataLoss));
  Open();
  EXPECT_OK(Read(1));
  EXPECT_OK(Write(3));
}

TEST_F(SqliteFailuresTest, AFailedWriteOfTheLogIsFatal) {
  Open();
  vfs_.results().wal_write = SQLITE_IOERR_WRITE;
  EXPECT_THAT(Write(1), StatusIs(absl::StatusCode::kDataLoss, Not(HasSubstr(directory_.path()))));
  vfs_.results().wal_write = SQLITE_OK;
  EXPECT_THAT(Read(1), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(SqliteFailuresTest, AFailedSyncOfACheckpointIsFatalBeforeTheNextBatch) {
  options_.checkpoint_bytes = 4096;
  Open();
  vfs_.results().database_sync = SQLITE_IOERR_FSYNC;
  absl::Status status;
  for (int32_t task = 1; status.ok() && task < 10; ++task) status = Write(task);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss));
  vfs_.results().database_sync = SQLITE_OK;
}

TEST_F(SqliteFailuresTest, ACheckpointWithoutRoomFailsNoCommitAndIsTriedAgain) {
  options_.checkpoint_bytes = 4096;
  Open();
  vfs_.results().database_write = SQLITE_FULL;
  for (int32_t task = 1; task <= 200; ++task) ASSERT_OK(Write(task));
  struct stat log = {};
  ASSERT_EQ(stat((directory_.path() + "/flowmesh.db-wal").c_str(), &log), 0);
  const auto grown = log.st_size;
  EXPECT_GT(grown, 100 * 4096);

  vfs_.results().database_write = SQLITE_OK;
  for (int32_t task = 201; task <= 300; ++task) ASSERT_OK(Write(task));
  ASSERT_EQ(stat((directory_.path() + "/flowmesh.db-wal").c_str(), &log), 0);
  EXPECT_LE(log.st_size, grown + 40 * 4096) << "the log has started over";
  for (int32_t task = 1; task <= 300; ++task) ASSERT_OK(Read(task));
}

TEST_F(SqliteFailuresTest, AFullLogIsOutOfSpaceUntilThereIsRoom) {
  Open();
  ASSERT_OK(Write(1));
  vfs_.results().wal_write = SQLITE_FULL;
  EXPECT_THAT(Write(2), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(Write(2), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(Read(1));
  EXPECT_THAT(Read(2), StatusIs(absl::StatusCode::kNotFound));
  vfs_.results().wal_write = SQLITE_OK;
  EXPECT_OK(Write(2));
  EXPECT_OK(Read(2));
}

TEST_F(SqliteFailuresTest, ADatabaseAtItsLimitIsOutOfSpaceUntilTheLimitIsRaised) {
  options_.max_pages = 300;
  Open();
  FillThenMakeRoom([this] {
    options_.max_pages = 1000;
    Open();
  });
}

TEST_F(SqliteFailuresTest, AFullFileSystemIsOutOfSpaceUntilThereIsRoom) {
  TemporaryDirectory place;
  if (mount("tmpfs", place.path().c_str(), "tmpfs", 0, "size=4m") != 0) GTEST_SKIP() << "cannot mount a tmpfs";
  const std::string ballast = place.file("ballast");
  std::ofstream(ballast) << std::string(2'500'000, 'b');
  options_.directory = place.path() + "/store";
  Open();
  FillThenMakeRoom([&] { unlink(ballast.c_str()); });
  store_.reset();
  EXPECT_EQ(umount(place.path().c_str()), 0);
}

TEST_F(SqliteFailuresTest, ADamagedFileIsToldWithAdvice) {
  Open();
  ASSERT_OK(Write(1));
  store_.reset();
  std::ofstream(directory_.file("flowmesh.db")) << std::string(8192, 'x');
  EXPECT_THAT(SqliteStore::Open(options_), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("restore a backup")));
}

TEST_F(SqliteFailuresTest, AReadThatFailsDoesNotStopTheWriter) {
  options_.reader_cache_kib = 0;
  Open();
  ASSERT_OK(Write(1));
  Open();  // empties the log and the caches
  vfs_.results().database_read = SQLITE_IOERR_READ;
  EXPECT_THAT(Read(1), StatusIs(absl::StatusCode::kDataLoss));
  vfs_.results().database_read = SQLITE_OK;
  EXPECT_OK(Read(1));
  EXPECT_OK(Write(2));
}

}  // namespace
}  // namespace flowmesh::store
