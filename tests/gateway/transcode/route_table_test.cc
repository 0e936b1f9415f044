#include "gateway/transcode/route_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "flowmesh/v1/artifact.pb.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "gateway/transcode/http_error.h"
#include "tests/gateway/transcode/service_text.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::transcode {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

// "<method>(<captures>)", "405 <allow>", "204 <allow>" or the status of an error.
std::string Ask(const RouteTable& table, const std::string& method, const std::string& path) {
  const absl::StatusOr<RouteMatch> match = table.Match(method, path);
  if (!match.ok()) return absl::StrCat(HttpStatusOf(match.status()));
  if (match->kind == RouteMatch::Kind::kNotAllowed) return "405 " + match->allow;
  if (match->kind == RouteMatch::Kind::kOptions) return "204 " + match->allow;
  return absl::StrCat(match->head ? "head " : "", match->route->method->name(), "(",
                      absl::StrJoin(match->captures, "|"), ")");
}

class RouteTableTest : public ::testing::Test {
 protected:
  // Methods "<name> <http method> <template>", one a line.
  void Serve(std::vector<std::string> rules) {
    std::string methods;
    for (size_t i = 0; i < rules.size(); ++i) methods += Rpc(absl::StrCat("M", i), rules[i]);
    text_ = std::make_unique<ServiceText>(ServiceText::WithRules(methods));
    absl::StatusOr<RouteTable> table = text_->Table();
    ASSERT_OK(table);
    table_.emplace(*std::move(table));
  }
  absl::Status Refusal(const std::string& rule) {
    text_ = std::make_unique<ServiceText>(ServiceText::WithRules(Rpc("M", rule)));
    return text_->Table().status();
  }
  std::string Get(const std::string& path) { return Ask(*table_, "GET", path); }

  std::unique_ptr<ServiceText> text_;
  std::optional<RouteTable> table_;
};

TEST_F(RouteTableTest, MostSpecificWinsWhateverTheOrder) {
  std::vector<std::string> rules = {R"(get: "/v1/{name=**}")", R"(get: "/v1/{id}")",        R"(get: "/v1/special")",
                                    R"(get: "/v1/{id}/x")",    R"(get: "/v1/{name=**}/x")", R"(get: "/v1/a/{name}")"};
  std::sort(rules.begin(), rules.end());
  do {
    Serve(rules);
    const auto template_of = [&](const char* path) { return table_->Match("GET", path)->label; };
    EXPECT_EQ(template_of("/v1/special"), "/v1/special");
    EXPECT_EQ(template_of("/v1/other"), "/v1/{id}");
    EXPECT_EQ(template_of("/v1"), "/v1/{name=**}");
    EXPECT_EQ(template_of("/v1/q/x"), "/v1/{id}/x");
    EXPECT_EQ(template_of("/v1/a/x"), "/v1/a/{name}");
    EXPECT_EQ(template_of("/v1/q/r/x"), "/v1/{name=**}/x");
    EXPECT_EQ(template_of("/v1/q/r/y"), "/v1/{name=**}");
    EXPECT_EQ(template_of("/v1/a/q/r"), "/v1/{name=**}");  // back from the literal a
  } while (std::next_permutation(rules.begin(), rules.end()));
}

TEST_F(RouteTableTest, BacktracksOverLiteralsThatLeadNowhere) {
  Serve({R"(get: "/a/b/c")", R"(get: "/a/{id}/d")", R"(get: "/{id}/b/e")"});
  EXPECT_EQ(Get("/a/b/c"), "M0()");
  EXPECT_EQ(Get("/a/b/d"), "M1(b)");
  EXPECT_EQ(Get("/a/b/e"), "M2(a)");
  EXPECT_EQ(Get("/a/b/f"), "404");
}

TEST_F(RouteTableTest, OneSegmentCapturesDecodeEverythingAndSplitComesFirst) {
  Serve({R"(get: "/v1/{id}/x/{inner.name}")"});
  EXPECT_EQ(Get("/v1/a%2Fb%20c+d/x/%C3%A9%3F"), "M0(a/b c+d|\xC3\xA9?)");
}

