#include "server/apps/quizzes/quizzes_service.h"

#include <memory>
#include <utility>

#include "server/apps/accounts/user_records.h"
#include "server/apps/quizzes/forward_wait.h"
#include "server/apps/quizzes/question_check.h"
#include "server/apps/quizzes/quiz_order.h"
#include "server/apps/quizzes/quiz_records.h"
#include "server/apps/quizzes/task_name.h"
#include "server/apps/record_list.h"
#include "server/apps/records.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/door/canonical.h"
#include "server/door/field_rules.h"
#include "server/door/request_digest.h"
#include "server/engine/limits.h"

namespace flowmesh::apps {
namespace {

using quiz::v1::GenerateQuizRequest;
using quiz::v1::GenerateQuizResponse;

constexpr char kTokenHeader[] = "x-ai-worker-token";

void Accepted(const std::string& task_id, int32_t user_id, GenerateQuizResponse* response) {
  response->set_status("queued");
  response->set_task_id(task_id);
  response->set_message(absl::StrCat("The quiz is ordered; /api/ai/tasks/", task_id, " says how far it is"));
  response->set_user_id(user_id);
}

// What the worker outside did with the task, as its caller hears it.
absl::Status ForwardError(const store::Failure& failure, const std::string& task_id) {
  const bool silent = failure.reason == "QUIZ_WORKER_SILENT";
  return base::Error(silent ? absl::StatusCode::kDeadlineExceeded : absl::StatusCode::kUnavailable, failure.reason,
                     failure.message)
      .With("task_id", task_id);
}

// Answers a repeat with the task as it is now; blocks on the store.
absl::Status ShowOrdered(store::Store& store, const store::ExecutionRow& execution, GenerateQuizResponse* response) {
  auto row = store.ReadResource(execution.first_of_chain);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return engine::UnknownExecution(execution.id);
  auto record = RecordOf<quiz::v1::QuizTaskDetails>(**row);
  if (!record.ok()) return record.status();
  Accepted(record->request().task_id(), record->request().user_id(), response);
  auto newest = store.ReadExecution((*row)->execution_id);
  if (newest.ok() && newest->has_value()) response->set_status(TaskOf(*record, **newest).status());
  return newest.status();
}

// Answers an order once it is committed or refused.
class Ordered {
 public:
  struct Parts {
    engine::Engine* engine = nullptr;
    grpc::CallbackServerContext* context = nullptr;
    door::UnaryCall* call = nullptr;
    GenerateQuizResponse* response = nullptr;
    std::string task_id;
    int32_t user_id = 0;
    std::optional<absl::Duration> patience;  // with what a worker outside says; nullopt = none is asked
  };
  explicit Ordered(Parts parts) : parts_(std::move(parts)) {}

  void operator()(absl::StatusOr<engine::SubmitResult> result) const {
    if (!result.ok()) {
      Finish(parts_.call, result.status());
      return;
    }
    parts_.call->About(result->row.id);
    if (result->replayed) {
      parts_.context->AddInitialMetadata("idempotency-replayed", "true");
      AnswerFromStore(*parts_.engine, parts_.call,
                      [engine = parts_.engine, response = parts_.response, row = std::move(result->row)] {
                        return ShowOrdered(engine->store(), row, response);
                      });
      return;
    }
    Accepted(parts_.task_id, parts_.user_id, parts_.response);
    if (!parts_.patience) {
      Finish(parts_.call, absl::OkStatus());
      return;
    }
    ForwardWait::Begin(parts_.engine, result->row.id, *parts_.patience,
                       [call = parts_.call, task_id = parts_.task_id](const std::optional<store::Failure>& failure) {
                         Finish(call, failure ? ForwardError(*failure, task_id) : absl::OkStatus());
                       });
  }

