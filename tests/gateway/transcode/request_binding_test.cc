#include "gateway/transcode/request_binding.h"

#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "gateway/transcode/flow_input_type.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/message_types.h"
#include "gateway/transcode/url_text.h"
#include "server/base/error.h"
#include "tests/gateway/transcode/service_text.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

using ::testing::HasSubstr;

constexpr char kService[] = R"(
  enum Colour { COLOUR_UNSPECIFIED = 0; RED = 1; GREEN = 2; }
  message Inner { string name = 1; int32 number = 2; Inner inner = 3; repeated string tags = 4; bytes data = 5; }
  message Request {
    string id = 1; string some_name = 2; Inner inner = 3; repeated string list = 4; map<string, string> labels = 5;
    int32 number = 6; repeated Inner inners = 7; google.protobuf.Timestamp time = 8;
    oneof choice { string left = 9; string right = 10; Inner middle = 11; }
    bool flag = 12; Colour colour = 13; bytes data = 14; google.protobuf.Duration duration = 15;
    google.protobuf.FieldMask mask = 16; google.protobuf.Int64Value box = 17; repeated int32 numbers = 18;
    map<int32, Colour> colours = 19; google.protobuf.Struct structure = 20; repeated Colour list_of_colours = 21;
    optional string maybe = 22; map<string, Inner> inner_by_name = 23; google.api.HttpBody file = 24;
    string flow = 25; google.protobuf.Any input = 26 [(flowmesh.v1.any_of_flow) = "flow"]; string token = 27;
  }
  message Response { string text = 1; }
  service S {
    rpc Get(Request) returns (Response) { option (google.api.http) = {get: "/q/{id}/{inner.number}"}; }
    rpc List(Request) returns (Response) { option (google.api.http) = {get: "/q"}; }
    rpc Whole(Request) returns (Response) { option (google.api.http) = {post: "/whole/{id}" body: "*"}; }
    rpc Plain(Request) returns (Response) { option (google.api.http) = {post: "/plain" body: "*"}; }
    rpc Named(Request) returns (Response) { option (google.api.http) = {post: "/named" body: "inner"}; }
    rpc Number(Request) returns (Response) { option (google.api.http) = {post: "/number" body: "number"}; }
    rpc Some(Request) returns (Response) { option (google.api.http) = {post: "/list" body: "list"}; }
    rpc Raw(Request) returns (Response) { option (google.api.http) = {post: "/raw" body: "file"}; }
    rpc Input(Request) returns (Response) { option (google.api.http) = {post: "/input/{flow}" body: "input"}; }
    rpc Patch(Request) returns (Response) { option (google.api.http) = {patch: "/patch/{id}" body: "*"}; }
    rpc PatchInner(Request) returns (Response) {
      option (google.api.http) = {patch: "/inner/{inner.name}" body: "inner"};
    }
  })";

class RequestBindingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<RouteTable> table = text_.Table();
    ASSERT_OK(table);
    table_.emplace(*std::move(table));
    options_.parse.infer_any_type = InferByFlow(
        [](const std::string& flow) { return flow == "timer" ? "google.protobuf.Duration" : ""; }, CompiledTypes());
  }

  absl::Status BindParts(const std::string& method, const std::string& path, const RequestParts& parts) {
    const absl::StatusOr<RouteMatch> match = table_->Match(method, path);
    if (!match.ok()) return match.status();
    message_ = text_.New(match->route->method->input_type());
    return BindRequest(*match, parts, options_, message_.get());
  }
  // The message in text format, or "<status> <field>: <description>; ..." of the violations.
  std::string Bind(const std::string& method, const std::string& target, const std::string& body = "",
                   BodyFormat format = BodyFormat::kJson) {
    const absl::StatusOr<Target> split = SplitTarget(target);
    if (!split.ok()) return absl::StrCat(HttpStatusOf(split.status()));
    RequestParts parts;
    parts.query = split->query;
    parts.body = body;
    parts.body_format = format;
    parts.content_type = "image/png";
    const absl::Status status = BindParts(method, std::string(split->path), parts);
    if (status.ok()) return message_->ShortDebugString();
    std::string shown = absl::StrCat(HttpStatusOf(status));
    for (const base::FieldViolation& violation : base::GetViolations(status)) {
      absl::StrAppend(&shown, " ", violation.field, ": ", violation.description, ";");
    }
    return shown;
  }

  ServiceText text_{kService};
  std::optional<RouteTable> table_;
  BindingOptions options_;
  std::unique_ptr<pb::Message> message_;
};

