#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "flowmesh/v1/orchestrator.pb.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/rpc/reflection/answers.h"
#include "server/rpc/reflection/reflection_service.h"

namespace flowmesh::rpc {
namespace {

using Request = ReflectionAnswers::Request;
using Response = ReflectionAnswers::Response;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

// Named here so that the linker keeps their files.
const google::protobuf::Descriptor* const kLinked[] = {v1::GetExecutionRequest::descriptor(),
                                                       v1::WorkerFrame::descriptor()};

std::vector<std::string> FileNames(const Response& response) {
  std::vector<std::string> names;
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    google::protobuf::FileDescriptorProto file;
    EXPECT_TRUE(file.ParseFromString(bytes));
    names.push_back(file.name());
  }
  return names;
}

Request BySymbol(const std::string& symbol) {
  Request request;
  request.set_file_containing_symbol(symbol);
  return request;
}

class ReflectionAnswersTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(kLinked, ::testing::Each(::testing::NotNull())); }

  Response Answer(const Request& request) { return answers_.Answer(request, sent_); }

  ReflectionAnswers answers_{{"flowmesh.v1.Worker", "flowmesh.v1.Orchestrator"},
                             google::protobuf::DescriptorPool::generated_pool()};
  ReflectionAnswers::Sent sent_;
};

TEST_F(ReflectionAnswersTest, ListsServicesInOrderAndRepeatsTheQuestion) {
  Request request;
  request.set_host("h");
  request.set_list_services("*");
  const Response response = Answer(request);
  EXPECT_EQ(response.valid_host(), "h");
  EXPECT_EQ(response.original_request().list_services(), "*");
  ASSERT_EQ(response.list_services_response().service_size(), 2);
  EXPECT_EQ(response.list_services_response().service(0).name(), "flowmesh.v1.Orchestrator");
}

TEST_F(ReflectionAnswersTest, FindsTheFileOfServicesMethodsMessagesAndFields) {
  for (const char* symbol : {"flowmesh.v1.Orchestrator", "flowmesh.v1.Orchestrator.GetExecution",
                             "flowmesh.v1.GetExecutionRequest", "flowmesh.v1.GetExecutionRequest.id"}) {
    EXPECT_EQ(FileNames(Answer(BySymbol(symbol))).at(0), "flowmesh/v1/orchestrator.proto") << symbol;
  }
}

TEST_F(ReflectionAnswersTest, AFileBringsItsImportsOnceAStream) {
  EXPECT_THAT(
      FileNames(Answer(BySymbol("flowmesh.v1.Orchestrator"))),
      IsSupersetOf({"flowmesh/v1/execution.proto", "google/protobuf/any.proto", "google/protobuf/descriptor.proto"}));
  EXPECT_THAT(FileNames(Answer(BySymbol("flowmesh.v1.Worker"))),
              ::testing::AllOf(Contains("flowmesh/v1/worker.proto"), Not(Contains("google/protobuf/any.proto"))));
  EXPECT_THAT(FileNames(Answer(BySymbol("google.protobuf.Any"))), ElementsAre("google/protobuf/any.proto"))
      << "asked for by name it is sent again";
}

TEST_F(ReflectionAnswersTest, FindsFilesByNameAndExtensionsByNumber) {
  Request request;
  request.set_file_by_filename("flowmesh/v1/options.proto");
  EXPECT_EQ(FileNames(Answer(request)).at(0), "flowmesh/v1/options.proto");
  request.mutable_file_containing_extension()->set_containing_type("google.protobuf.FieldOptions");
  request.mutable_file_containing_extension()->set_extension_number(52001);
  EXPECT_EQ(FileNames(Answer(request)).at(0), "flowmesh/v1/options.proto");
  request.set_all_extension_numbers_of_type("google.protobuf.FieldOptions");
  EXPECT_THAT(Answer(request).all_extension_numbers_response().extension_number(), IsSupersetOf({52001, 52002}));
}

TEST_F(ReflectionAnswersTest, WhatIsUnknownIsAnErrorResponse) {
  Request by_name, extension, numbers;
  by_name.set_file_by_filename("none.proto");
  extension.mutable_file_containing_extension()->set_containing_type("google.protobuf.FieldOptions");
  extension.mutable_file_containing_extension()->set_extension_number(1);
  numbers.set_all_extension_numbers_of_type("none.None");
  for (const Request& request : {BySymbol("none.None"), by_name, extension, numbers}) {
    EXPECT_EQ(Answer(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND) << request.ShortDebugString();
  }
  EXPECT_EQ(Answer(Request()).error_response().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

class ReflectionServiceTest : public ::testing::TestWithParam<std::string> {
 protected:
  ReflectionServiceTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    service_.AddTo(builder);
    server_ = builder.BuildAndStart();
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  }
  ~ReflectionServiceTest() override { server_->Shutdown(); }

  std::string Method() const { return "/grpc.reflection." + GetParam() + ".ServerReflection/ServerReflectionInfo"; }

  ReflectionService service_{{"flowmesh.v1.Orchestrator"}};
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

INSTANTIATE_TEST_SUITE_P(Versions, ReflectionServiceTest, ::testing::Values("v1", "v1alpha"));

TEST_P(ReflectionServiceTest, AnswersOneRequestAfterAnotherUntilTheClientIsDone) {
  grpc::ClientContext context;
  const grpc::internal::RpcMethod method(Method().c_str(), grpc::internal::RpcMethod::BIDI_STREAMING, channel_);
  const std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream(
      grpc::internal::ClientReaderWriterFactory<Request, Response>::Create(channel_.get(), method, &context));
  Response response;
  Request list;
  list.set_list_services("");
  ASSERT_TRUE(stream->Write(list));
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_THAT(response.list_services_response().service(), SizeIs(2));
  EXPECT_EQ(response.list_services_response().service(1).name(), "grpc.reflection.v1.ServerReflection");
  for (const char* symbol : {"flowmesh.v1.Orchestrator", "grpc.reflection.v1.ServerReflection"}) {
    ASSERT_TRUE(stream->Write(BySymbol(symbol)));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_GT(response.file_descriptor_response().file_descriptor_proto_size(), 0) << symbol;
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_P(ReflectionServiceTest, AClientThatGoesAwayEndsItsStream) {
  const grpc::internal::RpcMethod method(Method().c_str(), grpc::internal::RpcMethod::BIDI_STREAMING, channel_);
  grpc::ClientContext context;
  const std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream(
      grpc::internal::ClientReaderWriterFactory<Request, Response>::Create(channel_.get(), method, &context));
  ASSERT_TRUE(stream->Write(BySymbol("flowmesh.v1.Orchestrator")));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  server_->Shutdown();  // returns once every stream is done
}

}  // namespace
}  // namespace flowmesh::rpc
