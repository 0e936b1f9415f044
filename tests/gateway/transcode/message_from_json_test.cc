#include "gateway/transcode/message_from_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/gateway/transcode/json_testing.h"
#include "tests/gateway/transcode/testdata/every_type.pb.h"
#include "tests/gateway/transcode/testdata/with_required.pb.h"

namespace flowmesh::transcode {
namespace {

using testdata::EveryType;
using testdata::Small;
using testdata::WithRequired;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename Message>
std::string Refusal(std::string_view text) {
  Message message;
  return Convert(text, &message);
}

TEST(MessageFromJsonTest, SnakeAndCamelNamesAreBothRead) {
  EveryType message;
  ASSERT_EQ(Convert(R"({"an_int32":1,"anInt64":2,"other-Name":"x","int32Boxes":[3]})", &message), "ok");
  EXPECT_EQ(message.an_int32(), 1);
  EXPECT_EQ(message.an_int64(), 2);
  EXPECT_EQ(message.renamed(), "x");
  EXPECT_EQ(message.int32_boxes(0).value(), 3);
}

TEST(MessageFromJsonTest, UnknownFieldsAreRefusedWithTheKnownOnes) {
  EXPECT_EQ(Refusal<Small>(R"({"titel":"x"})"),
            "titel: unknown field; Small has title, seq, limit, child, tags, counts, text, code, colour");
  EXPECT_THAT(Refusal<Small>(R"({"child":{"children":[{},{"nam":1}]}})"),
              HasSubstr("child.children[1].nam: unknown field; Child has"));
  for (const char* text : {R"({"Title":"x"})", R"({"TITLE":"x"})", R"({"":1})", R"({"@type":"x"})", R"({"title ":""})",
                           R"({"titel":null})", R"({"[some.extension]":1})"}) {
    EXPECT_THAT(Refusal<Small>(text), HasSubstr("unknown field")) << text;
  }
  EXPECT_THAT(Refusal<EveryType>(R"({"otherName":"x"})"), HasSubstr("unknown field"));
  EXPECT_THAT(Refusal<EveryType>(R"({"other_name":"x"})"), HasSubstr("unknown field"));
}

TEST(MessageFromJsonTest, OneFieldUnderBothNamesIsRefused) {
  EXPECT_EQ(Refusal<EveryType>(R"({"an_int32":1,"anInt32":1})"),
            "an_int32: sent twice, as an_int32 and as anInt32; send one");
  EXPECT_THAT(Refusal<EveryType>(R"({"an_int32":null,"anInt32":null})"), HasSubstr("sent twice"));
  EXPECT_THAT(Refusal<EveryType>(R"({"anAny":{},"an_any":{}})"), HasSubstr("sent twice"));
}

TEST(MessageFromJsonTest, NullLeavesAFieldUnset) {
  EveryType message;
  ASSERT_EQ(
      Convert(R"({"an_int32":null,"a_string":null,"maybe_int32":null,"a_child":null,"int32s":null,"by_string":null,
                        "text_choice":null,"number_choice":4,"a_time":null,"an_any":null,"a_struct":null,
                        "int32_box":null,"a_colour":null})",
              &message),
      "ok");
  EveryType expected;
  expected.set_number_choice(4);
  EXPECT_EQ(message.SerializeAsString(), expected.SerializeAsString());
}

TEST(MessageFromJsonTest, NullIsAValueForValueAndNullValue) {
  EveryType message;
  ASSERT_EQ(Convert(R"({"a_value":null,"a_null":null,"values":[null,1],"null_choice":null,
                        "values_by_string":{"a":null}})",
                    &message),
            "ok");
  EXPECT_TRUE(message.a_value().has_null_value());
  EXPECT_TRUE(message.values(0).has_null_value());
  EXPECT_EQ(message.choice_case(), EveryType::kNullChoice);
  EXPECT_TRUE(message.values_by_string().at("a").has_null_value());
}

