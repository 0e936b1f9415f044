#ifndef FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_JUDGED_TENSES_H_
#define FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_JUDGED_TENSES_H_

// What tense, voice and mood a gap takes, by the signals around it.

#include "tests/workers/models/builtin/grammar/judged_sentence.h"

namespace flowmesh::models {

Verdict JudgePresent(const Sentence& sentence, const Words& option);
Verdict JudgePast(const Sentence& sentence, const Words& option);
Verdict JudgeFuture(const Sentence& sentence, const Words& option);
Verdict JudgeConditional(const Sentence& sentence, const Words& option);
Verdict JudgePassive(const Sentence& sentence, const Words& option);
Verdict JudgeReported(const Sentence& sentence, const Words& option);

}  // namespace flowmesh::models

#endif  // FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_JUDGED_TENSES_H_
