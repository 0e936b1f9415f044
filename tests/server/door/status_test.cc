#include "server/door/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/rpc/error_details.pb.h"
#include "server/base/error.h"

namespace flowmesh::door {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

TEST(StatusTest, OkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_EQ(ToRpcStatus(absl::OkStatus()).code(), 0);
}

TEST(StatusTest, CarriesReasonMetadataViolationsAndDelay) {
  const absl::Status given =
      base::Error(absl::StatusCode::kResourceExhausted, "QUEUE_FULL", "the queue is full; retry later")
          .With("queue", "poem")
          .Violation("input.title", "must not be empty")
          .RetryAfter(absl::Milliseconds(1500));
  const grpc::Status status = ToGrpcStatus(given);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "the queue is full; retry later");

  const google::rpc::Status details = DetailsOf(status);
  EXPECT_EQ(details.code(), 8);
  EXPECT_EQ(details.message(), status.error_message());
  ASSERT_EQ(details.details_size(), 3);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "QUEUE_FULL");
  EXPECT_EQ(info.domain(), "flowmesh");
  EXPECT_EQ(info.metadata().at("queue"), "poem");
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(details.details(1).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 500'000'000);
  google::rpc::BadRequest bad_request;
  ASSERT_TRUE(details.details(2).UnpackTo(&bad_request));
  EXPECT_EQ(bad_request.field_violations(0).field(), "input.title");
}

TEST(StatusTest, ComesBackAsItWent) {
  const absl::Status given = base::Error(absl::StatusCode::kNotFound, "FLOW_UNKNOWN", "no such flow")
                                 .With("flow", "x")
                                 .Violation("flow", "is unknown")
                                 .RetryAfter(absl::Seconds(3));
  const absl::Status back = FromGrpcStatus(ToGrpcStatus(given));
  EXPECT_EQ(back, given);
  EXPECT_EQ(FromGrpcStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "no route")),
            absl::UnavailableError("no route"));
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
}

TEST(StatusTest, APlainStatusGetsItsCodesNameAsReason) {
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(DetailsOf(ToGrpcStatus(absl::NotFoundError("gone"))).details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "NOT_FOUND");
}

TEST(StatusTest, TextOfLibrariesStaysInside) {
  for (const auto& code : {absl::StatusCode::kInternal, absl::StatusCode::kUnknown, absl::StatusCode::kDataLoss}) {
    const grpc::Status status = ToGrpcStatus(absl::Status(code, "SQL logic error near \"secret\""));
    EXPECT_EQ(status.error_code(), static_cast<grpc::StatusCode>(code));
    EXPECT_THAT(status.error_message(), Not(HasSubstr("secret")));
    EXPECT_THAT(status.error_details(), Not(HasSubstr("secret")));
    const absl::Status back = FromGrpcStatus(status);
    EXPECT_THAT(status.error_message(), HasSubstr(base::GetMetadata(back).at("incident")));
  }
}

TEST(StatusTest, AStoreThatCannotNowIsUnavailableForAWhile) {
  const absl::Status told = FromGrpcStatus(ToGrpcStatus(absl::AbortedError("the database cannot be reached now")));
  EXPECT_EQ(told.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(told.message(), "the database cannot be reached now");
  EXPECT_EQ(base::GetReason(told), "STORE_UNAVAILABLE");
  ASSERT_TRUE(base::GetErrorDetails(told)->retry_delay);
  const absl::Status other = base::Error(absl::StatusCode::kAborted, "ETAG", "somebody else was faster");
  EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(other)), other);
}

TEST(StatusTest, AnInternalErrorMadeHereIsShown) {
  const grpc::Status status =
      ToGrpcStatus(base::Error(absl::StatusCode::kInternal, "FLOW_BROKEN", "the record does not match the code"));
  EXPECT_EQ(status.error_message(), "the record does not match the code");
}

TEST(StatusTest, FitsIntoTheMetadataThatClientsAccept) {
  base::Error error(absl::StatusCode::kInvalidArgument, "R", std::string(100'000, 'm'));
  for (int i = 0; i < 1000; ++i) {
    error.Violation("field" + std::to_string(i), "is wrong").With("name" + std::to_string(i), "value");
  }
  const grpc::Status status = ToGrpcStatus(error);
  EXPECT_EQ(status.error_message().size(), kMaxMessageBytes);
  EXPECT_LE(status.error_details().size(), kMaxDetailsBytes + 2048);
  EXPECT_EQ(base::GetReason(FromGrpcStatus(status)), "R");
}

TEST(StatusTest, ALongMessageIsCutBetweenCharacters) {
  std::string text = "x";
  while (text.size() < 3000) text += "ż";
  const std::string cut = ToGrpcStatus(absl::AbortedError(text)).error_message();
  EXPECT_LE(cut.size(), kMaxMessageBytes);
  EXPECT_EQ(cut, text.substr(0, cut.size() - 3) + "...");
  EXPECT_EQ(cut.size() % 2, 0U) << "1 + 2n + 3 bytes";
}

}  // namespace
}  // namespace flowmesh::door
