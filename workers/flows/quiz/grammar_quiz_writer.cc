#include "workers/flows/quiz/grammar_quiz_writer.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "workers/models/builtin/grammar/grammar_quiz.h"
#include "workers/sdk/failure.h"

namespace flowmesh::flows {
namespace {

models::QuizWish WishOf(const quiz::v1::WriteQuestions& request) {
  const quiz::v1::QuizOrder& order = request.order();
  return {.level = order.declared_level(),
          .skills = {order.weak_skills().begin(), order.weak_skills().end()},
          .topics = {order.preferred_topics().begin(), order.preferred_topics().end()},
          .profession = order.profession(),
          .seed = static_cast<uint32_t>(order.seed()),
          .first = request.first(),
          .count = request.count()};
}

quiz::v1::WrittenQuestion QuestionOf(const models::QuizItem& item) {
  quiz::v1::WrittenQuestion question;
  question.set_sentence(item.sentence);
  for (size_t i = 0; i < item.options.size(); ++i) {
    (*question.mutable_options())[std::string(1, static_cast<char>('A' + i))] = item.options[i];
  }
  question.set_correct_answer(std::string(1, static_cast<char>('A' + item.correct)));
  question.set_explanation(item.explanation);
  question.set_type(item.type);
  question.set_difficulty(item.difficulty);
  question.set_context(item.context);
  return question;
}

int CountWords(const std::string& text) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
  return static_cast<int>(words.size());
}

v1::Usage UsageOf(const models::QuizItems& written, absl::Duration took) {
  const std::pair<std::string, std::string> name = absl::StrSplit(models::kGrammarModel, absl::MaxSplits('/', 1));
  v1::Usage usage;
  usage.set_provider(name.first);
  usage.set_model(name.second);
  int words = 0;
  for (const models::QuizItem& item : written.items) {
    words += CountWords(item.sentence) + CountWords(item.explanation);
    for (const std::string& option : item.options) words += CountWords(option);
  }
  usage.set_output_tokens(words);
  usage.set_latency_ms(static_cast<int32_t>(absl::ToInt64Milliseconds(took)));
  return usage;
}

}  // namespace

absl::StatusOr<quiz::v1::WrittenQuestions> WriteGrammarQuestions(sdk::TaskContext& context,
                                                                 const quiz::v1::WriteQuestions& request) {
  const absl::Time begin = context.Now();
  const absl::StatusOr<models::QuizItems> written = models::WriteQuizItems(WishOf(request));
  if (absl::IsInvalidArgument(written.status())) {
    return sdk::Fail("SKILLS_NOT_COVERED", std::string(written.status().message()), /*retryable=*/false);
  }
  if (!written.ok()) return written.status();
  context.ReportUsage(UsageOf(*written, context.Now() - begin));
  quiz::v1::WrittenQuestions questions;
  for (const models::QuizItem& item : written->items) *questions.add_questions() = QuestionOf(item);
  for (const std::string& skill : written->skills_not_covered) questions.add_skills_not_covered(skill);
  questions.set_model(models::kGrammarModel);
  return questions;
}

}  // namespace flowmesh::flows