TEST(MessageFromJsonTest, NullInsideListsAndMapsIsRefused) {
  EXPECT_EQ(Refusal<EveryType>(R"({"strings":["a",null]})"),
            "strings[1]: null is not allowed in a list; leave the element out");
  EXPECT_EQ(Refusal<EveryType>(R"({"by_string":{"k":null}})"),
            "by_string[\"k\"]: null is not allowed in a map; leave the entry out");
  EXPECT_THAT(Refusal<EveryType>(R"({"children":[null]})"), HasSubstr("children[0]: null is not allowed"));
  EXPECT_THAT(Refusal<EveryType>(R"({"by_int64":{"1":null}})"), HasSubstr("null is not allowed"));
  EXPECT_THAT(Refusal<EveryType>(R"({"int32_boxes":[null]})"), HasSubstr("null is not allowed"));
  EXPECT_THAT(Refusal<EveryType>("null"), HasSubstr("expected an object (EveryType), got null"));
}

TEST(MessageFromJsonTest, TwoMembersOfAOneofAreRefused) {
  EXPECT_EQ(Refusal<Small>(R"({"text":"x","code":0})"), "code: cannot be sent together with text; send one of them");
  EXPECT_THAT(Refusal<EveryType>(R"({"null_choice":null,"child_choice":{}})"), HasSubstr("cannot be sent together"));
  EXPECT_EQ(Refusal<Small>(R"({"text":"x","code":null})"), "ok");
  Small bound;
  bound.set_text("from the path");
  EXPECT_THAT(Convert(R"({"code":1})", &bound), HasSubstr("cannot be sent together with text"));
}

TEST(MessageFromJsonTest, OptionalFieldsRememberThatTheyWereSent) {
  EveryType message;
  ASSERT_EQ(Convert(R"({"maybe_int32":0,"maybe_string":""})", &message), "ok");
  EXPECT_TRUE(message.has_maybe_int32());
  EXPECT_TRUE(message.has_maybe_string());
  EXPECT_FALSE(message.has_maybe_colour());
}

TEST(MessageFromJsonTest, WrongShapesAreRefused) {
  EXPECT_EQ(Refusal<Small>("[]"), "expected an object (Small), got an array");
  EXPECT_EQ(Refusal<Small>("\"x\""), "expected an object (Small), got \"x\"");
  EXPECT_EQ(Refusal<Small>(R"({"child":[]})"), "child: expected an object (Child), got an array");
  EXPECT_EQ(Refusal<Small>(R"({"tags":"x"})"), "tags: expected an array, got \"x\"");
  EXPECT_EQ(Refusal<Small>(R"({"tags":{}})"), "tags: expected an array, got an object");
  EXPECT_EQ(Refusal<Small>(R"({"counts":[]})"), "counts: expected an object (a map), got an array");
  EXPECT_EQ(Refusal<Small>(R"({"title":["x"]})"), "title: expected a string, got an array");
  EXPECT_EQ(Refusal<Small>(R"({"tags":[["x"]]})"), "tags[0]: expected a string, got an array");
}

TEST(MessageFromJsonTest, MapsTakeEveryKindOfKey) {
  EveryType message;
  ASSERT_EQ(Convert(R"({"by_string":{"":1,"a":2},"by_int32":{"-5":"x"},"by_int64":{"9223372036854775807":{"name":"n"}},
                        "by_uint32":{"4294967295":true},"by_uint64":{"18446744073709551615":"GREEN"},
                        "by_bool":{"true":"QQ==","false":""},"by_sint32":{"-1":"1970-01-01T00:00:01Z"}})",
                    &message),
            "ok");
  EXPECT_EQ(message.by_string().at(""), 1);
  EXPECT_EQ(message.by_int32().at(-5), "x");
  EXPECT_EQ(message.by_int64().at(9223372036854775807).name(), "n");
  EXPECT_TRUE(message.by_uint32().at(4294967295U));
  EXPECT_EQ(message.by_uint64().at(18446744073709551615U), testdata::GREEN);
  EXPECT_EQ(message.by_bool().at(true), "A");
  EXPECT_EQ(message.by_sint32().at(-1).seconds(), 1);
}