TEST_F(RequestBindingTest, PathFillsItsFields) {
  EXPECT_EQ(Bind("GET", "/q/a%20b/7"), R"(id: "a b" inner { number: 7 })");
  EXPECT_THAT(Bind("GET", "/q/a/x"), HasSubstr("400 inner.number: "));
}

TEST_F(RequestBindingTest, QueryReadsEveryKindOfField) {
  const struct {
    const char* query;
    const char* expected;
  } kCases[] = {
      {"", ""},
      {"some_name=a+b", R"(some_name: "a b")"},
      {"someName=a", R"(some_name: "a")"},
      {"inner.name=a&inner.number=2", R"(inner { name: "a" number: 2 })"},
      {"inner.inner.tags=a&inner.inner.tags=b", R"(inner { inner { tags: "a" tags: "b" } })"},
      {"list=a&list=b,c&list=", R"(list: "a" list: "b,c" list: "")"},
      {"numbers=1&numbers=-2", "numbers: 1 numbers: -2"},
      {"labels[a.b]=c", R"(labels { key: "a.b" value: "c" })"},
      {"labels%5Ba%5Db%5D=", R"(labels { key: "a]b" value: "" })"},
      {"colours[7]=RED", "colours { key: 7 value: RED }"},
      {"colour=RED", "colour: RED"},
      {"colour=2", "colour: GREEN"},
      {"list_of_colours=RED&listOfColours=2", "list_of_colours: RED list_of_colours: GREEN"},
      {"flag=true", "flag: true"},
      {"data=-_8%3D", R"(data: "\373\377")"},
      {"data=%2B/8", R"(data: "\373\377")"},
      {"time=1970-01-01T00:00:01Z", "time { seconds: 1 }"},
      {"duration=1.5s", "duration { seconds: 1 nanos: 500000000 }"},
      {"mask=someName,inner.name", R"(mask { paths: "some_name" paths: "inner.name" })"},
      {"box=5", "box { value: 5 }"},
      {"maybe=", R"(maybe: "")"},
      {"middle.name=a&middle.number=1", R"(middle { name: "a" number: 1 })"},
      {"token=secret&flag=true", "flag: true"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Bind("GET", absl::StrCat("/q?", test.query)), test.expected) << test.query;
}

TEST_F(RequestBindingTest, BadQueryIs400NamingTheField) {
  const struct {
    const char* query;
    const char* expected;
  } kCases[] = {
      {"nothing=1", "400 nothing: unknown field"},
      {"inner.nothing=1", "400 inner.nothing: unknown field"},
      {"some_name.x=1", "400 some_name.x: unknown field"},
      {"=1", "400 : unknown field"},
      {"inner..name=1", "400 inner..name: unknown field"},
      {"number=1&number=1", "400 number: sent twice"},
      {"some_name=a&someName=a", "400 some_name: sent twice"},
      {"inner.name=a&inner.name=b", "400 inner.name: sent twice"},
      {"labels[a]=1&labels[a]=2", "400 labels[\"a\"]: sent twice"},
      {"colours[1]=RED&colours[1.0]=RED", "400 colours[\"1.0\"]: sent twice"},
      {"left=a&right=b", "400 right: cannot be sent together with left"},
      {"left=a&middle.name=b", "400 middle: cannot be sent together with left"},
      {"middle.name=b&left=a", "400 left: cannot be sent together with middle"},
      {"number=x", "400 number: expected a whole number"},
      {"number=", "400 number: expected a whole number"},
      {"numbers=1,2", "400 numbers: expected a whole number"},
      {"flag=yes", "400 flag: expected true or false"},
      {"flag", "400 flag: expected true or false"},
      {"colour=BLUE", "400 colour: expected one of"},
      {"colour=9", "400 colour: expected one of"},
      {"time=yesterday", "400 time: "},
      {"inner=1", "400 inner: is a message"},
      {"inners=1", "400 inners: cannot be sent in the query"},
      {"inners.name=1", "400 inners.name: unknown field"},
      {"structure=1", "400 structure: cannot be sent in the query"},
      {"labels=1", "400 labels: is a map"},
      {"labels[a=1", "400 labels[a: a map entry"},
      {"labels[a].x=1", "400 labels[a].x: a map entry"},
      {"number[a]=1", "400 number: is no map"},
      {"colours[x]=RED", "400 colours[\"x\"]: "},
      {"inner_by_name[a]=1", "400 inner_by_name: cannot be sent"},
      {"number=%zz", "400 number: the value has a %"},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(Bind("GET", absl::StrCat("/q?", test.query)), HasSubstr(test.expected)) << test.query;
  }
}

