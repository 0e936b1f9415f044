#include "server/cli/exit_alarm.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>

namespace flowmesh::cli {
namespace {

TEST(ExitAlarmTest, EndsAProcessThatHangs) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto hang = [] {
    const ExitAlarm alarm(absl::Milliseconds(10));
    std::mutex mutex;
    std::unique_lock<std::mutex> lock(mutex);
    std::condition_variable never;
    never.wait(lock, [] { return false; });
  };
  EXPECT_EXIT(hang(), testing::ExitedWithCode(EXIT_FAILURE), "");
}

TEST(ExitAlarmTest, LeavesAProcessAloneThatEndsInTime) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto end = [] {
    { const ExitAlarm alarm(absl::Hours(1)); }
    std::exit(EXIT_SUCCESS);
  };
  EXPECT_EXIT(end(), testing::ExitedWithCode(EXIT_SUCCESS), "");
}

}  // namespace
}  // namespace flowmesh::cli
