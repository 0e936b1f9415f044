#include "tests/workers/models/builtin/grammar/judged_sentence.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/workers/models/builtin/grammar/english_forms.h"

namespace flowmesh::models {
namespace {

std::string Padded(const std::string& text) { return absl::StrCat(" ", absl::StrJoin(WordsOf(text), " "), " "); }

// "According to the bug report, " and "As the log file shows, " say nothing about the gap.
std::string WithoutOpening(const std::string& before) {
  const size_t comma = before.find(", ");
  if (comma == std::string::npos) return before;
  const Words opening = WordsOf(before.substr(0, comma));
  static const std::set<std::string>* const telling =
      new std::set<std::string>{"show", "shows", "says", "say", "explained"};
  const bool source = absl::StartsWith(before, "According to ") ||
                      (absl::StartsWith(before, "As the ") && telling->contains(opening.back()));
  return source ? before.substr(comma + 2) : before;
}

bool HoldsOne(const std::string& text, absl::string_view alternative) {
  const bool at_start = absl::ConsumePrefix(&alternative, "^");
  const bool at_end = absl::ConsumeSuffix(&alternative, "$");
  const std::string words = absl::StrCat(" ", alternative, " ");
  if (at_start && at_end) return text == words;
  if (at_start) return absl::StartsWith(text, words);
  if (at_end) return absl::EndsWith(text, words);
  return absl::StrContains(text, words);
}

bool IsName(const std::string& word) {
  std::string name = word;
  if (!name.empty()) name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return IsFemaleName(name) || IsMaleName(name);
}

bool IsPluralNoun(const std::string& word) {
  if (word == "taxis") return true;
  if (absl::EndsWith(word, "ss") || absl::EndsWith(word, "is") || absl::EndsWith(word, "us")) return false;
  return word.size() > 2 && word.back() == 's' && !IsName(word);
}

// Of the noun before the gap, behind which an adverb may stand.
bool PluralBefore(const Sentence& sentence) {
  static const std::set<std::string>* const adverbs =
      new std::set<std::string>{"usually", "never", "rarely", "seldom", "hardly", "ever", "always"};
  Words words = WordsOf(sentence.before);
  while (!words.empty() && adverbs->contains(words.back())) words.pop_back();
  return !words.empty() && (IsPluralNoun(words.back()) || words.back() == "they");
}

// Of the noun behind the gap, as in "____ the nurses usually treat".
bool PluralAfter(const Sentence& sentence) {
  const Words words = WordsOf(sentence.after);
  static const std::set<std::string>* const ends = new std::set<std::string>{"usually", "ever", "last", "not"};
  for (size_t i = 0; i < words.size() && i < 5; ++i) {
    if (i == 0 && IsName(words[0])) return false;
    if (i == 0) continue;
    const bool noun_before = IsPersonNoun(words[i - 1]) || IsPluralNoun(words[i - 1]);
    const bool ended = ends->contains(words[i]) || IsParticiple(words[i]) ||
                       (noun_before && (IsIngForm(words[i]) || IsBaseForm(words[i])));
    if (ended) return IsPluralNoun(words[i - 1]);
  }
  return false;
}

std::string Agreeing(absl::string_view form, bool plural) {
  if (form == "is") return plural ? "are" : "is";
  if (form == "was") return plural ? "were" : "was";
  if (form == "has") return plural ? "have" : "has";
  if (form == "does") return plural ? "do" : "does";
  return plural ? "V" : "Vs";
}

bool IsParticle(const std::string& word) {
  return word == "up" || word == "off" || word == "out" || word == "down" || word == "on" || word == "over";
}

bool IsVerb(const std::string& word, absl::string_view form) {
  if (form == "V") return IsBaseForm(word) && word != "be";
  if (form == "Vs") return IsThirdPerson(word) && word != "is";
  if (form == "P") return IsPastForm(word) && word != "was";
  if (form == "D") return IsParticiple(word) && word != "been";
  return IsIngForm(word) && word != "being";
}

bool FitsFrom(const Words& option, size_t at, const Words& shape, size_t step) {
  if (step == shape.size()) return at == option.size();
  if (at >= option.size()) return false;
  const std::string& want = shape[step];
  if (want == "S" || want == "*") {
    const size_t longest = want == "*" ? 2 : option[at] == "the" ? 5 : 1;
    for (size_t length = want == "S" && option[at] == "the" ? 2 : 1; length <= longest; ++length) {
      if (FitsFrom(option, at + length, shape, step + 1)) return true;
    }
    return false;
  }
  static const std::set<std::string>* const forms = new std::set<std::string>{"V", "Vs", "P", "D", "I"};
  if (!forms->contains(want)) return option[at] == want && FitsFrom(option, at + 1, shape, step + 1);
  if (!IsVerb(option[at], want)) return false;
  if (FitsFrom(option, at + 1, shape, step + 1)) return true;
  return at + 1 < option.size() && IsParticle(option[at + 1]) && FitsFrom(option, at + 2, shape, step + 1);
}

}  // namespace

Sentence CutAtGap(const std::string& sentence) {
  const size_t gap = sentence.find("____");
  if (gap == std::string::npos) return {};
  Sentence cut;
  cut.raw_before = WithoutOpening(sentence.substr(0, gap));
  cut.raw_after = sentence.substr(gap + 4);
  cut.before = Padded(cut.raw_before);
  cut.after = Padded(cut.raw_after);
  return cut;
}

bool Has(const std::string& text, const std::string& words) { return absl::StrContains(text, " " + words + " "); }
bool Ends(const std::string& text, const std::string& words) { return absl::EndsWith(text, " " + words + " "); }
bool Starts(const std::string& text, const std::string& words) { return absl::StartsWith(text, " " + words + " "); }

bool Holds(const std::string& text, absl::string_view pattern) {
  if (pattern.empty()) return true;
  const std::vector<absl::string_view> parts = absl::StrSplit(pattern, '&');
  return std::all_of(parts.begin(), parts.end(), [&](absl::string_view part) {
    const std::vector<absl::string_view> alternatives = absl::StrSplit(part, '|');
    return std::any_of(alternatives.begin(), alternatives.end(),
                       [&](absl::string_view alternative) { return HoldsOne(text, alternative); });
  });
}

bool FitsOneOf(const Sentence& sentence, const Words& option, absl::string_view shapes) {
  for (const absl::string_view text : absl::StrSplit(shapes, '|')) {
    Words shape;
    for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
      if (!absl::ConsumePrefix(&word, "{")) {
        shape.emplace_back(word);
        continue;
      }
      absl::ConsumeSuffix(&word, "}");
      const bool behind = absl::ConsumeSuffix(&word, ">");
      shape.push_back(Agreeing(word, behind ? PluralAfter(sentence) : PluralBefore(sentence)));
    }
    if (FitsFrom(option, 0, shape, 0)) return true;
  }
  return false;
}

Verdict JudgeByRules(absl::Span<const GapRule> rules, const Sentence& sentence, const Words& option) {
  for (const GapRule& rule : rules) {
    if (Holds(sentence.before, rule.before) && Holds(sentence.after, rule.after)) {
      return FitsOneOf(sentence, option, rule.shapes);
    }
  }
  return std::nullopt;
}

}  // namespace flowmesh::models