TEST_F(RequestBindingTest, EveryWrongParameterIsNamed) {
  EXPECT_THAT(Bind("GET", "/q?number=x&flag=y&nothing=z"),
              ::testing::AllOf(HasSubstr("number:"), HasSubstr("flag:"), HasSubstr("nothing:")));
}

TEST_F(RequestBindingTest, QueryMayNotFillWhatPathOrBodyFill) {
  EXPECT_THAT(Bind("GET", "/q/a/7?id=a"), HasSubstr("400 id: is filled by the path"));
  EXPECT_THAT(Bind("GET", "/q/a/7?inner.number=7"), HasSubstr("400 inner.number: is filled"));
  EXPECT_EQ(Bind("GET", "/q/a/7?inner.name=x"), R"(id: "a" inner { name: "x" number: 7 })");
  EXPECT_THAT(Bind("POST", "/plain?number=1", "{}"), HasSubstr("400 number: is filled"));
  EXPECT_EQ(Bind("POST", "/plain?token=t", "{}"), "");
  EXPECT_THAT(Bind("POST", "/named?inner.name=a", "{}"), HasSubstr("400 inner: is filled"));
  EXPECT_EQ(Bind("POST", "/named?number=1", R"({"name":"a"})"), R"(inner { name: "a" } number: 1)");
}

TEST_F(RequestBindingTest, NestingOfNamesIsLimited) {
  std::string name = "inner";
  for (int i = 0; i < 200; ++i) name += ".inner";
  EXPECT_THAT(Bind("GET", absl::StrCat("/q?", name, ".name=a")), HasSubstr("nested too deep"));
}

TEST_F(RequestBindingTest, BodyFillsTheWholeMessage) {
  EXPECT_EQ(Bind("POST", "/plain", R"({"someName":"a","list":["b"]})"), R"(some_name: "a" list: "b")");
  EXPECT_EQ(Bind("POST", "/plain"), "");
  EXPECT_EQ(Bind("POST", "/whole/a", R"({"number":1})"), R"(id: "a" number: 1)");
  EXPECT_EQ(Bind("POST", "/whole/a"), R"(id: "a")");
}

TEST_F(RequestBindingTest, BodyMayRepeatThePathButNotContradictIt) {
  EXPECT_EQ(Bind("POST", "/whole/a", R"({"id":"a"})"), R"(id: "a")");
  EXPECT_EQ(Bind("POST", "/whole/a", R"({"id":""})"), R"(id: "a")");
  EXPECT_EQ(Bind("POST", "/whole/a", R"({"id":null})"), R"(id: "a")");
  EXPECT_THAT(Bind("POST", "/whole/a", R"({"id":"b"})"), HasSubstr("400 id: differs"));
}

TEST_F(RequestBindingTest, NamedBodyTakesAnyValueOfItsField) {
  EXPECT_EQ(Bind("POST", "/named", R"({"name":"a"})"), R"(inner { name: "a" })");
  EXPECT_EQ(Bind("POST", "/number", "7"), "number: 7");
  EXPECT_EQ(Bind("POST", "/list", R"(["a","b"])"), R"(list: "a" list: "b")");
  EXPECT_EQ(Bind("POST", "/named"), "");
  EXPECT_THAT(Bind("POST", "/named", R"({"nothing":1})"), HasSubstr("400 inner.nothing: unknown field"));
  EXPECT_THAT(Bind("POST", "/list", R"(["a",null])"), HasSubstr("400 list[1]: null"));
  EXPECT_THAT(Bind("POST", "/number", R"({})"), HasSubstr("400 number: "));
}

TEST_F(RequestBindingTest, BodyThatIsNoStrictJsonIs400) {
  for (const char* body : {" ", "{} x", "{", "{'a':1}", "{\"flag\":true,}", "{flag:true}", "{\"flag\":\"true\"}",
                           "{\"number\":1,\"number\":1}", "// c\n{}", "{\"id\":\"\n\"}", "{\"id\":\"\xFF\"}", "null",
                           "[]", "{\"list\":[null]}"}) {
    EXPECT_THAT(Bind("POST", "/plain", body), HasSubstr("400 ")) << body;
  }
  EXPECT_EQ(Bind("GET", "/q", "{}"), "400 $: must be empty;") << "no mapping but a body";
}

TEST_F(RequestBindingTest, JsonOverTheLimitIs413) {
  options_.json.max_bytes = 10;
  EXPECT_EQ(Bind("POST", "/plain", R"({"id":"abcdef"})"), "413");
}

