#ifndef FLOWMESH_TESTS_SUPPORT_SCRIPTED_TEXT_MODEL_H_
#define FLOWMESH_TESTS_SUPPORT_SCRIPTED_TEXT_MODEL_H_

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::testing {

// A text model that gives the answers of a script in turn and keeps what it was asked. Not thread-safe.
class ScriptedTextModel : public models::TextModel {
 public:
  void Answer(std::string text, models::FinishReason reason = models::FinishReason::kStop) {
    answers_.push_back(models::TextResult{
        .text = std::move(text),
        .finish_reason = reason,
        .usage = {.provider = "scripted", .model = "one-b", .input_tokens = 12, .output_tokens = 34}});
  }
  void Fail(absl::Status status) { answers_.push_back(std::move(status)); }

  std::string name() const override { return "scripted/one"; }
  absl::StatusOr<models::TextResult> Generate(const models::TextRequest& request, models::TextSink& sink,
                                              const models::Cancellation& cancellation) override {
    requests_.push_back(request);
    if (cancellation.cancelled()) return absl::CancelledError("cancelled");
    if (answers_.empty()) return absl::InternalError("no answer was scripted");
    absl::StatusOr<models::TextResult> answer = std::move(answers_.front());
    answers_.pop_front();
    if (!answer.ok()) return answer;
    if (absl::Status status = sink.OnText(answer->text); !status.ok()) return status;
    sink.OnUsage(answer->usage);
    return answer;
  }

  const std::vector<models::TextRequest>& requests() const { return requests_; }

 private:
  std::deque<absl::StatusOr<models::TextResult>> answers_;
  std::vector<models::TextRequest> requests_;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_SCRIPTED_TEXT_MODEL_H_
