#include "gateway/transcode/accept.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/transcode/http_error.h"
#include "gateway/transcode/media_type.h"
#include "tests/gateway/transcode/service_text.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::transcode {
namespace {

using Text = std::optional<std::string_view>;

constexpr char kService[] = R"(
  message Request { string id = 1; string text = 2; google.api.HttpBody file = 3; Request inner = 4; }
  message Response { string text = 1; repeated Response list = 2; google.api.HttpBody file = 3; }
  service S {
    rpc Unary(Request) returns (Response) { option (google.api.http) = {post: "/unary" body: "*"}; }
    rpc Stream(Request) returns (stream Response) { option (google.api.http) = {get: "/stream"}; }
    rpc Text(Request) returns (Response) {
      option (google.api.http) = {post: "/text" body: "text" response_body: "list"};
    }
    rpc Raw(Request) returns (stream google.api.HttpBody) { option (google.api.http) = {post: "/raw" body: "file"}; }
    rpc File(Request) returns (Response) {
      option (google.api.http) = {post: "/file" body: "*" response_body: "file"};
      option (flowmesh.v1.method) = {file_field: "file"};
    }
  })";

class AcceptTest : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<RouteTable> table = text_.Table();
    ASSERT_OK(table);
    table_.emplace(*std::move(table));
  }
  const Route& At(const char* path) {
    absl::StatusOr<RouteMatch> match = table_->Match("POST", path);
    if (match->route == nullptr) match = table_->Match("GET", path);
    return *match->route;
  }
  // The format's number, or minus the HTTP status.
  int Body(const char* path, Text type) {
    const auto format = ChooseBodyFormat(At(path), type);
    return format.ok() ? static_cast<int>(*format) : -HttpStatusOf(format.status());
  }
  int Response(const char* path, Text accept) {
    const auto format = ChooseResponseFormat(At(path), accept);
    return format.ok() ? static_cast<int>(*format) : -HttpStatusOf(format.status());
  }

  ServiceText text_{kService};
  std::optional<RouteTable> table_;
};

TEST_F(AcceptTest, ContentTypeOfRequests) {
  const struct {
    const char* path;
    Text type;
    int expected;
  } kCases[] = {
      {"/unary", std::nullopt, static_cast<int>(BodyFormat::kJson)},
      {"/unary", "application/json", static_cast<int>(BodyFormat::kJson)},
      {"/unary", "Application/JSON ; charset=UTF-8", static_cast<int>(BodyFormat::kJson)},
      {"/unary", "application/json;charset=\"utf-8\"", static_cast<int>(BodyFormat::kJson)},
      {"/unary", "application/json; charset=latin1", -415},
      {"/unary", "application/json; charset=utf-16", -415},
      {"/unary", "application/x-protobuf", static_cast<int>(BodyFormat::kProtobuf)},
      {"/unary", "text/plain", -415},
      {"/unary", "application/x-www-form-urlencoded", -415},
      {"/unary", "application/xml", -415},
      {"/unary", "json", -415},
      {"/unary", "", -415},
      {"/unary", "multipart/form-data; boundary=x", -415},
      {"/file", "multipart/form-data; boundary=x", static_cast<int>(BodyFormat::kMultipart)},
      {"/file", "application/json", static_cast<int>(BodyFormat::kJson)},
      {"/text", "application/x-protobuf", -415},
      {"/text", "application/json", static_cast<int>(BodyFormat::kJson)},
      {"/raw", "image/png", static_cast<int>(BodyFormat::kRaw)},
      {"/raw", std::nullopt, static_cast<int>(BodyFormat::kRaw)},
  };
  for (const auto& test : kCases)
    EXPECT_EQ(Body(test.path, test.type), test.expected) << test.path << test.type.value_or("-");
}