 private:
  Parts parts_;
};

// The caller's quiz, or any for the role `admin`; blocks on the store.
absl::StatusOr<StoredQuiz> FindVisible(store::Store& store, const door::Caller& caller, const std::string& name) {
  auto quiz = FindQuiz(store, name);
  if (quiz.ok() && quiz->row.owner != caller.owner && !caller.admin) return UnknownTask(name);
  return quiz;
}

absl::StatusOr<store::ExecutionRow> ReadExecutionOf(store::Store& store, const StoredQuiz& quiz) {
  auto row = store.ReadExecution(quiz.row.execution_id);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return UnknownTask(quiz.record.request().task_id());
  return **std::move(row);
}

absl::Status CheckDelivery(const quiz::v1::ReceiveQuestionsRequest& request) {
  base::FieldViolations violations;
  violations.Add(door::CheckRules(request));
  CheckQuestions(request.questions(), &violations);
  if (request.ByteSizeLong() > engine::kMaxPayloadBytes) {
    violations.Add("questions", "have more than 1 MiB together: shorten them");
  }
  return violations.ToStatus();
}

// The same whichever of the task's names the delivery used: it may be repeated under another one.
quiz::v1::Quiz QuizOf(const quiz::v1::ReceiveQuestionsRequest& request, const std::string& task_id) {
  quiz::v1::Quiz quiz;
  *quiz.mutable_questions() = request.questions();
  if (request.has_meta()) *quiz.mutable_meta() = request.meta();
  quiz.set_worker_task_id(task_id);
  return quiz;
}

absl::Status UserMismatch(const StoredQuiz& quiz, int32_t user_id) {
  return base::Error(absl::StatusCode::kInvalidArgument, "USER_MISMATCH",
                     absl::StrCat("the task is not that of user ", user_id, ": deliver it for the user who ordered it"))
      .With("task_id", quiz.record.request().task_id())
      .Violation("user_id", "is not the user who ordered the task");
}

// The output of the execution, if it has one; blocks on the store.
absl::Status LoadAnswer(store::Store& store, const store::ExecutionRow& execution, quiz::v1::QuizTaskDetails* details) {
  store::Payload output = execution.root.output;
  if (output.type != quiz::v1::Quiz::descriptor()->full_name()) return absl::OkStatus();
  if (output.apart && output.bytes.empty()) {
    auto bytes = store.ReadPayload({execution.id, 0}, store::PayloadDirection::kOutput);
    if (!bytes.ok()) return bytes.status();
    output.bytes = *std::move(bytes);
  }
  if (!details->mutable_worker_response()->ParseFromString(output.bytes)) {
    return absl::DataLossError("the quiz that was written cannot be read");
  }
  const int32_t told = details->worker_response().meta().processing_time_sec();
  if (told > 0) {
    details->set_processing_time_sec(told);
  } else if (execution.flow == kQuizFlow) {
    const absl::Duration took = execution.end_time - execution.root.start_time;
    details->set_processing_time_sec(static_cast<int32_t>(absl::ToInt64Seconds(took)));
  }
  return absl::OkStatus();
}

}  // namespace

void QuizzesService::AddProjections(base::IdMaker* ids, engine::ProjectionBook* book) {
  book->Add(quiz::v1::Quiz::descriptor()->full_name(),
            [ids](const std::string& bytes) { return ProjectQuiz(bytes, [ids] { return ids->MakeInShard(0); }); });
  book->Add(quiz::v1::ForwardedQuiz::descriptor()->full_name(), ProjectForwarded);
}

engine::SubmitCommand QuizzesService::NewOrder(const door::Caller& caller, const door::CallMetadata& metadata,
                                               quiz::v1::QuizOrder order, const std::string& username) const {
  const base::Id chance = tools_.ids->Make(caller.owner);
  order.set_task_id(QuizTaskName(order.user_id(), tools_.engine->clock().Now(), chance.shard(), chance.lo));
  engine::SubmitCommand command;
  if (forwards()) {
    quiz::v1::ForwardQuiz forward;
    forward.set_worker_url(options_.worker_url);
    *forward.mutable_order() = order;
    command.row = NewExecution(tools_, caller, metadata, kForwardFlow, forward, options_.deadline);
  } else {
    command.row = NewExecution(tools_, caller, metadata, kQuizFlow, order, options_.deadline);
  }
  quiz::v1::QuizTaskDetails record;
  record.set_username(username);
  command.names = {TaskName(order.task_id())};
  *record.mutable_request() = std::move(order);
  command.resource =
      store::ResourceRow{.kind = kQuizKind, .owner = caller.owner, .payload = door::SerializeDeterministically(record)};
  command.start = true;
  return command;
}

grpc::ServerUnaryReactor* QuizzesService::GenerateQuiz(grpc::CallbackServerContext* context,
                                                       const GenerateQuizRequest* request,
                                                       GenerateQuizResponse* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "GenerateQuiz", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto metadata = ReadMetadata(*context, request->idempotency_key());
  if (!metadata.ok()) return Finish(call, metadata.status());
  OnReader(*tools_.engine, call,
           [this, context, call, request, response, caller = *std::move(caller), metadata = *std::move(metadata)] {
             auto user = ReadUser(tools_.engine->store(), caller.owner, request->user_id());
             if (!user.ok()) {
               Finish(call, user.status());
               return;
             }
             engine::SubmitCommand command =
                 NewOrder(caller, metadata, OrderOf(*request, user->user), user->user.username());
             GenerateQuizRequest asked = *request;
             asked.clear_idempotency_key();
             command.key = KeyOf(metadata, caller, "GenerateQuiz", door::RequestDigest({}, asked));
             command.deadline = door::CommitDeadline(*context, tools_.engine->clock().Now());
             command.reply = Ordered({.engine = tools_.engine,
                                      .context = context,
                                      .call = call,
                                      .response = response,
                                      .task_id = command.names.front().alias,
                                      .user_id = request->user_id(),
                                      .patience = forwards() ? std::optional(options_.patience) : std::nullopt});
             tools_.engine->Submit(std::move(command));
           });
  return call;
}

absl::Status QuizzesService::CheckWorkerToken(const grpc::CallbackServerContext& context) const {
  const auto [first, last] = context.client_metadata().equal_range(kTokenHeader);
  std::string shown;
  if (first != last && std::next(first) == last) shown.assign(first->second.data(), first->second.size());
  // Digests, so that the time says nothing of the secret's length either.
  const bool same = base::ConstantTimeEqual(base::Sha256(shown), base::Sha256(options_.worker_token));
  if (same && !options_.worker_token.empty()) return absl::OkStatus();
  return base::Error(absl::StatusCode::kUnauthenticated, "WORKER_TOKEN_WRONG",
                     "the header X-AI-Worker-Token must hold the secret that this server shares with its worker");
}

grpc::ServerUnaryReactor* QuizzesService::ReceiveQuestions(grpc::CallbackServerContext* context,
                                                           const quiz::v1::ReceiveQuestionsRequest* request,
                                                           quiz::v1::ReceiveQuestionsResponse* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "ReceiveQuestions", context);
  if (absl::Status status = CheckWorkerToken(*context); !status.ok()) return Finish(call, status);
  if (absl::Status status = CheckDelivery(*request); !status.ok()) return Finish(call, status);
  OnReader(*tools_.engine, call, [this, context, call, request, response] {
    auto quiz = FindQuiz(tools_.engine->store(), request->worker_task_id());
    absl::Status status = quiz.status();
    if (quiz.ok() && quiz->record.request().user_id() != request->user_id()) {
      status = UserMismatch(*quiz, request->user_id());
    }
    if (!status.ok()) {
      Finish(call, status);
      return;
    }
    call->About(quiz->row.execution_id);
    response->set_status("ok");
    response->set_saved(request->questions_size());
    response->set_task_id(quiz->record.request().task_id());
    response->set_user_id(request->user_id());
    tools_.engine->CompleteExecution(
        {.id = quiz->row.execution_id,
         .owner = quiz->row.owner,
         .output = {.type = quiz::v1::Quiz::descriptor()->full_name(),
                    .bytes = door::SerializeDeterministically(QuizOf(*request, quiz->record.request().task_id()))},
         .reply =
             [call, name = request->worker_task_id()](const absl::StatusOr<store::ExecutionRow>& row) {
               // Deleted since it was found.
               Finish(call, absl::IsNotFound(row.status()) ? UnknownTask(name) : row.status());
             },
         .deadline = door::CommitDeadline(*context, tools_.engine->clock().Now())});
  });
  return call;
}

