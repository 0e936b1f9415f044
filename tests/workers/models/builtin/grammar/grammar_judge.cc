#include "tests/workers/models/builtin/grammar/grammar_judge.h"

#include <map>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/workers/models/builtin/grammar/english_forms.h"
#include "tests/workers/models/builtin/grammar/judged_sentence.h"
#include "tests/workers/models/builtin/grammar/judged_tenses.h"
#include "tests/workers/models/builtin/grammar/judged_words.h"

namespace flowmesh::models {
namespace {

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

// Prepositions that other readings allow too stand beside the usual one.
constexpr GapRule kTimePrepositions[] = {
    {"from nine$|from eight$|from ten$|from seven$|from monday$", "", "to|until|till|through"},
    {"waited$", "", "until|till"},
    {"", "at the latest$", "by|on"},
    {"", "^the lunch break", "during|before|after|in"},
    {"", "^the same time as", "at"},
    {"had", "^the end of", "by|before|at"},
    {"", "^ten minutes' time$|^two weeks' time$|^an hour's time$|^three days' time$", "in|within"},
    {"have worked", "^three|^two|^a long|^six", "for"},
    {"have worked|have been", "", "since"},
    {"", "^the morning of|^the evening of|^the afternoon of|^the first day|^the last day", "on|before|after"},
    {"", "^the morning$|^the afternoon$|^the evening$", "in|during"},
    {"", "^night$|^noon$|^midnight$|^half|^lunchtime$|^breakfast time$|^teatime$|^closing time$", "at|before|after"},
    {"", "a m$|p m$", "at|before|after"},
    {"", "^monday|^tuesday|^wednesday|^thursday|^friday|^saturday|^sunday", "on|before|after"},
    {"", "^1|^12|^30|^3", "on|before|after"},
    {"", "^march$|^july$|^october$|^2021$|^2019$|^the spring$", "in|before|after"},
};

Verdict JudgeSubjunctive(const Sentence& sentence, const Words& option) {
  if (Has(sentence.before, "high time that")) return FitsOneOf(sentence, option, "P");
  if (Has(sentence.before, "wishes that")) return option.size() > 1 && option[0] == "had" && IsParticiple(option[1]);
  if (Has(sentence.before, "as though")) return option[0] == "were" || option[0] == "was";
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
  if (Has(sentence.before, "spoke to")) return option[0] == "no";
  if (Ends(sentence.before, "was on") || Ends(sentence.before, "were on")) return option[0] == "no";
  if (Ends(sentence.before, "outside in")) return option[0] == "the";
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

}  // namespace

Verdict JudgeOption(const QuizItem& item, const std::string& option) {
  const Sentence sentence = CutAtGap(item.sentence);
  const Words words = WordsOf(option);
  if (words.empty()) return std::nullopt;
  if (item.skill == "present simple and continuous") return JudgePresent(sentence, words);
  if (item.skill == "past simple and present perfect") return JudgePast(sentence, words);
  if (item.skill == "past perfect") return JudgePastPerfect(sentence, words);
  if (item.skill == "future forms") return JudgeFuture(sentence, words);
  if (item.skill == "conditionals") return JudgeConditional(sentence, words);
  if (item.skill == "gerunds and infinitives") return JudgeVerbPattern(sentence, words);
  if (item.skill == "dependent prepositions") return JudgePreposition(sentence, words);
  if (item.skill == "prepositions of time") return JudgeByRules(kTimePrepositions, sentence, words);
  if (item.skill == "subjunctive") return JudgeSubjunctive(sentence, words);
  if (item.skill == "passive voice") return JudgePassive(sentence, words);
  if (item.skill == "reported speech") return JudgeReported(sentence, words);
  if (item.skill == "articles") return JudgeArticle(sentence, words);
  if (item.skill == "relative clauses") return JudgeRelative(sentence, words);
  if (item.skill == "comparatives and superlatives") return JudgeComparison(sentence, words);
  if (item.skill == "modal verbs") return JudgeModal(sentence, words);
  if (item.skill == "subject-verb agreement") return JudgeAgreement(sentence, words);
  if (item.skill == "quantifiers") return JudgeQuantifier(sentence, words);
  if (item.skill == "question tags") return absl::StrJoin(words, " ") == TagFor(item, sentence.before);
  if (item.skill == "linking words") return JudgeLinking(sentence, words);
  return std::nullopt;
}

std::string Objection(const QuizItem& item) {
  int count = 0;
  for (size_t i = 0; i < item.options.size(); ++i) {
    const Verdict verdict = JudgeOption(item, item.options[i]);
    if (!verdict.has_value()) return absl::StrCat("no rule of the judge speaks of '", item.options[i], "' here");
    if (!*verdict) continue;
    ++count;
    if (static_cast<int>(i) != item.correct) {
      return absl::StrCat("'", item.options[i], "' is right too or alone, not only '",
                          item.options[static_cast<size_t>(item.correct)], "'");
    }
  }
  return count == 1 ? "" : "no option is right";
}

}  // namespace flowmesh::models
