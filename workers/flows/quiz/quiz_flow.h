#ifndef FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_FLOW_H_
#define FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_FLOW_H_

#include <memory>

#include "flowmesh/quiz/v1/quiz.pb.h"
#include "workers/flows/quiz/quiz_worker.h"
#include "workers/models/text/text_model.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::flows {

// Some of a quiz's questions; called by the flow `quiz` alone.
inline constexpr sdk::TaskType<quiz::v1::WriteQuestions, quiz::v1::WrittenQuestions> kWriteQuestions{"quiz.write"};

// How many questions one call of it writes at most.
inline constexpr int kQuestionsAtOnce = 10;

struct QuizOptions {
  // Writes the questions; null = the builtin writer of grammar questions does, offline.
  std::shared_ptr<models::TextModel> model = nullptr;
  // Of workers outside of the mesh.
  QuizWorkerLimits worker = {};
};

// The flow `quiz`: pieces of the quiz, one after the other, each told what was asked before; progress with the counter
// `questions` after each. All pieces have one seed: the order's, or one of the execution's own. Fails with the reason
// of a piece that failed.
sdk::Flow<quiz::v1::Quiz> WriteQuiz(sdk::FlowContext& flow, quiz::v1::QuizOrder order);

// The task `quiz.write`. SKILLS_NOT_COVERED: the builtin writer has no questions for any of the wanted skills. A text
// model adds the reasons of ModelFailure; BAD_ANSWER also for questions that break the rules (quiz_check.h).
absl::StatusOr<quiz::v1::WrittenQuestions> WriteQuizPiece(sdk::TaskContext& context,
                                                          const quiz::v1::WriteQuestions& request,
                                                          const QuizOptions& options);

// Serves `quiz`, `quiz.write` and `quiz_forward` (quiz_forward.h).
void RegisterQuiz(sdk::Worker& worker, const QuizOptions& options = {});

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_FLOW_H_
