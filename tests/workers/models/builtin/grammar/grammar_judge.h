#ifndef FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_JUDGE_H_
#define FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_JUDGE_H_

#include <optional>
#include <string>

#include "workers/models/builtin/grammar/grammar_quiz.h"

namespace flowmesh::models {

// Whether `option` is right in the item's sentence, by rules and lists of the tests' own; nothing = the judge does not
// know sentences of this kind.
std::optional<bool> JudgeOption(const QuizItem& item, const std::string& option);

// What is wrong with the item as a test question: an option is right that is not its answer, its answer is not right,
// or the judge does not know the sentence. Empty = exactly its answer is right.
std::string Objection(const QuizItem& item);

}  // namespace flowmesh::models

#endif  // FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_JUDGE_H_
