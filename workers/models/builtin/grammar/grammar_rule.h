#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_RULE_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_RULE_H_

// Rules of grammar as patterns of questions. A pattern is text with slots in braces, which a Scene fills (scene.h says
// which there are). A rule belongs here only if its signal forces the answer whatever the slots hold, and each wrong
// answer breaks the rule whatever they hold: readings that some speakers accept are never offered.

#include "absl/types/span.h"

namespace flowmesh::models {

enum class Difficulty { kBeginner = 1, kIntermediate = 2, kAdvanced = 3 };

struct GrammarRule {
  Difficulty difficulty;
  // The question, with one gap `____`. It ends with its mark; the first letter is made a capital. A leading `~` says
  // that a source may be put before it: "According to the report, ...".
  const char* stem;
  const char* right;
  const char* wrongs;      // separated by `|`, the most telling one first; at least three are distinct however filled
  const char* why;         // explanation
  const char* heads = "";  // words of this rule's own, separated by `|`; forms of one word are separated by `/`
};

absl::Span<const GrammarRule> PresentRules();
absl::Span<const GrammarRule> PastRules();
absl::Span<const GrammarRule> PastPerfectRules();
absl::Span<const GrammarRule> FutureRules();
absl::Span<const GrammarRule> ConditionalRules();
absl::Span<const GrammarRule> VerbPatternRules();
absl::Span<const GrammarRule> PrepositionRules();
absl::Span<const GrammarRule> TimePrepositionRules();
absl::Span<const GrammarRule> SubjunctiveRules();
absl::Span<const GrammarRule> PassiveRules();
absl::Span<const GrammarRule> ReportedSpeechRules();
absl::Span<const GrammarRule> ArticleRules();
absl::Span<const GrammarRule> RelativeRules();
absl::Span<const GrammarRule> ComparisonRules();
absl::Span<const GrammarRule> ModalRules();
absl::Span<const GrammarRule> AgreementRules();
absl::Span<const GrammarRule> QuantifierRules();
absl::Span<const GrammarRule> QuestionTagRules();
absl::Span<const GrammarRule> LinkingRules();

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_GRAMMAR_RULE_H_
