#include "gateway/transcode/json_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "gateway/transcode/json_reader.h"

namespace flowmesh::transcode {
namespace {

std::string Written(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

void WriteSample(JsonWriter* writer) {
  writer->BeginObject();
  writer->Key("a");
  writer->BeginArray();
  writer->Int(-1);
  writer->BeginObject();
  writer->EndObject();
  writer->BeginArray();
  writer->EndArray();
  writer->EndArray();
  writer->Key("b\n");
  writer->QuotedInt(std::numeric_limits<int64_t>::min());
  writer->Key("c");
  writer->BeginObject();
  writer->Key("d");
  writer->Null();
  writer->Key("e");
  writer->Bool(true);
  writer->EndObject();
  writer->EndObject();
}

TEST(JsonWriterTest, CompactOutputIsOneLine) {
  std::string out = "kept:";
  JsonWriter writer(0, &out);
  WriteSample(&writer);
  EXPECT_EQ(out, R"(kept:{"a":[-1,{},[]],"b\n":"-9223372036854775808","c":{"d":null,"e":true}})");
}

TEST(JsonWriterTest, IndentedOutputHasOneEntryALine) {
  std::string out;
  JsonWriter writer(2, &out);
  WriteSample(&writer);
  EXPECT_EQ(out, R"({
  "a": [
    -1,
    {},
    []
  ],
  "b\n": "-9223372036854775808",
  "c": {
    "d": null,
    "e": true
  }
})");
}

TEST(JsonWriterTest, RealsWithoutANumberAreStrings) {
  std::string out;
  JsonWriter writer(0, &out);
  writer.BeginArray();
  writer.Real(std::numeric_limits<double>::quiet_NaN());
  writer.Real(std::numeric_limits<double>::infinity());
  writer.Real(-std::numeric_limits<float>::infinity());
  writer.Real(0.5F);
  writer.QuotedUint(std::numeric_limits<uint64_t>::max());
  writer.Base64("\xFB\xFF");
  writer.EndArray();
  EXPECT_EQ(out, R"(["NaN","Infinity","-Infinity",0.5,"18446744073709551615","+/8="])");
}

TEST(JsonWriterTest, EscapesWhatJsonAndJavaScriptNeed) {
  EXPECT_EQ(Written("q\" b\\ / <&>"), R"("q\" b\\ / <&>")");
  EXPECT_EQ(Written("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(Written(std::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(Written("a\u2028b\u2029c\u202a"), "\"a\\u2028b\\u2029c\u202a\"");
  EXPECT_EQ(Written("\u00e9\u20ac\U0001F600"), "\"\u00e9\u20ac\U0001F600\"");
}

TEST(JsonWriterTest, InvalidUtf8BecomesReplacementCharacters) {
  const std::string bad = "\uFFFD";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a\x80z", "a" + bad + "z"},
      {"\xC3", bad},
      {"\xC3(", bad + "("},
      {"\xC0\xAF", bad + bad},
      {"\xE2\x82", bad},
      {"\xE2\x82z", bad + "z"},
      {"\xF0\x9F\x98z", bad + "z"},
      {"\xED\xA0\x80", bad + bad + bad},
      {"\xF4\x90\x80\x80", bad + bad + bad + bad},
      {"\xFF\xFE", bad + bad},
      {"\xC3\xC3\xA9", bad + "\u00e9"},
  };
  for (const auto& [bytes, expected] : cases) EXPECT_EQ(Written(bytes), "\"" + expected + "\"");
}

TEST(JsonWriterTest, EveryByteSequenceReadsBackAsUtf8) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes = {static_cast<char>(first), static_cast<char>(second)};
      EXPECT_TRUE(ParseJson(Written(bytes)).ok()) << first << ' ' << second;
    }
  }
}

}  // namespace
}  // namespace flowmesh::transcode