grpc::ServerUnaryReactor* QuizzesService::GetQuizTask(grpc::CallbackServerContext* context,
                                                      const quiz::v1::GetQuizTaskRequest* request,
                                                      quiz::v1::QuizTask* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "GetQuizTask", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  absl::Status poll = polls_.Poll(caller->owner, request->task_id());
  if (!poll.ok()) return Finish(call, poll);
  return AnswerFromStore(*tools_.engine, call,
                         [this, request, response, caller = *std::move(caller)]() -> absl::Status {
                           auto quiz = FindVisible(tools_.engine->store(), caller, request->task_id());
                           if (!quiz.ok()) return quiz.status();
                           auto execution = ReadExecutionOf(tools_.engine->store(), *quiz);
                           if (execution.ok()) *response = TaskOf(quiz->record, *execution);
                           return execution.status();
                         });
}

grpc::ServerUnaryReactor* QuizzesService::ListQuizTasks(grpc::CallbackServerContext* context,
                                                        const quiz::v1::ListQuizTasksRequest* request,
                                                        quiz::v1::ListQuizTasksResponse* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "ListQuizTasks", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto owner = OwnerOfList(*caller, request->owner());
  if (!owner.ok()) return Finish(call, owner.status());
  return AnswerWithPage(tools_, call, *caller, request, {.kind = kQuizKind, .owner = *owner}, response,
                        [this, response](const std::vector<store::ResourceRow>& rows) -> absl::Status {
                          auto executions = ReadExecutionsOf(tools_.engine->store(), rows);
                          if (!executions.ok()) return executions.status();
                          for (size_t i = 0; i < rows.size(); ++i) {
                            if (!(*executions)[i]) continue;
                            auto record = RecordOf<quiz::v1::QuizTaskDetails>(rows[i]);
                            if (!record.ok()) return record.status();
                            const StoredQuiz quiz{.row = rows[i], .record = *std::move(record)};
                            *response->add_tasks() = TableRowOf(quiz, *(*executions)[i], tools_.engine->clock().Now());
                          }
                          return absl::OkStatus();
                        });
}

