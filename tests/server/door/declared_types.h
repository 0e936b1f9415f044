#ifndef FLOWMESH_TESTS_SERVER_DOOR_DECLARED_TYPES_H_
#define FLOWMESH_TESTS_SERVER_DOOR_DECLARED_TYPES_H_

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "flowmesh/v1/options.pb.h"
#include "server/door/descriptor_set.h"

namespace flowmesh::testing {

// A serialised FileDescriptorSet of one .proto file's text and everything it imports, as a worker brings it. The text
// comes after `syntax` and the import of flowmesh/v1/options.proto.
class ProtoText {
 public:
  static std::string Compile(const std::string& body, const std::string& name = "test.proto") {
    const std::string text = "syntax = \"proto3\"; package test; import \"flowmesh/v1/options.proto\";\n" + body;
    google::protobuf::io::ArrayInputStream input(text.data(), static_cast<int>(text.size()));
    Errors errors;
    google::protobuf::io::Tokenizer tokenizer(&input, &errors);
    google::protobuf::FileDescriptorProto file;
    google::protobuf::compiler::Parser parser;
    parser.RecordErrorsTo(&errors);
    EXPECT_TRUE(parser.Parse(&tokenizer, &file)) << text;
    file.set_name(name);
    // A pool over the generated one interprets the options.
    google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
    const google::protobuf::FileDescriptor* built = pool.BuildFile(file);
    EXPECT_NE(built, nullptr) << text;
    google::protobuf::FileDescriptorSet set;
    built->CopyTo(set.add_file());
    built->dependency(0)->CopyTo(set.add_file());
    built->dependency(0)->dependency(0)->CopyTo(set.add_file());
    return set.SerializeAsString();
  }

  static std::shared_ptr<const door::DescriptorSet> Types(const std::string& body) {
    auto types = door::DescriptorSet::Parse(Compile(body));
    EXPECT_TRUE(types.ok()) << types.status().ToString();
    return *std::move(types);
  }

 private:
  class Errors : public google::protobuf::io::ErrorCollector {
    void AddError(int line, int column, const std::string& message) override {
      ADD_FAILURE() << line << ":" << column << ": " << message;
    }
  };
};

// A message of `types` from text format.
inline std::unique_ptr<google::protobuf::Message> Filled(const door::DescriptorSet& types, const std::string& name,
                                                         const std::string& text) {
  std::unique_ptr<google::protobuf::Message> message = types.New(*types.Find(name));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.get())) << text;
  return message;
}

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SERVER_DOOR_DECLARED_TYPES_H_
