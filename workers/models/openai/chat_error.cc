#include "workers/models/openai/chat_error.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

namespace json = boost::json;

constexpr size_t kMaxQuoted = 500;                         // bytes of the provider's own words
constexpr absl::Duration kMaxRetryDelay = absl::Hours(1);  // what is longer is a mistake or of no use

struct ApiError {
  std::string message;
  std::string type;
  std::string code;

  bool Says(absl::string_view word) const { return code == word || type == word; }
};

std::string TextOf(const json::value* value) {
  if (value == nullptr) return "";
  if (value->is_string()) return std::string(value->get_string());
  if (value->is_number()) return json::serialize(*value);
  return "";
}

// Servers differ: {message, type, code} as published, or a bare text.
ApiError ReadError(const json::value& error) {
  if (error.is_string()) return {.message = TextOf(&error)};
  const json::object* const object = error.if_object();
  if (object == nullptr) return {};
  return {.message = TextOf(object->if_contains("message")),
          .type = TextOf(object->if_contains("type")),
          .code = TextOf(object->if_contains("code"))};
}

ApiError ReadBody(const std::string& body) {
  json::error_code failed;
  const json::value value = json::parse(body, failed);
  if (failed || !value.is_object()) return {};
  const json::object& object = value.get_object();
  for (const char* const name : {"error", "detail"}) {
    if (const json::value* const error = object.if_contains(name)) return ReadError(*error);
  }
  return ReadError(value);
}

std::string QuoteOf(const ErrorContext& context, const ApiError& error) {
  return error.message.empty() ? "" : absl::StrCat(": ", Quoted(context, error.message));
}

bool IsContextTooLong(const ApiError& error) {
  return error.Says("context_length_exceeded") || error.Says("exceed_context_size_error") ||
         absl::StrContains(error.message, "maximum context length") ||
         absl::StrContains(error.message, "context window");
}

bool IsContentRefused(const ApiError& error) {
  return error.Says("content_filter") || error.Says("content_policy_violation");
}

struct Verdict {
  ModelFailure failure;
  std::string message;
  bool quotes;  // the provider's words add something and hold no part of the key
};

Verdict JudgeRequestError(int status, const ApiError& error) {
  if (IsContextTooLong(error) || status == 413) {
    return {ModelFailure::kContextTooLong, "finds the request too long: shorten it", true};
  }
  if (IsContentRefused(error)) return {ModelFailure::kContentRefused, "refuses the subject", true};
  return {ModelFailure::kRequestRefused, "refuses the request", true};
}

Verdict Judge(int status, const ApiError& error) {
  switch (status) {
    case 401:
    case 403:
      if (IsContentRefused(error)) return {ModelFailure::kContentRefused, "refuses the subject", true};
      return {ModelFailure::kAuth, "does not accept the key: check the key and what it is allowed to do", false};
    case 402:
      return {ModelFailure::kQuotaExhausted, "has no credit left on this account", true};
    case 404:
      if (error.message.empty()) {
        return {ModelFailure::kProviderMisconfigured, "has no chat completions there: check the base URL", false};
      }
      return {ModelFailure::kModelUnknown, "is not served there: check the model's name", true};
    case 408:
    case 504:
      return {ModelFailure::kProviderTimeout, "took too long", true};
    case 409:
    case 425:
      return {ModelFailure::kProviderUnavailable, "cannot answer now", true};
    case 429:
      if (error.Says("insufficient_quota")) {
        return {ModelFailure::kQuotaExhausted, "has no credit left on this account", true};
      }
      return {ModelFailure::kRateLimited, "asks to slow down", true};
    default:
      break;
  }
  if (status >= 500) return {ModelFailure::kProviderUnavailable, "cannot answer now", true};
  if (status == 405 || status < 400) {
    return {ModelFailure::kProviderMisconfigured, "has no chat completions there: check the base URL", false};
  }
  return JudgeRequestError(status, error);
}

std::optional<absl::Duration> DelayUntil(const std::string& date, const std::string& now) {
  static constexpr char kHttpDate[] = "%a, %d %b %Y %H:%M:%S GMT";
  absl::Time then, sent;
  std::string problem;
  if (!absl::ParseTime(kHttpDate, date, &then, &problem) || !absl::ParseTime(kHttpDate, now, &sent, &problem)) {
    return std::nullopt;
  }
  return then - sent;
}

std::optional<absl::Duration> RetryDelay(const HttpHead& head) {
  const auto header = [&head](const char* name) {
    const auto it = head.headers.find(name);
    return it == head.headers.end() ? std::string() : it->second;
  };
  double number = 0;
  if (absl::SimpleAtod(header("retry-after-ms"), &number)) return absl::Milliseconds(number);
  const std::string after = header("retry-after");
  if (absl::SimpleAtod(after, &number)) return absl::Seconds(number);
  // Both dates are the provider's, so its clock need not agree with ours.
  if (!after.empty()) return DelayUntil(after, header("date"));
  std::optional<absl::Duration> longest;
  for (const char* const what : {"requests", "tokens"}) {
    absl::Duration reset;
    if (header(absl::StrCat("x-ratelimit-remaining-", what).c_str()) == "0" &&
        absl::ParseDuration(header(absl::StrCat("x-ratelimit-reset-", what).c_str()), &reset)) {
      longest = std::max(longest.value_or(absl::ZeroDuration()), reset);
    }
  }
  return longest;
}

}  // namespace

std::string Quoted(const ErrorContext& context, std::string words) {
  if (!context.secret.empty()) words = absl::StrReplaceAll(words, {{context.secret, "***"}});
  std::replace_if(
      words.begin(), words.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  if (words.size() > kMaxQuoted) {
    size_t end = kMaxQuoted;
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0) == 0x80) --end;
    words.resize(end);
  }
  return words;
}

absl::Status ErrorFromAnswer(const ErrorContext& context, const HttpHead& head, const std::string& body) {
  const ApiError api_error = ReadBody(body);
  const Verdict verdict = Judge(head.status, api_error);
  base::Error error = ModelError(verdict.failure, context.who,
                                 absl::StrCat(verdict.message, " (HTTP ", head.status, ")",
                                              verdict.quotes ? QuoteOf(context, api_error) : ""))
                          .With("http_status", head.status);
  const bool may_wait = verdict.failure == ModelFailure::kRateLimited || head.status >= 500;
  if (const std::optional<absl::Duration> delay = RetryDelay(head); delay && may_wait) {
    error.RetryAfter(std::clamp(*delay, absl::ZeroDuration(), kMaxRetryDelay));
  }
  return error;
}

absl::Status ErrorFromEvent(const ErrorContext& context, const json::value& error) {
  const ApiError api_error = ReadError(error);
  int status = 0;
  if (!absl::SimpleAtoi(api_error.code, &status) || status < 400 || status > 599) {
    status = api_error.Says("rate_limit_exceeded") || api_error.Says("insufficient_quota") ? 429
             : api_error.Says("invalid_request_error") || IsContextTooLong(api_error) || IsContentRefused(api_error)
                 ? 400
                 : 503;
  }
  const Verdict verdict = Judge(status, api_error);
  return ModelError(verdict.failure, context.who,
                    absl::StrCat("broke off: it ", verdict.message, verdict.quotes ? QuoteOf(context, api_error) : ""));
}

}  // namespace flowmesh::models
