#include "workers/flows/quiz/quiz_flow.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workers/flows/quiz/grammar_quiz_writer.h"
#include "workers/flows/quiz/model_quiz_writer.h"
#include "workers/flows/quiz/quiz_forward.h"

namespace flowmesh::flows {
namespace {

constexpr int kUsualSize = 10;
constexpr int kMaxSize = 50;

// The order with everything decided that it leaves open.
quiz::v1::QuizOrder Decided(sdk::FlowContext& flow, quiz::v1::QuizOrder order) {
  if (order.quiz_size() < 0 || order.quiz_size() > kMaxSize) {
    throw sdk::FlowFailure("INVALID_ARGUMENT", absl::StrCat("quiz_size is ", order.quiz_size(), ": ask for 1 to ",
                                                            kMaxSize, " questions, or 0 for ", kUsualSize));
  }
  if (order.quiz_size() == 0) order.set_quiz_size(kUsualSize);
  if (order.seed() == 0) {
    order.set_seed(static_cast<int32_t>(1 + flow.random().Uniform(std::numeric_limits<int32_t>::max())));
  }
  return order;
}

void TakePiece(sdk::FlowContext& flow, const quiz::v1::WriteQuestions& piece, const quiz::v1::WrittenQuestions& written,
               quiz::v1::Quiz& quiz) {
  if (written.questions_size() != piece.count()) {
    throw sdk::FlowFailure("BAD_ANSWER", absl::StrCat(kWriteQuestions.name, " gave ", written.questions_size(),
                                                      " questions instead of ", piece.count()));
  }
  quiz.mutable_questions()->MergeFrom(written.questions());
  quiz.set_model(written.model());
  std::vector<std::string> news;
  for (const std::string& skill : written.skills_not_covered()) {
    const auto& known = quiz.skills_not_covered();
    if (std::find(known.begin(), known.end(), skill) != known.end()) continue;
    quiz.add_skills_not_covered(skill);
    news.push_back(skill);
  }
  if (!news.empty()) {
    flow.Warning(absl::StrCat("No questions for these skills: ", absl::StrJoin(news, "; ")),
                 {{"skills", absl::StrJoin(news, "; ")}});
  }
}

}  // namespace

sdk::Flow<quiz::v1::Quiz> WriteQuiz(sdk::FlowContext& flow, quiz::v1::QuizOrder order) {
  quiz::v1::WriteQuestions piece;
  *piece.mutable_order() = Decided(flow, std::move(order));
  const int total = piece.order().quiz_size();
  flow.Info(absl::StrCat("Writing a quiz of ", total, total == 1 ? " question" : " questions"),
            {{"quiz_size", absl::StrCat(total)}, {"seed", absl::StrCat(piece.order().seed())}});
  quiz::v1::Quiz quiz;
  while (quiz.questions_size() < total) {
    piece.set_first(quiz.questions_size());
    piece.set_count(std::min(kQuestionsAtOnce, total - quiz.questions_size()));
    const quiz::v1::WrittenQuestions written = co_await flow.Call(kWriteQuestions, piece);
    TakePiece(flow, piece, written, quiz);
    for (const quiz::v1::WrittenQuestion& question : written.questions()) piece.add_asked(question.sentence());
    const int done = quiz.questions_size();
    flow.Progress(done * 100 / total, absl::StrCat("question ", done, " of ", total), {{"questions", done}});
  }
  quiz.mutable_meta()->set_total_processed(total);
  flow.Info(absl::StrCat("The quiz is done: ", total, total == 1 ? " question by " : " questions by ", quiz.model()));
  co_return quiz;
}

absl::StatusOr<quiz::v1::WrittenQuestions> WriteQuizPiece(sdk::TaskContext& context,
                                                          const quiz::v1::WriteQuestions& request,
                                                          const QuizOptions& options) {
  if (request.first() < 0 || request.count() < 1 || request.first() > kMaxSize - request.count()) {
    return absl::InvalidArgumentError(absl::StrCat("cannot write ", request.count(), " questions from place ",
                                                   request.first(), ": a quiz has 1 to ", kMaxSize));
  }
  if (options.model == nullptr) return WriteGrammarQuestions(context, request);
  return WriteModelQuestions(context, *options.model, request);
}

void RegisterQuiz(sdk::Worker& worker, const QuizOptions& options) {
  worker.ServeFlow("quiz", WriteQuiz);
  worker.Serve(kWriteQuestions,
               [options](sdk::TaskContext& context, const quiz::v1::WriteQuestions& request) {
                 return WriteQuizPiece(context, request, options);
               },
               {.flow = false});
  worker.ServeFlow(kForwardQuiz,
                   [limits = options.worker](sdk::FlowContext& flow, quiz::v1::ForwardQuiz request) {
                     return ForwardToWorker(flow, std::move(request), limits);
                   },
                   {.retry = {.max_failures = 1}, .flow = false});
}

}  // namespace flowmesh::flows