TEST_F(RouteTableTest, MultiSegmentCapturesKeepEncodedSlashes) {
  Serve({R"(get: "/v1/{name=files/**}")", R"(get: "/v2/{name=a/*}")", R"(get: "/v3/{name=**}/end/x")"});
  EXPECT_EQ(Get("/v1/files/a%2Fb/c%20d"), "M0(files/a%2Fb/c d)");
  EXPECT_EQ(Get("/v1/files"), "M0(files)");
  EXPECT_EQ(Get("/v2/a/b%2fc"), "M1(a/b%2fc)");
  EXPECT_EQ(Get("/v3/a/b/end/x"), "M2(a/b)");
  EXPECT_EQ(Get("/v3/end/x"), "M2()");
  EXPECT_EQ(Get("/v3/end/end/x"), "M2(end)");
}

TEST_F(RouteTableTest, LiteralsAreComparedDecoded) {
  Serve({R"(get: "/v1/caf%C3%A9")"});
  EXPECT_EQ(Get("/v1/caf%c3%a9"), "M0()");
  EXPECT_EQ(Get("/%761/caf%C3%A9"), "M0()");
}

TEST_F(RouteTableTest, VerbCountsOnlyWhereItIsRegistered) {
  Serve({R"(post: "/v1/things/{id}:start")", R"(get: "/v1/things/{id}")", R"(get: "/v1/things:list")",
         R"(get: "/v1/things")", R"(get: "/v2/{name=**}:go")", R"(get: "/v2/{name=**}")"});
  EXPECT_EQ(Ask(*table_, "POST", "/v1/things/a:start"), "M0(a)");
  EXPECT_EQ(Ask(*table_, "POST", "/v1/things/a:b:start"), "M0(a:b)");
  EXPECT_EQ(Get("/v1/things/a:start"), "405 OPTIONS, POST");
  EXPECT_EQ(Get("/v1/things/a:stop"), "M1(a:stop)");
  EXPECT_EQ(Get("/v1/things/a%3Astart"), "M1(a:start)");
  EXPECT_EQ(Get("/v1/things/:start"), "M1(:start)");
  EXPECT_EQ(Get("/v1/things:list"), "M2()");
  EXPECT_EQ(Get("/v1/things:other"), "404");
  EXPECT_EQ(Get("/v2/a/b:go"), "M4(a/b)");
  EXPECT_EQ(Get("/v2/a/b:stop"), "M5(a/b:stop)");
  EXPECT_EQ(Get("/v2:go"), "M4()");
}

TEST_F(RouteTableTest, OneTrailingSlashIsIgnored) {
  Serve({R"(get: "/v1/things")", R"(get: "/v1/things/{id}")", R"(post: "/v1/things/{id}:go")"});
  EXPECT_EQ(Get("/v1/things/"), "M0()");
  EXPECT_EQ(Get("/v1/things/a/"), "M1(a)");
  EXPECT_EQ(Ask(*table_, "POST", "/v1/things/a:go/"), "M2(a)");
  EXPECT_EQ(Get("/v1/things//"), "404");
  EXPECT_EQ(Get("/v1//things"), "404");
  EXPECT_EQ(Get("/"), "404");
}

TEST_F(RouteTableTest, BadEscapesAndBadUtf8Are400) {
  Serve({R"(get: "/v1/{id}")"});
  for (const char* path : {"/v1/%", "/v1/%2", "/v1/%zz", "/%/a", "/v1/%FF", "/v1/%C3"}) EXPECT_EQ(Get(path), "400");
}

TEST_F(RouteTableTest, MethodsOfATemplate) {
  Serve({R"(get: "/v1/{id}")", R"(delete: "/v1/{name}")", R"(patch: "/v1/{id=*}" body: "*")", R"(post: "/v2")",
         R"(custom: {kind: "PURGE" path: "/v3"})"});
  EXPECT_EQ(Ask(*table_, "DELETE", "/v1/a"), "M1(a)");
  EXPECT_EQ(Ask(*table_, "PUT", "/v1/a"), "405 DELETE, GET, HEAD, OPTIONS, PATCH");
  EXPECT_EQ(Ask(*table_, "OPTIONS", "/v1/a"), "204 DELETE, GET, HEAD, OPTIONS, PATCH");
  EXPECT_EQ(Ask(*table_, "HEAD", "/v1/a"), "head M0(a)");
  EXPECT_EQ(Ask(*table_, "HEAD", "/v2"), "405 OPTIONS, POST");
  EXPECT_EQ(Ask(*table_, "OPTIONS", "/v4"), "404");
  EXPECT_EQ(Ask(*table_, "PURGE", "/v3"), "M4()");
  EXPECT_EQ(Ask(*table_, "PURGE", "/v2"), "405 OPTIONS, POST");
  for (const char* unknown : {"BREW", "get", "TRACE", "CONNECT", ""}) EXPECT_EQ(Ask(*table_, unknown, "/v1/a"), "501");
  EXPECT_EQ(Ask(*table_, "BREW", "/nowhere"), "501");
}

TEST_F(RouteTableTest, MethodOfALessSpecificTemplateServesBefore405) {
  Serve({R"(get: "/v1/special")", R"(delete: "/v1/{id}")"});
  EXPECT_EQ(Ask(*table_, "DELETE", "/v1/special"), "M1(special)");
  EXPECT_EQ(Ask(*table_, "POST", "/v1/special"), "405 DELETE, GET, HEAD, OPTIONS");
}

TEST_F(RouteTableTest, VeryLongPathsNeedNoStack) {
  Serve({R"(get: "/v1/{name=**}/end")"});
  std::string path = "/v1";
  for (int i = 0; i < 200'000; ++i) path += "/a";
  EXPECT_EQ(Get(path + "/b"), "404");
  EXPECT_EQ(table_->Match("GET", path + "/end")->captures[0].size(), 399'999u);
}

TEST_F(RouteTableTest, RefusesAtStartWithFileMethodAndReason) {
  const struct {
    const char* rule;
    const char* reason;
  } kCases[] = {
      {R"(get: "v1")", "does not begin with /"},
      {R"(get: "/v1/{nothing}")", "the variable nothing names no field of test.Request"},
      {R"(get: "/v1/{inner.nothing}")", "the variable inner.nothing names no field"},
      {R"(get: "/v1/{list}")", "the variable list is repeated"},
      {R"(get: "/v1/{inners.name}")", "is repeated"},
      {R"(get: "/v1/{labels}")", "the variable labels is a map"},
      {R"(get: "/v1/{inner}")", "the variable inner is a message"},
      {R"(get: "/v1/{time}")", "the variable time is a message"},
      {R"(get: "/v1/{id.x}")", "goes into a field that is no message"},
      {R"(post: "/v1" body: "nothing")", "the body nothing is neither * nor a top-level field"},
      {R"(post: "/v1" body: "inner.name")", "is neither * nor a top-level field"},
      {R"(post: "/v1/{name}" body: "name")", "both the path and the body fill name"},
      {R"(get: "/v1" body: "*")", "a GET has no body"},
      {R"(delete: "/v1" body: "inner")", "a DELETE has no body"},
      {R"(post: "/v1" response_body: "nothing")", "is no top-level field of test.Response"},
      {R"(body: "*")", "has no pattern"},
      {R"(custom: {kind: "*" path: "/v1"})", "upper-case letters"},
      {R"(get: "/v1" additional_bindings {get: "/v2" additional_bindings {get: "/v3"}})", "bindings of its own"},
      {R"(get: "/v1/{id}" additional_bindings {get: "/v1/{name=*}"})", "the same as /v1/{id} of test.S.M"},
      {R"(get: "/v1/{name=**}/x:go" additional_bindings {get: "/v1/**/x:go"})", "the same as /v1/{name=**}/x:go"},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(Refusal(test.rule),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("test/service.proto: test.S.M: "), HasSubstr(test.reason))))
        << test.rule;
  }
}

