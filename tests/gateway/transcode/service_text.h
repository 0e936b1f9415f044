#ifndef FLOWMESH_TESTS_GATEWAY_TRANSCODE_SERVICE_TEXT_H_
#define FLOWMESH_TESTS_GATEWAY_TRANSCODE_SERVICE_TEXT_H_

#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "flowmesh/v1/options.pb.h"
#include "gateway/transcode/route_table.h"
#include "google/api/annotations.pb.h"
#include "google/api/httpbody.pb.h"

namespace flowmesh::transcode {

// Services written as proto source in a test, built on top of the compiled-in files.
class ServiceText {
 public:
  // `declarations` are messages and one service; imports and package are put before them.
  explicit ServiceText(const std::string& declarations) : pool_(google::protobuf::DescriptorPool::generated_pool()) {
    // Linked in and known to the pool only once somebody has asked for them.
    google::api::HttpRule::descriptor();
    google::api::HttpBody::descriptor();
    v1::MethodRules::descriptor();
    const std::string text = R"(
      syntax = "proto3";
      package test;
      import "google/api/annotations.proto";
      import "google/api/httpbody.proto";
      import "google/protobuf/any.proto";
      import "google/protobuf/duration.proto";
      import "google/protobuf/field_mask.proto";
      import "google/protobuf/struct.proto";
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      import "flowmesh/v1/options.proto";
    )" + declarations;
    google::protobuf::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
    google::protobuf::io::Tokenizer tokenizer(&stream, nullptr);
    google::protobuf::FileDescriptorProto file;
    EXPECT_TRUE(google::protobuf::compiler::Parser().Parse(&tokenizer, &file)) << text;
    file.set_name("test/service.proto");
    file_ = pool_.BuildFile(file);
    EXPECT_NE(file_, nullptr) << text;
  }

  // A service S of methods with `rules`, each on a message of every kind of field.
  static std::string WithRules(const std::string& methods) {
    return R"(
      message Inner { string name = 1; int32 number = 2; Inner inner = 3; repeated string tags = 4; }
      message Request {
        string id = 1; string name = 2; Inner inner = 3; repeated string list = 4; map<string, string> labels = 5;
        int32 number = 6; repeated Inner inners = 7; google.protobuf.Timestamp time = 8;
        oneof choice { string left = 9; string right = 10; Inner middle = 11; }
      }
      message Response { string text = 1; }
      service S {)" +
           methods + "}";
  }

  const google::protobuf::ServiceDescriptor* service() const { return file_->service(0); }
  absl::StatusOr<RouteTable> Table() const { return RouteTable::Build({service()}); }
  std::unique_ptr<google::protobuf::Message> New(const google::protobuf::Descriptor* type) {
    return std::unique_ptr<google::protobuf::Message>(factory_.GetPrototype(type)->New());
  }

 private:
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_{&pool_};
  const google::protobuf::FileDescriptor* file_ = nullptr;
};

// "rpc <name>(Request) returns (Response) { option (google.api.http) = {<rule>}; }"
inline std::string Rpc(const std::string& name, const std::string& rule) {
  return "rpc " + name + "(Request) returns (Response) { option (google.api.http) = {" + rule + "}; }\n";
}

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_TESTS_GATEWAY_TRANSCODE_SERVICE_TEXT_H_