TEST_F(RequestBindingTest, ProtobufBodies) {
  EXPECT_EQ(Bind("POST", "/whole/a", std::string("\x30\x07", 2), BodyFormat::kProtobuf), R"(id: "a" number: 7)");
  EXPECT_EQ(Bind("POST", "/named", std::string("\x10\x07", 2), BodyFormat::kProtobuf), "inner { number: 7 }");
  EXPECT_EQ(Bind("POST", "/whole/a", "\x30", BodyFormat::kProtobuf), "400 $: does not parse;");
  EXPECT_THAT(Bind("POST", "/whole/a", std::string("\x0A\x01", 2) + "b", BodyFormat::kProtobuf),
              HasSubstr("400 id: differs"));
}

TEST_F(RequestBindingTest, RawBodiesGoIntoTheHttpBody) {
  EXPECT_EQ(Bind("POST", "/raw", "{", BodyFormat::kRaw), R"(file { content_type: "image/png" data: "{" })");
}

TEST_F(RequestBindingTest, PatchDerivesTheMaskFromTheKeys) {
  EXPECT_EQ(Bind("PATCH", "/patch/a",
                 R"({"id":"a","someName":"x","inner":{"name":"y","inner":{"tags":[]}},)"
                 R"("labels":{"k":"v"},"time":null,"middle":{}})"),
            R"(id: "a" some_name: "x" inner { name: "y" inner { } } labels { key: "k" value: "v" } middle { } )"
            R"(mask { paths: "some_name" paths: "inner.name" paths: "inner.inner.tags" paths: "labels" )"
            R"(paths: "time" paths: "middle" })");
  EXPECT_EQ(Bind("PATCH", "/inner/n", R"({"name":"n","number":1})"),
            R"(inner { name: "n" number: 1 } mask { paths: "number" })");
}

TEST_F(RequestBindingTest, MaskThatWasSentStands) {
  EXPECT_EQ(Bind("PATCH", "/patch/a", R"({"number":1,"mask":"flag"})"), R"(id: "a" number: 1 mask { paths: "flag" })");
  EXPECT_EQ(Bind("PATCH", "/patch/a", R"({"number":1,"mask":""})"), R"(id: "a" number: 1 mask { })");
  EXPECT_EQ(Bind("PATCH", "/inner/n?mask=inner.tags", R"({"number":1})"),
            R"(inner { name: "n" number: 1 } mask { paths: "inner.tags" })");
  EXPECT_EQ(Bind("PATCH", "/patch/a"), R"(id: "a")");
  EXPECT_EQ(Bind("POST", "/whole/a", R"({"number":1})"), R"(id: "a" number: 1)");
}

TEST_F(RequestBindingTest, FlowGivesTheInputItsType) {
  ASSERT_OK(BindParts("POST", "/plain", {.body = R"({"input":"1s","flow":"timer"})"}));
  EXPECT_THAT(message_->ShortDebugString(), HasSubstr("[type.googleapis.com/google.protobuf.Duration]"));
  ASSERT_OK(BindParts("POST", "/input/timer", {.body = R"("1s")"}));
  EXPECT_THAT(message_->ShortDebugString(), HasSubstr("[type.googleapis.com/google.protobuf.Duration]"));
}

TEST_F(RequestBindingTest, InputOfAnUnknownFlowGoesUpWithoutType) {
  EXPECT_EQ(Bind("POST", "/plain", R"({"input":{"title":"x"},"flow":"nobody"})"),
            R"(flow: "nobody" input { value: "untyped" })");
  EXPECT_EQ(Bind("POST", "/plain", R"({"input":{},"flow":"nobody"})"), R"(flow: "nobody" input { })");
  EXPECT_THAT(Bind("POST", "/plain", R"({"input":{"@type":"x/no.Such"},"flow":"nobody"})"),
              HasSubstr("400 input.@type"));
}

TEST_F(RequestBindingTest, TargetTooLongIs414) {
  EXPECT_EQ(Bind("GET", "/q?some_name=" + std::string(kMaxTargetBytes, 'a')), "414");
}

TEST(TokenOfQueryTest, IsReadApartFromTheFields) {
  EXPECT_EQ(*TokenOfQuery("a=b&token=x%2By"), "x+y");
  EXPECT_EQ(*TokenOfQuery("a=b"), std::nullopt);
  EXPECT_EQ(HttpStatusOf(TokenOfQuery("token=a&token=a").status()), 400);
  EXPECT_EQ(HttpStatusOf(TokenOfQuery("token=").status()), 400);
}

}  // namespace
}  // namespace flowmesh::transcode
