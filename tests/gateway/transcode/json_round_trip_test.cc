// JSON -> message -> JSON over all types, for compiled-in messages, for the same messages brought as descriptors, and
// against protobuf's own converter where that one is right.

#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/transcode/message_to_json.h"
#include "gateway/transcode/message_types.h"
#include "tests/gateway/transcode/json_testing.h"
#include "tests/gateway/transcode/testdata/every_type.pb.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;
using pb::util::MessageDifferencer;
using testdata::EveryType;

constexpr char kPackage[] = "flowmesh.transcode.testdata";

const std::vector<std::string>& ValidTexts() {
  static const std::vector<std::string> texts = {
      "{}",
      R"({"an_int32":-1,"anInt64":"-9223372036854775808","a_uint32":4294967295,"a_uint64":"18446744073709551615",
          "a_sint32":-2147483648,"a_sint64":-5,"a_fixed32":7,"a_fixed64":"8","a_sfixed32":-9,"a_sfixed64":"-10"})",
      R"({"a_float":0.1,"a_double":1e-300,"a_bool":true,"a_string":"\u20ac\ud83d\ude00\n","some_bytes":"AAEC/w=="})",
      R"({"a_float":"-Infinity","a_double":"Infinity","doubles":[0.1,-0.0,5e-324,1.7976931348623157e308]})",
      R"({"a_colour":"GREEN","maybe_colour":-3,"colours":["RED","CRIMSON",2,0]})",
      R"({"aChild":{"name":"a","children":[{"name":"b","children":[{}]}],"bigNumber":"77"},"other-Name":"r"})",
      R"({"maybe_int32":0,"maybe_string":"","int32s":[1,2,3],"uint64s":["1",2],"bools":[true,false],"strings":["",""],
          "byteStrings":["","AA=="],"children":[{},{}],"floats":[1.5]})",
      R"({"by_string":{"b":1,"a":2,"":3},"by_int32":{"-1":"x","10":"y","9":"z"},"by_int64":{"-7":{"name":"n"}},
          "by_uint32":{"1":true},"by_uint64":{"18446744073709551615":"GREEN"},"by_bool":{"true":"AA==","false":""},
          "values_by_string":{"n":null,"l":[1]},"by_sint32":{"-1":"2000-01-01T00:00:00Z"}})",
      R"({"number_choice":0})",
      R"({"text_choice":""})",
      R"({"child_choice":{}})",
      R"({"value_choice":{"a":[null]}})",
      R"({"a_time":"2006-01-02T15:04:05.123456789Z","a_duration":"-3.000000001s","a_mask":"aB,c.dE","an_empty":{},
          "times":["0001-01-01T00:00:00Z","9999-12-31T23:59:59.999999999Z"]})",
      R"({"a_struct":{"a":[1,"x",true,null,{"b":{}}],"z":1e20},"a_value":[{}],"a_list":[[],[1]],"values":[1,"a",{}]})",
      R"({"double_box":1.5,"float_box":2.5,"int64_box":"3","uint64_box":"4","int32_box":0,"uint32_box":6,"bool_box":false,
          "string_box":"","bytes_box":"AA==","int32_boxes":[0,1]})",
      R"({"an_any":{"@type":"type.googleapis.com/flowmesh.transcode.testdata.Child","name":"x"},
          "anys":[{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"},
                  {"@type":"type.googleapis.com/google.protobuf.Struct","value":{"b":1,"a":2}},
                  {"@type":"type.googleapis.com/google.protobuf.Int32Value","value":5}],
          "anys_by_string":{"k":{"@type":"type.googleapis.com/flowmesh.transcode.testdata.Small","title":"t"}}})"};
  return texts;
}

TEST(JsonRoundTripTest, WhatIsPrintedReadsBackTheSame) {
  for (const std::string& text : ValidTexts()) {
    for (const int indent : {0, 2}) {
      EveryType message;
      ASSERT_EQ(Convert(text, &message), "ok") << text;
      PrintOptions options;
      options.indent = indent;
      const std::string printed = MessageToJson(message, options);
      EveryType again;
      ASSERT_EQ(Convert(printed, &again), "ok") << printed;
      // An unset Value prints as null, which reads as the value null.
      if (!message.has_a_value()) again.clear_a_value();
      EXPECT_TRUE(MessageDifferencer::Equals(message, again)) << text << "\n" << printed;
      EXPECT_EQ(MessageToJson(again, options), MessageToJson(message, options));
    }
  }
}

TEST(JsonRoundTripTest, ProtobufsOwnConverterReadsTheSame) {
  for (const std::string& text : ValidTexts()) {
    EveryType ours;
    EveryType theirs;
    ASSERT_EQ(Convert(text, &ours), "ok") << text;
    const auto status = pb::util::JsonStringToMessage(text, &theirs);
    ASSERT_TRUE(status.ok()) << text << status.ToString();
    EXPECT_TRUE(MessageDifferencer::Equals(ours, theirs)) << ours.DebugString() << "---\n" << theirs.DebugString();
  }
}

