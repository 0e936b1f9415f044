#ifndef FLOWMESH_WORKERS_FLOWS_QUIZ_MODEL_QUIZ_WRITER_H_
#define FLOWMESH_WORKERS_FLOWS_QUIZ_MODEL_QUIZ_WRITER_H_

#include "absl/status/statusor.h"
#include "flowmesh/quiz/v1/quiz.pb.h"
#include "workers/models/text/text_model.h"
#include "workers/sdk/task_context.h"

namespace flowmesh::flows {

// Has a text model write the questions. What it writes is checked (quiz_check.h) and asked for once more if it breaks
// the rules; questions beyond the wanted number are left out. Fails with the reasons of ModelFailure.
absl::StatusOr<quiz::v1::WrittenQuestions> WriteModelQuestions(sdk::TaskContext& context, models::TextModel& model,
                                                               const quiz::v1::WriteQuestions& request);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_QUIZ_MODEL_QUIZ_WRITER_H_
