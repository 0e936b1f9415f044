#include "server/base/error.h"

#include <string>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace flowmesh::base {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

absl::StatusOr<int> Refuse() {
  return Error(absl::StatusCode::kNotFound, "FLOW_UNKNOWN", "no flow \"poem\"").With("flow", "poem").With("flows", 0);
}

TEST(ErrorTest, ReturnsAsStatusOrWithReasonAndMetadata) {
  const absl::Status status = Refuse().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "no flow \"poem\"");
  EXPECT_EQ(GetReason(status), "FLOW_UNKNOWN");
  EXPECT_THAT(GetMetadata(status), ElementsAre(Pair("flow", "poem"), Pair("flows", "0")));
  EXPECT_THAT(GetViolations(status), IsEmpty());
  EXPECT_EQ(GetRetryDelay(status), std::nullopt);
}

TEST(ErrorTest, KeepsBytesThatLookLikeItsOwnEncoding) {
  const std::string odd("3:a:b\0\n", 7);
  const absl::Status status =
      Error(absl::StatusCode::kInternal, odd, odd).With(odd, odd).Violation(odd, odd).RetryAfter(absl::Seconds(2));
  const ErrorDetails expected = {odd, {{odd, odd}}, {{odd, odd}}, absl::Seconds(2)};
  EXPECT_EQ(GetErrorDetails(status), expected);
}

TEST(ErrorTest, TheLastValueOfANameStands) {
  const absl::Status status = Error(absl::StatusCode::kAborted, "R", "m").With("a", 1).With("a", 2);
  EXPECT_THAT(GetMetadata(status), ElementsAre(Pair("a", "2")));
}

TEST(ErrorTest, RetryDelayIsRoundedUpAndNeverNegative) {
  const auto delay = [](absl::Duration given) {
    return GetRetryDelay(Error(absl::StatusCode::kUnavailable, "R", "m").RetryAfter(given)).value();
  };
  EXPECT_EQ(delay(absl::Microseconds(1)), absl::Milliseconds(1));
  EXPECT_EQ(delay(absl::Seconds(-3)), absl::ZeroDuration());
  EXPECT_EQ(delay(absl::ZeroDuration()), absl::ZeroDuration());
}

TEST(ErrorTest, SurvivesCopyOfTheStatusAndAnEqualOneIsEqual) {
  const absl::Status status = Error(absl::StatusCode::kAborted, "R", "m").With("a", "b");
  const absl::Status copy = status;
  EXPECT_EQ(copy, status);
  EXPECT_NE(copy, absl::Status(Error(absl::StatusCode::kAborted, "R", "m").With("a", "c")));
}

TEST(ErrorTest, AnOrdinaryStatusHasNoDetails) {
  EXPECT_EQ(GetErrorDetails(absl::InternalError("disk")), std::nullopt);
  EXPECT_EQ(GetReason(absl::OkStatus()), "");
}

TEST(ErrorTest, ABrokenPayloadIsNoDetails) {
  const absl::Status whole = Error(absl::StatusCode::kAborted, "R", "m").With("a", "b").Violation("f", "d");
  std::string payload;
  whole.ForEachPayload([&](absl::string_view, const absl::Cord& bytes) { payload = std::string(bytes); });
  ASSERT_FALSE(payload.empty());
  for (std::size_t length = 0; length < payload.size(); ++length) {
    absl::Status cut = whole;
    cut.SetPayload("flowmesh/error", absl::Cord(payload.substr(0, length)));
    EXPECT_EQ(GetErrorDetails(cut), std::nullopt) << length;
  }
}

TEST(FieldViolationsTest, NoneIsOk) { EXPECT_TRUE(FieldViolations().ToStatus().ok()); }

TEST(FieldViolationsTest, NamesTheFirstFieldAndCarriesAll) {
  FieldViolations violations;
  violations.Add("title", "must not be empty");
  violations.Add({{"seed", "must be at least 0"}});
  const absl::Status status = violations.ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(GetReason(status), "FIELDS_INVALID");
  EXPECT_EQ(status.message(), "title must not be empty (and 1 more)");
  EXPECT_THAT(GetViolations(status),
              ElementsAre(FieldViolation{"title", "must not be empty"}, FieldViolation{"seed", "must be at least 0"}));
}

TEST(FieldViolationsTest, MoreThanTheLimitAreCountedNotKept) {
  FieldViolations violations;
  for (int i = 0; i < 150; ++i) violations.Add("f", "is wrong");
  EXPECT_EQ(violations.violations().size(), FieldViolations::kMaxKept);
  EXPECT_THAT(std::string(violations.ToStatus().message()), HasSubstr("(and 149 more)"));
}

}  // namespace
}  // namespace flowmesh::base