TEST(JsonRoundTripTest, ProtobufsOwnConverterReadsWhatWePrint) {
  for (const std::string& text : ValidTexts()) {
    EveryType ours;
    EveryType theirs;
    ASSERT_EQ(Convert(text, &ours), "ok") << text;
    const std::string printed = MessageToJson(ours);
    const auto status = pb::util::JsonStringToMessage(printed, &theirs);
    ASSERT_TRUE(status.ok()) << printed << status.ToString();
    if (!ours.has_a_value()) theirs.clear_a_value();
    EXPECT_TRUE(MessageDifferencer::Equals(ours, theirs)) << ours.DebugString() << "---\n" << theirs.DebugString();
  }
}

TEST(JsonRoundTripTest, WeReadWhatProtobufsOwnConverterPrints) {
  pb::util::JsonPrintOptions options;
  options.add_whitespace = true;
  for (const std::string& text : ValidTexts()) {
    EveryType message;
    EveryType again;
    ASSERT_EQ(Convert(text, &message), "ok") << text;
    std::string printed;
    ASSERT_TRUE(pb::util::MessageToJsonString(message, &printed, options).ok()) << text;
    ASSERT_EQ(Convert(printed, &again), "ok") << printed;
    EXPECT_TRUE(MessageDifferencer::Equals(message, again)) << printed;
  }
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// The test's own file as if a worker had brought it, in a package that is not compiled in.
pb::FileDescriptorSet BroughtFiles() {
  pb::FileDescriptorProto file;
  EveryType::descriptor()->file()->CopyTo(&file);
  file.set_name("brought.proto");
  file.set_package("brought");
  for (pb::DescriptorProto& message : *file.mutable_message_type()) {
    for (pb::FieldDescriptorProto& field : *message.mutable_field()) {
      field.set_type_name(Replaced(field.type_name(), kPackage, "brought"));
      if (field.type_name().empty()) field.clear_type_name();
    }
    for (pb::DescriptorProto& entry : *message.mutable_nested_type()) {
      for (pb::FieldDescriptorProto& field : *entry.mutable_field()) {
        field.set_type_name(Replaced(field.type_name(), kPackage, "brought"));
        if (field.type_name().empty()) field.clear_type_name();
      }
    }
  }
  pb::FileDescriptorSet files;
  *files.add_file() = file;
  return files;
}

TEST(JsonRoundTripTest, BroughtTypesGiveTheSameBytesAndText) {
  MessageTypes types;
  ASSERT_EQ(types.Add(BroughtFiles()), absl::OkStatus());
  ParseOptions parse;
  parse.types = &types;
  PrintOptions print;
  print.types = &types;
  for (const std::string& text : ValidTexts()) {
    if (text.find("@type") != std::string::npos) continue;  // its types are named by package
    pb::Any compiled;
    pb::Any brought;
    const auto typed = [&text](const std::string& package) {
      const std::string comma = text == "{}" ? "" : ",";
      return R"({"@type":"type.googleapis.com/)" + package + ".EveryType\"" + comma + text.substr(1);
    };
    ASSERT_EQ(Convert(typed(kPackage), &compiled, parse), "ok") << text;
    ASSERT_EQ(Convert(typed("brought"), &brought, parse), "ok") << text;
    EXPECT_EQ(compiled.value(), brought.value()) << text;
    EXPECT_EQ(Replaced(MessageToJson(compiled, print), kPackage, "brought"), MessageToJson(brought, print));
  }
}

TEST(JsonRoundTripTest, TheOrderOfKeysDoesNotChangeTheBytesOfBroughtTypes) {
  MessageTypes types;
  ASSERT_EQ(types.Add(BroughtFiles()), absl::OkStatus());
  ParseOptions parse;
  parse.types = &types;
  pb::Any one;
  pb::Any other;
  ASSERT_EQ(Convert(R"({"@type":"a/brought.EveryType","by_int32":{"1":"a","-2":"b","10":"c"},"by_string":{"x":1,"a":2},
                        "a_struct":{"k":1,"a":{"z":1,"b":2}}})",
                    &one, parse),
            "ok");
  ASSERT_EQ(Convert(R"({"a_struct":{"a":{"b":2,"z":1},"k":1},"by_string":{"a":2,"x":1},
                        "by_int32":{"10":"c","1":"a","-2":"b"},"@type":"a/brought.EveryType"})",
                    &other, parse),
            "ok");
  EXPECT_EQ(one.value(), other.value());
}

}  // namespace
}  // namespace flowmesh::transcode
