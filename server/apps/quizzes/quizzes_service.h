#ifndef FLOWMESH_SERVER_APPS_QUIZZES_QUIZZES_SERVICE_H_
#define FLOWMESH_SERVER_APPS_QUIZZES_QUIZZES_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/time/time.h"
#include "flowmesh/quiz/v1/quizzes.grpc.pb.h"
#include "server/apps/app_call.h"
#include "server/door/poll_limiter.h"

namespace flowmesh::apps {

struct QuizOptions {
  std::string worker_url;    // of a worker outside of the mesh; empty = quizzes are written in the mesh
  std::string worker_token;  // that a worker outside shows when it delivers; empty = none is accepted
  absl::Duration deadline = absl::Minutes(15);        // from the order to the questions; then the task has failed
  absl::Duration patience = absl::Milliseconds(900);  // how long an order waits for what the worker outside says
};

// flowmesh.quiz.v1.Quizzes. Thread-safe; nothing in it blocks.
class QuizzesService : public quiz::v1::Quizzes::CallbackService {
 public:
  QuizzesService(const AppTools& tools, QuizOptions options)
      : tools_(tools), options_(std::move(options)), polls_(&tools.engine->clock()) {}

  // What it makes of payloads, for the engine.
  static void AddProjections(base::IdMaker* ids, engine::ProjectionBook* book);

  grpc::ServerUnaryReactor* GenerateQuiz(grpc::CallbackServerContext* context,
                                         const quiz::v1::GenerateQuizRequest* request,
                                         quiz::v1::GenerateQuizResponse* response) override;
  grpc::ServerUnaryReactor* ReceiveQuestions(grpc::CallbackServerContext* context,
                                             const quiz::v1::ReceiveQuestionsRequest* request,
                                             quiz::v1::ReceiveQuestionsResponse* response) override;
  grpc::ServerUnaryReactor* GetQuizTask(grpc::CallbackServerContext* context,
                                        const quiz::v1::GetQuizTaskRequest* request,
                                        quiz::v1::QuizTask* response) override;
  grpc::ServerUnaryReactor* ListQuizTasks(grpc::CallbackServerContext* context,
                                          const quiz::v1::ListQuizTasksRequest* request,
                                          quiz::v1::ListQuizTasksResponse* response) override;
  grpc::ServerUnaryReactor* GetQuizTaskDetails(grpc::CallbackServerContext* context,
                                               const quiz::v1::GetQuizTaskDetailsRequest* request,
                                               quiz::v1::QuizTaskDetails* response) override;
  grpc::ServerUnaryReactor* ListQuestions(grpc::CallbackServerContext* context,
                                          const quiz::v1::ListQuestionsRequest* request,
                                          quiz::v1::ListQuestionsResponse* response) override;

 private:
  bool forwards() const { return !options_.worker_url.empty(); }
  // The execution and the records of an order.
  engine::SubmitCommand NewOrder(const door::Caller& caller, const door::CallMetadata& metadata,
                                 quiz::v1::QuizOrder order, const std::string& username) const;
  // OK or WORKER_TOKEN_WRONG.
  absl::Status CheckWorkerToken(const grpc::CallbackServerContext& context) const;

  const AppTools tools_;
  const QuizOptions options_;
  door::PollLimiter polls_;
};

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_QUIZZES_QUIZZES_SERVICE_H_