TEST_F(AcceptTest, ResponseFormats) {
  constexpr int kJson = static_cast<int>(ResponseFormat::kJson),
                kProtobuf = static_cast<int>(ResponseFormat::kProtobuf);
  constexpr int kNdjson = static_cast<int>(ResponseFormat::kNdjson), kRaw = static_cast<int>(ResponseFormat::kRaw);
  constexpr int kEvents = static_cast<int>(ResponseFormat::kEventStream);
  const struct {
    const char* path;
    Text accept;
    int expected;
  } kCases[] = {
      {"/unary", std::nullopt, kJson},
      {"/unary", "", kJson},
      {"/unary", "*/*", kJson},
      {"/unary", "application/*", kJson},
      {"/unary", "text/html,application/xhtml+xml,*/*;q=0.8", kJson},
      {"/unary", "application/x-protobuf", kProtobuf},
      {"/unary", "application/json;q=0.5, application/x-protobuf", kProtobuf},
      {"/unary", "application/json;q=0, */*", kProtobuf},
      {"/unary", "application/x-protobuf;q=0.3, application/*;q=0.2", kProtobuf},
      {"/unary", "application/json; charset=utf-8", kJson},
      {"/unary", "application/json; charset=latin1", -406},
      {"/unary", "text/html", -406},
      {"/unary", "text/event-stream", -406},
      {"/unary", "*/*;q=0", -406},
      {"/unary", "application/json;q=2", -406},
      {"/unary", "garbage", -406},
      {"/unary", "application/problem+json", kJson},
      {"/unary", "application/problem+json, application/x-protobuf", kProtobuf},
      {"/text", "application/x-protobuf", -406},
      {"/stream", std::nullopt, kNdjson},
      {"/stream", "*/*", kNdjson},
      {"/stream", "application/x-ndjson", kNdjson},
      {"/stream", "text/event-stream", kEvents},
      {"/stream", "application/json", kJson},
      {"/stream", "application/json, text/event-stream", kEvents},
      {"/stream", "application/json, text/event-stream;q=0.9", kJson},
      {"/stream", "application/problem+json, application/x-ndjson;q=0.5", kNdjson},
      {"/stream", "application/x-protobuf", -406},
      {"/raw", "image/png", kRaw},
      {"/file", "text/plain", kRaw},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Response(test.path, test.accept), test.expected) << test.path << " " << test.accept.value_or("-");
  }
}

TEST_F(AcceptTest, ProblemJsonIsForWhoNamesIt) {
  EXPECT_EQ(ChooseErrorFormat(std::nullopt), ErrorFormat::kJson);
  EXPECT_EQ(ChooseErrorFormat("*/*"), ErrorFormat::kJson);
  EXPECT_EQ(ChooseErrorFormat("application/problem+json;q=0"), ErrorFormat::kJson);
  EXPECT_EQ(ChooseErrorFormat("application/json, application/problem+json;q=0.1"), ErrorFormat::kProblem);
}

TEST_F(AcceptTest, ContentEncodings) {
  const auto read = [](Text text) {
    const auto encoding = ReadContentEncoding(text);
    return encoding.ok() ? static_cast<int>(*encoding) : -HttpStatusOf(encoding.status());
  };
  for (const Text text : {Text(), Text(""), Text("identity")})
    EXPECT_EQ(read(text), static_cast<int>(ContentEncoding::kIdentity));
  for (const Text text : {"gzip", "GZIP", " x-gzip "}) EXPECT_EQ(read(text), static_cast<int>(ContentEncoding::kGzip));
  for (const Text text : {"br", "gzip, gzip", "deflate"}) EXPECT_EQ(read(text), -415);
}

TEST_F(AcceptTest, GzipIsSentToWhoAcceptsIt) {
  for (const char* yes : {"gzip", "br, gzip;q=0.5", "*", "GZIP", "deflate, *;q=0.1"})
    EXPECT_TRUE(AcceptsGzip(yes)) << yes;
  for (const char* no : {"", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *", "gzip;q=x"}) EXPECT_FALSE(AcceptsGzip(no)) << no;
  EXPECT_FALSE(AcceptsGzip(std::nullopt));
}

TEST(MediaTypeTest, ReadsQuotedParametersAndRefusesTheRest) {
  ASSERT_OK_AND_ASSIGN(const MediaType type, ParseMediaType(R"( Multipart/Form-Data; Boundary="a\"b;c" ;)"));
  EXPECT_EQ(type.Essence(), "multipart/form-data");
  EXPECT_EQ(type.parameters.at("boundary"), "a\"b;c");
  for (const char* bad : {"", "a", "a/", "/b", "a/b c", "a/b;c", "a/b;c=", "a/b;c=\"d", "a/b;c=1;C=2", "a/b,c/d"}) {
    EXPECT_FALSE(ParseMediaType(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace flowmesh::transcode
