#include "server/store/sqlite/lock_file.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::StatusIs;
using flowmesh::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(LockFileTest, ASecondOneInThisProcessIsRefusedUntilTheFirstIsGone) {
  TemporaryDirectory directory;
  const std::string path = directory.file("lock");
  auto first = LockFile::Take(path);
  ASSERT_OK(first);
  EXPECT_THAT(LockFile::Take(path), StatusIs(absl::StatusCode::kFailedPrecondition,
                                             AllOf(HasSubstr(path), HasSubstr(std::to_string(getpid())))));
  first->reset();
  EXPECT_OK(LockFile::Take(path));
}

TEST(LockFileTest, AKilledHolderLetsGo) {
  TemporaryDirectory directory;
  const std::string path = directory.file("lock");
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = LockFile::Take(path);
    const char answer = lock.ok() ? '1' : '0';
    if (write(ready[1], &answer, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, '1');
  EXPECT_THAT(LockFile::Take(path), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(std::to_string(child))));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_OK(LockFile::Take(path));
  close(ready[0]);
  close(ready[1]);
}

TEST(LockFileTest, APlaceThatIsNotThereIsRefused) {
  EXPECT_THAT(LockFile::Take("/nowhere/lock"), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace flowmesh::store
