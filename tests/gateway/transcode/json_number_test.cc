#include "gateway/transcode/json_number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace flowmesh::transcode {
namespace {

template <typename Number>
struct Case {
  std::string text;
  NumberFault fault;
  Number value = 0;
};

template <typename Integer>
void ExpectIntegers(const std::vector<Case<Integer>>& cases) {
  for (const Case<Integer>& c : cases) {
    Integer value = 0;
    EXPECT_EQ(ParseInteger(c.text, &value), c.fault) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
  }
}

constexpr NumberFault kNone = NumberFault::kNone;
constexpr NumberFault kSyntax = NumberFault::kSyntax;
constexpr NumberFault kFraction = NumberFault::kFraction;
constexpr NumberFault kRange = NumberFault::kRange;

TEST(JsonNumberTest, Int32IsExactToItsEnds) {
  ExpectIntegers<int32_t>({{"2147483647", kNone, 2147483647},
                           {"-2147483648", kNone, std::numeric_limits<int32_t>::min()},
                           {"2147483648", kRange},
                           {"-2147483649", kRange},
                           {"2147483647.0", kNone, 2147483647},
                           {"0.5", kFraction},
                           {"1e-1", kFraction},
                           {"99999999999999999999.5", kFraction}});
}

TEST(JsonNumberTest, Uint32IsExactToItsEnds) {
  ExpectIntegers<uint32_t>(
      {{"4294967295", kNone, 4294967295U}, {"4294967296", kRange}, {"-0", kNone, 0}, {"-1", kRange}});
}

TEST(JsonNumberTest, Int64IsExactBeyondDoubles) {
  ExpectIntegers<int64_t>({{"9007199254740993", kNone, 9007199254740993},
                           {"9223372036854775807", kNone, std::numeric_limits<int64_t>::max()},
                           {"-9223372036854775808", kNone, std::numeric_limits<int64_t>::min()},
                           {"9223372036854775808", kRange},
                           {"-9223372036854775809", kRange},
                           {"9.223372036854775807e18", kNone, std::numeric_limits<int64_t>::max()}});
}

TEST(JsonNumberTest, Uint64IsExactBeyondDoubles) {
  ExpectIntegers<uint64_t>({{"18446744073709551615", kNone, std::numeric_limits<uint64_t>::max()},
                            {"18446744073709551616", kRange},
                            {"99999999999999999999", kRange},
                            {"184467440737095516150e-1", kNone, std::numeric_limits<uint64_t>::max()},
                            {"1e19", kNone, 10000000000000000000U},
                            {"1e20", kRange}});
}

TEST(JsonNumberTest, WholeNumbersMayHaveAFractionOrExponent) {
  ExpectIntegers<int32_t>({{"1.0", kNone, 1},
                           {"1e3", kNone, 1000},
                           {"1E+3", kNone, 1000},
                           {"1.5e1", kNone, 15},
                           {"1000e-3", kNone, 1},
                           {"-12.3400e2", kNone, -1234},
                           {"0.000e99999999999999999999", kNone, 0},
                           {"0e-5", kNone, 0},
                           {"1e99999999999999999999", kRange},
                           {"1e-99999999999999999999", kFraction}});
}

TEST(JsonNumberTest, OtherSpellingsAreNotNumbers) {
  for (const char* text : {"", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", " 1", "1 ", "0x1", "1_0", "NaN", "1f",
                           "Infinity", "1,0", "--1", "1e1.5"}) {
    int32_t integer = 7;
    double real = 7;
    EXPECT_EQ(ParseInteger(text, &integer), kSyntax) << text;
    EXPECT_EQ(ParseReal(text, &real), kSyntax) << text;
    EXPECT_EQ(integer, 7);
    EXPECT_EQ(real, 7);
  }
}

TEST(JsonNumberTest, DoublesAreRoundedCorrectly) {
  for (const char* text : {"0.1", "1e23", "9007199254740993", "2.2250738585072011e-308", "1.7976931348623157e308",
                           "5e-324", "-0.0", "123456789.123456789", "7.2057594037927933e+16"}) {
    double value = 7;
    ASSERT_EQ(ParseReal(text, &value), kNone) << text;
    EXPECT_EQ(value, std::strtod(text, nullptr)) << text;
  }
}

TEST(JsonNumberTest, TooLargeIsRefusedAndTooSmallIsZero) {
  double real = 7;
  float small = 7;
  EXPECT_EQ(ParseReal("1e309", &real), kRange);
  EXPECT_EQ(ParseReal("-1e309", &real), kRange);
  EXPECT_EQ(ParseReal("1.8e308", &real), kRange);
  EXPECT_EQ(ParseReal("1e999999999999", &real), kRange);
  EXPECT_EQ(ParseReal("3.5e38", &small), kRange);
  EXPECT_EQ(ParseReal("3.4028235e38", &small), kNone);
  EXPECT_EQ(small, std::numeric_limits<float>::max());
  EXPECT_EQ(ParseReal("1e-400", &real), kNone);
  EXPECT_EQ(real, 0);
  EXPECT_EQ(ParseReal("-1e-400", &real), kNone);
  EXPECT_EQ(real, 0);
  EXPECT_EQ(ParseReal("1e-60", &small), kNone);
  EXPECT_EQ(small, 0);
}

TEST(JsonNumberTest, RealsReadBackAsThemselves) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t bits = random();
    double real = 0;
    float small = 0;
    std::memcpy(&real, &bits, sizeof(real));
    std::memcpy(&small, &bits, sizeof(small));
    if (std::isfinite(real)) {
      std::string text;
      AppendReal(real, &text);
      double back = 0;
      ASSERT_EQ(ParseReal(text, &back), kNone) << text;
      ASSERT_EQ(back, real) << text;
    }
    if (std::isfinite(small)) {
      std::string text;
      AppendReal(small, &text);
      float back = 0;
      ASSERT_EQ(ParseReal(text, &back), kNone) << text;
      ASSERT_EQ(back, small) << text;
    }
  }
}

TEST(JsonNumberTest, RealsAreShort) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0.1, "0.1"}, {1, "1"}, {-0.0, "-0"}, {1e21, "1e+21"}, {1.5e-7, "1.5e-07"}, {100, "100"}};
  for (const auto& [value, expected] : cases) {
    std::string text;
    AppendReal(value, &text);
    EXPECT_EQ(text, expected);
  }
  std::string text;
  AppendReal(0.1F, &text);
  EXPECT_EQ(text, "0.1");
}

}  // namespace
}  // namespace flowmesh::transcode