grpc::ServerUnaryReactor* QuizzesService::GetQuizTaskDetails(grpc::CallbackServerContext* context,
                                                             const quiz::v1::GetQuizTaskDetailsRequest* request,
                                                             quiz::v1::QuizTaskDetails* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "GetQuizTaskDetails", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  return AnswerFromStore(*tools_.engine, call,
                         [this, request, response, caller = *std::move(caller)]() -> absl::Status {
                           store::Store& store = tools_.engine->store();
                           auto quiz = FindVisible(store, caller, request->task_id());
                           if (!quiz.ok()) return quiz.status();
                           auto execution = ReadExecutionOf(store, *quiz);
                           if (!execution.ok()) return execution.status();
                           *response = quiz->record;
                           *response->mutable_task() = TaskOf(quiz->record, *execution);
                           response->set_execution_id(execution->id.ToString());
                           return LoadAnswer(store, *execution, response);
                         });
}

grpc::ServerUnaryReactor* QuizzesService::ListQuestions(grpc::CallbackServerContext* context,
                                                        const quiz::v1::ListQuestionsRequest* request,
                                                        quiz::v1::ListQuestionsResponse* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "ListQuestions", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  return AnswerFromStore(*tools_.engine, call,
                         [this, request, response, caller = *std::move(caller)]() -> absl::Status {
                           auto quiz = FindVisible(tools_.engine->store(), caller, request->task_id());
                           if (!quiz.ok()) return quiz.status();
                           // A task that is deleted has no questions, although they may not be swept away yet.
                           auto execution = ReadExecutionOf(tools_.engine->store(), *quiz);
                           if (!execution.ok()) return execution.status();
                           auto page = tools_.engine->store().ListResources({.kind = kQuestionKind,
                                                                             .owner = quiz->row.owner,
                                                                             .parent = quiz->row.id,
                                                                             .execution_id = quiz->row.execution_id,
                                                                             .newest_first = false});
                           if (!page.ok()) return page.status();
                           for (const store::ResourceRow& row : page->rows) {
                             auto question = RecordOf<quiz::v1::Question>(row);
                             if (!question.ok()) return question.status();
                             *response->add_questions() = *std::move(question);
                           }
                           return absl::OkStatus();
                         });
}

}  // namespace flowmesh::apps
