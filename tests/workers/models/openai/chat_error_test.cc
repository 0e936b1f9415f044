#include "workers/models/openai/chat_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "absl/strings/str_cat.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const ErrorContext kContext = {.who = "openai/gpt", .secret = "sk-secret-1"};

std::string Body(const std::string& type, const std::string& code, const std::string& message) {
  return absl::StrCat(R"({"error":{"message":")", message, R"(","type":")", type, R"(","param":null,"code":")", code,
                      R"("}})");
}

ModelFailure FailureFor(int status, const std::string& body) {
  const absl::Status error = ErrorFromAnswer(kContext, {.status = status}, body);
  const std::optional<ModelFailure> failure = ModelFailureOf(error);
  EXPECT_TRUE(failure.has_value()) << error;
  return *failure;
}

std::optional<absl::Duration> DelayFor(std::map<std::string, std::string> headers, int status = 429) {
  return base::GetRetryDelay(
      ErrorFromAnswer(kContext, {.status = status, .headers = std::move(headers)}, Body("x", "y", "z")));
}

TEST(ChatErrorTest, EveryStatusHasItsMeaning) {
  EXPECT_EQ(FailureFor(400, Body("invalid_request_error", "context_length_exceeded", "too many")),
            ModelFailure::kContextTooLong);
  EXPECT_EQ(FailureFor(400, R"({"error":{"code":400,"message":"too long","type":"exceed_context_size_error"}})"),
            ModelFailure::kContextTooLong);
  EXPECT_EQ(FailureFor(400, R"({"object":"error","message":"This model's maximum context length is 4096 tokens."})"),
            ModelFailure::kContextTooLong);
  EXPECT_EQ(FailureFor(400, Body("invalid_request_error", "content_filter", "no")), ModelFailure::kContentRefused);
  EXPECT_EQ(FailureFor(400, Body("invalid_request_error", "unsupported_parameter", "no")),
            ModelFailure::kRequestRefused);
  EXPECT_EQ(FailureFor(401, Body("invalid_request_error", "invalid_api_key", "no")), ModelFailure::kAuth);
  EXPECT_EQ(FailureFor(402, ""), ModelFailure::kQuotaExhausted);
  EXPECT_EQ(FailureFor(403, Body("request_forbidden", "", "no")), ModelFailure::kAuth);
  EXPECT_EQ(FailureFor(404, Body("invalid_request_error", "model_not_found", "no")), ModelFailure::kModelUnknown);
  EXPECT_EQ(FailureFor(404, R"({"detail":"Not Found"})"), ModelFailure::kModelUnknown);
  EXPECT_EQ(FailureFor(404, "<html>nginx</html>"), ModelFailure::kProviderMisconfigured);
  EXPECT_EQ(FailureFor(307, ""), ModelFailure::kProviderMisconfigured);
  EXPECT_EQ(FailureFor(405, ""), ModelFailure::kProviderMisconfigured);
  EXPECT_EQ(FailureFor(408, ""), ModelFailure::kProviderTimeout);
  EXPECT_EQ(FailureFor(413, ""), ModelFailure::kContextTooLong);
  EXPECT_EQ(FailureFor(422, R"({"detail":[{"msg":"field required"}]})"), ModelFailure::kRequestRefused);
  EXPECT_EQ(FailureFor(429, Body("requests", "rate_limit_exceeded", "slow down")), ModelFailure::kRateLimited);
  EXPECT_EQ(FailureFor(429, Body("insufficient_quota", "insufficient_quota", "pay")), ModelFailure::kQuotaExhausted);
  EXPECT_EQ(FailureFor(500, Body("server_error", "", "oh")), ModelFailure::kProviderUnavailable);
  EXPECT_EQ(FailureFor(503, "overloaded"), ModelFailure::kProviderUnavailable);
  EXPECT_EQ(FailureFor(504, ""), ModelFailure::kProviderTimeout);
}

TEST(ChatErrorTest, TheProvidersWordsAreQuotedButNeverTheKey) {
  const absl::Status refused =
      ErrorFromAnswer(kContext, {.status = 400}, Body("x", "y", "bad\\nparameter of sk-secret-1"));
  EXPECT_EQ(refused.message(), "openai/gpt refuses the request (HTTP 400): bad parameter of ***");
  EXPECT_EQ(base::GetMetadata(refused).at("http_status"), "400");
  const absl::Status auth = ErrorFromAnswer(kContext, {.status = 401}, Body("x", "y", "Incorrect key sk-se***t-1"));
  EXPECT_THAT(std::string(auth.message()), Not(HasSubstr("sk-")));
  std::string long_words;
  for (int i = 0; i < 400; ++i) long_words += "ż";
  const absl::Status lengthy = ErrorFromAnswer(kContext, {.status = 400}, Body("x", "y", "a" + long_words));
  EXPECT_LT(lengthy.message().size(), 600u);
  EXPECT_EQ(std::string(lengthy.message()).substr(lengthy.message().size() - 2), "ż");
}

TEST(ChatErrorTest, TheDelayIsWhatTheHeadAsksFor) {
  EXPECT_EQ(DelayFor({{"retry-after", "7"}}), absl::Seconds(7));
  EXPECT_EQ(DelayFor({{"retry-after", "7"}, {"retry-after-ms", "250"}}), absl::Milliseconds(250));
  EXPECT_EQ(DelayFor({{"retry-after", "Wed, 21 Oct 2015 07:28:30 GMT"}, {"date", "Wed, 21 Oct 2015 07:28:00 GMT"}}),
            absl::Seconds(30));
  EXPECT_EQ(DelayFor({{"retry-after", "Wed, 21 Oct 2015 07:28:30 GMT"}}), std::nullopt);
  EXPECT_EQ(DelayFor({{"retry-after", "-5"}}), absl::ZeroDuration());
  EXPECT_EQ(DelayFor({{"retry-after", "inf"}}), absl::Hours(1));
  EXPECT_EQ(DelayFor({{"retry-after", "soon"}}), std::nullopt);
  EXPECT_EQ(DelayFor({{"x-ratelimit-remaining-requests", "0"},
                      {"x-ratelimit-reset-requests", "1m30s"},
                      {"x-ratelimit-remaining-tokens", "10"},
                      {"x-ratelimit-reset-tokens", "1h"}}),
            absl::Seconds(90));
  EXPECT_EQ(DelayFor({}), std::nullopt);
  EXPECT_EQ(DelayFor({{"retry-after", "3"}}, 503), absl::Seconds(3));
  EXPECT_EQ(DelayFor({{"retry-after", "3"}}, 401), std::nullopt);
}

TEST(ChatErrorTest, ErrorsInAStreamAreJudgedByTheirCode) {
  const auto failure = [](const std::string& error) {
    return *ModelFailureOf(ErrorFromEvent(kContext, boost::json::parse(error)));
  };
  EXPECT_EQ(failure(R"({"message":"busy","type":"server_error","code":null})"), ModelFailure::kProviderUnavailable);
  EXPECT_EQ(failure(R"({"message":"slow","type":"requests","code":"rate_limit_exceeded"})"),
            ModelFailure::kRateLimited);
  EXPECT_EQ(failure(R"({"message":"bad","code":400})"), ModelFailure::kRequestRefused);
  EXPECT_EQ(failure(R"({"message":"no","code":"content_filter"})"), ModelFailure::kContentRefused);
  EXPECT_EQ(failure(R"("just words")"), ModelFailure::kProviderUnavailable);
}

}  // namespace
}  // namespace flowmesh::models
