#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>

#include <thread>
#include <vector>

#include "flowmesh/poem/v1/poem.pb.h"
#include "tests/gateway/http/gateway_testing.h"

namespace flowmesh::gateway {
namespace {

using flowmesh::testing::ErrorWithReason;
using flowmesh::testing::RawHttpClient;
using flowmesh::testing::RawResponse;
using ::testing::HasSubstr;
using ::testing::Not;

class UnaryTest : public GatewayTest {
 protected:
  // The upstream knows the flow `poem`.
  void KnowPoem() {
    upstream.list_flows = [](grpc::ServerContext*, const v1::ListFlowsRequest&, v1::ListFlowsResponse* response) {
      v1::Flow* flow = response->add_flows();
      flow->set_name("poem");
      flow->set_input_type("flowmesh.poem.v1.WritePoem");
      flow->set_output_type("flowmesh.poem.v1.Poem");
      google::protobuf::FileDescriptorSet files;
      poem::v1::WritePoem::descriptor()->file()->CopyTo(files.add_file());
      flow->set_descriptors(files.SerializeAsString());
      return grpc::Status::OK;
    };
  }

  // The upstream knows the flow `thing`, whose message brought.v1.Thing is compiled in nowhere.
  void KnowThing() {
    google::protobuf::FileDescriptorSet files;
    google::protobuf::FileDescriptorProto* file = files.add_file();
    file->set_name("brought.proto");
    file->set_package("brought.v1");
    file->set_syntax("proto3");
    google::protobuf::DescriptorProto* thing = file->add_message_type();
    thing->set_name("Thing");
    google::protobuf::FieldDescriptorProto* name = thing->add_field();
    name->set_name("name");
    name->set_number(1);
    name->set_type(google::protobuf::FieldDescriptorProto::TYPE_STRING);
    name->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
    upstream.list_flows = [files](grpc::ServerContext*, const v1::ListFlowsRequest&, v1::ListFlowsResponse* response) {
      response->add_flows()->set_name("thing");
      response->mutable_flows(0)->set_descriptors(files.SerializeAsString());
      return grpc::Status::OK;
    };
  }
};

TEST_F(UnaryTest, CreateAnswers201WithTheExecutionAndTypesTheInputByItsFlow) {
  KnowPoem();
  const RawResponse response =
      Ask("POST", "/api/flows/executions", "Content-Type: application/json\r\n",
          R"({"flow":"poem","input":{"title":"Tide","description":"the sea at night"},"labels":{"a":"b"}})");
  EXPECT_EQ(response.status, 201) << response.body;
  EXPECT_THAT(response.headers.at("content-type"), HasSubstr("application/json"));
  EXPECT_THAT(response.body, HasSubstr(R"("@type":"type.googleapis.com/flowmesh.poem.v1.WritePoem","title":"Tide")"));
  EXPECT_THAT(response.body, HasSubstr(R"("state":"CREATED")"));
  EXPECT_FALSE(response.headers.at("x-request-id").empty());
}

TEST_F(UnaryTest, AnUnknownFlowIsAskedForOnceInAWhileAndLeftToTheServerToRefuse) {
  upstream.create = [](grpc::ServerContext*, const v1::CreateExecutionRequest&, v1::Execution*) {
    return ErrorWithReason(grpc::StatusCode::NOT_FOUND, "FLOW_UNKNOWN", "no flow is called sonnet");
  };
  constexpr int kCallers = 16;
  address();  // starts the gateway
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([this] {
      const RawResponse response = Ask("POST", "/v1/executions", "", R"({"flow":"sonnet","input":{"title":"x"}})");
      EXPECT_EQ(response.status, 404) << response.body;
      EXPECT_THAT(response.body, HasSubstr("FLOW_UNKNOWN"));
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_LT(upstream.told("list flows"), kCallers / 2);
}

TEST_F(UnaryTest, CallersThatMissTheSameFlowAtTheSameTimeAllLearnOfIt) {
  KnowPoem();
  const auto list = upstream.list_flows;
  upstream.list_flows = [&](grpc::ServerContext* context, const v1::ListFlowsRequest& request,
                            v1::ListFlowsResponse* response) {
    upstream.WaitFor("all are there");
    return list(context, request, response);
  };
  const std::string body = R"({"flow":"poem","input":{"title":"x"}})";
  RawHttpClient first(address());
  RawHttpClient second(address());
  first.Request("POST", "/v1/executions", "", body);
  EXPECT_TRUE(upstream.WaitFor("list flows"));
  second.Request("POST", "/v1/executions", "", body);
  EXPECT_EQ(Ask("GET", "/v1/executions/x").status, 200);
  upstream.Tell("all are there");
  for (RawHttpClient* client : {&first, &second}) {
    const RawResponse response = client->Read();
    EXPECT_EQ(response.status, 201) << response.body;
    EXPECT_THAT(response.body, HasSubstr("flowmesh.poem.v1.WritePoem"));
  }
}

TEST_F(UnaryTest, AFlowThatHasJustAppearedIsFoundAlsoByWhoJustMissedIt) {
  const std::string body = R"({"flow":"poem","input":{"title":"x"}})";
  // Nobody serves it: the input has no type.
  EXPECT_THAT(Ask("POST", "/v1/executions", "", body).body, Not(HasSubstr("WritePoem")));
  KnowPoem();
  EXPECT_THAT(Ask("POST", "/v1/executions", "", body).body, HasSubstr("flowmesh.poem.v1.WritePoem"));
}

TEST_F(UnaryTest, ACallerWhoMayNotAskKeepsNobodyElseFromLearning) {
  KnowPoem();
  const auto list = upstream.list_flows;
  upstream.list_flows = [&](grpc::ServerContext* context, const v1::ListFlowsRequest& request,
                            v1::ListFlowsResponse* response) {
    const auto sent = context->client_metadata().find("authorization");
    if (sent == context->client_metadata().end() || sent->second != "Bearer good") {
      return ErrorWithReason(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_INVALID", "no");
    }
    return list(context, request, response);
  };
  const std::string body = R"({"flow":"poem","input":{"title":"x"}})";
  Ask("POST", "/v1/executions", "Authorization: Bearer bad\r\n", body);
  EXPECT_THAT(Ask("POST", "/v1/executions", "Authorization: Bearer good\r\n", body).body,
              HasSubstr("flowmesh.poem.v1.WritePoem"));
}

TEST_F(UnaryTest, TypesThatOnlyAWorkerBroughtArePrinted) {
  KnowThing();
  upstream.get = [](grpc::ServerContext*, const v1::GetExecutionRequest&, v1::Execution* execution) {
    execution->mutable_output()->set_type_url("type.googleapis.com/brought.v1.Thing");
    execution->mutable_output()->set_value(
        "\x0a\x03"
        "sea");
    return grpc::Status::OK;
  };
  EXPECT_THAT(Ask("GET", "/v1/executions/x").body,
              HasSubstr(R"("output":{"@type":"type.googleapis.com/brought.v1.Thing","name":"sea"})"));
}

TEST_F(UnaryTest, TypesThatOnlyAWorkerBroughtAreReadWhereverTheyAreNamed) {
  KnowThing();
  const RawResponse response =
      Ask("POST", "/v1/executions", "Content-Type: application/json\r\n",
          R"({"flow":"poem","input":{"@type":"type.googleapis.com/brought.v1.Thing","name":"sea"}})");
  EXPECT_EQ(response.status, 201) << response.body;
  EXPECT_THAT(response.body, HasSubstr(R"("@type":"type.googleapis.com/brought.v1.Thing","name":"sea")"));
  const RawResponse unknown = Ask("POST", "/v1/executions", "Content-Type: application/json\r\n",
                                  R"({"flow":"poem","input":{"@type":"type.googleapis.com/brought.v1.Other"}})");
  EXPECT_EQ(unknown.status, 400) << unknown.body;
  EXPECT_THAT(unknown.body, HasSubstr("brought.v1.Other"));
}

TEST_F(UnaryTest, StartAndGetTakeTheIdFromThePath) {
  const RawResponse started = Ask("POST", std::string("/api/flows/executions/") + kId + "/start", "", "{}");
  EXPECT_EQ(started.status, 200) << started.body;
  EXPECT_THAT(started.body, HasSubstr(R"("state":"QUEUED")"));
  const RawResponse got = Ask("GET", std::string("/v1/executions/") + kId + "/");
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_THAT(got.body, HasSubstr(std::string(R"("id":")") + kId));
}

TEST_F(UnaryTest, MetadataGoesUpAndComesBack) {
  upstream.get = [](grpc::ServerContext* context, const v1::GetExecutionRequest& request, v1::Execution* execution) {
    context->AddInitialMetadata("etag", "\"7\"");
    context->AddInitialMetadata("x-http-status", "202");
    context->AddInitialMetadata("mood", "calm");
    execution->set_id(request.id());
    return grpc::Status::OK;
  };
  const RawResponse response =
      Ask("GET", "/v1/executions/x",
          "Authorization: Bearer t\r\nX-Request-Id: r-1\r\nX-User: root\r\nGrpc-Metadata-Tone: low\r\n");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.headers.at("etag"), "\"7\"");
  EXPECT_EQ(response.headers.at("grpc-metadata-mood"), "calm");
  EXPECT_EQ(response.headers.at("x-request-id"), "r-1");
  const auto metadata = upstream.metadata();
  EXPECT_EQ(metadata.at("authorization"), "Bearer t");
  EXPECT_EQ(metadata.at("x-request-id"), "r-1");
  EXPECT_EQ(metadata.at("tone"), "low");
  EXPECT_EQ(metadata.count("x-user"), 0U);
}

TEST_F(UnaryTest, AnUpstreamErrorBecomesItsStatusWithDetails) {
  upstream.get = [](grpc::ServerContext*, const v1::GetExecutionRequest&, v1::Execution*) {
    return ErrorWithReason(grpc::StatusCode::FAILED_PRECONDITION, "NOT_RETRYABLE", "it is COMPLETED");
  };
  const RawResponse response = Ask("GET", "/v1/executions/x");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr(R"("status":"FAILED_PRECONDITION","message":"it is COMPLETED")"));
  EXPECT_THAT(response.body, HasSubstr("NOT_RETRYABLE"));
  const RawResponse problem = Ask("GET", "/v1/executions/x", "Accept: application/problem+json\r\n");
  EXPECT_THAT(problem.headers.at("content-type"), HasSubstr("application/problem+json"));
}

TEST_F(UnaryTest, AnUpstreamThatIsGoneIs503) {
  Start();
  upstream.Shutdown();
  const RawResponse response = Ask("GET", "/v1/executions/x");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, Not(HasSubstr("127.0.0.1")));
}

TEST_F(UnaryTest, ADeadlineThatPassesIs504) {
  upstream.get = [this](grpc::ServerContext* context, const v1::GetExecutionRequest&, v1::Execution*) {
    return upstream.UntilCancelled(context);
  };
  EXPECT_EQ(Ask("GET", "/v1/executions/x", "X-Request-Timeout: 0.05\r\n").status, 504);
  EXPECT_EQ(Ask("GET", "/v1/executions/x", "Grpc-Timeout: soon\r\n").status, 400);
}

TEST_F(UnaryTest, AClientThatGoesCancelsTheCall) {
  upstream.get = [this](grpc::ServerContext* context, const v1::GetExecutionRequest&, v1::Execution*) {
    upstream.Tell("called");
    return upstream.UntilCancelled(context);
  };
  flowmesh::testing::RawHttpClient client(address());
  client.Request("GET", "/v1/executions/x");
  ASSERT_TRUE(upstream.WaitFor("called"));
  client.Close();
  EXPECT_TRUE(upstream.WaitFor("cancelled"));
}

TEST_F(UnaryTest, PathsAndMethodsThatDoNotExistAreSaidSo) {
  EXPECT_EQ(Ask("GET", "/nothing/here").status, 404);
  const RawResponse wrong = Ask("DELETE", "/v1/executions");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_THAT(wrong.headers.at("allow"), HasSubstr("POST"));
  EXPECT_EQ(Ask("BREW", "/v1/executions").status, 501);
  const RawResponse options_answer = Ask("OPTIONS", "/v1/executions");
  EXPECT_EQ(options_answer.status, 204);
  EXPECT_THAT(options_answer.headers.at("allow"), HasSubstr("GET"));
  EXPECT_EQ(Ask("POST", "/v1/executions", "Content-Type: text/plain\r\n", "{}").status, 415);
  EXPECT_EQ(Ask("GET", "/v1/executions/x", "Accept: image/png\r\n").status, 406);
  EXPECT_EQ(Ask("POST", "/v1/executions", "", "{").status, 400);
  EXPECT_EQ(Ask("GET", "/v1/executions/x?colour=red").status, 400);
}

TEST_F(UnaryTest, WhatTheClientHasAlreadyIsNotSentAgain) {
  upstream.get = [](grpc::ServerContext* context, const v1::GetExecutionRequest& request, v1::Execution* execution) {
    if (request.id() == "none") return grpc::Status(grpc::StatusCode::NOT_FOUND, "unknown");
    if (request.id() == "plain") return grpc::Status::OK;
    context->AddInitialMetadata("etag", "\"7-3\"");
    if (request.id() == "made") context->AddInitialMetadata("x-http-status", "202");
    execution->set_id(request.id());
    return grpc::Status::OK;
  };
  for (const char* condition : {R"("7-3")", R"("1", W/"7-3")", "*"}) {
    for (const char* method : {"GET", "HEAD"}) {
      const RawResponse known = Ask(method, "/v1/executions/x", absl::StrCat("If-None-Match: ", condition, "\r\n"));
      EXPECT_EQ(known.status, 304) << condition;
      EXPECT_EQ(known.body, "");
      EXPECT_EQ(known.headers.at("etag"), "\"7-3\"");
      EXPECT_EQ(known.headers.count("content-type"), 0U);
    }
  }
  EXPECT_EQ(Ask("GET", "/v1/executions/x", "If-None-Match: \"7-2\"\r\n").status, 200);
  EXPECT_EQ(Ask("GET", "/v1/executions/none", "If-None-Match: *\r\n").status, 404);
  EXPECT_EQ(Ask("GET", "/v1/executions/plain", "If-None-Match: *\r\n").status, 200);
  EXPECT_EQ(Ask("GET", "/v1/executions/made", "If-None-Match: *\r\n").status, 202);
}

TEST_F(UnaryTest, HeadHasTheLengthAndNoBody) {
  flowmesh::testing::RawHttpClient client(address());
  client.Request("HEAD", "/v1/executions/x");
  const RawResponse head = client.Read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_GT(std::stoi(head.headers.at("content-length")), 10);
  client.Request("GET", "/v1/executions/x");
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(UnaryTest, HealthAndReadiness) {
  EXPECT_EQ(Ask("GET", "/healthz").status, 200);
  EXPECT_EQ(Ask("GET", "/readyz").status, 200);
  upstream.SetServing(false);
  EXPECT_EQ(Ask("GET", "/readyz").status, 503);
  EXPECT_EQ(Ask("GET", "/v1/executions/x").status, 200);
}

}  // namespace
}  // namespace flowmesh::gateway
