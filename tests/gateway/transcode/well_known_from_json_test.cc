#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "gateway/transcode/message_from_json.h"
#include "gateway/transcode/message_to_json.h"
#include "tests/gateway/transcode/json_testing.h"
#include "tests/gateway/transcode/testdata/every_type.pb.h"
#include "tests/gateway/transcode/testdata/with_required.pb.h"

namespace flowmesh::transcode {
namespace {

using testdata::Child;
using testdata::EveryType;
using testdata::Job;
using testdata::Small;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

template <typename Message = EveryType>
std::string Refusal(std::string_view text) {
  Message message;
  return Convert(text, &message);
}

TEST(WellKnownFromJsonTest, TimesAndDurationsAreText) {
  EveryType message;
  ASSERT_EQ(Convert(R"({"a_time":"1970-01-01T00:00:01.5Z","a_duration":"-1.5s"})", &message), "ok");
  EXPECT_EQ(message.a_time().seconds(), 1);
  EXPECT_EQ(message.a_time().nanos(), 500000000);
  EXPECT_EQ(message.a_duration().seconds(), -1);
  EXPECT_EQ(message.a_duration().nanos(), -500000000);
  for (const char* text : {R"({"a_time":1})", R"({"a_time":{"seconds":1}})", R"({"a_time":"yesterday"})"}) {
    EXPECT_THAT(Refusal(text), StartsWith("a_time: expected a time by RFC 3339")) << text;
  }
  for (const char* text : {R"({"a_duration":1})", R"({"a_duration":"1"})", R"({"a_duration":{}})"}) {
    EXPECT_THAT(Refusal(text), StartsWith("a_duration: expected a duration")) << text;
  }
}

TEST(WellKnownFromJsonTest, FieldMasksTakeBothSpellings) {
  EveryType message;
  ASSERT_EQ(Convert(R"({"a_mask":"createTime,a.first_name"})", &message), "ok");
  EXPECT_THAT(message.a_mask().paths(), ElementsAre("create_time", "a.first_name"));
  EXPECT_THAT(Refusal(R"({"a_mask":"a,,b"})"), StartsWith("a_mask: expected a field mask"));
  EXPECT_THAT(Refusal(R"({"a_mask":["a"]})"), StartsWith("a_mask: expected a field mask"));
}

TEST(WellKnownFromJsonTest, WrappersAreTheirValue) {
  EveryType message;
  ASSERT_EQ(Convert(R"({"double_box":1.5,"float_box":"NaN","int64_box":"-9","uint64_box":9,"int32_box":0,"uint32_box":1,
                        "bool_box":false,"string_box":"","bytes_box":"QQ","int32_boxes":[1,2]})",
                    &message),
            "ok");
  EXPECT_EQ(message.int64_box().value(), -9);
  EXPECT_TRUE(message.has_int32_box());
  EXPECT_TRUE(message.has_bool_box());
  EXPECT_TRUE(message.has_string_box());
  EXPECT_EQ(message.bytes_box().value(), "A");
  EXPECT_EQ(message.int32_boxes(1).value(), 2);
  EXPECT_THAT(Refusal(R"({"int32_box":{"value":1}})"), StartsWith("int32_box: expected a whole number"));
  EXPECT_THAT(Refusal(R"({"bool_box":"true"})"), StartsWith("bool_box: expected true or false"));
}

TEST(WellKnownFromJsonTest, StructsAndValuesTakeAnyJson) {
  const char* json = R"({"a":null,"b":true,"c":-1.5,"d":"x","e":[1,[],{}],"f":{"g":{}}})";
  google::protobuf::Struct structure;
  ASSERT_EQ(Convert(json, &structure), "ok");
  EXPECT_EQ(MessageToJson(structure), json);
  google::protobuf::Value value;
  ASSERT_EQ(Convert(json, &value), "ok");
  EXPECT_EQ(MessageToJson(value), json);
  google::protobuf::ListValue list;
  ASSERT_EQ(Convert("[1,null,\"NaN\"]", &list), "ok");
  EXPECT_EQ(list.values(2).string_value(), "NaN");
  EXPECT_EQ(Refusal<google::protobuf::Struct>("[]"), "expected an object (a map), got an array");
  EXPECT_EQ(Refusal<google::protobuf::ListValue>("{}"), "expected an array, got an object");
  EXPECT_THAT(Refusal<google::protobuf::Value>("1e999"), StartsWith("expected a number in the range"));
  EXPECT_THAT(Refusal(R"({"a_struct":{"k":[0,1e999]}})"), StartsWith("a_struct[\"k\"][1]: expected a number"));
}

