#include "gateway/transcode/error_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/transcode/http_error.h"
#include "gateway/transcode/json_reader.h"
#include "gateway/transcode/message_types.h"
#include "google/rpc/error_details.pb.h"
#include "server/base/error.h"

namespace flowmesh::transcode {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

TEST(HttpErrorTest, EveryCodeHasItsStatus) {
  constexpr int kStatuses[] = {200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401};
  for (int code = 0; code <= 16; ++code) EXPECT_EQ(HttpStatusOf(code), kStatuses[code]) << code;
  EXPECT_EQ(HttpStatusOf(-1), 500);
  EXPECT_EQ(HttpStatusOf(17), 500);
  EXPECT_STREQ(GrpcCodeName(5), "NOT_FOUND");
  EXPECT_STREQ(GrpcCodeName(99), "UNKNOWN");
}

TEST(HttpErrorTest, OwnStatusGoesBeforeTheCodes) {
  EXPECT_EQ(HttpStatusOf(HttpError(415, absl::StatusCode::kInvalidArgument, "R", "m")), 415);
  EXPECT_EQ(HttpStatusOf(absl::NotFoundError("m")), 404);
  EXPECT_EQ(HttpStatusOf(absl::OkStatus()), 200);
}

TEST(ErrorBodyTest, JsonHasCodeStatusMessageAndDetails) {
  const google::rpc::Status status = ToRpcStatus(base::Error(absl::StatusCode::kNotFound, "FLOW_UNKNOWN", "no \"x\""));
  EXPECT_EQ(ErrorJson(status, CompiledTypes()),
            R"({"code":5,"status":"NOT_FOUND","message":"no \"x\"","details":[{"@type":"type.googleapis.com/)"
            R"(google.rpc.ErrorInfo","reason":"FLOW_UNKNOWN","domain":"flowmesh","metadata":{}}]})");
}

TEST(ErrorBodyTest, ViolationsAndRetryAreDetails) {
  const absl::Status error = base::Error(absl::StatusCode::kInvalidArgument, "FIELDS_INVALID", "bad")
                                 .Violation("a.b", "must be")
                                 .RetryAfter(absl::Milliseconds(1500));
  const std::string json = ErrorJson(ToRpcStatus(error), CompiledTypes());
  EXPECT_THAT(json, HasSubstr(R"("field_violations":[{"field":"a.b","description":"must be"}])"));
  EXPECT_THAT(json, HasSubstr(R"("retry_delay":"1.500s")"));
  EXPECT_TRUE(ParseJson(json).ok());
}

TEST(ErrorBodyTest, ProblemHasTheMembersOfRfc9457) {
  const absl::Status error = FieldViolation("title", "must not be empty");
  const std::string json = ProblemJson(ToRpcStatus(error), 400, CompiledTypes());
  EXPECT_THAT(json, HasSubstr(R"({"type":"about:blank","title":"Bad Request","status":400,"detail":")"));
  EXPECT_THAT(json, HasSubstr(R"("code":"INVALID_ARGUMENT","reason":"FIELDS_INVALID")"));
  EXPECT_THAT(json, HasSubstr(R"("violations":[{"field":"title","description":"must not be empty"}])"));
  EXPECT_TRUE(ParseJson(json).ok()) << json;
}

TEST(ErrorBodyTest, LibraryTextNeverLeaves) {
  EXPECT_THAT(ToRpcStatus(absl::InternalError("/srv/db.sqlite: disk I/O error")).message(), Not(HasSubstr("sqlite")));
  const google::rpc::Status upstream = UpstreamStatus(14, "failed to connect to ipv4:10.0.0.1:9", "");
  EXPECT_EQ(upstream.code(), 14);
  EXPECT_THAT(upstream.message(), Not(HasSubstr("10.0.0.1")));
  EXPECT_THAT(UpstreamStatus(14, "10.0.0.1", "garbage").message(), Not(HasSubstr("10.0.0.1")));
}

TEST(ErrorBodyTest, UpstreamErrorsWithDetailsPassAsTheyAre) {
  const google::rpc::Status sent = ToRpcStatus(base::Error(absl::StatusCode::kNotFound, "FLOW_UNKNOWN", "no flow x"));
  const google::rpc::Status got = UpstreamStatus(5, "no flow x", sent.SerializeAsString());
  EXPECT_EQ(got.SerializeAsString(), sent.SerializeAsString());
  EXPECT_EQ(UpstreamStatus(99, "", "").code(), 2);
}

TEST(ErrorBodyTest, UnknownDetailTypesArePrintedAsBytes) {
  google::rpc::Status status;
  status.set_code(5);
  status.add_details()->set_type_url("type.googleapis.com/some.Unknown");
  EXPECT_TRUE(ParseJson(ErrorJson(status, CompiledTypes())).ok());
}

TEST(ErrorBodyTest, RenderedErrorsBringTheirHeaders) {
  const ErrorResponse unauthenticated =
      RenderError(UpstreamStatus(16, "", ""), 401, ErrorFormat::kJson, CompiledTypes());
  EXPECT_EQ(unauthenticated.http_status, 401);
  EXPECT_EQ(unauthenticated.content_type, "application/json");
  EXPECT_THAT(unauthenticated.headers, ElementsAre(Pair("WWW-Authenticate", HasSubstr("Bearer"))));
  const absl::Status busy =
      base::Error(absl::StatusCode::kResourceExhausted, "R", "m").RetryAfter(absl::Milliseconds(1001));
  const ErrorResponse exhausted = RenderError(ToRpcStatus(busy), 429, ErrorFormat::kProblem, CompiledTypes());
  EXPECT_EQ(exhausted.content_type, "application/problem+json");
  EXPECT_THAT(exhausted.headers, ElementsAre(Pair("Retry-After", "2")));
}

}  // namespace
}  // namespace flowmesh::transcode
