#include "workers/models/provider/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/broken_pipe.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

constexpr absl::Duration kCancelPoll = absl::Milliseconds(50);  // half of it is the mean delay of a cancel
constexpr absl::Duration kLastWords = absl::Milliseconds(200);  // for the end of an answer that is complete already

using Clock = std::chrono::steady_clock;

Clock::time_point After(absl::Duration duration) { return Clock::now() + absl::ToChronoNanoseconds(duration); }

bool HoldsControls(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

ModelFailure FailureOf(CURLcode code, bool head_seen) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return ModelFailure::kProviderTimeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return ModelFailure::kProviderMisconfigured;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return ModelFailure::kBadAnswer;
    default:
      return head_seen ? ModelFailure::kCutStream : ModelFailure::kProviderUnavailable;
  }
}

}  // namespace

// A multi handle owns its connections, so a pool of them is a pool of connections. (Sharing one connection cache among
// threads by CURLSH is documented as unsafe.) Used by one thread at a time.
class HttpClient::Lane {
 public:
  Lane() : multi_(curl_multi_init()), easy_(curl_easy_init()) {
    if (multi_ != nullptr) curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 1L);
  }
  ~Lane() {
    const base::BrokenPipeIsAnError guard;  // TLS says goodbye
    curl_easy_cleanup(easy_);
    curl_multi_cleanup(multi_);
  }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  bool usable() const { return multi_ != nullptr && easy_ != nullptr; }
  CURLM* multi() { return multi_; }
  CURL* easy() { return easy_; }

 private:
  CURLM* const multi_;
  CURL* const easy_;
};

class HttpClient::Transfer {
 public:
  Transfer(const HttpOptions& options, const HttpPost& post, HttpReader& reader, Lane& lane)
      : options_(options), reader_(reader), lane_(lane) {
    for (const auto& [name, value] : post.headers) AddHeader(absl::StrCat(name, ": ", value));
    AddHeader("Expect:");  // no second round trip before the body
    Configure(post);
  }
  ~Transfer() {
    curl_multi_remove_handle(lane_.multi(), lane_.easy());
    curl_easy_reset(lane_.easy());
    curl_slist_free_all(headers_);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  absl::Status Run(const Cancellation& cancellation);

 private:
  void AddHeader(const std::string& line) {
    if (curl_slist* const longer = curl_slist_append(headers_, line.c_str()); longer != nullptr) headers_ = longer;
  }
  void Configure(const HttpPost& post);

  static size_t OnHeaderLine(char* bytes, size_t, size_t size, void* self);
  static size_t OnBodyBytes(char* bytes, size_t, size_t size, void* self);
  absl::Status TakeHeaderLine(absl::string_view line);
  absl::Status TakeBody(absl::string_view bytes);

  // Whether the call ends here, and how.
  std::optional<absl::Status> CheckTime();
  absl::Status Outcome(CURLcode code) const;
  base::Error Failure(ModelFailure failure, const std::string& message) const {
    return ModelError(failure, options_.who, message);
  }

  const HttpOptions& options_;
  HttpReader& reader_;
  Lane& lane_;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text_ = {};

  HttpHead head_;
  bool head_seen_ = false;
  size_t head_bytes_ = 0;
  size_t answer_bytes_ = 0;
  absl::Status reader_status_;  // not OK: why the reader ended the call

  const Clock::time_point total_deadline_ = After(options_.total_timeout);
  Clock::time_point next_byte_deadline_ = After(options_.first_byte_timeout);
  std::optional<Clock::time_point> last_words_deadline_;
};

void HttpClient::Transfer::Configure(const HttpPost& post) {
  CURL* const easy = lane_.easy();
  curl_easy_setopt(easy, CURLOPT_URL, post.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post.body.c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max<int64_t>(1, absl::ToInt64Milliseconds(options_.connect_timeout))));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a cancel does not wait for a name lookup
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::OnHeaderLine);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::OnBodyBytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
}

size_t HttpClient::Transfer::OnHeaderLine(char* bytes, size_t, size_t size, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  transfer.reader_status_ = transfer.TakeHeaderLine(absl::string_view(bytes, size));
  return transfer.reader_status_.ok() ? size : CURL_WRITEFUNC_ERROR;
}

size_t HttpClient::Transfer::OnBodyBytes(char* bytes, size_t, size_t size, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  transfer.reader_status_ = transfer.TakeBody(absl::string_view(bytes, size));
  return transfer.reader_status_.ok() ? size : CURL_WRITEFUNC_ERROR;
}