TEST(WellKnownFromJsonTest, EmptyIsAnEmptyObject) {
  EveryType message;
  EXPECT_EQ(Convert(R"({"an_empty":{}})", &message), "ok");
  EXPECT_TRUE(message.has_an_empty());
  EXPECT_THAT(Refusal(R"({"an_empty":{"a":1}})"), HasSubstr("unknown field; Empty has no fields"));
  EXPECT_THAT(Refusal(R"({"an_empty":[]})"), HasSubstr("expected an object"));
}

TEST(AnyFromJsonTest, MessagesStandBesideTheirType) {
  EveryType message;
  ASSERT_EQ(
      Convert(R"({"an_any":{"name":"n","bigNumber":"5","@type":"type.googleapis.com/flowmesh.transcode.testdata.Child"},
                        "anys":[{}],
                        "anys_by_string":{"k":{"@type":"example.org/x/google.protobuf.Empty"}}})",
              &message),
      "ok");
  Child child;
  ASSERT_TRUE(message.an_any().UnpackTo(&child));
  EXPECT_EQ(child.name(), "n");
  EXPECT_EQ(child.big_number(), 5);
  EXPECT_EQ(message.anys(0).type_url(), "");
  EXPECT_EQ(message.anys_by_string().at("k").type_url(), "example.org/x/google.protobuf.Empty");
}

TEST(AnyFromJsonTest, TypesWithTheirOwnFormStandInValue) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"google.protobuf.Duration", "\"1.500s\""},
      {"google.protobuf.Timestamp", "\"1970-01-01T00:00:01Z\""},
      {"google.protobuf.FieldMask", "\"aB\""},
      {"google.protobuf.Struct", R"({"@type":"kept"})"},
      {"google.protobuf.Value", "null"},
      {"google.protobuf.ListValue", "[1]"},
      {"google.protobuf.Int64Value", "\"7\""},
      {"google.protobuf.BoolValue", "false"},
      {"google.protobuf.Any", R"({"@type":"type.googleapis.com/google.protobuf.StringValue","value":"x"})"}};
  for (const auto& [type, value] : cases) {
    const std::string json = std::string(R"({"@type":"type.googleapis.com/)") + type + R"(","value":)" + value + "}";
    google::protobuf::Any any;
    ASSERT_EQ(Convert(json, &any), "ok") << json;
    EXPECT_EQ(MessageToJson(any), json);
  }
  google::protobuf::Any any;
  EXPECT_EQ(Convert(R"({"@type":"type.googleapis.com/google.protobuf.Empty","value":{}})", &any), "ok");
  EXPECT_TRUE(any.Is<google::protobuf::Empty>());
}

TEST(AnyFromJsonTest, WrongAnysAreRefused) {
  using google::protobuf::Any;
  EXPECT_THAT(Refusal<Any>(R"({"name":"x"})"), StartsWith("expected an object with \"@type\""));
  EXPECT_THAT(Refusal<Any>("\"x\""), StartsWith("expected an object with \"@type\""));
  EXPECT_THAT(Refusal<Any>(R"({"@type":1})"), StartsWith("@type: expected a type such as"));
  EXPECT_THAT(Refusal<Any>(R"({"@type":""})"), StartsWith("@type: expected a type such as"));
  EXPECT_THAT(Refusal<Any>(R"({"@type":"google.protobuf.Empty"})"), StartsWith("@type: expected a type such as"));
  EXPECT_THAT(Refusal<Any>(R"({"@type":"type.googleapis.com/"})"), StartsWith("@type: expected a type such as"));
  EXPECT_EQ(Refusal<Any>(R"({"@type":"type.googleapis.com/no.Such"})"),
            "@type: the type \"no.Such\" is not known here");
  EXPECT_EQ(Refusal<Any>(R"({"@type":"type.googleapis.com/google.protobuf.Duration"})"),
            "value: required: the JSON form of google.protobuf.Duration");
  EXPECT_THAT(Refusal<Any>(R"({"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s","x":1})"),
              StartsWith("x: unknown field"));
  EXPECT_THAT(Refusal<Any>(R"({"@type":"type.googleapis.com/google.protobuf.StringValue","value":null})"),
              StartsWith("value: expected a string, got null"));
  EXPECT_THAT(Refusal<Any>(R"({"@type":"type.googleapis.com/flowmesh.transcode.testdata.Child","value":{}})"),
              StartsWith("value: unknown field; Child has"));
  EXPECT_THAT(
      Refusal(
          R"({"anys":[{"@type":"type.googleapis.com/flowmesh.transcode.testdata.Child","children":[{"name":1}]}]})"),
      StartsWith("anys[0].children[0].name: expected a string"));
  EXPECT_EQ(Refusal<Any>(R"({"@type":"type.googleapis.com/flowmesh.transcode.testdata.WithRequired"})"),
            "name: required, but not sent");
}

