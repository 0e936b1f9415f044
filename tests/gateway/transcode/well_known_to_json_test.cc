#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "gateway/transcode/message_to_json.h"
#include "tests/gateway/transcode/testdata/every_type.pb.h"

namespace flowmesh::transcode {
namespace {

using google::protobuf::Any;

TEST(WellKnownToJsonTest, TimesHaveZeroThreeSixOrNineDigits) {
  google::protobuf::Timestamp time;
  time.set_seconds(1136214245);
  EXPECT_EQ(MessageToJson(time), "\"2006-01-02T15:04:05Z\"");
  time.set_nanos(120'000'000);
  EXPECT_EQ(MessageToJson(time), "\"2006-01-02T15:04:05.120Z\"");
  time.set_nanos(120'000);
  EXPECT_EQ(MessageToJson(time), "\"2006-01-02T15:04:05.000120Z\"");
  time.set_nanos(1);
  EXPECT_EQ(MessageToJson(time), "\"2006-01-02T15:04:05.000000001Z\"");
  google::protobuf::Duration duration;
  duration.set_nanos(-500'000'000);
  EXPECT_EQ(MessageToJson(duration), "\"-0.500s\"");
}

TEST(WellKnownToJsonTest, TimesOutOfRangeAreObjects) {
  google::protobuf::Timestamp time;
  time.set_seconds(std::numeric_limits<int64_t>::max());
  EXPECT_EQ(MessageToJson(time), R"({"seconds":"9223372036854775807","nanos":0})");
  google::protobuf::Duration duration;
  duration.set_seconds(std::numeric_limits<int64_t>::min());
  duration.set_nanos(std::numeric_limits<int32_t>::min());
  EXPECT_EQ(MessageToJson(duration), R"({"seconds":"-9223372036854775808","nanos":-2147483648})");
}

TEST(WellKnownToJsonTest, FieldMasksAreCamel) {
  google::protobuf::FieldMask mask;
  EXPECT_EQ(MessageToJson(mask), "\"\"");
  mask.add_paths("create_time");
  mask.add_paths("author.first_name");
  mask.add_paths("line_1");
  EXPECT_EQ(MessageToJson(mask), "\"createTime,author.firstName,line_1\"");
}

TEST(WellKnownToJsonTest, WrappersAreBare) {
  testdata::EveryType message;
  message.mutable_int64_box();
  message.mutable_string_box()->set_value("s");
  const std::string json = MessageToJson(message);
  EXPECT_THAT(json, ::testing::HasSubstr(R"("int64_box":"0")"));
  EXPECT_THAT(json, ::testing::HasSubstr(R"("string_box":"s")"));
  EXPECT_THAT(json, ::testing::HasSubstr(R"("bool_box":null)"));
}

TEST(WellKnownToJsonTest, ValuesAreNative) {
  google::protobuf::Value value;
  EXPECT_EQ(MessageToJson(value), "null");
  auto& fields = *value.mutable_struct_value()->mutable_fields();
  fields["z"].set_null_value(google::protobuf::NULL_VALUE);
  fields["b"].set_number_value(1.5);
  fields["a"].mutable_list_value()->add_values()->set_bool_value(true);
  fields["n"].set_number_value(std::numeric_limits<double>::quiet_NaN());
  fields["e"].mutable_struct_value();
  EXPECT_EQ(MessageToJson(value), R"({"a":[true],"b":1.5,"e":{},"n":"NaN","z":null})");
}

TEST(AnyToJsonTest, ContentStandsBesideItsType) {
  testdata::Child child;
  child.set_name("n");
  Any any;
  any.PackFrom(child);
  EXPECT_EQ(MessageToJson(any), R"({"@type":"type.googleapis.com/flowmesh.transcode.testdata.Child",)"
                                R"("name":"n","children":[],"big_number":"0"})");
  google::protobuf::BoolValue flag;
  any.PackFrom(flag);
  EXPECT_EQ(MessageToJson(any), R"({"@type":"type.googleapis.com/google.protobuf.BoolValue","value":false})");
  any.PackFrom(google::protobuf::Empty());
  EXPECT_EQ(MessageToJson(any), R"({"@type":"type.googleapis.com/google.protobuf.Empty"})");
  EXPECT_EQ(MessageToJson(Any()), "{}");
}

TEST(AnyToJsonTest, WhatCannotBeReadIsBytes) {
  Any any;
  any.set_type_url("type.googleapis.com/no.Such");
  any.set_value("\x01");
  EXPECT_EQ(MessageToJson(any), R"({"@type":"type.googleapis.com/no.Such","@bytes":"AQ=="})");
  any.set_type_url("type.googleapis.com/flowmesh.transcode.testdata.Child");
  EXPECT_EQ(MessageToJson(any), R"({"@type":"type.googleapis.com/flowmesh.transcode.testdata.Child","@bytes":"AQ=="})");
  any.set_type_url("nothing");
  EXPECT_EQ(MessageToJson(any), R"({"@type":"nothing","@bytes":"AQ=="})");
  any.set_type_url("");
  EXPECT_EQ(MessageToJson(any), R"({"@type":"","@bytes":"AQ=="})");
}

TEST(AnyToJsonTest, AnysInsideOneAnotherEndAtTheLimit) {
  Any any;
  for (int i = 0; i < 5'000; ++i) {
    Any outer;
    outer.set_type_url("type.googleapis.com/google.protobuf.Any");
    outer.set_value(any.SerializeAsString());
    any.Swap(&outer);
  }
  const std::string json = MessageToJson(any);
  EXPECT_THAT(json, ::testing::HasSubstr("\"@bytes\""));
}

}  // namespace
}  // namespace flowmesh::transcode
