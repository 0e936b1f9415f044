#include "server/door/time_conversion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "server/base/error.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

google::protobuf::Duration Duration(std::int64_t seconds, std::int32_t nanos) {
  google::protobuf::Duration duration;
  duration.set_seconds(seconds);
  duration.set_nanos(nanos);
  return duration;
}
google::protobuf::Timestamp Timestamp(std::int64_t seconds, std::int32_t nanos) {
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  time.set_nanos(nanos);
  return time;
}

TEST(TimeConversionTest, DurationsGoThereAndBack) {
  for (const absl::Duration duration : {absl::ZeroDuration(), absl::Nanoseconds(1), -absl::Nanoseconds(1),
                                        absl::Seconds(90), -absl::Milliseconds(1500), absl::Hours(24 * 3650)}) {
    EXPECT_THAT(FromProto(ToProto(duration), "f"), IsOkAndHolds(duration));
  }
}

TEST(TimeConversionTest, TimesGoThereAndBack) {
  for (const absl::Time time :
       {absl::UnixEpoch(), absl::UnixEpoch() - absl::Nanoseconds(1), absl::FromUnixMicros(1'700'000'000'123'456),
        absl::FromUnixSeconds(-62'135'596'800), absl::FromUnixSeconds(253'402'300'799)}) {
    EXPECT_THAT(FromProto(ToProto(time), "f"), IsOkAndHolds(time));
  }
}

TEST(TimeConversionTest, WhatTheWireCannotHoldBecomesItsEnd) {
  EXPECT_EQ(ToProto(absl::InfiniteDuration()).seconds(), 315'576'000'000);
  EXPECT_EQ(ToProto(-absl::InfiniteDuration()).seconds(), -315'576'000'000);
  EXPECT_EQ(ToProto(absl::InfiniteFuture()).seconds(), 253'402'300'799);
  EXPECT_EQ(ToProto(absl::InfiniteFuture()).nanos(), 999'999'999);
  EXPECT_EQ(ToProto(absl::InfinitePast()).seconds(), -62'135'596'800);
}

TEST(TimeConversionTest, MalformedDurationsAreRefusedByFieldName) {
  for (const auto& bad :
       {Duration(1, -1), Duration(-1, 1), Duration(0, 1'000'000'000), Duration(315'576'000'001, 0),
        Duration(std::numeric_limits<std::int64_t>::min(), 0), Duration(0, std::numeric_limits<std::int32_t>::min())}) {
    const auto refused = FromProto(bad, "timeout");
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("timeout ")));
    EXPECT_EQ(base::GetViolations(refused.status()).at(0).field, "timeout");
  }
}

TEST(TimeConversionTest, MalformedTimesAreRefused) {
  for (const auto& bad :
       {Timestamp(0, -1), Timestamp(0, 1'000'000'000), Timestamp(253'402'300'800, 0), Timestamp(-62'135'596'801, 0)}) {
    EXPECT_THAT(FromProto(bad, "created_after"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("created_after ")));
  }
}

TEST(TimeConversionTest, RangesIncludeTheirEnds) {
  const auto within = [](absl::Duration duration) {
    return FromProtoWithin(ToProto(duration), absl::Seconds(1), absl::Hours(1), "ttl");
  };
  EXPECT_THAT(within(absl::Seconds(1)), IsOkAndHolds(absl::Seconds(1)));
  EXPECT_THAT(within(absl::Hours(1)), IsOkAndHolds(absl::Hours(1)));
  EXPECT_THAT(within(absl::Milliseconds(999)),
              StatusIs(absl::StatusCode::kInvalidArgument, "ttl must be from 1s to 1h, is 999ms"));
  EXPECT_THAT(within(absl::Hours(2)), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace flowmesh::door
