#ifndef FLOWMESH_SERVER_APPS_QUIZZES_QUESTION_CHECK_H_
#define FLOWMESH_SERVER_APPS_QUIZZES_QUESTION_CHECK_H_

#include <google/protobuf/repeated_ptr_field.h>

#include "flowmesh/quiz/v1/quiz.pb.h"
#include "server/base/error.h"

namespace flowmesh::apps {

// What is wrong with questions beyond the rules of their fields: options that are not A, B, C and D, empty or alike
// ones. Fields as in `questions[3].options`.
void CheckQuestions(const google::protobuf::RepeatedPtrField<quiz::v1::WrittenQuestion>& questions,
                    base::FieldViolations* violations);

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_QUIZZES_QUESTION_CHECK_H_
