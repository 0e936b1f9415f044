#include "gateway/transcode/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flowmesh::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Refusal(std::string_view text, const JsonLimits& limits = {}) {
  const absl::StatusOr<JsonDocument> document = ParseJson(text, limits);
  return document.ok() ? "accepted" : std::string(document.status().message());
}

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonReaderTest, ScalarsAtTheTopAreRead) {
  struct Case {
    const char* text;
    JsonKind kind;
    const char* value;
  };
  for (const Case& c : std::vector<Case>{{"null", JsonKind::kNull, ""},
                                         {" true ", JsonKind::kBool, ""},
                                         {"-0", JsonKind::kNumber, "-0"},
                                         {"\t1.50e+02\r\n", JsonKind::kNumber, "1.50e+02"},
                                         {"\"\"", JsonKind::kString, ""},
                                         {R"("a\"\\\/\b\f\n\r\tz")", JsonKind::kString, "a\"\\/\b\f\n\r\tz"}}) {
    const absl::StatusOr<JsonDocument> document = ParseJson(c.text);
    ASSERT_TRUE(document.ok()) << c.text << ": " << document.status();
    EXPECT_EQ(document->root().kind(), c.kind) << c.text;
    EXPECT_EQ(document->root().text(), c.value) << c.text;
  }
}

TEST(JsonReaderTest, NumbersKeepTheirSource) {
  for (const char* text : {"9223372036854775807", "-9223372036854775808", "18446744073709551615", "9007199254740993",
                           "123456789012345678901234567890", "0.1000000000000000055511151231257827", "1e-400", "0e0",
                           "-0.0", "1E5", "1.25e-3", "1234567890.12345678901234567890e12"}) {
    for (const std::string& blank : {std::string(), std::string(40, ' ')}) {  // the parser has a path for long input
      const absl::StatusOr<JsonDocument> document = ParseJson(text + blank);
      ASSERT_TRUE(document.ok()) << text << ": " << document.status();
      EXPECT_EQ(document->root().text(), text);
    }
  }
}

TEST(JsonReaderTest, ContainersAreWalkedInOrder) {
  const absl::StatusOr<JsonDocument> document = ParseJson(R"({"a":[1,[2,{}],3],"b":{"c":{},"d":[]},"e":true})");
  ASSERT_TRUE(document.ok()) << document.status();
  std::vector<std::string> keys;
  for (const JsonMember member : document->root().members()) keys.emplace_back(member.key);
  EXPECT_THAT(keys, ElementsAre("a", "b", "e"));
  std::vector<JsonKind> kinds;
  for (const JsonValue value : document->root().Find("a")->elements()) kinds.push_back(value.kind());
  EXPECT_THAT(kinds, ElementsAre(JsonKind::kNumber, JsonKind::kArray, JsonKind::kNumber));
  EXPECT_EQ(document->root().Find("b")->Find("d")->kind(), JsonKind::kArray);
  EXPECT_EQ(document->root().Find("b")->size(), 2U);
  EXPECT_TRUE(document->root().Find("e")->boolean());
  EXPECT_FALSE(document->root().Find("c").has_value());
  EXPECT_FALSE(document->root().Find("a")->Find("c").has_value());
}

TEST(JsonReaderTest, WhatIsNotJsonIsRefused) {
  for (const char* text : {
           "",
           " \n\t",
           "{} x",
           "{}{}",
           "1 2",
           "null,",
           "{\"a\":1,\"a\":2}",
           R"({"a":1,"b":2,"\u0061":3})",
           R"({"x":[{"a":{},"b":[],"a":null}]})",
           R"({"":1,"":2})",
           "{} // note",
           "/* note */ {}",
           "# note\n{}",
           "{\"a\":1 /* note */}",
           "{'a':1}",
           "['a']",
           "[1,]",
           "[,1]",
           "[1,,2]",
           "[,]",
           "{\"a\":1,}",
           "{,}",
           "{a:1}",
           "{\"a\" 1}",
           "{\"a\":}",
           "{\"a\"}",
           "{1:2}",
           "{null:2}",
           "[1 2]",
           "{\"a\":1 \"b\":2}",
           "[",
           "]",
           "{",
           "}",
           "[1}",
           "{\"a\":1]",
           "\"",
           "\"abc",
           "\"a\nb\"",
           "\"a\tb\"",
           "\"\x01\"",
           "\"\x1f\"",
           R"("\x41")",
           R"("\a")",
           R"("\u12")",
           R"("\u12g4")",
           R"("\U00012345")",
           "nul",
           "nulll",
           "NULL",
           "True",
           "tru",
           "NaN",
           "nan",
           "Infinity",
           "-Infinity",
           "undefined",
           "01",
           "-01",
           "00",
           "+1",
           ".5",
           "1.",
           "-",
           "-.5",
           "1e",
           "1e+",
           "0x10",
           "1_000",
           "1,5",
           "--1",
           "1.2.3",
           "\xEF\xBB\xBF{}",
           "\v1",
           "\f1",
           "\xC2\xA0 1",
           "[1]\x01",
       }) {
    EXPECT_NE(Refusal(text), "accepted") << text;
    EXPECT_NE(Refusal(text + std::string(40, ' ')), "accepted") << text << " with blanks";
  }
}

