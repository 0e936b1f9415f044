#ifndef FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_JUDGED_WORDS_H_
#define FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_JUDGED_WORDS_H_

// Which word a gap takes: pronouns, degrees, modal verbs, quantifiers and linking words.

#include "tests/workers/models/builtin/grammar/judged_sentence.h"

namespace flowmesh::models {

Verdict JudgeRelative(const Sentence& sentence, const Words& option);
Verdict JudgeComparison(const Sentence& sentence, const Words& option);
Verdict JudgeModal(const Sentence& sentence, const Words& option);
Verdict JudgeQuantifier(const Sentence& sentence, const Words& option);
Verdict JudgeLinking(const Sentence& sentence, const Words& option);

}  // namespace flowmesh::models

#endif  // FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_JUDGED_WORDS_H_
