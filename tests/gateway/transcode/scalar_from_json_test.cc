#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gateway/transcode/message_to_json.h"
#include "tests/gateway/transcode/json_testing.h"
#include "tests/gateway/transcode/testdata/every_type.pb.h"

namespace flowmesh::transcode {
namespace {

using testdata::EveryType;

// A value of a field, and what that field prints as afterwards; "" = refused.
struct Case {
  const char* field;
  const char* json;
  const char* printed;
};

void ExpectCases(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EveryType message;
    const std::string outcome = Convert(std::string("{\"") + c.field + "\":" + c.json + "}", &message);
    if (*c.printed == '\0') {
      EXPECT_THAT(outcome, ::testing::StartsWith(std::string(c.field) + ": expected ")) << c.field << ": " << c.json;
      continue;
    }
    EXPECT_EQ(outcome, "ok") << c.field << ": " << c.json;
    std::string printed;
    AppendFieldJson(message, *EveryType::descriptor()->FindFieldByName(c.field), {}, &printed);
    EXPECT_EQ(printed, c.printed) << c.field << ": " << c.json;
  }
}

TEST(ScalarFromJsonTest, IntegersAreNumbersOrQuotedNumbers) {
  ExpectCases({{"an_int32", "2147483647", "2147483647"},
               {"an_int32", "\"-2147483648\"", "-2147483648"},
               {"an_int32", "1.0", "1"},
               {"an_int32", "1e3", "1000"},
               {"an_int32", "\"1e3\"", "1000"},
               {"an_int64", "9007199254740993", "\"9007199254740993\""},
               {"an_int64", "\"9223372036854775807\"", "\"9223372036854775807\""},
               {"an_int64", "-9223372036854775808", "\"-9223372036854775808\""},
               {"a_uint32", "4294967295", "4294967295"},
               {"a_uint64", "18446744073709551615", "\"18446744073709551615\""},
               {"a_uint64", "\"18446744073709551615\"", "\"18446744073709551615\""},
               {"a_sint32", "-1", "-1"},
               {"a_sint64", "-1", "\"-1\""},
               {"a_fixed32", "1", "1"},
               {"a_fixed64", "1", "\"1\""},
               {"a_sfixed32", "-1", "-1"},
               {"a_sfixed64", "-1", "\"-1\""}});
}

TEST(ScalarFromJsonTest, WhatIsNoIntegerIsRefused) {
  ExpectCases({{"an_int32", "2147483648", ""},
               {"an_int32", "-2147483649", ""},
               {"an_int32", "0.5", ""},
               {"an_int32", "\"\"", ""},
               {"an_int32", "\" 1\"", ""},
               {"an_int32", "\"1 \"", ""},
               {"an_int32", "\"01\"", ""},
               {"an_int32", "\"0x1\"", ""},
               {"an_int32", "\"abc\"", ""},
               {"an_int32", "\"1.5\"", ""},
               {"an_int32", "true", ""},
               {"an_int32", "[1]", ""},
               {"an_int32", "{}", ""},
               {"an_int64", "9223372036854775808", ""},
               {"an_int64", "1e30", ""},
               {"a_uint32", "-1", ""},
               {"a_uint32", "4294967296", ""},
               {"a_uint64", "18446744073709551616", ""},
               {"a_uint64", "\"-1\"", ""}});
}

TEST(ScalarFromJsonTest, RealsAreNumbersQuotedOrNamed) {
  ExpectCases({{"a_double", "0.1", "0.1"},
               {"a_double", "\"0.1\"", "0.1"},
               {"a_double", "1", "1"},
               {"a_double", "-0.0", "-0"},
               {"a_double", "1e-400", "0"},
               {"a_double", "1.7976931348623157e308", "1.7976931348623157e+308"},
               {"a_double", "\"NaN\"", "\"NaN\""},
               {"a_double", "\"Infinity\"", "\"Infinity\""},
               {"a_double", "\"-Infinity\"", "\"-Infinity\""},
               {"a_float", "0.1", "0.1"},
               {"a_float", "3.4028235e38", "3.4028235e+38"},
               {"a_float", "\"NaN\"", "\"NaN\""},
               {"a_double", "1e309", ""},
               {"a_double", "\"1e309\"", ""},
               {"a_double", "\"nan\"", ""},
               {"a_double", "\"inf\"", ""},
               {"a_double", "\"+Infinity\"", ""},
               {"a_double", "\"\"", ""},
               {"a_double", "\"1.\"", ""},
               {"a_double", "false", ""},
               {"a_float", "3.5e38", ""},
               {"a_float", "-1e39", ""}});
}

TEST(ScalarFromJsonTest, BooleansAreNeverQuoted) {
  ExpectCases({{"a_bool", "true", "true"},
               {"a_bool", "false", "false"},
               {"a_bool", "\"true\"", ""},
               {"a_bool", "1", ""},
               {"a_bool", "0", ""},
               {"a_bool", "\"\"", ""}});
}

TEST(ScalarFromJsonTest, StringsAreStringsOnly) {
  ExpectCases({{"a_string", "\"x\"", "\"x\""},
               {"a_string", R"("\u0000\u20ac\ud83d\ude00")", "\"\\u0000\u20ac\U0001F600\""},
               {"a_string", "1", ""},
               {"a_string", "true", ""},
               {"a_string", "{}", ""},
               {"a_string", "[]", ""}});
}

TEST(ScalarFromJsonTest, BytesAreEitherBase64) {
  ExpectCases({{"some_bytes", "\"+/8=\"", "\"+/8=\""},
               {"some_bytes", "\"-_8\"", "\"+/8=\""},
               {"some_bytes", "\"\"", "\"\""},
               {"some_bytes", "\"A\"", ""},
               {"some_bytes", "\"!!!!\"", ""},
               {"some_bytes", "\"QQ==\\n\"", ""},
               {"some_bytes", "1", ""}});
}

TEST(ScalarFromJsonTest, EnumsAreKnownNamesOrNumbers) {
  ExpectCases({{"a_colour", "\"GREEN\"", "\"GREEN\""},
               {"a_colour", "2", "\"GREEN\""},
               {"a_colour", "2.0", "\"GREEN\""},
               {"a_colour", "-3", "\"BLUE\""},
               {"a_colour", "\"CRIMSON\"", "\"RED\""},
               {"a_colour", "9", ""},
               {"a_colour", "1.5", ""},
               {"a_colour", "99999999999", ""},
               {"a_colour", "\"green\"", ""},
               {"a_colour", "\"2\"", ""},
               {"a_colour", "\"\"", ""},
               {"a_colour", "true", ""},
               {"a_null", "\"NULL_VALUE\"", "null"},
               {"a_null", "0", "null"},
               {"a_null", "1", ""}});
  EveryType message;
  EXPECT_EQ(Convert(R"({"a_colour":"PINK"})", &message),
            "a_colour: expected one of COLOUR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, got \"PINK\"");
}

TEST(ScalarFromJsonTest, ListsHoldEveryKind) {
  ExpectCases({{"int32s", "[1,\"2\",3.0]", "[1,2,3]"},
               {"uint64s", "[1,\"18446744073709551615\"]", "[\"1\",\"18446744073709551615\"]"},
               {"doubles", "[1.5,\"NaN\"]", "[1.5,\"NaN\"]"},
               {"floats", "[0.5]", "[0.5]"},
               {"bools", "[true,false]", "[true,false]"},
               {"strings", "[\"\",\"a\"]", "[\"\",\"a\"]"},
               {"byte_strings", "[\"QQ\"]", "[\"QQ==\"]"},
               {"colours", "[\"RED\",2]", "[\"RED\",\"GREEN\"]"},
               {"children", "[{},{\"name\":\"x\"}]",
                R"([{"name":"","children":[],"big_number":"0"},{"name":"x","children":[],"big_number":"0"}])"},
               {"int32s", "[]", "[]"}});
}

TEST(ScalarFromJsonTest, MessagesSayWhatIsExpectedAndWhatCame) {
  EveryType message;
  EXPECT_EQ(Convert(R"({"an_int32":3.5})", &message),
            "an_int32: expected a whole number from -2147483648 to 2147483647, got 3.5");
  EXPECT_EQ(Convert(R"({"a_bool":"true"})", &message), "a_bool: expected true or false without quotes, got \"true\"");
  EXPECT_EQ(Convert(R"({"some_bytes":"?"})", &message), "some_bytes: expected bytes in base64, got \"?\"");
}

}  // namespace
}  // namespace flowmesh::transcode