TEST(JsonReaderTest, NulBytesAreRefusedOutsideEscapes) {
  for (const std::string& text : {std::string("{}\0", 3), std::string("\0{}", 3), std::string("\"a\0b\"", 5)}) {
    EXPECT_NE(Refusal(text), "accepted");
  }
  EXPECT_EQ(ParseJson(R"("a\u0000b")")->root().text(), std::string("a\0b", 3));
}

TEST(JsonReaderTest, InvalidUtf8IsRefusedInValuesAndKeys) {
  for (const char* bytes : {
           "\x80",              // continuation alone
           "\xC3",              // cut short
           "\xC3\x28",          // no continuation
           "\xC0\xAF",          // overlong, two bytes
           "\xC1\xBF",          // overlong, two bytes
           "\xE0\x9F\xBF",      // overlong, three bytes
           "\xF0\x8F\xBF\xBF",  // overlong, four bytes
           "\xED\xA0\x80",      // surrogate
           "\xED\xBF\xBF",      // surrogate
           "\xF4\x90\x80\x80",  // above U+10FFFF
           "\xF5\x80\x80\x80",
           "\xF8\x88\x80\x80\x80",
           "\xFE",
           "\xFF",
           "\xE2\x82",
           "\xF0\x9F\x98",
       }) {
    for (const std::string& pad : {std::string(), std::string(64, 'x')}) {
      const std::string string = "\"" + pad + bytes + pad + "\"";
      EXPECT_NE(Refusal(string), "accepted") << string;
      EXPECT_NE(Refusal("{" + string + ":1}"), "accepted") << string;
    }
  }
  for (const char* text : {"\u00e9", "\u20ac", "\U0001F600", "\uFFFD", "\uD7FF", "\uE000", "\U0010FFFF"}) {
    const absl::StatusOr<JsonDocument> document = ParseJson("\"" + std::string(text) + "\"");
    ASSERT_TRUE(document.ok()) << text;
    EXPECT_EQ(document->root().text(), text);
  }
}

TEST(JsonReaderTest, EscapedSurrogatesComeInPairs) {
  EXPECT_EQ(ParseJson(R"("\ud83d\ude00\u20AC")")->root().text(), "\U0001F600\u20ac");
  for (const char* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\n")", R"("\ud83d\u0041")",
                           R"("\ude00\ud83d")", R"("\ud83d\ud83d")", R"({"\ud800":1})"}) {
    EXPECT_NE(Refusal(text), "accepted") << text;
  }
}

TEST(JsonReaderTest, NestingEndsAtTheLimit) {
  EXPECT_TRUE(ParseJson(Nested(100)).ok());
  EXPECT_THAT(Refusal(Nested(101)), HasSubstr("nested too deeply"));
  EXPECT_THAT(Refusal(std::string(1'000'000, '[')), HasSubstr("nested too deeply"));
  std::string objects;
  for (int i = 0; i < 101; ++i) objects += "{\"a\":";
  EXPECT_THAT(Refusal(objects), HasSubstr("nested too deeply"));
  JsonLimits limits;
  limits.max_depth = 2;
  EXPECT_TRUE(ParseJson("[[1]]", limits).ok());
  EXPECT_NE(Refusal("[[[1]]]", limits), "accepted");
}

TEST(JsonReaderTest, SizesEndAtTheirLimits) {
  JsonLimits limits;
  limits.max_bytes = 10;
  limits.max_values = 4;
  EXPECT_TRUE(ParseJson("[1,2,3]   ", limits).ok());
  EXPECT_EQ(ParseJson("[1,2,3]    ", limits).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(Refusal("[1,2,3,4]", limits), HasSubstr("more than 4 values"));
  EXPECT_THAT(Refusal("[[],[],[]]"), "accepted");
}

TEST(JsonReaderTest, ManyKeysAreComparedFast) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"key" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(ParseJson(text + "\"last\":0}").ok());
  EXPECT_THAT(Refusal(text + "\"key7\":0}"), HasSubstr("the key \"key7\" appears twice"));
}

TEST(JsonReaderTest, RefusalsSayWhereAndWhy) {
  EXPECT_EQ(Refusal("{\n  \"ä\": 'x'}"), "line 2, column 8: strings and keys are written in double quotes");
  EXPECT_EQ(Refusal(""), "the text is empty; a JSON value is expected");
  EXPECT_EQ(Refusal("{} //"), "line 1, column 4: nothing may follow the JSON value");
  EXPECT_EQ(Refusal("[1, /**/]"), "line 1, column 5: comments are not allowed");
  EXPECT_EQ(Refusal("[1, ]"), "line 1, column 5: a value or key is missing here (no comma before the closing bracket)");
  EXPECT_EQ(Refusal("[1"), "line 1, column 3: the text ends too early");
  EXPECT_THAT(Refusal("\"a\tb\""), HasSubstr("a control character must be written as an escape"));
  EXPECT_THAT(Refusal("[01]"), HasSubstr("no leading zeros"));
  EXPECT_THAT(Refusal("\"\xFF\""), HasSubstr("not valid UTF-8"));
  EXPECT_THAT(Refusal(R"("\ud800")"), HasSubstr("surrogate"));
  EXPECT_THAT(Refusal("[nan]"), HasSubstr("line 1, column"));
}

TEST(JsonReaderTest, AStringDocumentHoldsItsText) {
  const JsonDocument document = JsonDocument::OfString("a\"b");
  EXPECT_EQ(document.root().kind(), JsonKind::kString);
  EXPECT_EQ(document.root().text(), "a\"b");
}

}  // namespace
}  // namespace flowmesh::transcode
