#include "server/cli/exit_code.h"

#include <gtest/gtest.h>

namespace flowmesh::cli {
namespace {

int CodeOf(v1::Execution::State state) { return static_cast<int>(ExitCodeOf(state)); }
int CodeOf(absl::StatusCode code) { return static_cast<int>(ExitCodeOf(absl::Status(code, "x"))); }

TEST(ExitCodeTest, EveryFinalStateHasItsOwnNumber) {
  EXPECT_EQ(CodeOf(v1::Execution::COMPLETED), 0);
  EXPECT_EQ(CodeOf(v1::Execution::FAILED), 1);
  EXPECT_EQ(CodeOf(v1::Execution::COMPLETED_WITH_ERRORS), 3);
  EXPECT_EQ(CodeOf(v1::Execution::TIMED_OUT), 4);
  EXPECT_EQ(CodeOf(v1::Execution::CANCELLED), 5);
}

TEST(ExitCodeTest, ARefusalIsTheCallersFaultAndAnUnreachableServerIsNot) {
  EXPECT_EQ(CodeOf(absl::StatusCode::kInvalidArgument), 2);
  EXPECT_EQ(CodeOf(absl::StatusCode::kNotFound), 2);
  EXPECT_EQ(CodeOf(absl::StatusCode::kUnauthenticated), 2);
  EXPECT_EQ(CodeOf(absl::StatusCode::kUnavailable), 6);
  EXPECT_EQ(CodeOf(absl::StatusCode::kDeadlineExceeded), 6);
  EXPECT_EQ(CodeOf(absl::StatusCode::kResourceExhausted), 6);
  EXPECT_EQ(CodeOf(absl::StatusCode::kInternal), 1);
  EXPECT_EQ(static_cast<int>(ExitCodeOf(absl::OkStatus())), 0);
}

}  // namespace
}  // namespace flowmesh::cli
