#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_SKILL_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_SKILL_H_

// What questions practise, and how a learner's words for it are understood.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {

struct GrammarSkill {
  const char* name;
  // Phrases that name it, separated by `|`; a word that ends with `*` stands for all that begin so.
  const char* phrases;
  const char* unless;   // phrases that mean something else
  Difficulty from, to;  // the levels that practise it where the learner does not choose
  absl::Span<const GrammarRule> (*rules)();
};

absl::Span<const GrammarSkill> AllGrammarSkills();

// The skills that a free text names, as in "gerunds vs infinitives"; empty = none that is covered.
std::vector<const GrammarSkill*> MatchSkills(absl::string_view text);

// What stands after "in", "for", "about" or "at" in a skill's text: "bug reporting" of "past perfect in bug reporting";
// empty = nothing.
std::string SettingOfSkill(absl::string_view text);

// The level that a free text names: "Advanced", "B1", "upper-intermediate"; intermediate where it says nothing.
Difficulty ReadLevel(absl::string_view text);

// `beginner`, `intermediate` or `advanced`.
const char* DifficultyName(Difficulty difficulty);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_SKILL_H_
