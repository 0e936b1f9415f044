#include "tests/workers/models/builtin/grammar/grammar_judge.h"

#include <map>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/workers/models/builtin/grammar/english_forms.h"

namespace flowmesh::models {
namespace {

using Words = std::vector<std::string>;
using Verdict = std::optional<bool>;

struct Sentence {
  std::string before, after;  // the gap; lower case, words separated by one space, with a space at both ends
};

Sentence Cut(const std::string& sentence) {
  const size_t gap = sentence.find("____");
  return {absl::StrCat(" ", absl::StrJoin(WordsOf(sentence.substr(0, gap)), " "), " "),
          absl::StrCat(" ", absl::StrJoin(WordsOf(sentence.substr(gap + 4)), " "), " ")};
}

bool Has(const std::string& text, const std::string& words) { return absl::StrContains(text, " " + words + " "); }
bool Ends(const std::string& text, const std::string& words) { return absl::EndsWith(text, " " + words + " "); }
bool Starts(const std::string& text, const std::string& words) { return absl::StartsWith(text, " " + words + " "); }

Verdict JudgePastPerfect(const Sentence& sentence, const Words& option) {
  if (option.empty() || option[0] != "had") return false;
  const bool inverted = Ends(sentence.before, "no sooner") || Ends(sentence.before, "hardly");
  if (inverted != (option.size() > 1 && option[1] == "the")) return false;
  for (size_t i = 1; i < option.size(); ++i) {
    if (IsParticiple(option[i])) return true;
  }
  return false;
}

enum class Pattern { kGerund, kInfinitive, kBare, kUnknown };

Pattern PatternAfter(const std::string& before) {
  for (const char* const words :
       {"avoided",        "finished",    "suggested",   "recommended",  "considered", "postponed",  "delayed",
        "practised",      "gave up",     "put off",     "discussed",    "resumed",    "carried on", "forward to",
        "accustomed to",  "got used to", "objected to", "committed to", "without",    "by",         "before",
        "for not",        "for",         "in",          "on",           "instead of", "difficulty", "two hours",
        "would you mind", "of"}) {
    if (Ends(before, words)) return Pattern::kGerund;
  }
  if (Ends(before, "better") || Ends(before, "would rather")) return Pattern::kBare;
  if (Has(before, "was made") || Has(before, "were made")) return Pattern::kInfinitive;
  if (Has(before, "made the") || Has(before, "let the")) return Pattern::kBare;
  for (const char* const words :
       {"decided",        "agreed",        "refused",     "managed",      "offered",        "promised",
        "hoped",          "failed",        "arranged",    "hesitated",    "volunteered",    "pretended",
        "wanted",         "enough",        "asked the",   "told the",     "advised the",    "ordered the",
        "encouraged the", "persuaded the", "allowed the", "reminded the", "instructed the", "kind of",
        "wise of",        "thoughtful of", "sensible of", "generous of",  "came to the"}) {
    if (Has(before, words)) return Pattern::kInfinitive;
  }
  return Pattern::kUnknown;
}

Verdict JudgeVerbPattern(const Sentence& sentence, const Words& option) {
  const bool to = option[0] == "to";
  switch (PatternAfter(sentence.before)) {
    case Pattern::kGerund:
      return IsIngForm(option[0]) && option[0] != "being";
    case Pattern::kInfinitive:
      return to && option.size() > 1 && IsBaseForm(option[1]);
    case Pattern::kBare:
      return IsBaseForm(option[0]) && option[0] != "be";
    case Pattern::kUnknown:
      break;
  }
  return std::nullopt;
}

// The words before the gap, sometimes with "..." and a word after it, and the preposition that they take.
struct Collocation {
  const char* before;
  const char* after;  // the first words after the gap; empty = any
  const char* preposition;
};

constexpr Collocation kCollocations[] = {
    {"responsible", "", "for"},      {"depends", "", "on"},         {"insisted", "", "on"},
    {"succeeded", "", "in"},         {"very good", "", "at"},       {"comply", "", "with"},
    {"consists", "", "of"},          {"familiar", "", "with"},      {"aware", "", "of"},
    {"resulted", "", "in"},          {"was caused", "", "by"},      {"participated", "", "in"},
    {"waiting", "an answer", "for"}, {"agree", "the", "with"},      {"objected", "", "to"},
    {"in charge", "", "of"},         {"capable", "", "of"},         {"accused", "", "of"},
    {"specialises", "", "in"},       {"reacted quickly", "", "to"}, {"replied", "", "to"},
    {"looking forward", "", "to"},   {"was proud", "", "of"},       {"satisfied", "", "with"},
    {"focused", "", "on"},           {"concentrate", "", "on"},     {"relies", "", "on"},
    {"dealt", "", "with"},           {"need", "", "for"},           {"increase", "", "in"},
    {"solution", "", "to"},          {"access", "", "to"},          {"big difference", "", "between"},
    {"according", "", "to"},         {"in accordance", "", "with"}, {"on behalf", "", "of"},
    {"as a result", "", "of"},       {"in addition", "", "to"},     {"entitled", "", "to"},
    {"similar", "", "to"},           {"different", "", "from"},     {"accustomed", "", "to"},
    {"interested", "", "in"},        {"working", "a plan", "on"},   {"listened carefully", "", "to"},
    {"success", "the hard", "to"},   {"effect", "", "on"},
};
// The same where other words stand between: a word of the sentence and what follows the gap.
constexpr Collocation kWideCollocations[] = {
    {"apologised to", "the delay", "for"}, {"congratulated", "", "on"},   {"complained to", "the noise", "about"},
    {"blamed", "the delay", "for"},        {"asked", "a written", "for"}, {"prevented", "", "from"},
    {"warned", "the risks", "about"},      {"introduced", "the", "to"},
};

Verdict JudgePreposition(const Sentence& sentence, const Words& option) {
  for (const Collocation& row : kCollocations) {
    if (Ends(sentence.before, row.before) && (*row.after == '\0' || Starts(sentence.after, row.after))) {
      return option[0] == row.preposition;
    }
  }
  for (const Collocation& row : kWideCollocations) {
    if (Has(sentence.before, row.before) && (*row.after == '\0' || Starts(sentence.after, row.after))) {
      return option[0] == row.preposition;
    }
  }
  return std::nullopt;
}

Verdict JudgeTimePreposition(const Sentence& sentence, const Words& option) {
  const Words after = WordsOf(sentence.after);
  static const std::set<std::string>* const days = new std::set<std::string>{
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "1", "12", "30"};
  static const std::set<std::string>* const longer =
      new std::set<std::string>{"march", "july", "october", "the", "2019", "2021"};
  const std::string& next = after[0];
  if (Ends(sentence.before, "from nine")) return option[0] == "to";
  if (Ends(sentence.before, "waited")) return option[0] == "until";
  if (Has(sentence.after, "latest")) return option[0] == "by";
  if (Has(sentence.after, "lunch break")) return option[0] == "during";
  if (Has(sentence.after, "time") && after.back() == "time" && !Has(sentence.before, "have worked"))
    return option[0] == "in";
  if (Has(sentence.before, "have worked")) {
    const bool length = next == "three" || next == "two" || next == "a" || next == "six";
    return option[0] == (length ? "for" : "since");
  }
  if (next == "night" || next == "noon" || next == "midnight" || next == "half" || Has(sentence.after, "a m") ||
      Has(sentence.after, "p m")) {
    return option[0] == "at";
  }
  if (days->contains(next)) return option[0] == "on";
  if (longer->contains(next)) return option[0] == "in";
  return std::nullopt;
}

Verdict JudgeSubjunctive(const Words& option) {
  if (option[0] == "be") return option.size() == 1 || IsParticiple(option[1]);
  if (option[0] == "not") return option.size() > 1 && IsBaseForm(option[1]);
  return IsBaseForm(option[0]);
}

Verdict JudgeArticle(const Sentence& sentence, const Words& option) {
  const Words after = WordsOf(sentence.after);
  const bool countable_and_new = Ends(sentence.before, "there is") || Ends(sentence.before, "is there") ||
                                 Ends(sentence.before, "such") || Ends(sentence.before, "takes about") ||
                                 Has(sentence.after, "and so is") || Ends(sentence.before, "once") ||
                                 Ends(sentence.before, "twice") || Ends(sentence.before, "times");
  if (countable_and_new) return option[0] == ArticleBySound(after[0]);
  if (Ends(sentence.before, "what")) {
    const bool mass =
        Has(sentence.after, "information") || Has(sentence.after, "advice") || Has(sentence.after, "news");
    return mass ? option[0] == "no" : option[0] == ArticleBySound(after[0]);
  }
  if (Ends(sentence.before, "work by")) return option[0] == "no";
  if (Ends(sentence.before, "in")) {
    static const std::set<std::string>* const bare =
        new std::set<std::string>{"poland", "italy", "japan", "brazil", "canada", "norway"};
    return option[0] == (bare->contains(after[0]) ? "no" : "the");
  }
  return option[0] == "the";  // superlatives, things mentioned before, unique ones
}

std::string Pronoun(const QuizItem& item) {
  std::string word;
  for (const char c : item.sentence + " ") {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word += c;
      continue;
    }
    if (IsFemaleName(word)) return "she";
    if (IsMaleName(word)) return "he";
    word.clear();
  }
  return "they";
}

// The one tag that the sentence takes.
std::string TagFor(const QuizItem& item, const std::string& before) {
  const std::string who = Pronoun(item);
  if (Starts(before, "let's")) return "shall we";
  if (Starts(before, "please")) return "will you";
  if (Starts(before, "i am")) return "aren't i";
  if (Starts(before, "there is")) return "isn't there";
  if (Starts(before, "nobody")) return "did they";
  if (Starts(before, "nothing has")) return "has it";
  if (Starts(before, "everybody")) return "don't they";
  if (Has(before, "had never")) return "had they";
  if (Has(before, "have already")) return "haven't they";
  if (Has(before, "are not")) return "are they";
  if (Has(before, "hardly ever")) return "do they";
  if (Has(before, "seldom")) return "does " + who;
  if (Has(before, "would rather")) return "wouldn't " + who;
  if (Has(before, "used to")) return "didn't " + who;
  if (Has(before, "will")) return "won't " + who;
  if (Has(before, "can")) return "can't " + who;
  if (Starts(before, "the new") && Has(before, "is very")) return "isn't it";
  if (Has(before, "is") && Ends(before, "now")) return "isn't " + who;
  return (who == "they" ? "didn't " : "doesn't ") + who;
}

Verdict JudgeAgreement(const Sentence& sentence, const Words& option) {
  bool plural = false;
  for (const char* const words : {"all of", "a number of", "the police"})
    plural = plural || Starts(sentence.before, words);
  plural = plural || Starts(sentence.before, "neither") || Starts(sentence.before, "in front of");
  const bool joined = Has(sentence.before, "and") && !Starts(sentence.before, "not only");
  if (joined && Has(sentence.after, "in a meeting")) plural = true;
  // "the developers who usually ____ ... are away"
  if (Has(sentence.before, "who usually")) plural = Has(sentence.after, "are away");
  const std::string& verb = option[0];
  if (plural) return verb == "are" || verb == "have" || (IsBaseForm(verb) && verb != "be");
  static const std::set<std::string>* const singular =
      new std::set<std::string>{"is", "has", "knows", "increases", "falls", "grows", "changes"};
  return singular->contains(verb) || IsThirdPerson(verb);
}

Verdict JudgeComparison(const Sentence& sentence, const Words& option) {
  static const std::map<std::string, std::string>* const shorts = new std::map<std::string, std::string>{
      {"fast", "faster"},         {"small", "smaller"},   {"easy", "easier"},     {"large", "larger"},
      {"busy", "busier"},         {"cheap", "cheaper"},   {"slow", "slower"},     {"clear", "clearer"},
      {"long", "longer"},         {"strong", "stronger"}, {"strict", "stricter"}, {"short", "shorter"},
      {"high", "higher"},         {"pure", "purer"},      {"heavy", "heavier"},   {"noisy", "noisier"},
      {"quiet", "quieter"},       {"light", "lighter"},   {"safe", "safer"},      {"loud", "louder"},
      {"big", "bigger"},          {"risky", "riskier"},   {"tight", "tighter"},   {"weak", "weaker"},
      {"fair", "fairer"},         {"bright", "brighter"}, {"clean", "cleaner"},   {"soft", "softer"},
      {"sharp", "sharper"},       {"hot", "hotter"},      {"thick", "thicker"},   {"sweet", "sweeter"},
      {"friendly", "friendlier"}, {"calm", "calmer"},     {"simple", "simpler"},  {"good", "better"},
      {"bad", "worse"},           {"few", "fewer"},       {"many", "more"}};
  if (!Starts(sentence.after, "than") || Ends(sentence.before, "less")) return std::nullopt;
  if (option.size() == 1) {
    for (const auto& [base, comparative] : *shorts) {
      if (option[0] == comparative) return true;
    }
    return false;
  }
  if (option[0] != "more" || option.size() != 2) return false;
  if (Has(sentence.before, "is")) {
    return !shorts->contains(option[1]) && !absl::EndsWith(option[1], "er");
  }
  return absl::EndsWith(option[1], "ly");  // "works more carefully than"
}

}  // namespace

Verdict JudgeOption(const QuizItem& item, const std::string& option) {
  const Sentence sentence = Cut(item.sentence);
  const Words words = WordsOf(option);
  if (words.empty()) return std::nullopt;
  if (item.skill == "past perfect") return JudgePastPerfect(sentence, words);
  if (item.skill == "gerunds and infinitives") return JudgeVerbPattern(sentence, words);
  if (item.skill == "dependent prepositions") return JudgePreposition(sentence, words);
  if (item.skill == "prepositions of time") return JudgeTimePreposition(sentence, words);
  if (item.skill == "subjunctive") return JudgeSubjunctive(words);
  if (item.skill == "articles") return JudgeArticle(sentence, words);
  if (item.skill == "question tags") return absl::StrJoin(words, " ") == TagFor(item, sentence.before);
  if (item.skill == "subject-verb agreement") return JudgeAgreement(sentence, words);
  if (item.skill == "comparatives and superlatives") return JudgeComparison(sentence, words);
  return std::nullopt;
}

}  // namespace flowmesh::models
