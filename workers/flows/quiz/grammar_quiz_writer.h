#ifndef FLOWMESH_WORKERS_FLOWS_QUIZ_GRAMMAR_QUIZ_WRITER_H_
#define FLOWMESH_WORKERS_FLOWS_QUIZ_GRAMMAR_QUIZ_WRITER_H_

#include "absl/status/statusor.h"
#include "flowmesh/quiz/v1/quiz.pb.h"
#include "workers/sdk/task_context.h"

namespace flowmesh::flows {

// Has the builtin writer write the questions, offline, and reports its usage. Equal requests give equal questions.
// SKILLS_NOT_COVERED, not retryable: it has none for any of the wanted skills; the message says which it has.
absl::StatusOr<quiz::v1::WrittenQuestions> WriteGrammarQuestions(sdk::TaskContext& context,
                                                                 const quiz::v1::WriteQuestions& request);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_QUIZ_GRAMMAR_QUIZ_WRITER_H_
