#include "server/cli/error_text.h"

#include <gtest/gtest.h>

#include "server/base/error.h"

namespace flowmesh::cli {
namespace {

TEST(ErrorTextTest, ViolationsStandOnePerLineAndAdviceLast) {
  const absl::Status status =
      base::Error(absl::StatusCode::kInvalidArgument, "FIELDS_INVALID", "the input does not fit")
          .Violation("input.title", "must not be empty")
          .Violation("input.seed", "expected a number");
  EXPECT_EQ(RenderError(status),
            "error: the input does not fit (INVALID_ARGUMENT, FIELDS_INVALID)\n"
            "  input.title: must not be empty\n"
            "  input.seed: expected a number\n"
            "Correct the fields named above and call again.\n");
}

TEST(ErrorTextTest, ARetryDelayIsTold) {
  const absl::Status status =
      base::Error(absl::StatusCode::kResourceExhausted, "QUEUE_FULL", "the queue is full").RetryAfter(absl::Seconds(2));
  EXPECT_EQ(RenderError(status), "error: the queue is full (RESOURCE_EXHAUSTED, QUEUE_FULL)\nTry again in 2s.\n");
}

TEST(ErrorTextTest, AnErrorWithoutDetailsSaysWhatToDo) {
  const std::string text = RenderError(absl::UnavailableError("connection refused"));
  EXPECT_NE(text.find("connection refused (UNAVAILABLE)"), std::string::npos);
  EXPECT_NE(text.find("--server"), std::string::npos);
}

TEST(ErrorTextTest, AMessageCannotControlTheTerminal) {
  EXPECT_EQ(RenderError(absl::NotFoundError("no \x1b[31mflow")), "error: no \\x1b[31mflow (NOT_FOUND)\n");
}

}  // namespace
}  // namespace flowmesh::cli
