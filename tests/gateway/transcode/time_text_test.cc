#include "gateway/transcode/time_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace flowmesh::transcode {
namespace {

struct Case {
  const char* text;
  int64_t seconds;
  int32_t nanos;
  const char* canonical;
};

TEST(TimestampTextTest, ReadsAndWritesRfc3339) {
  for (const Case& c : std::vector<Case>{
           {"1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"},
           {"2006-01-02T15:04:05.1Z", 1136214245, 100000000, "2006-01-02T15:04:05.100Z"},
           {"2006-01-02T15:04:05.123456Z", 1136214245, 123456000, "2006-01-02T15:04:05.123456Z"},
           {"2006-01-02T15:04:05.000000001Z", 1136214245, 1, "2006-01-02T15:04:05.000000001Z"},
           {"2006-01-02T17:04:05+02:00", 1136214245, 0, "2006-01-02T15:04:05Z"},
           {"2006-01-02T09:34:05-05:30", 1136214245, 0, "2006-01-02T15:04:05Z"},
           {"1969-12-31T23:59:59.5Z", -1, 500000000, "1969-12-31T23:59:59.500Z"},
           {"2024-02-29T00:00:00Z", 1709164800, 0, "2024-02-29T00:00:00Z"},
           {"0001-01-01T00:00:00Z", -62135596800, 0, "0001-01-01T00:00:00Z"},
           {"9999-12-31T23:59:59.999999999Z", 253402300799, 999999999, "9999-12-31T23:59:59.999999999Z"}}) {
    SecondsAndNanos value;
    ASSERT_TRUE(ParseTimestamp(c.text, &value)) << c.text;
    EXPECT_EQ(value.seconds, c.seconds) << c.text;
    EXPECT_EQ(value.nanos, c.nanos) << c.text;
    std::string text;
    ASSERT_TRUE(AppendTimestamp(value, &text));
    EXPECT_EQ(text, c.canonical);
  }
}

TEST(TimestampTextTest, OtherTextIsRefused) {
  for (const char* text : {"",
                           "2006-01-02",
                           "2006-01-02T15:04:05",
                           "2006-01-02 15:04:05Z",
                           "2006-01-02t15:04:05Z",
                           "2006-01-02T15:04:05z",
                           "2006-13-02T15:04:05Z",
                           "2006-02-30T15:04:05Z",
                           "2023-02-29T00:00:00Z",
                           "2006-01-02T24:00:00Z",
                           "2006-01-02T15:60:05Z",
                           "2006-01-02T15:04:60Z",
                           "2006-01-02T15:04:05.Z",
                           "2006-01-02T15:04:05.1234567890Z",
                           "2006-01-02T15:04:05+24:00",
                           "2006-01-02T15:04:05+0200",
                           "2006-01-02T15:04:05Z ",
                           " 2006-01-02T15:04:05Z",
                           "0000-01-01T00:00:00Z",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "10000-01-01T00:00:00Z",
                           "06-01-02T15:04:05Z",
                           "2006-1-2T15:04:05Z",
                           "+2006-01-02T15:04:05Z",
                           "2006-01-02T15:04:05ZZ"}) {
    SecondsAndNanos value;
    EXPECT_FALSE(ParseTimestamp(text, &value)) << text;
  }
}

TEST(TimestampTextTest, WhatHasNoTextIsNotWritten) {
  std::string text;
  EXPECT_FALSE(AppendTimestamp({253402300800, 0}, &text));
  EXPECT_FALSE(AppendTimestamp({-62135596801, 0}, &text));
  EXPECT_FALSE(AppendTimestamp({0, -1}, &text));
  EXPECT_FALSE(AppendTimestamp({0, 1000000000}, &text));
  EXPECT_EQ(text, "");
}

TEST(DurationTextTest, ReadsAndWritesSeconds) {
  for (const Case& c : std::vector<Case>{{"0s", 0, 0, "0s"},
                                         {"1.5s", 1, 500000000, "1.500s"},
                                         {"-1.5s", -1, -500000000, "-1.500s"},
                                         {"-0.000000001s", 0, -1, "-0.000000001s"},
                                         {"3600s", 3600, 0, "3600s"},
                                         {"0.000010s", 0, 10000, "0.000010s"},
                                         {"315576000000s", 315576000000, 0, "315576000000s"},
                                         {"-315576000000s", -315576000000, 0, "-315576000000s"}}) {
    SecondsAndNanos value;
    ASSERT_TRUE(ParseDuration(c.text, &value)) << c.text;
    EXPECT_EQ(value.seconds, c.seconds) << c.text;
    EXPECT_EQ(value.nanos, c.nanos) << c.text;
    std::string text;
    ASSERT_TRUE(AppendDuration(value, &text));
    EXPECT_EQ(text, c.canonical);
  }
}

TEST(DurationTextTest, OtherTextIsRefused) {
  for (const char* text : {"", "s", "1", "1.5", "1m", "1.s", ".5s", "+1s", "--1s", "1 s", " 1s", "1s ", "1e3s",
                           "1.0000000001s", "315576000001s", "315576000000.1s", "99999999999999999999s", "1S"}) {
    SecondsAndNanos value;
    EXPECT_FALSE(ParseDuration(text, &value)) << text;
  }
}

TEST(DurationTextTest, WhatHasNoTextIsNotWritten) {
  std::string text;
  EXPECT_FALSE(AppendDuration({1, -1}, &text));
  EXPECT_FALSE(AppendDuration({-1, 1}, &text));
  EXPECT_FALSE(AppendDuration({0, 1000000000}, &text));
  EXPECT_FALSE(AppendDuration({315576000001, 0}, &text));
  EXPECT_EQ(text, "");
}

}  // namespace
}  // namespace flowmesh::transcode