TEST(MessageFromJsonTest, WrongAndEqualMapKeysAreRefused) {
  EXPECT_THAT(Refusal<EveryType>(R"({"by_int32":{"x":"y"}})"),
              HasSubstr("by_int32[\"x\"]: expected a whole number from -2147483648 to 2147483647, got \"x\""));
  EXPECT_THAT(Refusal<EveryType>(R"({"by_int32":{"":"y"}})"), HasSubstr("by_int32[\"\"]"));
  EXPECT_THAT(Refusal<EveryType>(R"({"by_int32":{"2147483648":"y"}})"), HasSubstr("by_int32"));
  EXPECT_THAT(Refusal<EveryType>(R"({"by_bool":{"True":""}})"), HasSubstr("expected true or false"));
  EXPECT_THAT(Refusal<EveryType>(R"({"by_bool":{"1":""}})"), HasSubstr("expected true or false"));
  EXPECT_THAT(Refusal<EveryType>(R"({"by_int32":{"1":"a","1.0":"b"}})"), HasSubstr("there already"));
  EXPECT_THAT(Refusal<EveryType>(R"({"by_int64":{"100":{},"1e2":{}}})"), HasSubstr("there already"));
  EXPECT_THAT(Refusal<EveryType>(R"({"by_uint64":{"0":0,"-0":0}})"), HasSubstr("there already"));
}

TEST(MessageFromJsonTest, SeveralErrorsAreReportedTogether) {
  const absl::StatusOr<JsonDocument> document =
      ParseJson(R"({"title":1,"child":{"children":[{"name":true}]},"nope":0,"tags":["ok",2,3]})");
  ASSERT_TRUE(document.ok());
  Small message;
  std::vector<std::string> paths;
  const FieldErrors errors = MessageFromJson(document->root(), &message);
  for (const FieldError& error : errors.errors()) paths.push_back(error.path);
  EXPECT_THAT(paths, ElementsAre("title", "child.children[0].name", "nope", "tags[1]", "tags[2]"));

  std::string many = R"({"tags":[0)";
  for (int i = 0; i < 1000; ++i) many += ",0";
  const absl::StatusOr<JsonDocument> long_list = ParseJson(many + "]}");
  ASSERT_TRUE(long_list.ok());
  EXPECT_EQ(MessageFromJson(long_list->root(), &message).errors().size(), FieldErrors::kMaxErrors);
}

TEST(MessageFromJsonTest, MissingRequiredFieldsAreNamed) {
  EXPECT_EQ(Refusal<WithRequired>(R"({"name":"x","parts":[{"name":"y"}],"inner":{"deep":true}})"), "ok");
  EXPECT_EQ(Refusal<WithRequired>(R"({"count":1})"), "name: required, but not sent");
  EXPECT_EQ(Refusal<WithRequired>(R"({"name":"x","parts":[{}]})"), "parts[0].name: required, but not sent");
}

std::string NestedChildren(int depth) {
  std::string text = "{}";
  for (int i = 0; i < depth; ++i) text = R"({"children":[)" + text + "]}";
  return text;
}

