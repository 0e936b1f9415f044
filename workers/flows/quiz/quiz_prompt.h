#ifndef FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_PROMPT_H_
#define FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_PROMPT_H_

#include <vector>

#include "flowmesh/quiz/v1/quiz.pb.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::flows {

// What a model is asked for: so many questions for this learner, none of those asked before. The order's texts are set
// apart from the instructions, each under a tag of its own; what is not known is left out.
std::vector<models::ChatMessage> QuizPrompt(const quiz::v1::WriteQuestions& request);

// The shape of the answer: the field `questions` of WrittenQuestions, in the subset of JSON Schema that strict
// structured outputs take (every field required, no others).
models::JsonSchema QuizSchema();

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_QUIZ_QUIZ_PROMPT_H_
