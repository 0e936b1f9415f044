#include "workers/flows/quiz/model_quiz_writer.h"

#include <cstdint>
#include <string>

#include "workers/flows/model_task/model_question.h"
#include "workers/flows/quiz/quiz_check.h"
#include "workers/flows/quiz/quiz_prompt.h"

namespace flowmesh::flows {

absl::StatusOr<quiz::v1::WrittenQuestions> WriteModelQuestions(sdk::TaskContext& context, models::TextModel& model,
                                                               const quiz::v1::WriteQuestions& request) {
  quiz::v1::WrittenQuestions written;
  const auto check = [&] {
    auto& questions = *written.mutable_questions();
    if (questions.size() > request.count()) {
      questions.DeleteSubrange(request.count(), questions.size() - request.count());
    }
    for (quiz::v1::WrittenQuestion& question : questions) question.clear_score();  // the contract's own
    return WrongWith(written, request);
  };
  const absl::StatusOr<std::string> who =
      AskModel(context, model,
               {.messages = QuizPrompt(request),
                .schema = QuizSchema(),
                .seed = static_cast<uint64_t>(static_cast<uint32_t>(request.order().seed())) +
                        static_cast<uint64_t>(request.first())},
               check, &written);
  if (!who.ok()) return who.status();
  written.clear_skills_not_covered();  // a model is asked for all of them
  written.set_model(*who);
  return written;
}

}  // namespace flowmesh::flows
