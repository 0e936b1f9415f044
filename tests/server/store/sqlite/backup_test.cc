#include "server/store/sqlite/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

namespace fs = std::filesystem;

using flowmesh::testing::StatusIs;
using flowmesh::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint64_t kReplica = 7;
constexpr Id kExecution = {1, 2};

class BackupTest : public ::testing::Test {
 protected:
  // With a log that is copied and starts over all the time.
  std::unique_ptr<SqliteStore> Open(const std::string& directory, size_t restart_bytes = size_t{64} << 20) {
    SqliteOptions options;
    options.directory = directory;
    options.clock = &clock_;
    options.checkpoint_bytes = size_t{256} << 10;
    options.restart_bytes = restart_bytes;
    auto store = SqliteStore::Open(options);
    EXPECT_OK(store);
    if (!store.ok()) std::abort();
    return *std::move(store);
  }

  // The one that is copied.
  std::unique_ptr<SqliteStore> Start(size_t restart_bytes = size_t{64} << 20) {
    auto store = Open(data(), restart_bytes);
    EXPECT_OK(store->Join(kReplica));
    return store;
  }

  static absl::Status Write(SqliteStore& store, int64_t number) {
    Writes writes;
    writes.insert_chunks = {{kExecution, number, 1, std::string(2'000, 'e')}};
    auto transaction = store.Begin(kReplica, static_cast<uint64_t>(number));
    if (!transaction.ok()) return transaction.status();
    if (absl::Status status = (*transaction)->Apply(writes); !status.ok()) return status;
    return (*transaction)->Commit();
  }

  // The numbers that were written, 1, 2, 3, ...: how many without a gap.
  static int64_t CountOf(SqliteStore& store) {
    auto chunks = store.ReadEvents(kExecution, 0, size_t{1} << 30);
    EXPECT_OK(chunks);
    int64_t count = 0;
    for (const EventChunkRow& chunk : *chunks) {
      EXPECT_EQ(chunk.first_seq, ++count);
    }
    return count;
  }

  static std::set<std::string> Names(const std::string& directory) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory)) names.insert(entry.path().filename());
    return names;
  }

  // A file with this byte changed.
  static void Damage(const std::string& file, int64_t at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(at);
    const char old = static_cast<char>(stream.get());
    stream.seekp(at);
    stream.put(static_cast<char>(old ^ 0x55));
  }

  std::string data() const { return root_.file("data"); }
  std::string file() const { return root_.file("copy"); }
  std::string restored() const { return root_.file("restored"); }

  TemporaryDirectory root_{TemporaryDirectory::On::kMemory};
  base::SystemClock clock_;
};

TEST_F(BackupTest, WhatWasCommittedBeforeIsInItWhileTheServerWritesOn) {
  auto store = Start();
  for (int64_t i = 1; i <= 500; ++i) ASSERT_OK(Write(*store, i));
  std::atomic<int64_t> acknowledged = 500;
  std::atomic<bool> stop = false;
  std::thread server([&] {
    for (int64_t i = 501; !stop; ++i) {
      if (absl::Status written = Write(*store, i); !written.ok()) {
        ADD_FAILURE() << written;
        stop = true;
      }
      acknowledged = i;
    }
  });
  for (int round = 0; round < 5; ++round) {
    const std::string copy = absl::StrCat(file(), round);
    const int64_t before = acknowledged;
    // Each step lets the server write, which must not begin the copy anew.
    const auto facts = BackUpDatabase(data(), copy, [&](int, int) {
      const int64_t seen = acknowledged;
      while (acknowledged == seen && !stop) std::this_thread::yield();
    });
    ASSERT_OK(facts);
    EXPECT_EQ(facts->bytes, static_cast<int64_t>(fs::file_size(copy)));
    EXPECT_EQ(facts->version, Migrations().back().number);
    ASSERT_OK(RestoreDatabase(copy, absl::StrCat(restored(), round)));
    EXPECT_GE(CountOf(*Open(absl::StrCat(restored(), round))), before);
  }
  stop = true;
  server.join();
  EXPECT_EQ(CountOf(*store), acknowledged);
}

