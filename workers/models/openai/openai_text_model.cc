#include "workers/models/openai/openai_text_model.h"

#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/base/loopback.h"
#include "server/base/trace_context.h"
#include "workers/models/openai/chat_error.h"
#include "workers/models/openai/chat_stream.h"
#include "workers/models/openai/sse_parser.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

constexpr size_t kMaxErrorBody = 64 << 10;  // bytes; more says nothing new
constexpr char kOpenAiHost[] = "api.openai.com";

struct Endpoint {
  std::string url;
  std::string host;  // without the port
  bool tls = false;
};

absl::StatusOr<Endpoint> ReadBaseUrl(const std::string& base_url) {
  Endpoint endpoint;
  absl::string_view rest = base_url;
  endpoint.tls = absl::ConsumePrefix(&rest, "https://");
  if (!endpoint.tls && !absl::ConsumePrefix(&rest, "http://")) {
    return absl::InvalidArgumentError("the base URL must begin with https:// or http://");
  }
  for (const unsigned char c : base_url) {
    if (c <= 0x20 || c >= 0x7F) return absl::InvalidArgumentError("the base URL holds a character that URLs have not");
  }
  const absl::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (absl::StrContains(authority, "@") || absl::StrContains(rest, "#")) {
    return absl::InvalidArgumentError("the base URL must hold no user, password or fragment: give the key as the key");
  }
  const size_t after_brackets = authority.find(']');
  const size_t port = authority.find(':', after_brackets == absl::string_view::npos ? 0 : after_brackets);
  endpoint.host = absl::AsciiStrToLower(authority.substr(0, port));
  if (endpoint.host.empty()) return absl::InvalidArgumentError("the base URL names no host");
  const size_t query = base_url.find('?');
  const absl::string_view whole = base_url;
  const absl::string_view path = absl::StripSuffix(whole.substr(0, query), "/");
  endpoint.url =
      absl::StrCat(path, "/chat/completions", query == std::string::npos ? absl::string_view() : whole.substr(query));
  return endpoint;
}

bool HoldsControls(const std::string& text) {
  for (const unsigned char c : text) {
    if (c < 0x20 || c == 0x7F) return true;
  }
  return false;
}

// An answer while it comes: the events of a stream, or the body of an error.
class Answer : public HttpReader {
 public:
  Answer(const ErrorContext& context, const OpenAiOptions& options, TextSink* sink)
      : context_(context), events_(options.max_event_bytes), stream_(context, options.max_text_bytes, sink) {}

  absl::Status OnHead(const HttpHead& head) override {
    head_ = head;
    if (head.status != 200) return absl::OkStatus();
    const auto type = head.headers.find("content-type");
    if (type == head.headers.end() || !absl::StartsWith(absl::AsciiStrToLower(type->second), "text/event-stream")) {
      return ModelError(ModelFailure::kBadAnswer, context_.who,
                        "did not answer with text/event-stream: it may not be able to stream");
    }
    return absl::OkStatus();
  }

  absl::Status OnBody(absl::string_view bytes) override {
    if (head_.status != 200) {
      error_body_.append(bytes.data(), std::min(bytes.size(), kMaxErrorBody - error_body_.size()));
      return absl::OkStatus();
    }
    absl::Status told;
    const absl::Status fed = events_.Feed(bytes, [&](const ServerSentEvent& event) {
      told = stream_.OnEvent(event);
      return told;
    });
    if (fed.ok() || !told.ok()) return told;
    return ModelError(ModelFailure::kAnswerTooLarge, context_.who,
                      absl::StrCat("sent too much at once: ", fed.message()));
  }

  bool Complete() const override { return head_.status == 200 ? stream_.done() : error_body_.size() == kMaxErrorBody; }

  // `sent`: how the connection ended.
  absl::StatusOr<TextResult> Result(const absl::Status& sent) {
    if (absl::IsCancelled(sent)) return sent;
    if (head_.status != 0 && head_.status != 200) return ErrorFromAnswer(context_, head_, error_body_);
    if (!sent.ok()) return sent;
    return stream_.Finish();
  }