std::string NestedLists(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string NestedObjects(int depth) {
  std::string text = "0";
  for (int i = 0; i < depth; ++i) text = R"({"k":)" + text + "}";
  return text;
}

TEST(MessageFromJsonTest, WhateverIsAcceptedCanBeParsedAgain) {
  JsonLimits limits;
  limits.max_depth = 1000;
  int accepted = 0;
  int refused = 0;
  for (int depth = 1; depth < 130; ++depth) {
    for (const std::string& text : {NestedChildren(depth), R"({"a_value":)" + NestedLists(depth) + "}",
                                    R"({"a_struct":)" + NestedObjects(depth) + "}"}) {
      const absl::StatusOr<JsonDocument> document = ParseJson(text, limits);
      ASSERT_TRUE(document.ok()) << document.status();
      EveryType message;
      const FieldErrors errors = MessageFromJson(document->root(), &message);
      if (errors.ok()) {
        ++accepted;
        ASSERT_TRUE(EveryType().ParseFromString(message.SerializeAsString())) << text;
      } else {
        ++refused;
        EXPECT_THAT(Outcome(errors), HasSubstr("nested deeper than 100 messages"));
      }
    }
  }
  EXPECT_EQ(Refusal<EveryType>(NestedChildren(49)), "ok");
  EXPECT_GT(accepted, 170);
  EXPECT_GT(refused, 100);
}

TEST(FieldFromJsonTest, OneFieldIsReadAlone) {
  const google::protobuf::Descriptor& type = *Small::descriptor();
  const auto convert = [&](const char* field, std::string_view text, Small* message) {
    const absl::StatusOr<JsonDocument> document = ParseJson(text);
    EXPECT_TRUE(document.ok());
    return Outcome(FieldFromJson(document->root(), *type.FindFieldByName(field), message));
  };
  Small message;
  EXPECT_EQ(convert("title", "\"x\"", &message), "ok");
  EXPECT_EQ(convert("tags", R"(["a","b"])", &message), "ok");
  EXPECT_EQ(convert("counts", R"({"a":1})", &message), "ok");
  EXPECT_EQ(convert("child", R"({"name":"n"})", &message), "ok");
  EXPECT_EQ(convert("limit", "null", &message), "ok");
  EXPECT_EQ(message.title(), "x");
  EXPECT_EQ(message.tags_size(), 2);
  EXPECT_EQ(message.child().name(), "n");
  EXPECT_FALSE(message.has_limit());
  EXPECT_EQ(convert("child", R"({"nome":1})", &message),
            "child.nome: unknown field; Child has name, children, big_number");
  EXPECT_EQ(convert("tags", "\"a\"", &message), "tags: expected an array, got \"a\"");
}

TEST(FieldFromTextTest, TextStandsForEveryKindOfValue) {
  const google::protobuf::Descriptor& type = *EveryType::descriptor();
  EveryType message;
  const auto convert = [&](const char* field, std::string_view text) {
    return Outcome(FieldFromText(text, *type.FindFieldByName(field), &message));
  };
  for (const auto& [field, text] :
       std::vector<std::pair<const char*, const char*>>{{"a_bool", "true"},
                                                        {"an_int64", "-9223372036854775808"},
                                                        {"a_double", "1e-3"},
                                                        {"a_string", "null"},
                                                        {"a_colour", "2"},
                                                        {"maybe_colour", "RED"},
                                                        {"some_bytes", "-_8"},
                                                        {"a_time", "1970-01-01T00:00:01Z"},
                                                        {"a_duration", "2s"},
                                                        {"a_mask", "aB,c"},
                                                        {"bool_box", "false"},
                                                        {"int32_box", "7"},
                                                        {"int32s", "1"},
                                                        {"int32s", "2"},
                                                        {"colours", "GREEN"},
                                                        {"times", "1970-01-01T00:00:02Z"}}) {
    EXPECT_EQ(convert(field, text), "ok") << field;
  }
  EXPECT_TRUE(message.a_bool());
  EXPECT_EQ(message.a_string(), "null");
  EXPECT_EQ(message.a_colour(), testdata::GREEN);
  EXPECT_EQ(message.a_mask().paths(0), "a_b");
  EXPECT_TRUE(message.has_bool_box());
  EXPECT_THAT(message.int32s(), ElementsAre(1, 2));
  EXPECT_EQ(message.times(0).seconds(), 2);
  for (const auto& [field, text] : std::vector<std::pair<const char*, const char*>>{{"a_bool", "1"},
                                                                                    {"a_bool", "True"},
                                                                                    {"a_bool", ""},
                                                                                    {"an_int32", ""},
                                                                                    {"an_int32", " 1"},
                                                                                    {"a_colour", "9"},
                                                                                    {"a_colour", "red"},
                                                                                    {"a_child", "{}"},
                                                                                    {"an_any", "x"},
                                                                                    {"a_list", "x"},
                                                                                    {"by_string", "x"}}) {
    EXPECT_THAT(convert(field, text), ::testing::StartsWith(field)) << field << '=' << text;
  }
}

TEST(FieldFromTextTest, MapEntriesAreReadOneByOne) {
  const google::protobuf::FieldDescriptor& field = *EveryType::descriptor()->FindFieldByName("by_uint32");
  EveryType message;
  EXPECT_EQ(Outcome(MapEntryFromText("7", "true", field, &message)), "ok");
  EXPECT_EQ(Outcome(MapEntryFromText("8", "false", field, &message)), "ok");
  EXPECT_TRUE(message.by_uint32().at(7));
  EXPECT_EQ(message.by_uint32_size(), 2);
  EXPECT_THAT(Outcome(MapEntryFromText("x", "true", field, &message)), HasSubstr("by_uint32[\"x\"]: expected a whole"));
  EXPECT_THAT(Outcome(MapEntryFromText("9", "yes", field, &message)), HasSubstr("by_uint32[\"9\"]: expected true or"));
}

}  // namespace
}  // namespace flowmesh::transcode
