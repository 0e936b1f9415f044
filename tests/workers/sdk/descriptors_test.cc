#include "workers/sdk/descriptors.h"

#include <gtest/gtest.h>

#include <string>

#include "flowmesh/poem/v1/poem.pb.h"
#include "flowmesh/v1/options.pb.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.pb.h"

namespace flowmesh::sdk {
namespace {

TEST(DescriptorsTest, AForeignPoolCanBeBuiltWithTheFieldRules) {
  google::protobuf::FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(DescriptorSetOf(
      {poem::v1::WritePoem::descriptor(), poem::v1::Poem::descriptor(), google::protobuf::Any::descriptor()})));
  google::protobuf::DescriptorPool pool;
  for (const google::protobuf::FileDescriptorProto& file : set.file())
    ASSERT_NE(pool.BuildFile(file), nullptr) << file.name();
  const google::protobuf::Descriptor* message = pool.FindMessageTypeByName("flowmesh.poem.v1.WritePoem");
  ASSERT_NE(message, nullptr);
  // The foreign pool does not know our classes: the rules must be there as bytes.
  google::protobuf::FieldOptions options;
  ASSERT_TRUE(options.ParseFromString(message->FindFieldByName("title")->options().SerializeAsString()));
  EXPECT_TRUE(options.GetExtension(v1::rules).required());
}

TEST(DescriptorsTest, TheOrderOfMessagesDoesNotMatter) {
  EXPECT_EQ(DescriptorSetOf({poem::v1::WritePoem::descriptor(), google::protobuf::Any::descriptor()}),
            DescriptorSetOf({google::protobuf::Any::descriptor(), poem::v1::WritePoem::descriptor()}));
}

}  // namespace
}  // namespace flowmesh::sdk
