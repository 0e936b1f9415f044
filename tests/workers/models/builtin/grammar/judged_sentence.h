#ifndef FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_JUDGED_SENTENCE_H_
#define FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_JUDGED_SENTENCE_H_

// A question as the judge reads it: words around a gap, and what English lets stand there.

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace flowmesh::models {

using Words = std::vector<std::string>;
using Verdict = std::optional<bool>;

struct Sentence {
  // The two sides of the gap without marks: lower case, words separated by one space, with a space at both ends. An
  // opening like "According to the report," is left out.
  std::string before, after;
  std::string raw_before, raw_after;  // with marks and capitals
};

Sentence CutAtGap(const std::string& sentence);

bool Has(const std::string& text, const std::string& words);
bool Ends(const std::string& text, const std::string& words);
bool Starts(const std::string& text, const std::string& words);

// Whether `text` is as `pattern` says: parts joined by `&` must all hold, of alternatives separated by `|` one must;
// `^` at the beginning and `$` at the end hold on to the ends of the text. An empty pattern holds always.
bool Holds(const std::string& text, absl::string_view pattern);

// What may stand in the gap where both sides are as the patterns say. `shapes` are separated by `|`; their words stand
// for themselves, but V, Vs, P, D and I for the five forms of any verb (write, writes, wrote, written, writing), S for
// a person or a thing with article, * for one or two words, and {is}, {was}, {has}, {does}, {pres} for the form that
// agrees with the noun before the gap, {is>} and so on with the noun behind it. All that English allows is listed, not
// only what a writer would call right: an item with two answers must fail.
struct GapRule {
  const char* before;
  const char* after;
  const char* shapes;
};

bool FitsOneOf(const Sentence& sentence, const Words& option, absl::string_view shapes);

// By the first rule whose patterns hold; nothing = none does.
Verdict JudgeByRules(absl::Span<const GapRule> rules, const Sentence& sentence, const Words& option);

}  // namespace flowmesh::models

#endif  // FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_JUDGED_SENTENCE_H_