TEST_F(BackupTest, ItHoldsOneMomentHoweverLongItTakes) {
  auto store = Start();
  for (int64_t i = 1; i <= 3'000; ++i) ASSERT_OK(Write(*store, i));
  int64_t next = 3'001;
  int steps = 0;
  ASSERT_OK(BackUpDatabase(data(), file(), [&](int, int) {
    ++steps;
    for (int i = 0; i < 200; ++i) ASSERT_OK(Write(*store, next++));
  }));
  EXPECT_GT(steps, 0);
  ASSERT_OK(RestoreDatabase(file(), restored()));
  EXPECT_EQ(CountOf(*store), next - 1);
  EXPECT_EQ(CountOf(*Open(restored())), 3'000);
}

TEST_F(BackupTest, TheServersLogStartsOverAgainAfterwards) {
  constexpr size_t kRestart = size_t{1} << 20;
  auto store = Start(kRestart);
  int64_t next = 1;
  for (; next <= 3'000; ++next) ASSERT_OK(Write(*store, next));
  ASSERT_OK(BackUpDatabase(data(), file(), [&](int, int) {
    for (int i = 0; i < 150; ++i) ASSERT_OK(Write(*store, next++));
  }));
  const auto log = [&] { return fs::file_size(data() + "/flowmesh.db-wal"); };
  EXPECT_GT(log(), kRestart + kRestart / 2);
  for (int i = 0; i < 300; ++i) ASSERT_OK(Write(*store, next++));
  EXPECT_LE(log(), kRestart + kRestart / 4);
}

TEST_F(BackupTest, WhatADeadServerLeftInItsLogIsInItAndStaysInTheLog) {
  const pid_t child = fork();
  if (child == 0) {
    auto store = Start();
    for (int64_t i = 1; i <= 20; ++i) {
      if (!Write(*store, i).ok()) _exit(1);
    }
    _exit(0);  // as if killed: nothing is closed
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const uintmax_t log = fs::file_size(data() + "/flowmesh.db-wal");
  ASSERT_GT(log, 0u);
  ASSERT_OK(BackUpDatabase(data(), file()));
  EXPECT_EQ(fs::file_size(data() + "/flowmesh.db-wal"), log);
  ASSERT_OK(RestoreDatabase(file(), restored()));
  EXPECT_EQ(CountOf(*Open(restored())), 20);
  EXPECT_EQ(CountOf(*Open(data())), 20);
}

TEST_F(BackupTest, NothingIsLeftBesideTheCopy) {
  auto store = Start();
  ASSERT_OK(Write(*store, 1));
  ASSERT_OK(BackUpDatabase(data(), file()));
  EXPECT_THAT(Names(root_.path()), ElementsAre("copy", "data"));
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(BackupTest, AFileThatExistsIsNotWrittenOver) {
  auto store = Start();
  std::ofstream(file()) << "mine";
  EXPECT_THAT(BackUpDatabase(data(), file()), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("exists")));
  EXPECT_EQ(fs::file_size(file()), 4u);
  EXPECT_THAT(Names(root_.path()), ElementsAre("copy", "data"));
}

TEST_F(BackupTest, WhatADeadBackupLeftIsWrittenOver) {
  auto store = Start();
  std::ofstream(file() + ".partial") << std::string(100'000, 'x');
  ASSERT_OK(BackUpDatabase(data(), file()));
  EXPECT_THAT(Names(root_.path()), ElementsAre("copy", "data"));
}

TEST_F(BackupTest, TwoAtOnceToTheSameFileAreRefused) {
  auto store = Start();
  ASSERT_OK(BackUpDatabase(data(), root_.file("other")));
  bool tried = false;
  for (int64_t i = 1; i <= 3'000; ++i) ASSERT_OK(Write(*store, i));
  ASSERT_OK(BackUpDatabase(data(), file(), [&](int, int) {
    tried = true;
    EXPECT_THAT(BackUpDatabase(data(), file()),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another backup")));
  }));
  EXPECT_TRUE(tried);
}

TEST_F(BackupTest, PlacesThatCannotBeAreRefusedAndLeaveNothing) {
  EXPECT_THAT(BackUpDatabase(data(), file()), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no store")));
  auto store = Start();
  EXPECT_THAT(BackUpDatabase(data(), root_.file("missing/copy")),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("No such file")));
  store.reset();
  const std::string stranger = root_.file("stranger");
  fs::create_directory(stranger);
  auto theirs = Connection::Open({.path = stranger + "/flowmesh.db"});
  ASSERT_OK(theirs);
  ASSERT_EQ((*theirs)->Execute("CREATE TABLE theirs (id INTEGER)"), SQLITE_OK);
  EXPECT_THAT(BackUpDatabase(stranger, file()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("not made by flowmesh")));
  EXPECT_THAT(Names(root_.path()), ElementsAre("data", "stranger"));
}

TEST_F(BackupTest, OutOfSpaceIsSaidAndLeavesNothing) {
  auto store = Start();
  for (int64_t i = 1; i <= 500; ++i) ASSERT_OK(Write(*store, i));
  store.reset();
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {.rlim_cur = 300'000, .rlim_max = 300'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    _exit(absl::IsResourceExhausted(BackUpDatabase(data(), file()).status()) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_THAT(Names(root_.path()), ElementsAre("data"));
}

class RestoreTest : public BackupTest {
 protected:
  void SetUp() override {
    auto store = Start();
    for (int64_t i = 1; i <= 100; ++i) ASSERT_OK(Write(*store, i));
    ASSERT_OK(BackUpDatabase(data(), file()));
  }

  void ExpectRefused(const std::string& from, const std::string& directory, const std::string& words) {
    EXPECT_THAT(RestoreDatabase(from, directory),
                StatusIs(absl::StatusCode::kFailedPrecondition, AllOf(HasSubstr(words))));
  }
};

TEST_F(RestoreTest, MakesADirectoryForNobodyElse) {
  const auto facts = RestoreDatabase(file(), restored());
  ASSERT_OK(facts);
  EXPECT_EQ(facts->bytes, static_cast<int64_t>(fs::file_size(file())));
  EXPECT_EQ(fs::status(restored()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(CountOf(*Open(restored())), 100);
}

TEST_F(RestoreTest, IntoADirectoryWithArtifactsAndWhatADeadRestoreLeft) {
  fs::create_directories(restored() + "/artifacts/objects");
  std::ofstream(restored() + "/flowmesh.db.restoring") << "half";
  std::ofstream(restored() + "/flowmesh.lock") << "1\n";
  ASSERT_OK(RestoreDatabase(file(), restored()));
  EXPECT_THAT(Names(restored()), ElementsAre("artifacts", "flowmesh.db", "flowmesh.lock"));
  EXPECT_EQ(CountOf(*Open(restored())), 100);
}

TEST_F(RestoreTest, ALiveDirectoryIsRefused) {
  const auto store = Start();
  ExpectRefused(file(), data(), "is held by process");
  EXPECT_EQ(CountOf(*store), 100);
}

TEST_F(RestoreTest, ADirectoryWithAStoreOrAnythingElseIsRefused) {
  ExpectRefused(file(), data(), "flowmesh.db");
  fs::create_directory(restored());
  std::ofstream(restored() + "/notes") << "mine";
  ExpectRefused(file(), restored(), "notes");
  EXPECT_THAT(Names(restored()), ElementsAre("notes"));
  ExpectRefused(file(), root_.file("missing/restored"), "missing/restored");
}

TEST_F(RestoreTest, WhatIsNoBackupIsRefused) {
  ExpectRefused(root_.file("nothing"), restored(), "No such file");
  std::ofstream(root_.file("text")) << std::string(10'000, 't');
  ExpectRefused(root_.file("text"), restored(), "no backup");
  std::ofstream(root_.file("empty")).flush();
  ExpectRefused(root_.file("empty"), restored(), "no backup");
  auto theirs = Connection::Open({.path = root_.file("theirs")});
  ASSERT_OK(theirs);
  ASSERT_EQ((*theirs)->Execute("CREATE TABLE theirs (id INTEGER)"), SQLITE_OK);
  ExpectRefused(root_.file("theirs"), restored(), "no backup");
  // Copied with other means: what is in its log would be missing.
  fs::copy_file(file(), root_.file("raw"));
  std::ofstream(root_.file("raw-wal")) << "log";
  ExpectRefused(root_.file("raw"), restored(), "flowmesh backup");
  EXPECT_FALSE(fs::exists(restored()));
}

TEST_F(RestoreTest, ADamagedOneIsRefused) {
  const std::string cut = root_.file("cut");
  fs::copy_file(file(), cut);
  fs::resize_file(cut, fs::file_size(cut) - 4096);
  ExpectRefused(cut, restored(), "is damaged");
  // What kind of page the second one is.
  const std::string changed = root_.file("changed");
  fs::copy_file(file(), changed);
  Damage(changed, 4096);
  ExpectRefused(changed, restored(), "is damaged");
  EXPECT_FALSE(fs::exists(restored()));
}

TEST_F(RestoreTest, ANewerOneIsRefused) {
  auto newer = Connection::Open({.path = file()});
  ASSERT_OK(newer);
  ASSERT_EQ((*newer)->Execute("PRAGMA journal_mode=DELETE; PRAGMA user_version=900"), SQLITE_OK);
  newer->reset();
  ExpectRefused(file(), restored(), "newer flowmesh");
  EXPECT_FALSE(fs::exists(restored()));
}

}  // namespace
}  // namespace flowmesh::store