ParseOptions InferByFlow() {
  ParseOptions options;
  options.infer_any_type = [](const google::protobuf::Message& parent, const google::protobuf::FieldDescriptor& field,
                              JsonValue object) -> const google::protobuf::Descriptor* {
    EXPECT_EQ(field.full_name(), "flowmesh.transcode.testdata.Job.input");
    EXPECT_EQ(object.Find("flow")->text(), static_cast<const Job&>(parent).flow());
    const std::string& flow = static_cast<const Job&>(parent).flow();
    if (flow == "small") return Small::descriptor();
    if (flow == "wait") return google::protobuf::Duration::descriptor();
    return nullptr;
  };
  return options;
}

TEST(AnyFromJsonTest, ATypeLeftOutComesFromTheFieldsBeside) {
  Job job;
  ASSERT_EQ(
      Convert(R"({"input":{"title":"t"},"flow":"small","jobs":[{"input":"1.5s","flow":"wait"}]})", &job, InferByFlow()),
      "ok");
  Small small;
  ASSERT_TRUE(job.input().UnpackTo(&small));
  EXPECT_EQ(small.title(), "t");
  EXPECT_EQ(job.input().type_url(), "type.googleapis.com/flowmesh.transcode.testdata.Small");
  google::protobuf::Duration wait;
  ASSERT_TRUE(job.jobs(0).input().UnpackTo(&wait));
  EXPECT_EQ(wait.seconds(), 1);
}

TEST(AnyFromJsonTest, AnEmptyObjectIsAnEmptyMessageOfTheInferredType) {
  Job job;
  ASSERT_EQ(Convert(R"({"input":{},"flow":"small"})", &job, InferByFlow()), "ok");
  EXPECT_TRUE(job.input().Is<Small>());
  ASSERT_EQ(Convert(R"({"input":{},"flow":"other"})", &job, InferByFlow()), "ok");
}

TEST(AnyFromJsonTest, AnExplicitTypeWinsAndAnUnknownFlowNeedsOne) {
  Job job;
  ASSERT_EQ(Convert(R"({"input":{"@type":"type.googleapis.com/flowmesh.transcode.testdata.Child"},"flow":"small"})",
                    &job, InferByFlow()),
            "ok");
  EXPECT_TRUE(job.input().Is<Child>());
  EXPECT_THAT(Convert(R"({"input":{"title":"t"},"flow":"other"})", &job, InferByFlow()),
              StartsWith("input: expected an object with \"@type\""));
  EXPECT_THAT(Convert(R"({"input":{"titel":"t"},"flow":"small"})", &job, InferByFlow()),
              StartsWith("input.titel: unknown field; Small has title"));
}

TEST(AnyFromJsonTest, EqualContentGivesEqualBytes) {
  Job one;
  Job other;
  ASSERT_EQ(Convert(R"({"flow":"small","input":{"counts":{"a":1,"b":2,"c":3},"title":"t"}})", &one, InferByFlow()),
            "ok");
  ASSERT_EQ(Convert(R"({"flow":"small","input":{"title":"t","counts":{"c":3,"b":2,"a":1.0}}})", &other, InferByFlow()),
            "ok");
  EXPECT_EQ(one.input().value(), other.input().value());
}

TEST(AnyFromJsonTest, DepthStartsAgainInsideAnAny) {
  std::string inner = "{}";
  for (int i = 0; i < 40; ++i) inner = R"({"children":[)" + inner + "]}";
  inner.insert(1, R"("@type":"type.googleapis.com/flowmesh.transcode.testdata.Child",)");
  Job job;
  EXPECT_EQ(Convert(R"({"jobs":[{"jobs":[{"input":)" + inner + "}]}]}", &job), "ok");
}

}  // namespace
}  // namespace flowmesh::transcode
