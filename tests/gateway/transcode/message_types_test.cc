#include "gateway/transcode/message_types.h"

#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/timestamp.pb.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "gateway/transcode/message_to_json.h"
#include "tests/gateway/transcode/json_testing.h"
#include "tests/gateway/transcode/testdata/every_type.pb.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;
using ::testing::HasSubstr;

pb::FileDescriptorSet Files(const std::string& text) {
  pb::FileDescriptorSet files;
  EXPECT_TRUE(pb::TextFormat::ParseFromString(text, &files)) << text;
  return files;
}

pb::FileDescriptorSet Parcel(const std::string& field) {
  return Files(R"(file { name: "parcel.proto" package: "brought" syntax: "proto3"
                         dependency: "google/protobuf/timestamp.proto"
    message_type { name: "Parcel"
      field { name: ")" +
               field + R"(" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
      field { name: "sent" number: 2 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_OPTIONAL }
      nested_type { name: "Inner" field { name: "n" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL } } } })");
}

TEST(MessageTypesTest, CompiledTypesAreKnown) {
  const MessageTypes types;
  EXPECT_EQ(types.FindMessage("flowmesh.transcode.testdata.Small"), testdata::Small::descriptor());
  EXPECT_EQ(types.FindMessage("google.protobuf.Timestamp"), pb::Timestamp::descriptor());
  EXPECT_NE(dynamic_cast<testdata::Small*>(types.NewMessage(*testdata::Small::descriptor()).get()), nullptr);
  for (const char* name : {"", "Small", ".flowmesh.transcode.testdata.Small", "flowmesh.transcode.testdata",
                           "flowmesh.transcode.testdata.Colour", "flowmesh.transcode.testdata.Small.title"}) {
    EXPECT_EQ(types.FindMessage(name), nullptr) << name;
  }
}

TEST(MessageTypesTest, BroughtTypesParseAndPrint) {
  MessageTypes types;
  ASSERT_TRUE(types.Add(Parcel("label")).ok());
  EXPECT_NE(types.FindMessage("brought.Parcel.Inner"), nullptr);
  ParseOptions options;
  options.types = &types;
  const std::string json =
      R"({"@type":"type.googleapis.com/brought.Parcel","label":"x","sent":"1970-01-01T00:00:01Z"})";
  pb::Any any;
  ASSERT_EQ(Convert(json, &any, options), "ok");
  PrintOptions print;
  print.types = &types;
  EXPECT_EQ(MessageToJson(any, print), json);
  EXPECT_THAT(Convert(R"({"@type":"type.googleapis.com/brought.Parcel","labl":"x"})", &any, options),
              HasSubstr("labl: unknown field; Parcel has label, sent"));
}

TEST(MessageTypesTest, ALaterSetWinsAndTheSameSetCountsOnce) {
  MessageTypes types;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(types.Add(Parcel("label")).ok());
  const pb::Descriptor* first = types.FindMessage("brought.Parcel");
  ASSERT_TRUE(types.Add(Parcel("title")).ok());
  const pb::Descriptor* second = types.FindMessage("brought.Parcel");
  EXPECT_NE(first, second);
  EXPECT_EQ(second->field(0)->name(), "title");
  EXPECT_EQ(types.NewMessage(*first)->GetDescriptor(), first);
  EXPECT_EQ(types.NewMessage(*second)->GetDescriptor(), second);
}

TEST(MessageTypesTest, ACompiledTypeWinsOverABroughtOne) {
  pb::FileDescriptorSet files;
  testdata::Small::descriptor()->file()->CopyTo(files.add_file());
  MessageTypes types;
  ASSERT_TRUE(types.Add(files).ok());
  EXPECT_EQ(types.FindMessage("flowmesh.transcode.testdata.Small"), testdata::Small::descriptor());
}

