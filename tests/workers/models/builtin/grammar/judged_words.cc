#include "tests/workers/models/builtin/grammar/judged_words.h"

#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/workers/models/builtin/grammar/english_forms.h"

namespace flowmesh::models {
namespace {

using WordSet = std::set<std::string>;

bool IsOneOf(const Words& option, const WordSet& words) { return words.contains(absl::StrJoin(option, " ")); }

std::string LastWord(const std::string& text) {
  const Words words = WordsOf(text);
  return words.empty() ? "" : words.back();
}

bool IsNameOf(const std::string& raw_before) {  // "..., Anna, "
  std::string name;
  for (const char c : raw_before) {
    if (absl::ascii_isalpha(static_cast<unsigned char>(c))) {
      name += c;
    } else if (!name.empty() && c != ',' && c != ' ') {
      return false;
    }
  }
  return IsFemaleName(name) || IsMaleName(name);
}

constexpr GapRule kModals[] = {
    {"already", "^it$", "must have D|will have D"},
    {"it is impossible", "^the&then$", "cannot have D|could not have D"},
    {"not sure", "", "might have D|may have D|could have D"},
    {"flew to", "now$", "cannot be|will not be|must not be"},
    {"has just run|has eaten nothing|has just won|has not slept|has lost", "", "must be|may be|might be|is"},
    {"forbidden|forbids", "", "must not|may not|cannot|are not allowed to"},
    {"it is optional", "", "do not have to|need not|do not need to|may"},
    {"the rule is strict", "", "must|has to|shall"},
    {"^yesterday", "because of a mistake$", "had to|needed to|was able to"},
    {"", "but they forgot$", "should have D|ought to have D|could have D|were going to V|were to V"},
    {"", "because&had already done it$", "did not need to V|did not have to V|did not V"},
    {"", "waste of time", "need not have D|should not have D|need not have D"},
    {"last year", "but now&can$", "could not|was not able to"},
    {"^$", "^i borrow", "may|could|can|might"},
    {"will$", "", "be able to|have to|need to"},
    {"can$|should$|must$|may$|could$", "", "V"},
    {"ought$", "", "to V"},
};

// Comparatives with -er, typed in apart from the writer's rule.
const std::map<std::string, std::string>& ShortComparatives() {
  static const auto* const words = new std::map<std::string, std::string>{
      {"fast", "faster"},         {"small", "smaller"},   {"easy", "easier"},     {"large", "larger"},
      {"busy", "busier"},         {"cheap", "cheaper"},   {"slow", "slower"},     {"clear", "clearer"},
      {"long", "longer"},         {"strong", "stronger"}, {"strict", "stricter"}, {"short", "shorter"},
      {"high", "higher"},         {"pure", "purer"},      {"heavy", "heavier"},   {"noisy", "noisier"},
      {"quiet", "quieter"},       {"light", "lighter"},   {"safe", "safer"},      {"loud", "louder"},
      {"big", "bigger"},          {"risky", "riskier"},   {"tight", "tighter"},   {"weak", "weaker"},
      {"fair", "fairer"},         {"bright", "brighter"}, {"clean", "cleaner"},   {"soft", "softer"},
      {"sharp", "sharper"},       {"hot", "hotter"},      {"thick", "thicker"},   {"sweet", "sweeter"},
      {"friendly", "friendlier"}, {"calm", "calmer"},     {"simple", "simpler"},  {"good", "better"},
      {"bad", "worse"},           {"few", "fewer"},       {"hard", "harder"},     {"dry", "drier"}};
  return *words;
}

bool IsComparative(const Words& option) {
  if (option.size() == 1) {
    for (const auto& [base, comparative] : ShortComparatives()) {
      if (option[0] == comparative) return true;
    }
    return false;
  }
  return option.size() == 2 && option[0] == "more" && !ShortComparatives().contains(option[1]) &&
         !absl::EndsWith(option[1], "er") && !absl::EndsWith(option[1], "est");
}

bool IsSuperlative(const Words& option) {  // with "the"
  if (option.size() < 2 || option[0] != "the") return false;
  if (option.size() == 2) {
    for (const auto& [base, comparative] : ShortComparatives()) {
      std::string superlative = comparative.substr(0, comparative.size() - 1) + "st";
      if (base == "good") superlative = "best";
      if (base == "bad") superlative = "worst";
      if (option[1] == superlative) return true;
    }
    return false;
  }
  return option.size() == 3 && option[1] == "most" && !ShortComparatives().contains(option[2]) &&
         !absl::EndsWith(option[2], "er") && !absl::EndsWith(option[2], "est");
}

bool IsPlain(const Words& option) {
  return option.size() == 1 && !absl::EndsWith(option[0], "er") && !absl::EndsWith(option[0], "est");
}

bool IsAdverb(const std::string& word) {
  return absl::EndsWith(word, "ly") || word == "fast" || word == "well" || word == "hard";
}

// Whether a clause follows up to the next comma or the end: it has a subject and a finite verb.
bool ClauseFollows(const Sentence& sentence) {
  std::string text = sentence.raw_after;
  const size_t comma = text.find(',');
  if (comma != std::string::npos && comma > 0) text = text.substr(0, comma);
  const Words words = WordsOf(text);
  if (words.size() > 1 && words[0] == "the" && words[1] == "fact") return false;
  static const WordSet* const finite =
      new WordSet{"was",    "were", "is",   "are",   "had",     "has",  "have",   "would", "will",
                  "agrees", "went", "came", "knows", "prefers", "rang", "helped", "did",   "could"};
  for (size_t i = 1; i < words.size(); ++i) {
    if (finite->contains(words[i]) || IsPastForm(words[i])) return true;
  }
  return false;
}

enum class Link { kConjunction, kPreposition, kAdverb, kPurpose, kOther };

Link KindOf(const std::string& words) {
  static const std::map<std::string, Link>* const kinds = new std::map<std::string, Link>{
      {"although", Link::kConjunction},   {"even though", Link::kConjunction}, {"because", Link::kConjunction},
      {"while", Link::kConjunction},      {"when", Link::kConjunction},        {"unless", Link::kConjunction},
      {"so that", Link::kConjunction},    {"in case", Link::kConjunction},     {"so", Link::kConjunction},
      {"whereas", Link::kConjunction},    {"despite", Link::kPreposition},     {"in spite of", Link::kPreposition},
      {"because of", Link::kPreposition}, {"due to", Link::kPreposition},      {"during", Link::kPreposition},
      {"without", Link::kPreposition},    {"in case of", Link::kPreposition},  {"however", Link::kAdverb},
      {"nevertheless", Link::kAdverb},    {"nonetheless", Link::kAdverb},      {"in order", Link::kPurpose}};
  const auto kind = kinds->find(words);
  return kind == kinds->end() ? Link::kOther : kind->second;
}

constexpr GapRule kPairs[] = {
    {"^both", "", "and"},
    {"^either", "", "or"},
    {"^neither", "", "nor"},
    {"^not only", "", "but also|but"},
    {"in order$", "", "to V"},
    {"was$", "that she went|that he went", "so"},
    {"was$", "^a|an&that everybody", "such"},
};

// What a quantifier asks of the noun behind it.
bool FitsNoun(const std::string& quantifier, bool mass) {
  static const WordSet* const of_masses = new WordSet{"much", "little", "a little", "deal"};
  static const WordSet* const of_plurals =
      new WordSet{"many", "few", "a few", "several", "fewer", "number", "both", "all", "a great many"};
  if (of_masses->contains(quantifier)) return mass;
  if (of_plurals->contains(quantifier)) return !mass;
  return quantifier == "any" || quantifier == "some" || quantifier == "no" || quantifier == "a lot of";
}

// The noun right behind the gap, "of" and "more" aside, is one of the uncountable ones.
bool MassFollows(const Sentence& sentence) {
  Words words = WordsOf(sentence.after);
  while (!words.empty() && (words[0] == "of" || words[0] == "more")) words.erase(words.begin());
  if (words.empty()) return false;
  if (words.size() == 1) return IsMassNoun(words[0]);
  // "water tanks" are no water.
  const bool describes = absl::EndsWith(words[1], "s") && words[1] != "was" && words[1] != "is" && words[1] != "has";
  return (IsMassNoun(words[0]) && !describes) || IsMassNoun(words[0] + " " + words[1]);
}

}  // namespace

Verdict JudgeRelative(const Sentence& sentence, const Words& option) {
  const std::string word = absl::StrJoin(option, " ");
  const Words after = WordsOf(sentence.after);
  const std::string antecedent = LastWord(sentence.before);
  if (sentence.before == "  ") return word == "what";
  if (Has(sentence.after, "was stolen") || Has(sentence.after, "was praised")) return word == "whose";
  if (Ends(sentence.before, "most of")) return word == "whom";
  if (Ends(sentence.before, "some of")) return word == "which";
  if (Ends(sentence.before, "to") || Ends(sentence.before, "with")) return word == "whom" || word == "who";
  if (Ends(sentence.before, "about") || Ends(sentence.before, "in")) return word == "which";
  if (antecedent == "everything") return word == "that";
  if (antecedent == "reason") return word == "why" || word == "that";
  if (Ends(sentence.before, "is the day")) return word == "when" || word == "that" || word == "on which";
  if (Has(sentence.after, "work is being")) return word == "where" || word == "in which";
  const bool after_comma = absl::EndsWith(sentence.raw_before, ", ");
  if (after_comma) return word == (IsNameOf(sentence.raw_before) ? "who" : "which");
  const bool subject_is_missing =
      !after.empty() && (IsPastForm(after[0]) || after[0] == "always" || after[0] == "work");
  if (IsPersonNoun(antecedent)) {
    if (subject_is_missing) return word == "who" || word == "that";
    return word == "who" || word == "whom" || word == "that";
  }
  return word == "which" || word == "that";
}

Verdict JudgeComparison(const Sentence& sentence, const Words& option) {
  const bool than = Has(sentence.after, "than");
  if (Ends(sentence.before, "as") && Has(sentence.after, "as")) {
    return IsPlain(option) && (!Has(sentence.before, "works") || IsAdverb(option[0]));
  }
  if (Has(sentence.after, "it will be") && Starts(sentence.before, "the")) {
    return option.size() == 2 && option[0] == "the" && IsComparative({option[1]});
  }
  if (than && Ends(sentence.before, "less")) return IsPlain(option);
  if (than && (Ends(sentence.before, "has") || Ends(sentence.before, "there were"))) {
    static const WordSet* const masses = new WordSet{"experience", "time", "patience", "work", "energy"};
    const bool mass = masses->contains(WordsOf(sentence.after)[0]);
    return IsOneOf(option, mass ? WordSet{"more", "less"} : WordSet{"more", "fewer"});
  }
  if (Starts(sentence.after, "than")) {
    if (!IsComparative(option)) return false;
    static const WordSet* const linking = new WordSet{"is", "were", "much", "far", "lot", "little", "slightly", "even"};
    // Behind an object only an adverb can stand: "treats infections more carefully than".
    if (linking->contains(LastWord(sentence.before))) return !absl::EndsWith(option.back(), "ly") || option.size() == 1;
    return option.size() == 2 ? IsAdverb(option[1]) : option[0] == "faster" || option[0] == "better";
  }
  if (Ends(sentence.before, "by far") || Ends(sentence.before, "one of") || Has(sentence.after, "on the whole list")) {
    return IsSuperlative(option);
  }
  return std::nullopt;
}

Verdict JudgeModal(const Sentence& sentence, const Words& option) { return JudgeByRules(kModals, sentence, option); }

Verdict JudgeQuantifier(const Sentence& sentence, const Words& option) {
  const std::string word = absl::StrJoin(option, " ");
  const Words after = WordsOf(sentence.after);
  const bool mass = MassFollows(sentence);
  if (Ends(sentence.before, "hardly")) return word == "any" || word == (mass ? "much" : "many");
  if (Has(sentence.before, "is not") || Has(sentence.before, "has not") || Has(sentence.before, "have not")) {
    return word == "any" || (FitsNoun(word, mass) && (word == "much" || word == "many"));
  }
  if (Ends(sentence.before, "how") || Ends(sentence.before, "too")) {
    return word != "a lot of" && FitsNoun(word, mass) && word != "any";
  }
  if (Ends(sentence.before, "very")) return (word == "few" || word == "little") && FitsNoun(word, mass);
  if (Ends(sentence.before, "a")) return (word == "few" || word == "little") && FitsNoun(word, mass);
  if (Ends(sentence.before, "a great") || Ends(sentence.before, "a large")) {
    return (word == "deal" || word == "number") && FitsNoun(word, mass);
  }
  if (Has(sentence.after, "than last month")) return word == "fewer" || word == "more";
  if (Has(sentence.after, "friends")) return word == "many" || word == "some" || word == "a few" || word == "few";
  if (Has(sentence.after, "of them was")) return word == "neither" || word == "none" || word == "either";
  if (Has(sentence.after, "wants to")) return word == "none" || word == "one" || word == "neither" || word == "each";
  if (Has(sentence.after, "has to")) return word == "every" || word == "each" || word == "no";
  static const WordSet* const with_plural = new WordSet{"all", "most", "many", "some", "few", "several", "both"};
  if (Has(sentence.after, "have to") || Has(sentence.after, "prefer to")) return with_plural->contains(word);
  return std::nullopt;
}

Verdict JudgeLinking(const Sentence& sentence, const Words& option) {
  if (const Verdict pair = JudgeByRules(kPairs, sentence, option); pair.has_value()) return pair;
  const Link kind = KindOf(absl::StrJoin(option, " "));
  const bool comma_follows = absl::StartsWith(sentence.raw_after, ",");
  if (comma_follows) return kind == Link::kAdverb;
  return kind == (ClauseFollows(sentence) ? Link::kConjunction : Link::kPreposition);
}

}  // namespace flowmesh::models
