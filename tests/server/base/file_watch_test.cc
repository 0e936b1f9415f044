#include "server/base/file_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/temporary_directory.h"

namespace flowmesh::base {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Watches one file: every content but "bad" is good.
class FileWatchTest : public ::testing::Test {
 protected:
  FileWatchTest() { Write("first"); }

  void Write(const std::string& text) { std::ofstream(path_) << text; }
  void Watch() {
    watch_.Add({.paths = {path_}, .read = [this]() -> absl::StatusOr<bool> { return ReadIt(); }});
  }
  absl::StatusOr<bool> ReadIt() {
    ++reads_;
    std::ifstream file(path_);
    std::string text;
    if (!(file >> text) || text == "bad") return absl::InvalidArgumentError("it is bad");
    const bool fresh = text != content_;
    content_ = text;
    return fresh;
  }
  std::vector<std::string> Reports() {
    MutexLock lock(mutex_);
    return std::exchange(reports_, {});
  }
  void WaitForReport() {
    MutexLock lock(mutex_);
    while (reports_.empty()) changed_.Wait(lock);
  }

  testing::TemporaryDirectory directory_;
  const std::string path_ = directory_.file("watched");
  std::string content_ = "first";
  int reads_ = 0;
  SecureRandom random_;
  Mutex mutex_;
  CondVar changed_;
  std::vector<std::string> reports_ ABSL_GUARDED_BY(mutex_);
  FileWatch watch_{{.interval = absl::Milliseconds(2)},
                   &random_,
                   [this](const std::vector<std::string>& paths, const absl::Status& status) {
                     EXPECT_THAT(paths, ElementsAre(path_));
                     MutexLock lock(mutex_);
                     reports_.emplace_back(status.ok() ? "read" : status.message());
                     changed_.NotifyAll();
                   }};
};

TEST_F(FileWatchTest, WhatStaysAsItIsIsReadOnceAndNotReported) {
  Watch();
  for (int i = 0; i < 3; ++i) watch_.Look();
  EXPECT_EQ(reads_, 1);
  EXPECT_THAT(Reports(), IsEmpty());
}

TEST_F(FileWatchTest, AChangeIsReadAndReported) {
  Watch();
  watch_.Look();
  Write("second");
  watch_.Look();
  EXPECT_EQ(content_, "second");
  EXPECT_THAT(Reports(), ElementsAre("read"));
}

TEST_F(FileWatchTest, AChangeBetweenTheFirstReadAndTheFirstLookIsFound) {
  Watch();
  Write("second");
  watch_.Look();
  EXPECT_EQ(content_, "second");
}

TEST_F(FileWatchTest, AnotherFileUnderTheNameAndASwitchedLinkAreChanges) {
  const std::string other = directory_.file("other");
  Watch();
  watch_.Look();
  std::ofstream(other) << "moved";
  std::filesystem::rename(other, path_);
  watch_.Look();
  EXPECT_EQ(content_, "moved");
  std::ofstream(other) << "third";
  std::filesystem::remove(path_);
  std::filesystem::create_symlink(other, path_);
  watch_.Look();
  EXPECT_EQ(content_, "third");
}

TEST_F(FileWatchTest, AFailureIsReportedOnceAndOnlyWhenItLasts) {
  Watch();
  watch_.Look();
  Write("bad");
  watch_.Look();
  EXPECT_THAT(Reports(), IsEmpty()) << "it may be half of a change";
  watch_.Look();
  EXPECT_THAT(Reports(), ElementsAre("it is bad"));
  const int reads = reads_;
  watch_.Look();
  EXPECT_THAT(Reports(), IsEmpty());
  EXPECT_EQ(reads_, reads);
  std::filesystem::remove(path_);
  watch_.Look();
  watch_.Look();
  EXPECT_THAT(Reports(), ElementsAre("it is bad"));
  Write("second");
  watch_.Look();
  EXPECT_THAT(Reports(), ElementsAre("read"));
  EXPECT_EQ(content_, "second");
}

TEST_F(FileWatchTest, AFailureThatIsGoneAtTheNextLookIsNotReported) {
  Watch();
  watch_.Look();
  Write("bad");
  watch_.Look();
  Write("second");
  watch_.Look();
  EXPECT_THAT(Reports(), ElementsAre("read"));
}

TEST_F(FileWatchTest, CheckNowReadsEverythingAndReportsFailuresAtOnce) {
  Watch();
  watch_.CheckNow();
  EXPECT_EQ(reads_, 1);
  EXPECT_THAT(Reports(), IsEmpty());
  Write("bad");
  watch_.CheckNow();
  EXPECT_THAT(Reports(), ElementsAre("it is bad"));
  watch_.CheckNow();
  EXPECT_THAT(Reports(), ElementsAre("it is bad"));
}

TEST_F(FileWatchTest, APipeIsNeverReadAgain) {
  std::filesystem::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  Watch();
  watch_.Look();
  watch_.CheckNow();
  EXPECT_EQ(reads_, 0);
}

TEST_F(FileWatchTest, TheThreadLooksByItselfUntilItIsStopped) {
  Watch();
  watch_.Start();
  watch_.Start();
  Write("second");
  WaitForReport();
  watch_.Stop();
  watch_.Stop();
  EXPECT_EQ(content_, "second");
  Write("third");
  EXPECT_EQ(content_, "second");
  Reports();
  watch_.Start();
  WaitForReport();
  watch_.Stop();
  EXPECT_EQ(content_, "third");
}

}  // namespace
}  // namespace flowmesh::base