  // Whether the provider began to write.
  bool begun() const { return head_.status == 200; }
  const ModelUsage& usage() const { return stream_.usage(); }

 private:
  const ErrorContext context_;
  HttpHead head_;
  std::string error_body_;
  SseParser events_;
  ChatStream stream_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<OpenAiTextModel>> OpenAiTextModel::Open(OpenAiOptions options) {
  absl::StatusOr<Endpoint> endpoint = ReadBaseUrl(options.base_url);
  if (!endpoint.ok()) return endpoint.status();
  if (options.model.empty() || HoldsControls(options.model)) {
    return absl::InvalidArgumentError("the model's name is empty or holds control characters");
  }
  if (options.provider.empty() || HoldsControls(options.provider)) {
    return absl::InvalidArgumentError("the provider's name is empty or holds control characters");
  }
  if (HoldsControls(options.api_key)) {
    return absl::InvalidArgumentError("the key holds a line end or another control character: look for a stray one");
  }
  if (!options.api_key.empty() && !endpoint->tls && !options.key_without_tls && !base::IsLoopback(endpoint->host)) {
    return absl::InvalidArgumentError(
        "the base URL is plain http, on which everybody can read the key: use https, or allow the key without TLS");
  }
  if (!options.token_limit_field) {
    options.token_limit_field =
        endpoint->host == kOpenAiHost ? TokenLimitField::kMaxCompletionTokens : TokenLimitField::kMaxTokens;
  }
  options.http.who = absl::StrCat(options.provider, "/", options.model);
  absl::StatusOr<std::unique_ptr<HttpClient>> http = HttpClient::Open(options.http);
  if (!http.ok()) return http.status();
  return std::unique_ptr<OpenAiTextModel>(
      new OpenAiTextModel(std::move(options), std::move(endpoint->url), *std::move(http)));
}

OpenAiTextModel::OpenAiTextModel(OpenAiOptions options, std::string url, std::unique_ptr<HttpClient> http)
    : options_(std::move(options)), url_(std::move(url)), http_(std::move(http)) {}

std::string OpenAiTextModel::name() const { return options_.http.who; }

absl::StatusOr<HttpPost> OpenAiTextModel::MakePost(const TextRequest& request) const {
  absl::StatusOr<std::string> body = ChatRequestBody(name(), options_.model, *options_.token_limit_field, request);
  if (!body.ok()) return body.status();
  HttpPost post{.url = url_, .headers = {}, .body = *std::move(body)};
  post.headers = {{"Content-Type", "application/json"}, {"Accept", "text/event-stream"}, {"User-Agent", "flowmesh"}};
  if (!options_.api_key.empty()) post.headers.emplace_back("Authorization", "Bearer " + options_.api_key);
  if (!request.idempotency_key.empty()) post.headers.emplace_back("Idempotency-Key", request.idempotency_key);
  if (const auto trace = base::TraceContext::Parse(request.traceparent)) {
    post.headers.emplace_back("traceparent", trace->Child(random_).ToString());
  }
  return post;
}

absl::StatusOr<TextResult> OpenAiTextModel::Generate(const TextRequest& request, TextSink& sink,
                                                     const Cancellation& cancellation) {
  const absl::StatusOr<HttpPost> post = MakePost(request);
  if (!post.ok()) return post.status();
  const auto start = std::chrono::steady_clock::now();
  Answer answer({.who = name(), .secret = options_.api_key}, options_, &sink);
  const absl::Status sent = http_->Post(*post, answer, cancellation);

  ModelUsage usage = answer.usage();
  usage.provider = options_.provider;
  if (usage.model.empty()) usage.model = options_.model;
  usage.cost = CostOf(options_.prices, usage.input_tokens, usage.output_tokens);
  usage.latency = absl::FromChrono(std::chrono::steady_clock::now() - start);
  if (answer.begun()) sink.OnUsage(usage);

  absl::StatusOr<TextResult> result = answer.Result(sent);
  if (result.ok()) result->usage = std::move(usage);
  return result;
}

}  // namespace flowmesh::models
