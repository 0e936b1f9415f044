// How quizzes stand among the resources, and what their owners see of them.
#ifndef FLOWMESH_SERVER_APPS_QUIZZES_QUIZ_RECORDS_H_
#define FLOWMESH_SERVER_APPS_QUIZZES_QUIZ_RECORDS_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/quiz/v1/quizzes.pb.h"
#include "server/engine/projection.h"
#include "server/store/store.h"

namespace flowmesh::apps {

inline constexpr char kQuizFlow[] = "quiz";
inline constexpr char kForwardFlow[] = "quiz_forward";  // asks a worker outside of the mesh; the server alone starts it
inline constexpr char kQuizKind[] = "quiz";             // a record of quiz.v1.QuizTaskDetails: what was ordered
inline constexpr char kQuestionKind[] = "quiz.question";  // a record of quiz.v1.Question

// The name of a task, its own or that of a worker outside: unique in the whole mesh, since such a worker knows no
// owners.
store::AliasRow TaskName(const std::string& name);

// What the output of the flows becomes: questions, saved once. INVALID_ARGUMENT with reason QUESTIONS_INVALID and
// violations. `make_id` gives an id greater than all before.
absl::StatusOr<engine::Projection> ProjectQuiz(const std::string& bytes, const std::function<base::Id()>& make_id);
// What the step that asks a worker outside becomes: the worker's own name for the task. INVALID_ARGUMENT if the name is
// not printable text of up to 128 bytes.
absl::StatusOr<engine::Projection> ProjectForwarded(const std::string& bytes);

// An order and the row that it stands in.
struct StoredQuiz {
  store::ResourceRow row;
  quiz::v1::QuizTaskDetails record;
};

// NOT_FOUND with reason TASK_UNKNOWN.
absl::Status UnknownTask(const std::string& name);

// By a name of its task, whoever owns it; UnknownTask. Blocks on the store.
absl::StatusOr<StoredQuiz> FindQuiz(store::Store& store, const std::string& name);

// Where it stands, all of it from the execution.
quiz::v1::QuizTask TaskOf(const quiz::v1::QuizTaskDetails& record, const store::ExecutionRow& execution);
// The same in the table of all.
quiz::v1::QuizTaskRow TableRowOf(const StoredQuiz& quiz, const store::ExecutionRow& execution, absl::Time now);

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_QUIZZES_QUIZ_RECORDS_H_
