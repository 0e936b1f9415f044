#include "workers/flows/quiz/quiz_forward.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/flows/model_task/model_task.h"

namespace flowmesh::flows {
namespace {

absl::StatusOr<quiz::v1::ForwardedQuiz> Ask(sdk::StepContext& step, const quiz::v1::ForwardQuiz& request,
                                            const QuizWorkerLimits& limits) {
  const ContextCancellation<sdk::StepContext> cancellation(&step);
  const absl::StatusOr<QuizWorkerAnswer> answer =
      AskQuizWorker(request.worker_url(), request.order(), step.execution_id(), cancellation, limits);
  if (!answer.ok()) return answer.status();
  if (!answer->warning.empty()) step.Warning(answer->warning);
  quiz::v1::ForwardedQuiz forwarded;
  forwarded.set_worker_task_id(answer->worker_task_id);
  return forwarded;
}

sdk::Flow<quiz::v1::ForwardedQuiz> AskOnce(sdk::FlowContext& flow, quiz::v1::ForwardQuiz request,
                                           QuizWorkerLimits limits) {
  const auto ask = [&](sdk::StepContext& step) { return Ask(step, request, limits); };
  const quiz::v1::ForwardedQuiz forwarded = co_await flow.Run(flow.execution_id(), ask);
  co_return forwarded;
}

sdk::Flow<quiz::v1::Quiz> AwaitAnswer(sdk::FlowContext& flow) {
  sdk::ExternalWait<quiz::v1::Quiz> answer = co_await flow.External<quiz::v1::Quiz>().Key(flow.execution_id());
  const quiz::v1::Quiz quiz = co_await answer;
  co_return quiz;
}

}  // namespace

sdk::Flow<quiz::v1::Quiz> ForwardToWorker(sdk::FlowContext& flow, quiz::v1::ForwardQuiz request,
                                          QuizWorkerLimits limits) {
  flow.Info("Asking the quiz worker for the quiz", {{"task_id", request.order().task_id()}});
  const quiz::v1::ForwardedQuiz forwarded = co_await flow.Named("forward", AskOnce(flow, std::move(request), limits));
  flow.Info("The quiz worker has taken the task and will call back", {{"worker_task_id", forwarded.worker_task_id()}});
  quiz::v1::Quiz quiz = co_await flow.Named("answer", AwaitAnswer(flow));
  if (quiz.worker_task_id().empty()) quiz.set_worker_task_id(forwarded.worker_task_id());
  co_return quiz;
}

}  // namespace flowmesh::flows
