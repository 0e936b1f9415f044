#include "workers/models/provider/model_error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace flowmesh::models {
namespace {

constexpr ModelFailure kLast = ModelFailure::kRequestRefused;

TEST(ModelErrorTest, EveryFailureIsFoundAgainInItsStatus) {
  std::set<std::string> reasons;
  for (int i = 0; i <= static_cast<int>(kLast); ++i) {
    const ModelFailure failure = static_cast<ModelFailure>(i);
    const absl::Status status = ModelError(failure, "openai/gpt", "fails");
    EXPECT_EQ(ModelFailureOf(status), failure) << status;
    EXPECT_EQ(status.code(), TraitsOf(failure).code);
    EXPECT_EQ(status.message(), "openai/gpt fails");
    EXPECT_EQ(base::GetMetadata(status).at("model"), "openai/gpt");
    EXPECT_EQ(IsRetryable(status), TraitsOf(failure).retryable);
    EXPECT_EQ(CountsForBreaker(status), TraitsOf(failure).counts_for_breaker);
    reasons.insert(TraitsOf(failure).reason);
  }
  EXPECT_EQ(reasons.size(), static_cast<size_t>(kLast) + 1);
}

TEST(ModelErrorTest, WhatTheRequestIsToBlameForNeverOpensTheBreakerAndIsNotTriedAgain) {
  for (const ModelFailure failure : {ModelFailure::kContextTooLong, ModelFailure::kContentRefused,
                                     ModelFailure::kRequestRefused, ModelFailure::kAnswerTooLarge}) {
    EXPECT_FALSE(TraitsOf(failure).retryable) << TraitsOf(failure).reason;
    EXPECT_FALSE(TraitsOf(failure).counts_for_breaker) << TraitsOf(failure).reason;
  }
}

TEST(ModelErrorTest, EveryRetryableFailureCountsForTheBreaker) {
  for (int i = 0; i <= static_cast<int>(kLast); ++i) {
    const ModelFailureTraits& traits = TraitsOf(static_cast<ModelFailure>(i));
    EXPECT_TRUE(!traits.retryable || traits.counts_for_breaker) << traits.reason;
  }
}

TEST(ModelErrorTest, OtherStatusesAreNoModelFailures) {
  for (const absl::Status& status : {absl::OkStatus(), absl::CancelledError("stopped"), absl::UnavailableError("x"),
                                     base::Error(absl::StatusCode::kInternal, "AUTH", "other code").ToStatus()}) {
    EXPECT_EQ(ModelFailureOf(status), std::nullopt);
    EXPECT_FALSE(IsRetryable(status));
    EXPECT_FALSE(CountsForBreaker(status));
  }
}

}  // namespace
}  // namespace flowmesh::models