TEST(MessageTypesTest, SetsThatDoNotBuildAreRefused) {
  MessageTypes types;
  const auto refusal = [&types](const std::string& text) {
    const absl::Status status = types.Add(Files(text));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  EXPECT_THAT(refusal(R"(file { name: "a.proto" dependency: "missing.proto" })"), HasSubstr("missing.proto"));
  EXPECT_THAT(refusal(R"(file { name: "b.proto" message_type { name: "M" field { name: "f" number: 1
                          type: TYPE_MESSAGE type_name: ".no.Such" label: LABEL_OPTIONAL } } })"),
              HasSubstr("no.Such"));
  EXPECT_THAT(refusal(R"(file { name: "c.proto" message_type { name: "M" } }
                         file { name: "c.proto" message_type { name: "N" } })"),
              HasSubstr("c.proto"));
  EXPECT_THAT(refusal(R"(file { name: "d.proto" dependency: "d.proto" })"), HasSubstr("d.proto imports itself"));
  EXPECT_THAT(
      refusal(R"(file { name: "g.proto" dependency: "h.proto" } file { name: "h.proto" dependency: "g.proto" })"),
      HasSubstr("imports itself"));
  EXPECT_THAT(refusal(R"(file { name: "i.proto" dependency: "j.proto" message_type { name: "M" } }
                         file { name: "j.proto" message_type { name: "M" } })"),
              HasSubstr("M"));
  EXPECT_THAT(refusal(R"(file { name: "e.proto" message_type { name: "M"
                          field { name: "f" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL }
                          field { name: "g" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL } } })"),
              HasSubstr("e.proto"));
  EXPECT_EQ(types.FindMessage("M"), nullptr);
}

TEST(MessageTypesTest, WellKnownTypesCannotBeReplaced) {
  const char* shape = R"(message_type { name: "Timestamp"
                           field { name: "seconds" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL } })";
  MessageTypes types;
  EXPECT_EQ(
      types.Add(Files(std::string(R"(file { name: "mine.proto" package: "google.protobuf" )") + shape + "}")).code(),
      absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(
      types
          .Add(Files(std::string(R"(file { name: "nested.proto" package: "google" message_type { name: "protobuf" )") +
                     "nested_type { name: \"Timestamp\" } } }"))
          .code(),
      absl::StatusCode::kInvalidArgument);
  // Under the original's file name it is not looked at; the compiled-in file stands in.
  EXPECT_TRUE(
      types
          .Add(Files(std::string(R"(file { name: "google/protobuf/timestamp.proto" package: "google.protobuf" )") +
                     shape + "}"))
          .ok());
  EXPECT_EQ(types.FindMessage("google.protobuf.Timestamp"), pb::Timestamp::descriptor());
}

TEST(MessageTypesTest, TheNumberOfSetsIsLimited) {
  MessageTypes types;
  for (size_t i = 0; i < MessageTypes::kMaxSets; ++i) {
    ASSERT_TRUE(types.Add(Files("file { name: \"f" + std::to_string(i) + ".proto\" }")).ok());
  }
  EXPECT_EQ(types.Add(Files("file { name: \"more.proto\" }")).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(types.Add(Files("file { name: \"f0.proto\" }")).ok());
}

TEST(MessageTypesTest, ALongChainOfImportsIsBuiltUpToTheLimit) {
  const auto chain = [](int files) {
    pb::FileDescriptorSet set;
    for (int i = 0; i < files; ++i) {
      pb::FileDescriptorProto* file = set.add_file();
      file->set_name("chain" + std::to_string(i) + ".proto");
      if (i + 1 < files) file->add_dependency("chain" + std::to_string(i + 1) + ".proto");
    }
    set.mutable_file(0)->add_message_type()->set_name("First");
    return set;
  };
  MessageTypes types;
  EXPECT_EQ(types.Add(chain(MessageTypes::kMaxFilesInSet + 1)).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(types.FindMessage("First"), nullptr);
  EXPECT_EQ(types.Add(chain(MessageTypes::kMaxFilesInSet)), absl::OkStatus());
  EXPECT_NE(types.FindMessage("First"), nullptr);
}

TEST(MessageTypesTest, ThreadsMayAddAndUseTypesTogether) {
  MessageTypes types;
  ASSERT_TRUE(types.Add(Parcel("label")).ok());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&types, t] {
      for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(types.Add(Parcel("label" + std::to_string(t) + "_" + std::to_string(i % 5))).ok());
        const pb::Descriptor* type = types.FindMessage("brought.Parcel");
        ASSERT_NE(type, nullptr);
        ASSERT_EQ(types.NewMessage(*type)->GetDescriptor(), type);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace flowmesh::transcode