absl::Status HttpClient::Transfer::TakeHeaderLine(absl::string_view line) {
  if (head_seen_) return absl::OkStatus();  // a trailer
  head_bytes_ += line.size();
  if (head_bytes_ > options_.max_head_bytes) {
    return Failure(ModelFailure::kAnswerTooLarge,
                   absl::StrCat("sends a head of more than ", options_.max_head_bytes, " bytes"));
  }
  line = absl::StripAsciiWhitespace(line);
  if (line.empty()) {
    if (head_.status < 200) return absl::OkStatus();
    head_seen_ = true;
    absl::Status status = reader_.OnHead(head_);
    next_byte_deadline_ = After(options_.idle_timeout);
    return status;
  }
  if (absl::StartsWith(line, "HTTP/")) {
    head_ = HttpHead();
    const absl::string_view code = line.substr(std::min(line.find(' '), line.size() - 1) + 1, 3);
    if (!absl::SimpleAtoi(code, &head_.status)) return Failure(ModelFailure::kBadAnswer, "answers without a status");
    return absl::OkStatus();
  }
  const size_t colon = line.find(':');
  if (colon != absl::string_view::npos) {
    head_.headers[absl::AsciiStrToLower(line.substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return absl::OkStatus();
}

absl::Status HttpClient::Transfer::TakeBody(absl::string_view bytes) {
  answer_bytes_ += bytes.size();
  if (answer_bytes_ > options_.max_answer_bytes) {
    return Failure(ModelFailure::kAnswerTooLarge,
                   absl::StrCat("answers with more than ", options_.max_answer_bytes, " bytes"));
  }
  absl::Status status = reader_.OnBody(bytes);
  next_byte_deadline_ = After(options_.idle_timeout);
  return status;
}

std::optional<absl::Status> HttpClient::Transfer::CheckTime() {
  const Clock::time_point now = Clock::now();
  if (reader_.Complete()) {
    if (!last_words_deadline_) last_words_deadline_ = After(kLastWords);
    if (now >= *last_words_deadline_) return absl::OkStatus();
    return std::nullopt;
  }
  if (now >= next_byte_deadline_) {
    return Failure(ModelFailure::kProviderTimeout,
                   head_seen_ ? absl::StrCat("went silent for ", absl::FormatDuration(options_.idle_timeout),
                                             " in the middle of its answer")
                              : absl::StrCat("did not begin to answer within ",
                                             absl::FormatDuration(options_.first_byte_timeout)));
  }
  if (now >= total_deadline_) {
    return Failure(ModelFailure::kProviderTimeout,
                   absl::StrCat("did not end its answer within ", absl::FormatDuration(options_.total_timeout)));
  }
  return std::nullopt;
}

absl::Status HttpClient::Transfer::Outcome(CURLcode code) const {
  if (!reader_status_.ok()) return reader_status_;
  if (code == CURLE_OK || reader_.Complete()) return absl::OkStatus();
  const char* const text = error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
  const ModelFailure failure = FailureOf(code, head_seen_);
  return Failure(failure,
                 absl::StrCat(failure == ModelFailure::kCutStream ? "cut its answer: " : "cannot be reached: ", text));
}

absl::Status HttpClient::Transfer::Run(const Cancellation& cancellation) {
  CURLM* const multi = lane_.multi();
  if (curl_multi_add_handle(multi, lane_.easy()) != CURLM_OK) {
    return Failure(ModelFailure::kProviderUnavailable, "cannot be called: libcurl refuses the transfer");
  }
  while (true) {
    if (cancellation.cancelled())
      return absl::CancelledError(absl::StrCat("the call of ", options_.who, " was cancelled"));
    int running = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      return Failure(ModelFailure::kProviderUnavailable, "cannot be called: libcurl failed");
    }
    int left = 0;
    for (CURLMsg* message = curl_multi_info_read(multi, &left); message != nullptr;
         message = curl_multi_info_read(multi, &left)) {
      if (message->msg == CURLMSG_DONE) return Outcome(message->data.result);
    }
    if (std::optional<absl::Status> late = CheckTime()) return *std::move(late);
    const Clock::time_point deadline =
        last_words_deadline_ ? *last_words_deadline_ : std::min(next_byte_deadline_, total_deadline_);
    const auto until = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const int64_t wait = std::clamp<int64_t>(until, 0, absl::ToInt64Milliseconds(kCancelPoll));
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait), nullptr);
  }
}

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Open(HttpOptions options) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) {
    return ModelError(ModelFailure::kProviderUnavailable, options.who,
                      absl::StrCat("cannot be called: ", curl_easy_strerror(initialised)));
  }
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(options)));
}

HttpClient::HttpClient(HttpOptions options) : options_(std::move(options)) {}
HttpClient::~HttpClient() = default;

std::unique_ptr<HttpClient::Lane> HttpClient::TakeLane() {
  base::MutexLock lock(mutex_);
  if (idle_.empty()) return std::make_unique<Lane>();
  std::unique_ptr<Lane> lane = std::move(idle_.back());
  idle_.pop_back();
  return lane;
}

void HttpClient::ReturnLane(std::unique_ptr<Lane> lane) {
  base::MutexLock lock(mutex_);
  if (idle_.size() < options_.max_idle_connections) idle_.push_back(std::move(lane));
}

absl::Status HttpClient::Post(const HttpPost& post, HttpReader& reader, const Cancellation& cancellation) {
  if (post.body.size() > options_.max_request_bytes) {
    return ModelError(ModelFailure::kContextTooLong, options_.who,
                      absl::StrCat("is sent at most ", options_.max_request_bytes, " bytes, this request has ",
                                   post.body.size(), ": shorten it"));
  }
  for (const auto& [name, value] : post.headers) {
    if (HoldsControls(name) || HoldsControls(value)) {
      return ModelError(ModelFailure::kRequestRefused, options_.who,
                        absl::StrCat("cannot be sent the header ", name, ": it holds control characters"));
    }
  }
  std::unique_ptr<Lane> lane = TakeLane();
  if (!lane->usable()) {
    return ModelError(ModelFailure::kProviderUnavailable, options_.who, "cannot be called: libcurl has no memory");
  }
  absl::Status status;
  {
    const base::BrokenPipeIsAnError guard;
    Transfer transfer(options_, post, reader, *lane);
    status = transfer.Run(cancellation);
  }
  ReturnLane(std::move(lane));
  return status;
}

}  // namespace flowmesh::models
