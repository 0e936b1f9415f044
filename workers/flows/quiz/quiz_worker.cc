#include "workers/flows/quiz/quiz_worker.h"

#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "workers/models/provider/http_client.h"
#include "workers/models/provider/model_error.h"
#include "workers/sdk/failure.h"

namespace flowmesh::flows {
namespace {

namespace json = boost::json;

constexpr char kWho[] = "the quiz worker";
constexpr int kUsualSize = 10;
constexpr size_t kShownCharacters = 200;  // of an answer that refuses

bool IsSuccess(int status) { return status >= 200 && status < 300; }

class AnswerReader : public models::HttpReader {
 public:
  explicit AnswerReader(size_t max_bytes) : max_bytes_(max_bytes) {}

  absl::Status OnHead(const models::HttpHead& head) override {
    status_ = head.status;
    return absl::OkStatus();
  }
  absl::Status OnBody(absl::string_view bytes) override {
    const size_t limit = IsSuccess(status_) ? max_bytes_ : 4 * kShownCharacters;  // a character has up to 4 bytes
    const size_t taken = std::min(bytes.size(), limit - body_.size());
    body_.append(bytes.data(), taken);
    if (taken < bytes.size()) cut_ = true;
    return absl::OkStatus();
  }
  bool Complete() const override { return cut_; }

  int status() const { return status_; }  // 0 = no head came
  const std::string& body() const { return body_; }
  bool cut() const { return cut_; }

 private:
  const size_t max_bytes_;
  int status_ = 0;
  std::string body_;
  bool cut_ = false;
};

template <typename List>
json::array ArrayOf(const List& list) {
  json::array array;
  for (const std::string& item : list) array.emplace_back(item);
  return array;
}

std::string BodyOf(const quiz::v1::QuizOrder& order) {
  json::object body;
  body["task_id"] = order.task_id();
  body["user_id"] = order.user_id();
  body["quiz_size"] = order.quiz_size() == 0 ? kUsualSize : order.quiz_size();
  body["declared_level"] = order.declared_level();
  body["goals"] = order.goals();
  body["profession"] = order.profession();
  body["referred_frequency"] = order.referred_frequency();
  if (order.motivation_level() != 0) body["motivation_level"] = order.motivation_level();
  body["preferred_topics"] = ArrayOf(order.preferred_topics());
  body["weak_skills"] = ArrayOf(order.weak_skills());
  body["extra_instructions"] = order.extra_instructions();
  return json::serialize(body);
}

std::string GenerateUrl(const std::string& url) {
  const size_t end = std::min(url.find_first_of("?#"), url.size());
  std::string path = url.substr(0, end);
  while (absl::EndsWith(path, "/")) path.pop_back();
  return absl::StrCat(path, "/generate", url.substr(end));
}

// The first characters of a text, on one line.
std::string Shown(const std::string& text) {
  std::string shown;
  size_t characters = 0;
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    const bool begins = (byte & 0xC0) != 0x80;
    if (begins && characters == kShownCharacters) break;
    if (begins) ++characters;
    shown += byte < 0x20 || byte == 0x7F ? ' ' : c;
  }
  return std::string(absl::StripAsciiWhitespace(shown));
}

absl::Status Refused(const std::string& message) {
  return sdk::Fail("QUIZ_WORKER_REFUSED", message, /*retryable=*/false);
}

absl::Status RefusedBy(const AnswerReader& reader) {
  std::string message = absl::StrCat(kWho, " did not accept the task: it answered ", reader.status());
  if (reader.status() >= 300 && reader.status() < 400) {
    absl::StrAppend(&message, ", and redirects are not followed: give the address that answers itself");
  } else if (const std::string shown = Shown(reader.body()); !shown.empty()) {
    absl::StrAppend(&message, ": ", shown);
  }
  return Refused(message);
}

bool IsVisible(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
}

// What an accepting answer says; anything but an object with a name says nothing.
QuizWorkerAnswer ReadAnswer(const AnswerReader& reader, const std::string& task_id, const QuizWorkerLimits& limits) {
  QuizWorkerAnswer answer;
  if (reader.cut()) {
    answer.warning =
        absl::StrCat("The quiz worker's answer has more than ", limits.max_answer_bytes, " bytes and was not read");
    return answer;
  }
  json::error_code error;
  const json::value value = json::parse(reader.body(), error);
  if (error || !value.is_object()) return answer;
  const json::value* const name = value.as_object().if_contains("task_id");
  if (name == nullptr || !name->is_string()) return answer;
  const absl::string_view own(name->as_string().data(), name->as_string().size());
  if (own.empty() || own == task_id) return answer;
  if (own.size() > limits.max_task_id_bytes || !IsVisible(own)) {
    answer.warning = absl::StrCat("The quiz worker's own task_id is ignored: it must have at most ",
                                  limits.max_task_id_bytes, " visible ASCII characters");
    return answer;
  }
  answer.worker_task_id = std::string(own);
  return answer;
}

}  // namespace

absl::StatusOr<QuizWorkerAnswer> AskQuizWorker(const std::string& url, const quiz::v1::QuizOrder& order,
                                               const std::string& idempotency_key,
                                               const models::Cancellation& cancellation,
                                               const QuizWorkerLimits& limits) {
  if (!absl::StartsWithIgnoreCase(url, "http://") && !absl::StartsWithIgnoreCase(url, "https://")) {
    return Refused(absl::StrCat(kWho, " has no usable address: give one that begins with http:// or https://"));
  }
  // A connection is used once, so that none can have died unnoticed.
  auto client = models::HttpClient::Open({.who = kWho,
                                          .connect_timeout = limits.patience,
                                          .first_byte_timeout = limits.patience,
                                          .idle_timeout = limits.patience,
                                          .total_timeout = limits.patience,
                                          .max_idle_connections = 0});
  if (!client.ok()) return Refused(std::string(client.status().message()));
  AnswerReader reader(limits.max_answer_bytes);
  const absl::Status status = (*client)->Post({.url = GenerateUrl(url),
                                               .headers = {{"Content-Type", "application/json"},
                                                           {"Accept", "application/json"},
                                                           {"Idempotency-Key", idempotency_key}},
                                               .body = BodyOf(order)},
                                              reader, cancellation);
  if (absl::IsCancelled(status)) return status;
  // Its head is its answer, whatever became of the rest.
  if (reader.status() != 0 && !IsSuccess(reader.status())) return RefusedBy(reader);
  if (models::ModelFailureOf(status) == models::ModelFailure::kProviderTimeout) {
    return sdk::Fail("QUIZ_WORKER_SILENT",
                     absl::StrCat(kWho, " has not answered within ", absl::FormatDuration(limits.patience),
                                  ": see whether it runs, then ask for the quiz again"),
                     /*retryable=*/false);
  }
  if (!status.ok()) return Refused(std::string(status.message()));
  return ReadAnswer(reader, order.task_id(), limits);
}

}  // namespace flowmesh::flows
