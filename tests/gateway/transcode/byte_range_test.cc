#include "gateway/transcode/byte_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "flowmesh/v1/artifact.pb.h"
#include "flowmesh/v1/orchestrator.pb.h"

namespace flowmesh::transcode {

void PrintTo(const ByteRange& range, std::ostream* out) { *out << range.offset << " for " << range.length; }
void PrintTo(const ByteSpan& span, std::ostream* out) { *out << span.first << " for " << span.length; }

namespace {

using ::testing::Optional;

constexpr int64_t kNowhere = std::numeric_limits<int64_t>::max();

TEST(ByteRangeTest, ASingleRangeIsReadInItsThreeForms) {
  EXPECT_THAT(ParseByteRange("bytes=0-0"), Optional(ByteRange{.offset = 0, .length = 1}));
  EXPECT_THAT(ParseByteRange("bytes=5-9"), Optional(ByteRange{.offset = 5, .length = 5}));
  EXPECT_THAT(ParseByteRange("bytes=5-"), Optional(ByteRange{.offset = 5}));
  EXPECT_THAT(ParseByteRange("bytes=-7"), Optional(ByteRange{.offset = -7}));
  EXPECT_THAT(ParseByteRange(" Bytes= 5-9 "), Optional(ByteRange{.offset = 5, .length = 5}));
}

TEST(ByteRangeTest, NumbersBeyondAllContentsAreNoOverflow) {
  EXPECT_THAT(ParseByteRange("bytes=99999999999999999999999-"), Optional(ByteRange{.offset = kNowhere}));
  EXPECT_THAT(ParseByteRange("bytes=0-99999999999999999999999"), Optional(ByteRange{.offset = 0, .length = kNowhere}));
  EXPECT_THAT(ParseByteRange("bytes=-99999999999999999999999"), Optional(ByteRange{.offset = -kNowhere}));
  EXPECT_THAT(SpanOf({.offset = -kNowhere}, 5), Optional(ByteSpan{.first = 0, .length = 5}));
  EXPECT_THAT(SpanOf({.offset = 2, .length = kNowhere}, 5), Optional(ByteSpan{.first = 2, .length = 3}));
  EXPECT_EQ(SpanOf({.offset = kNowhere}, 5), std::nullopt);
}

TEST(ByteRangeTest, WhatIsNoSingleByteRangeIsIgnored) {
  for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5", "bytes=9-5", "bytes=0-1,5-6",
                             "items=0-1", "bytes=+1-2", "bytes=1--2", "bytes=1-2 x", "bytes=0x1-2"}) {
    EXPECT_EQ(ParseByteRange(header), std::nullopt) << header;
  }
}

TEST(ByteRangeTest, TheLastNoBytesAreNothing) {
  const auto range = ParseByteRange("bytes=-0");
  ASSERT_TRUE(range.has_value());
  EXPECT_EQ(SpanOf(*range, 100), std::nullopt);
}

TEST(ByteRangeTest, ASpanIsWhatTheContentHasOfIt) {
  EXPECT_THAT(SpanOf({}, 10), Optional(ByteSpan{.first = 0, .length = 10}));
  EXPECT_THAT(SpanOf({}, 0), Optional(ByteSpan{.first = 0, .length = 0}));
  EXPECT_THAT(SpanOf({.offset = 3}, 10), Optional(ByteSpan{.first = 3, .length = 7}));
  EXPECT_THAT(SpanOf({.offset = 3, .length = 4}, 10), Optional(ByteSpan{.first = 3, .length = 4}));
  EXPECT_THAT(SpanOf({.offset = 3, .length = 40}, 10), Optional(ByteSpan{.first = 3, .length = 7}));
  EXPECT_THAT(SpanOf({.offset = -3}, 10), Optional(ByteSpan{.first = 7, .length = 3}));
  EXPECT_THAT(SpanOf({.offset = -30}, 10), Optional(ByteSpan{.first = 0, .length = 10}));
  EXPECT_EQ(SpanOf({.offset = 10}, 10), std::nullopt);
  EXPECT_EQ(SpanOf({.offset = -5}, 0), std::nullopt);
}

TEST(ByteRangeTest, FillsTheFieldsThatTheMethodNames) {
  const auto* service = v1::Artifact::descriptor()->file()->FindServiceByName("Artifacts");
  const v1::ByteRange* rule = RuleOf(*service->FindMethodByName("Read"));
  ASSERT_NE(rule, nullptr);
  v1::ReadArtifactRequest request;
  SetRange({.offset = -5, .length = 2}, *rule, &request);
  EXPECT_EQ(request.offset(), -5);
  EXPECT_EQ(request.length(), 2);
  EXPECT_EQ(RangeOf(request, *rule), (ByteRange{.offset = -5, .length = 2}));
  EXPECT_EQ(RuleOf(*service->FindMethodByName("Get")), nullptr);
}

}  // namespace
}  // namespace flowmesh::transcode