TEST_F(RouteTableTest, TellsAllErrorsAtOnce) {
  text_ = std::make_unique<ServiceText>(
      ServiceText::WithRules(Rpc("A", R"(get: "/v1")") + Rpc("B", R"(get: "/v1")") + Rpc("C", R"(get: "v1")")));
  EXPECT_THAT(text_->Table().status(), StatusIs(absl::StatusCode::kInvalidArgument,
                                                AllOf(HasSubstr("test.S.B: GET /v1: the same as /v1 of test.S.A in "),
                                                      HasSubstr("\ntest/service.proto: test.S.C: GET v1: "))));
}

TEST_F(RouteTableTest, EveryBindingIsARouteWithTheMethodsRules) {
  Serve({R"(post: "/v1" body: "*" additional_bindings {post: "/v2/{id}" body: "inner" response_body: "text"})"});
  const Route& second = *table_->Match("POST", "/v2/a")->route;
  EXPECT_EQ(second.label(), "/v2/{id}");
  EXPECT_EQ(second.body_field->name(), "inner");
  EXPECT_EQ(second.response_field->name(), "text");
  EXPECT_EQ(second.success_status, 200);
  EXPECT_EQ(table_->routes().size(), 2u);
}

TEST(ProductRoutesTest, ServeWhatTheContractsName) {
  absl::StatusOr<RouteTable> built =
      RouteTable::Build({v1::CreateExecutionRequest::descriptor()->file()->FindServiceByName("Orchestrator"),
                         v1::TailRequest::descriptor()->file()->FindServiceByName("LogStream"),
                         v1::Artifact::descriptor()->file()->FindServiceByName("Artifacts")});
  ASSERT_OK(built);
  const RouteTable& table = *built;
  EXPECT_EQ(Ask(table, "POST", "/api/flows/executions/"), "CreateExecution()");
  EXPECT_EQ(table.Match("POST", "/v1/executions")->route->success_status, 201);
  EXPECT_EQ(Ask(table, "POST", "/v1/executions:run"), "RunExecution()");
  EXPECT_EQ(Ask(table, "POST", "/v1/executions/7f:cancel"), "CancelExecution(7f)");
  EXPECT_EQ(Ask(table, "GET", "/v1/executions/7f:cancel"), "405 OPTIONS, POST");
  EXPECT_EQ(Ask(table, "GET", "/v1/executions/7f/events:list"), "ListEvents(7f)");
  EXPECT_EQ(Ask(table, "GET", "/api/flows/executions/7f/logs/ws"), "Tail(7f)");
  EXPECT_EQ(Ask(table, "HEAD", "/v1/executions/7f"), "head GetExecution(7f)");
  EXPECT_EQ(Ask(table, "HEAD", "/v1/executions/7f/events"), "405 GET, OPTIONS") << "a stream has no HEAD";
  EXPECT_TRUE(table.Match("GET", "/v1/artifacts/a/content")->route->rules.token_in_query());
}

}  // namespace
}  // namespace flowmesh::transcode
