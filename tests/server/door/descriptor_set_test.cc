#include "server/door/descriptor_set.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "server/base/error.h"
#include "tests/server/door/declared_types.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::ProtoText;
using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

google::protobuf::FileDescriptorSet OneFile(const std::string& name, const std::string& import = "") {
  google::protobuf::FileDescriptorSet set;
  set.add_file()->set_name(name);
  if (!import.empty()) set.mutable_file(0)->add_dependency(import);
  return set;
}

absl::Status ParseStatus(const google::protobuf::FileDescriptorSet& set) {
  return DescriptorSet::Parse(set.SerializeAsString()).status();
}

TEST(DescriptorSetTest, BuildsTypesWhateverTheOrderOfFiles) {
  const auto types = ProtoText::Types("message A { string text = 1; }");
  ASSERT_NE(types->Find("test.A"), nullptr);
  EXPECT_EQ(types->Find("test.B"), nullptr);
  EXPECT_EQ(types->New(*types->Find("test.A"))->GetTypeName(), "test.A");
}

TEST(DescriptorSetTest, TakesMissingImportsFromWhatIsCompiledIn) {
  const auto types = DescriptorSet::Parse(OneFile("a.proto", "google/protobuf/any.proto").SerializeAsString());
  ASSERT_OK(types);
  EXPECT_NE((*types)->Find("google.protobuf.Any"), nullptr);
}

TEST(DescriptorSetTest, SaysWhatIsWrong) {
  EXPECT_THAT(DescriptorSet::Parse("\xff\xff"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("does not parse")));
  EXPECT_THAT(ParseStatus(OneFile("a.proto", "b.proto")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("b.proto is imported and not in the set")));
  EXPECT_THAT(ParseStatus(OneFile("a.proto", "a.proto")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a.proto imports itself")));
  google::protobuf::FileDescriptorSet broken = OneFile("a.proto");
  auto* field = broken.mutable_file(0)->add_message_type()->add_field();
  broken.mutable_file(0)->mutable_message_type(0)->set_name("M");
  field->set_name("f");
  field->set_number(1);
  field->set_type_name("Nowhere");
  const absl::Status refused = ParseStatus(broken);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Nowhere")));
  EXPECT_EQ(base::GetReason(refused), "DESCRIPTORS_INVALID");
}

TEST(DescriptorSetTest, RefusesTooManyBytesAndTooManyMessages) {
  EXPECT_THAT(DescriptorSet::Parse(std::string(kMaxDescriptorBytes + 1, '\n')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 1048576 bytes")));
  google::protobuf::FileDescriptorSet many = OneFile("a.proto");
  for (std::size_t i = 0; i <= kMaxDescriptorMessages; ++i) {
    many.mutable_file(0)->add_message_type()->set_name(absl::StrCat("M", i));
  }
  EXPECT_THAT(ParseStatus(many), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 4000 messages")));
}

TEST(DescriptorSetTest, AChainAsLongAsAllowedCanBeUsed) {
  google::protobuf::FileDescriptorSet chain = OneFile("a.proto");
  for (std::size_t i = 0; i < kMaxDescriptorMessages; ++i) {
    auto* message = chain.mutable_file(0)->add_message_type();
    message->set_name(absl::StrCat("M", i));
    if (i + 1 == kMaxDescriptorMessages) break;
    auto* field = message->add_field();
    field->set_name("next");
    field->set_number(1);
    field->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
    field->set_type_name(absl::StrCat(".M", i + 1));
  }
  ASSERT_OK_AND_ASSIGN(const auto types, DescriptorSet::Parse(chain.SerializeAsString()));
  const auto message = types->New(*types->Find("M0"));
  EXPECT_TRUE(types->rules().Check(*message).empty());
}

TEST(DescriptorSetTest, TheClosureIsTheSameForCompiledInAndBroughtTypes) {
  const auto& input = *poem::v1::WritePoem::descriptor();
  const auto& output = *poem::v1::Poem::descriptor();
  const std::string closure = ClosureOf(input, output);
  ASSERT_OK_AND_ASSIGN(const auto brought, DescriptorSet::Parse(closure));
  EXPECT_EQ(ClosureOf(*brought->Find(input.full_name()), *brought->Find(output.full_name())), closure);
  EXPECT_NE(brought->Find("flowmesh.v1.FieldRules"), nullptr);
  EXPECT_LT(closure.size(), 20'000U);
}

}  // namespace
}  // namespace flowmesh::door
