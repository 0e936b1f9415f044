#include "gateway/transcode/message_to_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "gateway/transcode/json_reader.h"
#include "tests/gateway/transcode/testdata/every_type.pb.h"
#include "tests/gateway/transcode/testdata/with_required.pb.h"

namespace flowmesh::transcode {
namespace {

using testdata::Child;
using testdata::EveryType;
using testdata::Small;

std::string Printed(const google::protobuf::Message& message, const char* field) {
  std::string out;
  AppendFieldJson(message, *message.GetDescriptor()->FindFieldByName(field), {}, &out);
  return out;
}

TEST(MessageToJsonTest, EveryFieldIsPrintedAndUnsetOneofMembersAreLeftOut) {
  EXPECT_EQ(MessageToJson(Small()),
            R"({"title":"","seq":"0","limit":null,"child":null,"tags":[],"counts":{},"colour":"COLOUR_UNSPECIFIED"})");
}

TEST(MessageToJsonTest, SetFieldsArePrintedInDeclarationOrder) {
  Small small;
  small.set_title("t");
  small.set_seq(9007199254740993);
  small.set_limit(0);
  small.mutable_child();
  small.add_tags("a");
  (*small.mutable_counts())["n"] = 1;
  small.set_code(0);
  small.set_colour(testdata::BLUE);
  EXPECT_EQ(MessageToJson(small),
            R"({"title":"t","seq":"9007199254740993","limit":0,"child":{"name":"","children":[],"big_number":"0"},)"
            R"("tags":["a"],"counts":{"n":1},"code":0,"colour":"BLUE"})");
}

TEST(MessageToJsonTest, IndentedOutputHasTwoBlanksALevel) {
  Child child;
  child.set_name("n");
  child.add_children();
  PrintOptions options;
  options.indent = 2;
  EXPECT_EQ(MessageToJson(child, options), R"({
  "name": "n",
  "children": [
    {
      "name": "",
      "children": [],
      "big_number": "0"
    }
  ],
  "big_number": "0"
})");
}

TEST(MessageToJsonTest, OutputIsAppended) {
  std::string out = "data: ";
  AppendMessageJson(Child(), {}, &out);
  EXPECT_EQ(out, R"(data: {"name":"","children":[],"big_number":"0"})");
}

TEST(MessageToJsonTest, IntegersBeyondDoublesAreStrings) {
  EveryType message;
  message.set_an_int64(std::numeric_limits<int64_t>::min());
  message.set_a_uint64(std::numeric_limits<uint64_t>::max());
  message.set_a_uint32(std::numeric_limits<uint32_t>::max());
  message.set_an_int32(std::numeric_limits<int32_t>::min());
  message.add_uint64s(1);
  EXPECT_EQ(Printed(message, "an_int64"), "\"-9223372036854775808\"");
  EXPECT_EQ(Printed(message, "a_uint64"), "\"18446744073709551615\"");
  EXPECT_EQ(Printed(message, "a_uint32"), "4294967295");
  EXPECT_EQ(Printed(message, "an_int32"), "-2147483648");
  EXPECT_EQ(Printed(message, "uint64s"), "[\"1\"]");
}

TEST(MessageToJsonTest, RealsAreShortestAndNamedWhenNotFinite) {
  EveryType message;
  for (const double value : {0.1, 1e100, -0.0, std::numeric_limits<double>::infinity()}) message.add_doubles(value);
  for (const float value : {0.1F, 16777216.0F, std::numeric_limits<float>::quiet_NaN()}) message.add_floats(value);
  EXPECT_EQ(Printed(message, "doubles"), "[0.1,1e+100,-0,\"Infinity\"]");
  EXPECT_EQ(Printed(message, "floats"), "[0.1,16777216,\"NaN\"]");
}

TEST(MessageToJsonTest, EnumsArePrintedByNameOrElseByNumber) {
  EveryType message;
  message.add_colours(testdata::CRIMSON);
  message.add_colours(static_cast<testdata::Colour>(77));
  EXPECT_EQ(Printed(message, "colours"), R"(["RED",77])");
  EXPECT_EQ(Printed(message, "maybe_colour"), "null");
}

TEST(MessageToJsonTest, MapsAreSortedByKey) {
  EveryType message;
  for (const int key : {10, -1, 9, 2}) (*message.mutable_by_int32())[key] = std::to_string(key);
  for (const char* key : {"b", "", "\u00e9", "Z", "a\"", "a"}) (*message.mutable_by_string())[key] = 0;
  (*message.mutable_by_bool())[true] = "A";
  (*message.mutable_by_bool())[false] = "";
  (*message.mutable_by_uint64())[std::numeric_limits<uint64_t>::max()] = testdata::RED;
  (*message.mutable_by_uint64())[1] = testdata::GREEN;
  EXPECT_EQ(Printed(message, "by_int32"), R"({"-1":"-1","2":"2","9":"9","10":"10"})");
  EXPECT_EQ(Printed(message, "by_string"), "{\"\":0,\"Z\":0,\"a\":0,\"a\\\"\":0,\"b\":0,\"\u00e9\":0}");
  EXPECT_EQ(Printed(message, "by_bool"), R"({"false":"","true":"QQ=="})");
  EXPECT_EQ(Printed(message, "by_uint64"), R"({"1":"GREEN","18446744073709551615":"RED"})");
}

TEST(MessageToJsonTest, TextThatIsNotUtf8IsRepaired) {
  Small small;
  small.set_title("a\xFF\xC3");
  (*small.mutable_counts())["k\x80"] = 1;
  EXPECT_EQ(Printed(small, "title"), "\"a\uFFFD\uFFFD\"");
  EXPECT_EQ(Printed(small, "counts"), "{\"k\uFFFD\":1}");
}

TEST(MessageToJsonTest, TheOlderSyntaxPrintsUnsetFieldsAsNull) {
  testdata::WithRequired message;
  EXPECT_EQ(MessageToJson(message), R"({"name":null,"count":null,"parts":[],"inner":null})");
  message.mutable_inner()->set_deep(true);
  message.set_count(3);
  EXPECT_EQ(MessageToJson(message), R"({"name":null,"count":3,"parts":[],"inner":{"deep":true}})");
}

TEST(MessageToJsonTest, WhatIsTooDeepIsPrintedAsBytes) {
  Child child;
  Child* leaf = &child;
  for (int i = 0; i < kMaxPrintDepth + 100; ++i) leaf = leaf->add_children();
  leaf->set_name("bottom");
  const std::string json = MessageToJson(child);
  EXPECT_THAT(json, ::testing::HasSubstr("{\"@bytes\":\""));
  JsonLimits limits;
  limits.max_depth = 10'000;
  EXPECT_TRUE(ParseJson(json, limits).ok());
}

TEST(AppendFieldJsonTest, AnUnsetOneofMemberIsNull) { EXPECT_EQ(Printed(Small(), "text"), "null"); }

}  // namespace
}  // namespace flowmesh::transcode
