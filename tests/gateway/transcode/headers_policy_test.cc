#include "gateway/transcode/headers_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "gateway/transcode/call_deadline.h"
#include "gateway/transcode/http_error.h"
#include "server/base/error.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::transcode {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

HeaderList Up(HeaderList headers, const v1::MethodRules& rules = {}) {
  headers.emplace_back("X-Request-Id", "r");
  const absl::StatusOr<HeaderList> metadata = RequestMetadata(headers, rules, "made");
  EXPECT_OK(metadata.status());
  HeaderList rest;
  for (const auto& entry : *metadata) {
    if (entry.first != "x-request-id") rest.push_back(entry);
  }
  return rest;
}

TEST(RequestMetadataTest, NamedHeadersGoUpInLowerCase) {
  for (const char* name : {"Authorization", "Idempotency-Key", "X-Idempotency-Key", "X-Workflow-ID", "If-Match",
                           "If-None-Match", "Range", "Prefer"}) {
    EXPECT_THAT(Up({{name, "v"}}), ElementsAre(Pair(absl::AsciiStrToLower(name), "v"))) << name;
  }
}

TEST(RequestMetadataTest, EverythingElseStaysHere) {
  EXPECT_THAT(Up({{"Cookie", "a=b"},
                  {"Host", "h"},
                  {"Accept", "*/*"},
                  {"X-Anything", "x"},
                  {"Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                  {"Tracestate", "rojo=1"},
                  {"Grpc-Metadata-Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                  {"User-Agent", "u"},
                  {"Content-Type", "t"},
                  {"X-AI-Worker-Token", "secret"}}),
              IsEmpty());
}

TEST(RequestMetadataTest, TheMethodDeclaresFurtherHeaders) {
  v1::MethodRules rules;
  rules.add_request_headers("x-ai-worker-token");
  EXPECT_THAT(Up({{"X-AI-Worker-Token", "secret"}}, rules), ElementsAre(Pair("x-ai-worker-token", "secret")));
  EXPECT_THAT(Up({{"Grpc-Metadata-X-AI-Worker-Token", "secret"}}, rules), IsEmpty());
}

TEST(RequestMetadataTest, PrefixedHeadersGoUpWithoutPrefix) {
  EXPECT_THAT(Up({{"Grpc-Metadata-Colour", "red"}, {"grpc-metadata-Data-Bin", "AP8="}}),
              ElementsAre(Pair("colour", "red"), Pair("data-bin", std::string("\x00\xFF", 2))));
}

TEST(RequestMetadataTest, HopByHopGrpcAndIdentityHeadersAreStripped) {
  for (const char* name : {"Connection", "TE", "Upgrade", "Keep-Alive", "Transfer-Encoding", "grpc-timeout",
                           "Grpc-Encoding", "X-Forwarded-For", "X-User", "X-Flowmesh-Owner", "Forwarded"}) {
    EXPECT_THAT(Up({{name, "v"}}), IsEmpty()) << name;
    EXPECT_THAT(Up({{std::string("Grpc-Metadata-") + name, "v"}}), IsEmpty()) << name;
  }
  for (const char* name : {"Authorization", "X-Request-Id", "Host", "Content-Type", ":path", "", "a b"}) {
    EXPECT_THAT(Up({{std::string("Grpc-Metadata-") + name, "v"}}), IsEmpty()) << name;
  }
  EXPECT_THAT(Up({{"Connection", "close, Prefer"}, {"Prefer", "wait=1"}}), IsEmpty());
}

TEST(RequestMetadataTest, RequestIdIsMadeWhenAbsent) {
  EXPECT_THAT(*RequestMetadata({}, {}, "made"), ElementsAre(Pair("x-request-id", "made")));
  EXPECT_THAT(*RequestMetadata({{"x-request-ID", "mine"}}, {}, "made"), ElementsAre(Pair("x-request-id", "mine")));
}

TEST(RequestMetadataTest, BadHeadersAre400AndNamed) {
  const struct {
    HeaderList headers;
    const char* field;
  } kCases[] = {
      {{{"Authorization", "a"}, {"authorization", "b"}}, "authorization"},
      {{{"X-Request-Id", "a"}, {"X-Request-Id", "a"}}, "x-request-id"},
      {{{"X-Request-Id", ""}}, "x-request-id"},
      {{{"X-Request-Id", "a b"}}, "x-request-id"},
      {{{"X-Request-Id", std::string(257, 'a')}}, "x-request-id"},
      {{{"Prefer", "\xC3\xA9"}}, "prefer"},
      {{{"Grpc-Metadata-A-Bin", "?"}}, "grpc-metadata-a-bin"},
  };
  for (const auto& test : kCases) {
    const absl::Status status = RequestMetadata(test.headers, {}, "made").status();
    EXPECT_EQ(HttpStatusOf(status), 400);
    ASSERT_EQ(base::GetViolations(status).size(), 1u) << test.field;
    EXPECT_EQ(base::GetViolations(status)[0].field, test.field);
  }
}

TEST(ResponseHeadersTest, NamedMetadataComesBackRawTheRestPrefixed) {
  const ResponseHeaders response = ResponseHeadersOf({{"etag", "\"e\""},
                                                      {"etag", "\"f\""},
                                                      {"location", "/l"},
                                                      {"retry-after", "3"},
                                                      {"cache-control", "no-store"},
                                                      {"content-disposition", "attachment"},
                                                      {"idempotency-replayed", "true"},
                                                      {"concurrency-joined", "true"},
                                                      {"x-workflow-id", "w"},
                                                      {"colour", "red"},
                                                      {"data-bin", std::string("\x00\xFF", 2)}});
  EXPECT_THAT(response.headers,
              UnorderedElementsAre(Pair("ETag", "\"e\""), Pair("Location", "/l"), Pair("Retry-After", "3"),
                                   Pair("Cache-Control", "no-store"), Pair("Content-Disposition", "attachment"),
                                   Pair("Idempotency-Replayed", "true"), Pair("Concurrency-Joined", "true"),
                                   Pair("X-Workflow-Id", "w"), Pair("Grpc-Metadata-colour", "red"),
                                   Pair("Grpc-Metadata-data-bin", "AP8=")));
  EXPECT_FALSE(response.http_status.has_value());
}

TEST(ResponseHeadersTest, StatusOverrideIsConsumed) {
  EXPECT_EQ(ResponseHeadersOf({{"x-http-status", "202"}}).http_status, 202);
  EXPECT_THAT(ResponseHeadersOf({{"x-http-status", "202"}}).headers, IsEmpty());
  for (const char* bad : {"500", "99", "", "20x", "301"}) {
    EXPECT_FALSE(ResponseHeadersOf({{"x-http-status", bad}}).http_status.has_value()) << bad;
  }
}

TEST(ResponseHeadersTest, OwnHeadersAndBrokenValuesAreLeftOut) {
  EXPECT_THAT(ResponseHeadersOf({{"grpc-encoding", "x"},
                                 {"content-type", "t"},
                                 {"connection", "c"},
                                 {"date", "d"},
                                 {"x-request-id", "r"},
                                 {"set-cookie", "s"},
                                 {"location", "/a\r\nx: y"},
                                 {"a", "b\nc"},
                                 {":status", "200"}})
                  .headers,
              IsEmpty());
}

TEST(CallDeadlineTest, TheSmallerWins) {
  EXPECT_EQ(*ReadCallTimeout(std::nullopt, std::nullopt), std::nullopt);
  EXPECT_EQ(*ReadCallTimeout("10S", std::nullopt), absl::Seconds(10));
  EXPECT_EQ(*ReadCallTimeout(std::nullopt, "2.5"), absl::Milliseconds(2500));
  EXPECT_EQ(*ReadCallTimeout("10S", "5"), absl::Seconds(5));
  EXPECT_EQ(*ReadCallTimeout("100m", "5"), absl::Milliseconds(100));
  EXPECT_EQ(*ReadCallTimeout("1H", std::nullopt), absl::Hours(1));
  EXPECT_EQ(*ReadCallTimeout("2M", std::nullopt), absl::Minutes(2));
  EXPECT_EQ(*ReadCallTimeout("3u", std::nullopt), absl::Microseconds(3));
  EXPECT_EQ(*ReadCallTimeout("99999999n", std::nullopt), absl::Nanoseconds(99'999'999));
}

TEST(CallDeadlineTest, AnythingElseIs400) {
  for (const char* bad : {"", "S", "10", "10s", "-1S", "0S", "1.5S", "123456789S", " 1S", "1S "}) {
    EXPECT_EQ(HttpStatusOf(ReadCallTimeout(bad, std::nullopt).status()), 400) << bad;
  }
  for (const char* bad : {"", "-1", "0", "0.0", "1s", "1.", ".5", "1e3", "inf", "123456789", " 1"}) {
    EXPECT_EQ(HttpStatusOf(ReadCallTimeout("1S", bad).status()), 400) << bad;
  }
}

}  // namespace
}  // namespace flowmesh::transcode
