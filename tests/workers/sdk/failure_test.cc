#include "workers/sdk/failure.h"

#include <gtest/gtest.h>

#include <string>

namespace flowmesh::sdk {
namespace {

TEST(FailureTest, WhatTheAuthorSaidIsKept) {
  const v1::Failure failure = FailureFrom(Fail("QUOTA", "come back tomorrow", true));
  EXPECT_EQ(failure.reason(), "QUOTA");
  EXPECT_EQ(failure.message(), "come back tomorrow");
  EXPECT_TRUE(failure.retryable());
  EXPECT_FALSE(FailureFrom(Fail("QUOTA", "", false)).retryable());
}

TEST(FailureTest, CodesThatWillNotChangeAreNotTriedAgain) {
  for (const absl::Status& status :
       {absl::InvalidArgumentError(""), absl::FailedPreconditionError(""), absl::NotFoundError(""),
        absl::PermissionDeniedError(""), absl::UnimplementedError(""), absl::OutOfRangeError("")}) {
    EXPECT_FALSE(FailureFrom(status).retryable()) << status;
  }
  for (const absl::Status& status :
       {absl::UnavailableError(""), absl::InternalError(""), absl::DeadlineExceededError(""),
        absl::ResourceExhaustedError(""), absl::CancelledError(""), absl::UnknownError("")}) {
    EXPECT_TRUE(FailureFrom(status).retryable()) << status;
  }
  EXPECT_EQ(FailureFrom(absl::OutOfRangeError("")).reason(), "OUT_OF_RANGE");
}

TEST(FailureTest, TextsFitTheWire) {
  const v1::Failure failure = FailureFrom(absl::InternalError("\xFF" + std::string(100'000, 'x')));
  EXPECT_EQ(failure.message().size(), 4096u);
  EXPECT_EQ(failure.message().substr(0, 4), "\xEF\xBF\xBDx");
}

TEST(FailureTest, AFlowFailureIsAnException) {
  try {
    throw FlowFailure("NO_RHYME", "orange", true);
  } catch (const std::exception& exception) {
    EXPECT_STREQ(exception.what(), "orange");
  }
}

}  // namespace
}  // namespace flowmesh::sdk
