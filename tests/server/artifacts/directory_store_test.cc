#include "server/artifacts/directory_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/base/digest.h"
#include "server/base/error.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::artifacts {
namespace {

using base::Id;
using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::StatusIs;
using ::flowmesh::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Id IdOf(uint64_t n) { return {.hi = 0x0192f0c48d1e7000, .lo = 0x9abc000000000000 + n}; }

// Files may not grow beyond a size while it lives, which the kernel tells as EFBIG.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = old_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_ = {};
  void (*old_handler_)(int) = nullptr;
};

class DirectoryStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen() {
    store_.reset();
    auto opened = DirectoryStore::Open(path());
    ASSERT_OK(opened);
    store_ = *std::move(opened);
  }

  std::string path() const { return directory_.file("artifacts"); }

  absl::StatusOr<StoredObject> Put(const Id& id, const std::vector<std::string>& chunks,
                                   const std::string& digest = "") {
    auto writer = store_->Create(id);
    if (!writer.ok()) return writer.status();
    for (const std::string& chunk : chunks) {
      if (absl::Status status = (*writer)->Append(chunk); !status.ok()) return status;
    }
    return (*writer)->Finish(digest);
  }

  absl::StatusOr<std::string> Get(const Id& id, int64_t offset = 0, size_t piece = 4) {
    auto reader = store_->Open(id, offset);
    if (!reader.ok()) return reader.status();
    std::string all;
    while (true) {
      auto bytes = (*reader)->Read(piece);
      if (!bytes.ok()) return bytes.status();
      if (bytes->empty()) return all;
      all += *bytes;
    }
  }

  // Every file but the lock.
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
      if (entry.is_regular_file() && entry.path().filename() != "flowmesh.lock") {
        names.push_back(std::filesystem::relative(entry.path(), path()).string());
      }
    }
    return names;
  }

  TemporaryDirectory directory_{TemporaryDirectory::On::kMemory};
  std::unique_ptr<DirectoryStore> store_;
};

