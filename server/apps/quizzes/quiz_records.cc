#include "server/apps/quizzes/quiz_records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/apps/quizzes/question_check.h"
#include "server/apps/records.h"
#include "server/base/error.h"
#include "server/door/canonical.h"
#include "server/door/field_rules.h"
#include "server/door/time_conversion.h"

namespace flowmesh::apps {
namespace {

using store::ExecutionState;

constexpr char kQuestions[] = "questions";
constexpr size_t kMaxNameBytes = 128;

std::string StatusName(ExecutionState state) {
  switch (state) {
    case ExecutionState::kCreated:
    case ExecutionState::kQueued:
      return "queued";
    case ExecutionState::kRunning:
    case ExecutionState::kCancelling:
      return "processing";
    case ExecutionState::kCompleted:
    case ExecutionState::kCompletedWithErrors:
      return "completed";
    default:
      return "failed";
  }
}

std::string ErrorOf(const store::ExecutionRow& row) {
  const store::Failure& failure = row.root.failure;
  switch (row.state) {
    case ExecutionState::kTimedOut:
      return "no questions came in time";
    case ExecutionState::kCancelled:
      return failure.message.empty() ? "cancelled" : absl::StrCat("cancelled: ", failure.message);
    case ExecutionState::kFailed:
      return failure.message.empty() ? failure.reason : failure.message;
    default:
      return "";
  }
}

quiz::v1::Question QuestionOf(const quiz::v1::WrittenQuestion& written, int32_t place) {
  quiz::v1::Question question;
  question.set_id(place);
  question.set_text(written.sentence());
  question.set_a(written.options().at("A"));
  question.set_b(written.options().at("B"));
  question.set_c(written.options().at("C"));
  question.set_d(written.options().at("D"));
  question.set_correct(written.correct_answer());
  question.set_explanation(written.explanation());
  question.set_question_type(written.type());
  question.set_difficulty(written.difficulty());
  question.set_score(written.has_score() ? written.score() : 1);
  question.set_context(written.context());
  return question;
}

absl::Status Check(const quiz::v1::Quiz& quiz) {
  base::FieldViolations violations;
  violations.Add(door::CheckRules(quiz));
  CheckQuestions(quiz.questions(), &violations);
  if (violations.empty()) return absl::OkStatus();
  base::Error error(absl::StatusCode::kInvalidArgument, "QUESTIONS_INVALID",
                    absl::StrCat("questions are not acceptable: ", violations.violations().front().field, ": ",
                                 violations.violations().front().description));
  for (const base::FieldViolation& one : violations.violations()) error.Violation(one.field, one.description);
  return error;
}

}  // namespace

store::AliasRow TaskName(const std::string& name) { return {.owner = "", .kind = "quiz.task", .alias = name}; }

absl::StatusOr<engine::Projection> ProjectQuiz(const std::string& bytes, const std::function<base::Id()>& make_id) {
  quiz::v1::Quiz quiz;
  if (!quiz.ParseFromString(bytes)) {
    return base::Error(absl::StatusCode::kInvalidArgument, "QUESTIONS_INVALID", "the questions cannot be read");
  }
  if (absl::Status status = Check(quiz); !status.ok()) return status;
  engine::Projection projection{.flows = {kQuizFlow, kForwardFlow}};
  for (int i = 0; i < quiz.questions_size(); ++i) {
    projection.resources.push_back({.id = make_id(),
                                    .kind = kQuestionKind,
                                    .payload = door::SerializeDeterministically(QuestionOf(quiz.questions(i), i + 1))});
  }
  SetFinalCounts({{kQuestions, quiz.questions_size()}}, &projection);
  return projection;
}

absl::StatusOr<engine::Projection> ProjectForwarded(const std::string& bytes) {
  quiz::v1::ForwardedQuiz forwarded;
  engine::Projection projection{.flows = {kForwardFlow}};
  const bool readable = forwarded.ParseFromString(bytes);
  const std::string& name = forwarded.worker_task_id();
  const bool printable = std::all_of(name.begin(), name.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (!readable || !printable || name.size() > kMaxNameBytes) {
    return base::Error(absl::StatusCode::kInvalidArgument, "TASK_ID_INVALID",
                       "the worker's own task_id must be 1 to 128 visible ASCII characters");
  }
  if (!name.empty()) projection.names.push_back(TaskName(name));
  return projection;
}

absl::Status UnknownTask(const std::string& name) {
  return base::Error(absl::StatusCode::kNotFound, "TASK_UNKNOWN",
                     absl::StrCat("there is no quiz task '", name, "' of yours: check the task_id"))
      .With("task_id", name);
}

absl::StatusOr<StoredQuiz> FindQuiz(store::Store& store, const std::string& name) {
  auto id = store.ReadAlias(TaskName(name));
  if (!id.ok()) return id.status();
  if (!id->has_value()) return UnknownTask(name);
  auto row = store.ReadResource(**id);
  if (!row.ok()) return row.status();
  if (!row->has_value() || (*row)->kind != kQuizKind) return UnknownTask(name);
  auto record = RecordOf<quiz::v1::QuizTaskDetails>(**row);
  if (!record.ok()) return record.status();
  return StoredQuiz{.row = **std::move(row), .record = *std::move(record)};
}

quiz::v1::QuizTask TaskOf(const quiz::v1::QuizTaskDetails& record, const store::ExecutionRow& execution) {
  quiz::v1::QuizTask task;
  task.set_task_id(record.request().task_id());
  task.set_status(StatusName(execution.state));
  task.set_user_id(record.request().user_id());
  const auto questions = execution.progress.counters.find(kQuestions);
  task.set_questions_created(questions == execution.progress.counters.end() ? 0 : questions->second);
  task.set_quiz_size_requested(record.request().quiz_size());
  *task.mutable_created_at() = door::ToProto(execution.create_time);
  if (const absl::Time begun = execution.root.start_time; begun != absl::InfinitePast()) {
    *task.mutable_started_at() = door::ToProto(begun);
  }
  if (store::IsFinal(execution.state)) {
    *task.mutable_completed_at() = door::ToProto(execution.end_time);
    task.set_duration_seconds(static_cast<int32_t>(absl::ToInt64Seconds(execution.end_time - execution.create_time)));
  }
  task.set_error_message(ErrorOf(execution));
  task.set_is_completed(task.status() == "completed");
  task.set_is_failed(task.status() == "failed");
  task.set_is_pending(!task.is_completed() && !task.is_failed());
  return task;
}

quiz::v1::QuizTaskRow TableRowOf(const StoredQuiz& quiz, const store::ExecutionRow& execution, absl::Time now) {
  const quiz::v1::QuizTask task = TaskOf(quiz.record, execution);
  quiz::v1::QuizTaskRow row;
  row.set_task_id(task.task_id());
  row.set_status(task.status());
  row.set_owner(quiz.row.owner);
  row.set_user_id(task.user_id());
  row.set_username(quiz.record.username());
  row.set_questions_created(task.questions_created());
  row.set_quiz_size_requested(task.quiz_size_requested());
  *row.mutable_created_at() = task.created_at();
  if (task.has_started_at()) *row.mutable_started_at() = task.started_at();
  if (task.has_completed_at()) *row.mutable_completed_at() = task.completed_at();
  if (task.has_duration_seconds()) row.set_duration_seconds(task.duration_seconds());
  row.set_age(static_cast<int32_t>(std::max<int64_t>(0, absl::ToInt64Seconds(now - execution.create_time))));
  row.set_error_message(task.error_message());
  return row;
}

}  // namespace flowmesh::apps