TEST_F(DirectoryStoreTest, WhatWasFinishedIsReadFromAnyOffset) {
  const auto stored = Put(IdOf(1), {"a rose ", "", "is a rose"});
  ASSERT_OK(stored);
  EXPECT_EQ(stored->size, 16);
  EXPECT_EQ(stored->digest, base::Sha256("a rose is a rose"));
  EXPECT_THAT(Get(IdOf(1)), IsOkAndHolds("a rose is a rose"));
  EXPECT_THAT(Get(IdOf(1), 7, 100), IsOkAndHolds("is a rose"));
  EXPECT_THAT(Get(IdOf(1), 16), IsOkAndHolds(""));
  EXPECT_THAT(Get(IdOf(1), 1000), IsOkAndHolds(""));
  EXPECT_THAT(Get(IdOf(2)), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DirectoryStoreTest, AnEmptyObjectIsAnObject) {
  EXPECT_OK(Put(IdOf(1), {}));
  EXPECT_THAT(Get(IdOf(1)), IsOkAndHolds(""));
}

TEST_F(DirectoryStoreTest, FinishedObjectsOutliveTheStore) {
  ASSERT_OK(Put(IdOf(1), {"kept"}));
  Reopen();
  EXPECT_THAT(Get(IdOf(1)), IsOkAndHolds("kept"));
}

TEST_F(DirectoryStoreTest, AWriterThatIsGivenUpLeavesNothing) {
  {
    auto writer = store_->Create(IdOf(1));
    ASSERT_OK(writer);
    ASSERT_OK((*writer)->Append("half"));
    EXPECT_THAT(Files(), ::testing::SizeIs(1));
    EXPECT_THAT(Get(IdOf(1)), StatusIs(absl::StatusCode::kNotFound)) << "half an object is none";
  }
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(DirectoryStoreTest, WhatACrashLeftIsRemovedAtTheStart) {
  ASSERT_OK(Put(IdOf(1), {"whole"}));
  std::ofstream(path() + "/incoming/" + IdOf(2).ToString()) << "half";
  Reopen();
  EXPECT_THAT(store_->Delete(IdOf(2)), StatusIs(absl::StatusCode::kOk));
  EXPECT_THAT(Files(), UnorderedElementsAre("objects/01/" + IdOf(1).ToString()));
}

TEST_F(DirectoryStoreTest, AnotherDigestThanExpectedKeepsNothing) {
  const auto stored = Put(IdOf(1), {"a rose"}, base::Sha256("a nose"));
  EXPECT_THAT(stored.status(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(base::GetReason(stored.status()), "DIGEST_MISMATCH");
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_OK(Put(IdOf(1), {"a rose"}, base::Sha256("a rose")));
}

TEST_F(DirectoryStoreTest, OutOfSpaceIsSaidAndLeavesNothing) {
  {
    const FileSizeLimit limit(100);
    const auto stored = Put(IdOf(1), {std::string(80, 'x'), std::string(80, 'x')});
    EXPECT_THAT(stored.status(), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("out of space")));
    EXPECT_EQ(base::GetReason(stored.status()), "OUT_OF_SPACE");
    EXPECT_TRUE(base::GetRetryDelay(stored.status()).has_value());
  }
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_OK(Put(IdOf(1), {std::string(160, 'x')}));
}

TEST_F(DirectoryStoreTest, ADeletedObjectIsReadToItsEndByWhoeverHasItOpen) {
  ASSERT_OK(Put(IdOf(1), {"a rose is a rose"}));
  auto reader = store_->Open(IdOf(1), 0);
  ASSERT_OK(reader);
  EXPECT_THAT((*reader)->Read(6), IsOkAndHolds("a rose"));
  ASSERT_OK(store_->Delete(IdOf(1)));
  ASSERT_OK(store_->Delete(IdOf(1)));
  EXPECT_THAT((*reader)->Read(100), IsOkAndHolds(" is a rose"));
  EXPECT_THAT(Get(IdOf(1)), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(DirectoryStoreTest, AListHasEveryFinishedObjectOnce) {
  for (uint64_t n = 0; n < 300; ++n) ASSERT_OK(Put(IdOf(n), {"x"}));
  auto unfinished = store_->Create(IdOf(1000));
  ASSERT_OK(unfinished);
  std::set<Id> listed;
  std::string cursor;
  int pages = 0;
  do {
    auto page = store_->List(cursor);
    ASSERT_OK(page);
    for (const ListedObject& object : page->objects) EXPECT_TRUE(listed.insert(object.id).second);
    cursor = page->next;
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(listed.size(), 300U);
  EXPECT_GT(pages, 1) << "a page is a part of them";
  EXPECT_THAT(store_->List("elsewhere"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(DirectoryStoreTest, OneProcessHasTheDirectory) {
  EXPECT_THAT(DirectoryStore::Open(path()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another process")));
}

TEST_F(DirectoryStoreTest, SeveralMayShareADirectoryButNotWithOneThatIsAlone) {
  using Use = DirectoryStore::Use;
  const flowmesh::testing::TemporaryDirectory directory;
  ASSERT_OK_AND_ASSIGN(auto first, DirectoryStore::Open(directory.path(), Use::kShared));
  std::ofstream(directory.file("incoming/under-way")) << "half";
  ASSERT_OK_AND_ASSIGN(auto second, DirectoryStore::Open(directory.path(), Use::kShared));
  EXPECT_TRUE(std::filesystem::exists(directory.file("incoming/under-way"))) << "perhaps the other one's";
  EXPECT_THAT(DirectoryStore::Open(directory.path(), Use::kAlone).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  first.reset();
  second.reset();
  ASSERT_OK_AND_ASSIGN(first, DirectoryStore::Open(directory.path(), Use::kAlone));
  EXPECT_FALSE(std::filesystem::exists(directory.file("incoming/under-way"))) << "left by a crash";
  EXPECT_THAT(DirectoryStore::Open(directory.path(), Use::kShared).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(DirectoryStoreTest, APlaceThatIsNoDirectoryIsRefusedWithAnAdvice) {
  std::ofstream(directory_.file("taken")) << "a file";
  EXPECT_THAT(DirectoryStore::Open(directory_.file("taken")),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("--artifacts")));
}

}  // namespace
}  // namespace flowmesh::artifacts
